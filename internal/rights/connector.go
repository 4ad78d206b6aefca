package rights

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// EventKind is what a step of a request is called in the record.
const EventKind record.Kind = "rights"

// Op is one thing that a connector can do in its system.
type Op string

// The operations. All but Find, Export and Status change the other system.
const (
	OpFind     Op = "find"     // is the person there?
	OpExport   Op = "export"   // what is held about them
	OpErase    Op = "erase"    // destroy it
	OpSuppress Op = "suppress" // never write to them again, also if they come back
	OpObject   Op = "object"   // use nothing for marketing or profiling
	OpStatus   Op = "status"   // how far an operation is that takes hours
)

// Changes reports whether the operation changes the other system.
func (o Op) Changes() bool { return o == OpErase || o == OpSuppress || o == OpObject }

// Person is whom a call is about, as the other system may know them. It is
// held in memory for the call alone and never logged.
type Person struct {
	External string
	Email    string
}

// Call is one call of a connector.
type Call struct {
	Op        Op
	Person    Person
	Key       string // idempotency key: the same for every attempt of one operation
	Operation string // for Status: the id that the system gave
	Dry       bool   // change nothing; say what would be done
}

// Outcome is how a call ended.
type Outcome string

// The outcomes.
const (
	Completed Outcome = "completed"
	Pending   Outcome = "pending" // the system works on it; ask Status
	Absent    Outcome = "absent"  // the system doesn't know the person
	Found     Outcome = "found"   // for Find, and for a dry run that would do something
	Partial   Outcome = "partial" // some of the person's records are left
)

// Receipt is what a connector brings back. It holds nothing about the person
// but Data, which an export alone fills and nobody stores in the journal.
type Receipt struct {
	Outcome   Outcome         `json:"outcome"`
	Operation string          `json:"operation,omitzero"` // the system's id of a pending one
	Status    int             `json:"status,omitzero"`    // the last HTTP status
	Left      int             `json:"left,omitzero"`      // for Partial
	Dry       bool            `json:"dry,omitzero"`
	Data      json.RawMessage `json:"-"`
}

// Connector carries operations out in one other system. Every operation is
// idempotent there: erasing who is gone is Absent, not an error.
type Connector interface {
	// Name is the system's and its account's, such as hubspot.
	Name() string
	// Can lists what the system has a way to do.
	Can() []Op
	// Do makes one attempt. A *Later says when to try again; any other error is
	// final until somebody changes something.
	Do(ctx context.Context, c Call) (Receipt, error)
}

// Slow is a connector whose system works on after it has answered, and takes no
// idempotency key: while nobody knows whether a call got there, it isn't
// repeated for a day, because it may be under way.
type Slow interface{ Slow() bool }

// ErrOff is what a connector answers that the staff switched off: nothing was
// called. The row fails with FaultOff, so that the request says what is missing;
// switching it on makes it due again.
var ErrOff = touch.Errorf(touch.Unavailable, "this system is switched off")

// FaultOff is the fault of a call to a system that was switched off.
const FaultOff = "switched_off"

// Off is a connector that was switched off. It can do what it could, and does
// nothing.
type Off struct{ Connector }

// Do implements Connector.
func (Off) Do(context.Context, Call) (Receipt, error) { return Receipt{}, ErrOff }

// faultOf names what went wrong by a code, never by another system's text.
func faultOf(err error) string {
	if errors.Is(err, ErrOff) {
		return FaultOff
	}
	return string(touch.CodeOf(err))
}

// Later is a failure that a later attempt may mend.
type Later struct {
	After time.Duration // as the system asked (Retry-After); 0 for as one likes
	Sure  bool          // the system said that it did nothing; otherwise nobody knows
	Err   error
}

// Error implements error.
func (l *Later) Error() string { return "try again later: " + l.Err.Error() }

// Unwrap gives the cause.
func (l *Later) Unwrap() error { return l.Err }

// later finds a Later in an error.
func later(err error) (*Later, bool) {
	var l *Later
	ok := errors.As(err, &l)
	return l, ok
}
