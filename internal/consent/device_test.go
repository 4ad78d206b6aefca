package consent

import (
	"math/rand/v2"
	"testing"
	"time"
)

// onDevice is a random history of a browser.
func onDevice(r *rand.Rand, now time.Time) []Event {
	var out []Event
	for n := range 6 {
		e := randomEvent(r, 1000+n)
		e.Actor, e.Device, e.Assurance = []Actor{Self, Signal}[r.IntN(2)], true, ByDevice
		if e.Validate() == nil && !e.ReceivedAt.After(now) {
			out = append(out, e)
		}
	}
	return out
}

// Whatever is said on a browser, and whenever it is linked: it never permits
// what the person didn't permit in their own name.
func TestABrowserNeverWritesAPersonsPermission(t *testing.T) {
	stopped := 0
	eachHistory(t, func(r *rand.Rand, h history) {
		device := Member{Projection: project(onDevice(r, h.now)), Joined: h.now.Add(-time.Duration(r.IntN(90)) * time.Hour)}
		for _, q := range scopes {
			alone := Evaluate(h.members(), q, h.now)
			linked := Evaluate(append(h.members(), device), q, h.now)
			if linked.Allowed && !alone.Allowed {
				t.Errorf("a browser turned %v into a yes for %v", alone.State, q)
			}
			if alone.Allowed && !linked.Allowed {
				stopped++
			}
			if Evaluate([]Member{device}, q, h.now).Allowed {
				t.Errorf("a browser's answer permitted the use of a person's data for %v", q)
			}
		}
	})
	if stopped == 0 {
		t.Fatal("no browser's no ever counted: the test asserts nothing")
	}
}

func TestAWebSiteLearnsNothingOfThePerson(t *testing.T) {
	yes := 0
	eachHistory(t, func(r *rand.Rand, h history) {
		own := project(onDevice(r, h.now))
		for _, q := range scopes {
			got := EvaluateDevice(own, q, h.now)
			if got.Allowed {
				yes++
			}
			if got.Allowed && got.Basis == ByNone {
				t.Errorf("a yes without a basis: %+v", got)
			}
			if person := project(h.events[0]); EvaluateDevice(person, q, h.now).Allowed {
				t.Errorf("a person's own yes counts on a browser for %v", q)
			}
		}
	})
	if yes == 0 {
		t.Fatal("no browser ever allowed anything: the test asserts nothing")
	}
}
