package consent

import (
	"math/rand/v2"
	"testing"
	"time"

	"fairtouch/touch"
)

func said(id string, actor Actor, st State, at time.Time) *Event {
	return &Event{ID: touch.EventID(id), Scope: scopes[0], State: st, Basis: ByConsent, Notice: "n", Actor: actor, OccurredAt: at, ReceivedAt: at}
}

// under is the event that somebody is under age.
func under(id string, until, at time.Time) *Event {
	e := UnderAge(until, "test", at)
	e.ID, e.ReceivedAt = touch.EventID(id), at
	return &e
}

func TestAGuardianSpeaksUntilTheBirthday(t *testing.T) {
	birthday := t0.AddDate(2, 0, 0)
	p := &Projection{}
	p.Apply(under("evt_1", birthday, t0))
	p.Apply(said("evt_2", Guardian, Given, t0.Add(time.Hour)))
	me := []Member{{Projection: p}}
	if r := Evaluate(me, scopes[0], birthday.Add(-time.Second)); !r.Allowed {
		t.Fatalf("the guardian agreed: %+v", r)
	}
	if r := Evaluate(me, scopes[0], birthday); r.Allowed || r.State != Expired {
		t.Fatalf("on the birthday: %+v", r)
	}
	p.Apply(said("evt_3", Self, Given, birthday.Add(time.Minute)))
	if r := Evaluate(me, scopes[0], birthday.Add(time.Hour)); !r.Allowed {
		t.Fatalf("the person agreed: %+v", r)
	}
}

func TestAMinorsOwnYesIsNone(t *testing.T) {
	p := &Projection{}
	p.Apply(said("evt_1", Self, Given, t0))
	me := []Member{{Projection: p}}
	if !Evaluate(me, scopes[0], t0.Add(time.Hour)).Allowed {
		t.Fatal("nobody said yet that the person is under age")
	}
	p.Apply(under("evt_2", t0.AddDate(1, 0, 0), t0.Add(time.Hour)))
	if r := Evaluate(me, scopes[0], t0.Add(2*time.Hour)); r.Allowed {
		t.Fatalf("a minor's own yes counts: %+v", r)
	}
	if r := Evaluate(me, scopes[0], t0.AddDate(2, 0, 0)); r.Allowed {
		t.Fatalf("what a minor said counts once they are of age: %+v", r)
	}
	for actor, want := range map[Actor]bool{Self: false, Import: false, Guardian: true} {
		if err := speaks(me, said("evt_9", actor, Given, t0), t0.Add(2*time.Hour)); (err == nil) != want {
			t.Errorf("a yes by %s: %v", actor, err)
		}
		if err := speaks(me, said("evt_9", actor, Withdrawn, t0), t0.Add(2*time.Hour)); err != nil {
			t.Errorf("a no by %s was refused: %v", actor, err)
		}
	}
	p.Apply(under("evt_3", time.Unix(1, 0), t0.Add(3*time.Hour))) // it was a mistake
	if !Evaluate(me, scopes[0], t0.Add(4*time.Hour)).Allowed {
		t.Error("a mistake about the age can't be mended")
	}
}

// Over random histories: under age permits nothing but by a guardian, and knowing
// that somebody is under age never permits more.
func TestUnderAgeOnlyAGuardianPermits(t *testing.T) {
	permitted := 0
	eachHistory(t, func(r *rand.Rand, h history) {
		q := scopes[r.IntN(len(scopes))]
		until := t0.Add(time.Duration(r.IntN(120)) * time.Hour)
		alone := Evaluate(h.members(), q, h.now)
		ms := h.members()
		e := under("evt_minor", until, t0)
		ms[0].Projection.Apply(e)
		got := Evaluate(ms, q, h.now)
		if got.Allowed && !alone.Allowed {
			t.Errorf("being under age permitted %v", q)
		}
		if !got.Allowed {
			return
		}
		permitted++
		for _, m := range ms {
			for _, en := range m.Projection.Entries {
				if en.Yes != nil && en.Yes.Event == got.Evidence && en.Yes.Guardian != h.now.Before(until) {
					t.Errorf("at %v, of age from %v, the yes of guardian=%v counts", h.now, until, en.Yes.Guardian)
				}
			}
		}
	})
	if permitted == 0 {
		t.Fatal("nothing was ever permitted: the test asserts nothing")
	}
}
