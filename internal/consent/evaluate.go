package consent

import (
	"time"

	"fairtouch/touch"
)

// Member is one identity of a person: its projection, and since when it has
// been joined with the others. A person known by one identity is one Member
// with a zero Joined.
type Member struct {
	Projection *Projection
	Joined     time.Time
}

// Result is the answer of the ledger to one question.
type Result struct {
	State      State
	Allowed    bool
	Basis      Basis
	Evidence   touch.EventID // the event that decides; "" when there is none
	Notice     string
	Since      time.Time
	Until      time.Time // when a yes ends or ended; zero: it was given without an end
	Conflict   bool      // a grant and an opt-out signal stand against each other
	Assessment string
}

// minority is until when the person is under age: the latest that any identity
// says. The zero time: nobody said so.
func minority(members []Member) (until time.Time) {
	for i := range members {
		if m := members[i].Projection.Minor(); m != nil && m.Until.After(until) {
			until = m.Until
		}
	}
	return until
}

// MinorAt reports whether the ledger knows that the person is under age.
func MinorAt(members []Member, now time.Time) bool { return now.Before(minority(members)) }

// counts reports whether a yes may count, by who said it and how old the person
// was: a guardian speaks while the person is under age and not a moment longer
// (GDPR Art. 8(1)); of what the person said, only what they said since counts.
func (m *Mark) counts(until, now time.Time) bool {
	switch {
	case until.IsZero():
		return true
	case now.Before(until):
		return m.Guardian
	}
	return !m.Guardian && !m.Effective.Before(until)
}

// Evaluate answers whether the scope q is permitted at now.
//
// Every no that stands against q must have been answered by a later
// affirmative act of the person that covers q: on the same identity, or after
// the identities were joined. Then the latest yes decides, unless it expired.
// Nothing else permits. What a browser allowed never counts here, linked or
// not; what it refused counts for the person that it was linked to, until the
// person says otherwise in their own name.
func Evaluate(members []Member, q Scope, now time.Time) Result {
	return evaluate(members, q, now, false)
}

// EvaluateDevice answers for one browser from what was said on it alone: no
// identity that it was linked to is looked at, so that a web site can learn
// nothing about a person.
func EvaluateDevice(own *Projection, q Scope, now time.Time) Result {
	return evaluate([]Member{{Projection: own}}, q, now, true)
}

func evaluate(members []Member, q Scope, now time.Time, device bool) Result {
	until := minority(members)
	no := openRefusal(members, q, device, until, now)
	yes := latestYes(members, q, device)
	ended := yes != nil && !yes.counts(until, now)
	if ended {
		yes = nil
	}
	if no != nil {
		return Result{
			State: no.State, Evidence: no.Event, Since: no.Effective, Basis: ByNone,
			Conflict: yes != nil && no.State == OptedOut,
		}
	}
	if yes == nil {
		r := Result{State: pending(members, q), Basis: ByNone}
		if ended && !now.Before(until) {
			r.State = Expired // the guardian's say ended: the person has to be asked
		}
		return r
	}
	r := Result{State: yes.State, Basis: yes.Basis, Evidence: yes.Event, Notice: yes.Notice,
		Since: yes.Effective, Until: yes.Until, Assessment: yes.Assessment}
	switch {
	case yes.Effective.After(now):
		r.State, r.Basis = Unknown, ByNone
	case !yes.Until.IsZero() && !now.Before(yes.Until):
		r.State, r.Basis = Expired, ByNone
	default:
		r.Allowed = true
	}
	return r
}

// openRefusal returns the latest no against q that no later act has answered.
func openRefusal(members []Member, q Scope, device bool, until, now time.Time) *Mark {
	var open *Mark
	for i := range members {
		for j := range members[i].Projection.Entries {
			en := &members[i].Projection.Entries[j]
			if en.No == nil || !en.Scope.refuses(q) || answered(members, i, en.No, q, device, until, now) {
				continue
			}
			if open == nil || en.No.Effective.After(open.Effective) {
				open = en.No
			}
		}
	}
	return open
}

func answered(members []Member, owner int, no *Mark, q Scope, device bool, until, now time.Time) bool {
	for i := range members {
		for j := range members[i].Projection.Entries {
			en := &members[i].Projection.Entries[j]
			if en.Act == nil || en.Act.Device != device || !en.Act.counts(until, now) || !en.Scope.covers(q) || !en.Act.Effective.After(no.Effective) {
				continue
			}
			if i == owner || !en.Act.Effective.Before(joined(members[i], members[owner])) {
				return true
			}
		}
	}
	return false
}

func joined(a, b Member) time.Time {
	if a.Joined.After(b.Joined) {
		return a.Joined
	}
	return b.Joined
}

// latestYes picks the latest yes that covers q. On a tie the one that expires
// first counts.
func latestYes(members []Member, q Scope, device bool) *Mark {
	var best *Mark
	for i := range members {
		for j := range members[i].Projection.Entries {
			en := &members[i].Projection.Entries[j]
			if en.Yes == nil || en.Yes.Device != device || !en.Scope.covers(q) {
				continue
			}
			if best == nil || en.Yes.Effective.After(best.Effective) || tieDenies(best, en.Yes) {
				best = en.Yes
			}
		}
	}
	return best
}

func tieDenies(a, b *Mark) bool {
	return b.Effective.Equal(a.Effective) && !b.Until.IsZero() && (a.Until.IsZero() || b.Until.Before(a.Until))
}

func pending(members []Member, q Scope) State {
	st, at := Unknown, time.Time{}
	for i := range members {
		for j := range members[i].Projection.Entries {
			en := &members[i].Projection.Entries[j]
			if en.Other != nil && en.Scope.covers(q) && en.Other.Effective.After(at) {
				st, at = en.Other.State, en.Other.Effective
			}
		}
	}
	return st
}
