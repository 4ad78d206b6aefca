package record

import (
	"fmt"

	"fairtouch/touch"
)

// ErrStale means that the person's state changed (a withdrawal, an erasure)
// after the decision was made and before it was committed. Nothing was
// recorded; decide again.
var ErrStale = touch.Errorf(touch.Conflict, "the person's permissions changed meanwhile; decide again")

// ErrRollback means that the log is smaller than, or different from, what was
// published before. Stop: serve nothing, and compare with a backup and with the
// checkpoints that others hold.
var ErrRollback = touch.Errorf(touch.Tampered, "the transparency log is not the one that was published: it was rolled back or altered; run record verify")

// ErrReceipt means that a receipt was altered, or is of another log. Trust
// nothing that it says.
var ErrReceipt = touch.Errorf(touch.Tampered, "the receipt does not hold: it was altered or is not of this log")

// DuplicateError means that the idempotency key was used before. Answer with
// the first decision.
type DuplicateError struct {
	Decision touch.DecisionID
	Event    touch.EventID
	Subject  touch.SubjectID
	Reply    []byte // sealed under the subject's key, or the workspace's
}

// Error names the first decision.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("this request was decided before, as %s", e.Decision)
}

// ErrDuplicate matches every DuplicateError with errors.Is.
var ErrDuplicate = touch.Errorf(touch.Conflict, "this request was decided before")

// Is makes errors.Is(err, ErrDuplicate) true.
func (e *DuplicateError) Is(target error) bool { return target == error(ErrDuplicate) }
