package consent

import (
	"time"

	"fairtouch/touch"
)

// speaks refuses a yes by whoever may not say it: somebody under age, or a
// guardian of somebody who is not. A no is never refused.
func speaks(members []Member, e *Event, now time.Time) error {
	if !e.State.Positive() || e.Device {
		return nil
	}
	minor := MinorAt(members, now)
	switch {
	case minor && e.Actor != Guardian:
		return touch.Errorf(touch.Forbidden, "the person is under age; a guardian has to agree")
	case !minor && e.Actor == Guardian && !minority(members).IsZero():
		return touch.Errorf(touch.Forbidden, "the person is of age and answers alone now")
	}
	return nil
}

// UnderAge is the event that says until when somebody is under age. Who is not
// gets a time that is past.
func UnderAge(until time.Time, surface string, at time.Time) Event {
	return Event{Scope: Scope{Purpose: Any, System: Any, Channel: Any}, State: Unknown, Basis: ByNone, Surface: surface, Actor: Operator, MinorUntil: until, OccurredAt: at}
}
