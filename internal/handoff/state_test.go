package handoff

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// From every state a person can be reached, and every state can be left.
func TestNoStateIsADeadEnd(t *testing.T) {
	states := []State{Bot, Requested, Queued, Callback, Human, Returned, Closed}
	for _, from := range states {
		reached, todo := map[State]bool{from: true}, []State{from}
		for len(todo) > 0 {
			for _, to := range moves[todo[0]] {
				if !reached[to] {
					reached[to] = true
					todo = append(todo, to)
				}
			}
			todo = todo[1:]
		}
		for _, s := range states {
			if !reached[s] {
				t.Errorf("%s can't be reached from %s", s, from)
			}
		}
	}
}

func TestOnlyTakingOverSaysThatAPersonTakesOver(t *testing.T) {
	for from, m := range moves {
		for e, to := range m {
			if (kindOf(to) == KindTaken) != (e == Take) {
				t.Errorf("%s %s writes %q", from, e, kindOf(to))
			}
		}
	}
}

func TestACallBackIsPromisedForWhenSomebodyIsThere(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	h := Weekdays(rome)
	h.Shuts = []string{"2026-12-25"}
	for at, want := range map[string]string{
		"2026-11-24T08:00:00Z": "2026-11-24T08:00:00Z", // nine in Rome
		"2026-11-24T16:00:00Z": "2026-11-25T08:00:00Z", // five in Rome: closed
		"2026-12-24T20:00:00Z": "2026-12-28T08:00:00Z", // a holiday, then a weekend
		"2027-03-26T17:00:00Z": "2027-03-29T07:00:00Z", // summer time has begun
	} {
		x, _ := time.Parse(time.RFC3339, at)
		got, ok := h.Next(x)
		if !ok || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: %v, not %s", at, got.UTC(), want)
		}
	}
	if _, ok := (Hours{Zone: rome}).Next(time.Unix(0, 0)); ok {
		t.Error("a person was promised who never comes")
	}
	rapid.Check(t, func(t *rapid.T) {
		x := time.Unix(rapid.Int64Range(1.7e9, 2e9).Draw(t, "at"), 0)
		if got, ok := h.Next(x); !ok || got.Before(x) || !h.Open(got) {
			t.Fatalf("%v: %v", x, got)
		}
	})
}

func TestAPromiseIsNotKeptBySilence(t *testing.T) {
	now := time.Unix(1e9, 0)
	p := DefaultPromise()
	ask := func(ago time.Duration, wait time.Duration) Waited {
		w := Waited{Asked: now.Add(-ago)}
		if wait > 0 {
			w.Answered = w.Asked.Add(wait)
		}
		return w
	}
	k := p.Of([]Waited{ask(time.Hour, time.Minute), ask(time.Hour, 4*time.Minute), ask(time.Hour, 0), ask(time.Minute, 0)}, now)
	if k.Asked != 3 || k.InTime != 1 || k.Waiting != 1 || k.Met || k.Low > k.Share || k.High < k.Share {
		t.Errorf("%+v", k)
	}
	if k := p.Of(nil, now); k.Met || k.Asked != 0 {
		t.Errorf("nothing was asked, and the promise is kept: %+v", k)
	}
	var twenty []Waited
	for i := range 20 {
		twenty = append(twenty, ask(time.Hour, time.Duration(1+i/19*5)*time.Minute))
	}
	if k := p.Of(twenty, now); !k.Met || k.InTime != 19 {
		t.Errorf("%+v", k)
	}
}

func TestHoursThatEndBeforeTheyBeginAreRefused(t *testing.T) {
	if s, err := ParseSpan("09:00-17:30"); err != nil || s.To != 17*time.Hour+30*time.Minute {
		t.Fatal(s, err)
	}
	for _, bad := range []string{"", "9-5", "17:00-09:00", "09:00-25:00", "09:70-10:00"} {
		if _, err := ParseSpan(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
