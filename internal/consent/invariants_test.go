package consent

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"testing"
	"time"

	"fairtouch/touch"
)

// histories is how many random histories the invariants are checked over;
// `make soak` sets FAIRTOUCH_HISTORIES to a million.
func histories(t *testing.T) int {
	s := os.Getenv("FAIRTOUCH_HISTORIES")
	if s == "" {
		return 10_000
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("FAIRTOUCH_HISTORIES must be a positive number, got %q", s)
	}
	return n
}

// history is a random life of one person's permissions: events on up to three
// identities, that may be joined and separated, arriving late, early, twice,
// with clocks that run wrong.
type history struct {
	events [3][]Event
	joined [3]time.Time // zero: apart from identity 0
	now    time.Time
}

var t0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var scopes = []Scope{
	{"offers", "scorer", Any}, {"offers", "scorer", touch.Email}, {"offers", "other", Any},
	{"offers", "", touch.Email}, {"service", "scorer", Any}, {"offers", "scorer", touch.Call},
}
var wide = []Scope{{Any, Any, Any}, {"offers", Any, Any}, {Any, "scorer", Any}, {Any, Any, touch.Email}, {Any, "", touch.Email}, {Any, AnyAI, Any}}

func randomEvent(r *rand.Rand, n int) Event {
	states := States()
	e := Event{
		ID: touch.EventID(fmt.Sprintf("evt_%06d", n)), State: states[r.IntN(len(states))], Basis: ByConsent,
		Notice: "n", Actor: []Actor{Self, Guardian, Agent, Import, Signal, Operator}[r.IntN(6)],
	}
	e.Scope = scopes[r.IntN(len(scopes))]
	if e.State.Negative() && r.IntN(3) == 0 {
		e.Scope = wide[r.IntN(len(wide))]
	}
	e.ReceivedAt = t0.Add(time.Duration(r.IntN(40)) * time.Hour)
	// Skewed clocks: from two days early to two days late, often equal.
	e.OccurredAt = e.ReceivedAt.Add(time.Duration(r.IntN(97)-48) * time.Hour)
	if r.IntN(4) == 0 {
		e.OccurredAt = e.ReceivedAt
	}
	if r.IntN(5) == 0 {
		e.ValidUntil = e.ReceivedAt.Add(time.Duration(r.IntN(72)) * time.Hour)
	}
	return e
}

func randomHistory(r *rand.Rand) history {
	h := history{now: t0.Add(time.Duration(r.IntN(100)) * time.Hour)}
	n := 0
	for i := range h.events {
		for range r.IntN(7) {
			n++
			e := randomEvent(r, n)
			if e.Validate() == nil && !e.ReceivedAt.After(h.now) {
				h.events[i] = append(h.events[i], e)
			}
		}
		if i > 0 && r.IntN(2) == 0 {
			h.joined[i] = t0.Add(time.Duration(r.IntN(60)) * time.Hour)
		}
	}
	return h
}

func project(events []Event) *Projection {
	p := &Projection{}
	for i := range events {
		p.Apply(&events[i])
	}
	return p
}

func (h history) members() []Member {
	ms := []Member{{Projection: project(h.events[0])}}
	for i := 1; i < 3; i++ {
		if !h.joined[i].IsZero() && !h.joined[i].After(h.now) {
			ms = append(ms, Member{Projection: project(h.events[i]), Joined: h.joined[i]})
		}
	}
	return ms
}

// oracle answers from the raw events, the long way, without a projection.
func (h history) oracle(q Scope) bool {
	var all []int
	for i := range 3 {
		if i == 0 || (!h.joined[i].IsZero() && !h.joined[i].After(h.now)) {
			all = append(all, i)
		}
	}
	for _, i := range all {
		for _, no := range h.events[i] {
			if no.State.Negative() && no.Scope.refuses(q) && !h.undone(all, i, no, q) {
				return false
			}
		}
	}
	last, ok := time.Time{}, false
	for _, i := range all {
		for _, e := range h.events[i] {
			if !e.State.Positive() || !e.Scope.covers(q) || e.Effective().Before(last) {
				continue
			}
			alive := e.ValidUntil.IsZero() || h.now.Before(e.ValidUntil)
			switch {
			case e.Effective().After(last):
				last, ok = e.Effective(), alive
			default:
				ok = ok && alive
			}
		}
	}
	return ok
}

func (h history) undone(all []int, owner int, no Event, q Scope) bool {
	for _, i := range all {
		for _, act := range h.events[i] {
			if !act.State.Positive() || !act.Actor.Affirmative() || !act.Scope.covers(q) || !act.Effective().After(no.Effective()) {
				continue
			}
			together := h.joined[i]
			if h.joined[owner].After(together) {
				together = h.joined[owner]
			}
			if i == owner || !act.Effective().Before(together) {
				return true
			}
		}
	}
	return false
}

func eachHistory(t *testing.T, f func(r *rand.Rand, h history)) {
	t.Helper()
	for seed := range histories(t) {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		f(r, randomHistory(r))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestProjectionAnswersAsTheWholeHistoryDoes(t *testing.T) {
	yes := 0
	eachHistory(t, func(r *rand.Rand, h history) {
		for _, q := range scopes {
			got := Evaluate(h.members(), q, h.now)
			if got.Allowed {
				yes++
			}
			// Ties between two yeses with different ends are settled by id inside a
			// scope; the oracle is stricter there, never looser.
			if want := h.oracle(q); got.Allowed && !want && !tied(h, q) || !got.Allowed && want {
				t.Errorf("scope %v: projection says %v, history says %v", q, got, want)
			}
		}
	})
	if yes == 0 {
		t.Fatal("no history ever permitted anything: the test asserts nothing")
	}
}

func tied(h history, q Scope) bool {
	seen := map[time.Time]int{}
	for i := range h.events {
		for _, e := range h.events[i] {
			if e.State.Positive() && e.Scope.covers(q) {
				seen[e.Effective()]++
			}
		}
	}
	for _, n := range seen {
		if n > 1 {
			return true
		}
	}
	return false
}

func TestOrderOfArrivalAndCrashesChangeNothing(t *testing.T) {
	eachHistory(t, func(r *rand.Rand, h history) {
		for i := range h.events {
			want := project(h.events[i])
			es := append([]Event(nil), h.events[i]...)
			r.Shuffle(len(es), func(a, b int) { es[a], es[b] = es[b], es[a] })
			if len(es) > 0 { // delivered again after a crash
				es = append(es, es[r.IntN(len(es))])
			}
			if got := project(es); !reflect.DeepEqual(got, want) {
				t.Errorf("replay differs")
			}
		}
	})
}

func TestANoBecomesAYesOnlyByALaterActOfThePerson(t *testing.T) {
	eachHistory(t, func(r *rand.Rand, h history) {
		q := scopes[r.IntN(len(scopes))]
		before := Evaluate(h.members(), q, h.now)
		if before.Allowed {
			return
		}
		e := randomEvent(r, 999)
		if e.Validate() != nil || e.ReceivedAt.After(h.now) {
			return
		}
		i := r.IntN(3)
		h.events[i] = append(h.events[i], e)
		after := Evaluate(h.members(), q, h.now)
		if !after.Allowed {
			return
		}
		if before.State.Negative() && !e.Actor.Affirmative() {
			t.Errorf("%v became a yes by %v of %v", before.State, e.State, e.Actor)
		}
		if !e.State.Positive() || !e.Scope.covers(q) {
			t.Errorf("an event on %v (%v) opened %v", e.Scope, e.State, q)
		}
	})
}

func TestAMergeNeverPermitsMoreThanItsStricterHalf(t *testing.T) {
	eachHistory(t, func(r *rand.Rand, h history) {
		h.joined = [3]time.Time{}
		alone := Evaluate(h.members(), scopes[0], h.now)
		h.joined[1] = h.now // joined now: nothing was done since
		merged := Evaluate(h.members(), scopes[0], h.now)
		other := Evaluate([]Member{{Projection: project(h.events[1])}}, scopes[0], h.now)
		if merged.Allowed && (alone.State.Negative() || other.State.Negative()) && !h.oracle(scopes[0]) {
			t.Errorf("merge turned %v and %v into a yes", alone.State, other.State)
		}
		h.joined[1] = time.Time{}
		if again := Evaluate(h.members(), scopes[0], h.now); again != alone {
			t.Errorf("unmerge did not restore: %v, was %v", again, alone)
		}
	})
}

func TestEveryYesNamesItsEvidence(t *testing.T) {
	eachHistory(t, func(r *rand.Rand, h history) {
		for _, q := range scopes {
			if res := Evaluate(h.members(), q, h.now); res.Allowed {
				e := find(h, res.Evidence)
				if e == nil || e.Scope.Purpose != q.Purpose || e.Scope.System != q.System {
					t.Errorf("%v permitted on evidence %v", q, e)
				}
			}
		}
	})
}

func find(h history, id touch.EventID) *Event {
	for i := range h.events {
		for j := range h.events[i] {
			if h.events[i][j].ID == id {
				return &h.events[i][j]
			}
		}
	}
	return nil
}

func yes(id string, s Scope, at time.Time) Event {
	return Event{ID: touch.EventID(id), Scope: s, State: Given, Basis: ByConsent, Notice: "n", Actor: Self, OccurredAt: at, ReceivedAt: at}
}

func TestKnownWaysOfANoBecomingAYes(t *testing.T) {
	ai := Scope{"offers", "scorer", Any}
	no := Event{ID: "evt_no", Scope: ai, State: Withdrawn, Actor: Self, OccurredAt: t0, ReceivedAt: t0}
	imported := yes("evt_im", ai, t0.Add(time.Hour))
	imported.Actor = Import
	fast := yes("evt_fast", ai, t0.Add(24*time.Hour))
	fast.ReceivedAt = t0.Add(-time.Hour)
	stop := Event{ID: "evt_stop", Scope: Scope{Any, Any, Any}, State: Objected, Actor: Self, OccurredAt: t0, ReceivedAt: t0}
	short := yes("evt_ttl", ai, t0)
	short.ValidUntil = t0.Add(time.Hour)
	gpc := Event{ID: "evt_gpc", Scope: Scope{Any, Any, Any}, State: OptedOut, Actor: Signal, OccurredAt: t0.Add(time.Hour), ReceivedAt: t0.Add(time.Hour)}
	for name, c := range map[string]struct {
		events []Event
		q      Scope
		want   State
	}{
		"a record of any kind is not consent (c15t check)": {[]Event{no}, ai, Withdrawn},
		"no record is not consent (fail-open eligibility)": {nil, ai, Unknown},
		"a late import after a withdrawal":                 {[]Event{no, imported}, ai, Withdrawn},
		"a clock that runs fast":                           {[]Event{no, fast}, ai, Withdrawn},
		"a tie":                                            {[]Event{no, yes("evt_tie", ai, t0)}, ai, Withdrawn},
		"another system's permission":                      {[]Event{yes("evt_o", Scope{"offers", "other", Any}, t0)}, ai, Unknown},
		"another purpose's permission":                     {[]Event{yes("evt_p", Scope{"service", "scorer", Any}, t0)}, ai, Unknown},
		"permission for e-mail is not permission for AI":   {[]Event{yes("evt_c", Scope{"offers", "", touch.Email}, t0)}, ai, Unknown},
		"stop everything beats an earlier yes":             {[]Event{yes("evt_y", ai, t0.Add(-time.Hour)), stop}, ai, Objected},
		"expired":                                          {[]Event{short}, ai, Expired},
		"browser opt-out against a grant":                  {[]Event{yes("evt_y", ai, t0), gpc}, ai, OptedOut},
		"a request that nobody answered":                   {[]Event{{ID: "evt_r", Scope: ai, State: Requested, Actor: Self, ReceivedAt: t0}}, ai, Requested},
	} {
		t.Run(name, func(t *testing.T) {
			got := Evaluate([]Member{{Projection: project(c.events)}}, c.q, t0.Add(48*time.Hour))
			if got.Allowed || got.State != c.want {
				t.Fatalf("got %+v, want a no in state %s", got, c.want)
			}
		})
	}
	got := Evaluate([]Member{{Projection: project([]Event{yes("evt_y", ai, t0), gpc})}}, ai, t0.Add(48*time.Hour))
	if !got.Conflict {
		t.Error("a browser's opt-out against a grant must be recorded as a conflict")
	}
	again := Evaluate([]Member{{Projection: project([]Event{no, yes("evt_again", ai, t0.Add(time.Hour))})}}, ai, t0.Add(2*time.Hour))
	if !again.Allowed || again.Evidence != "evt_again" {
		t.Errorf("a later yes of the person must count, got %+v", again)
	}
}

func TestAYesThatCoversEverythingIsRefused(t *testing.T) {
	for _, s := range []Scope{{Any, "scorer", Any}, {"offers", Any, Any}, {"offers", "", Any}, {"", "scorer", Any}} {
		e := yes("evt", s, t0)
		if touch.CodeOf(e.Validate()) != touch.Invalid {
			t.Errorf("%v was accepted", s)
		}
	}
	bare := yes("evt", scopes[0], t0)
	bare.Notice = ""
	if bare.Validate() == nil {
		t.Error("consent without the text that was shown was accepted")
	}
}
