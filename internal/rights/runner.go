package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"fairtouch/touch"
)

// Entry is a row of the journal: one operation in one system for one request.
// It names nobody.
type Entry struct {
	Request   string    `json:"request"`
	System    string    `json:"system"`
	Op        Op        `json:"op"`
	Key       string    `json:"key"`   // sent with every attempt
	State     CallState `json:"state"` // begun before the call, ended after
	Tries     int       `json:"tries"`
	Operation string    `json:"operation,omitzero"`
	Outcome   Outcome   `json:"outcome,omitzero"`
	Status    int       `json:"status,omitzero"`
	Left      int       `json:"left,omitzero"`
	Fault     string    `json:"fault,omitzero"` // a code, never a text of the other system
	NotBefore time.Time `json:"not_before,omitzero"`
	At        time.Time `json:"at"`
}

// CallState is where a journal's row stands.
type CallState string

// The states of a row.
const (
	CallBegun   CallState = "begun"   // a call was made or is about to be; nobody knows its end
	CallWaiting CallState = "waiting" // not before a time, or for Status
	CallEnded   CallState = "ended"   // there is a receipt
	CallFailed  CallState = "failed"  // somebody must change something first
)

// Journal remembers what was asked of other systems. Each method is durable
// before it returns.
type Journal interface {
	// Calls lists the rows of a request.
	Calls(ctx context.Context, ws touch.Workspace, request string) ([]Entry, error)
	// PutCall writes a row; the key is request, system and operation.
	PutCall(ctx context.Context, ws touch.Workspace, e Entry) error
}

// Runner carries operations out in many systems. It writes a row before each
// call and the receipt after it, so that a crash loses nothing, and asks a
// system whose end is unknown before it calls again, so that nothing is done
// twice.
type Runner struct {
	Journal    Journal
	Connectors []Connector
	Now        func() time.Time
	Timeout    time.Duration // of one call; 0 is 30 seconds
	Tries      int           // attempts before a row fails; 0 is 12
}

// Run makes one attempt for every system and operation that isn't ended and is
// due. It returns the rows as they stand. An error is the journal's.
func (r *Runner) Run(ctx context.Context, ws touch.Workspace, request string, who Person, ops ...Op) ([]Entry, error) {
	have, err := r.Journal.Calls(ctx, ws, request)
	if err != nil {
		return nil, err
	}
	for _, c := range r.Connectors {
		for _, op := range ops {
			i := slices.IndexFunc(have, func(e Entry) bool { return e.System == c.Name() && e.Op == op })
			if i < 0 {
				have = append(have, Entry{Request: request, System: c.Name(), Op: op, Key: touch.NewID("call"), At: r.Now()})
				i = len(have) - 1
			}
			if err := r.step(ctx, ws, c, &have[i], who); err != nil {
				return have, err
			}
		}
	}
	return have, nil
}

// step moves one row on.
func (r *Runner) step(ctx context.Context, ws touch.Workspace, c Connector, e *Entry, who Person) error {
	now := r.Now()
	if e.State == CallEnded || e.State == CallFailed || now.Before(e.NotBefore) {
		return nil
	}
	if !slices.Contains(c.Can(), e.Op) {
		e.State, e.Fault, e.At = CallFailed, "unsupported", now
		return r.Journal.PutCall(ctx, ws, *e)
	}
	call := Call{Op: e.Op, Person: who, Key: e.Key, Operation: e.Operation}
	switch {
	case e.Operation != "":
		call.Op = OpStatus
	case e.State == CallBegun && e.Op == OpErase: // it crashed between call and receipt
		gone, err := r.gone(ctx, c, call)
		if err != nil {
			return r.failed(ctx, ws, e, err, false)
		}
		if gone {
			return r.ended(ctx, ws, e, Receipt{Outcome: Completed})
		}
		if s, ok := c.(Slow); ok && s.Slow() && e.Tries > 0 && now.Sub(e.At) < underWay {
			return nil // e.At is when the call was made
		}
	}
	e.State, e.Tries, e.At, e.NotBefore = CallBegun, e.Tries+1, now, time.Time{}
	if err := r.Journal.PutCall(ctx, ws, *e); err != nil {
		return err
	}
	got, err := r.call(ctx, c, call)
	if err != nil {
		return r.failed(ctx, ws, e, err, call.Op == e.Op)
	}
	return r.ended(ctx, ws, e, got)
}

// underWay is how long a call whose end is unknown may still be carried out:
// deletions of millions take hours, and the laws give weeks.
const underWay = 24 * time.Hour

// gone reports whether the person isn't there any more, where the system can
// say so.
func (r *Runner) gone(ctx context.Context, c Connector, call Call) (bool, error) {
	if !slices.Contains(c.Can(), OpFind) {
		return false, nil
	}
	call.Op = OpFind
	got, err := r.call(ctx, c, call)
	return got.Outcome == Absent, err
}

func (r *Runner) call(ctx context.Context, c Connector, call Call) (got Receipt, err error) {
	limit := r.Timeout
	if limit == 0 {
		limit = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = touch.Errorf(touch.Internal, "the connector failed")
		}
	}()
	return c.Do(ctx, call)
}

// ended writes the receipt.
func (r *Runner) ended(ctx context.Context, ws touch.Workspace, e *Entry, got Receipt) error {
	e.Outcome, e.Status, e.Left, e.Fault, e.At = got.Outcome, got.Status, got.Left, "", r.Now()
	switch got.Outcome {
	case Pending:
		if got.Operation != "" {
			e.Operation = got.Operation
		}
		e.State, e.NotBefore, e.Tries = CallWaiting, r.Now().Add(pendingWait), 0
	case Partial: // what is left is tried again, with the same key
		e.State, e.NotBefore = CallWaiting, r.Now().Add(backoff(e.Tries))
		if e.Tries >= r.tries() {
			e.State = CallFailed
		}
	default:
		e.State = CallEnded
	}
	return r.Journal.PutCall(ctx, ws, *e)
}

// pendingWait is how long a system that works for hours is left alone.
const pendingWait = time.Minute

func (r *Runner) tries() int {
	if r.Tries == 0 {
		return 12
	}
	return r.Tries
}

// failed writes why there is no receipt, and when to try again. A call that
// ended in a timeout may have been carried out: its row stays begun. itself: it
// was the operation that failed, and not a question about it.
func (r *Runner) failed(ctx context.Context, ws touch.Workspace, e *Entry, err error, itself bool) error {
	if stop := ctx.Err(); stop != nil { // we are going down: the row stays as it is
		return touch.Wrap(touch.Unavailable, stop, "stopped; run it again")
	}
	e.Fault = faultOf(err) // At stays: it is when the call was made
	l, again := later(err)
	if errors.Is(err, context.DeadlineExceeded) {
		l, again, e.Fault = &Later{Err: err}, true, "timeout"
	}
	if !again || e.Tries >= r.tries() {
		e.State = CallFailed
		return r.Journal.PutCall(ctx, ws, *e)
	}
	if l.Sure && itself {
		e.State = CallWaiting
	}
	e.NotBefore = r.Now().Add(max(l.After, backoff(e.Tries)))
	return r.Journal.PutCall(ctx, ws, *e)
}

// backoff doubles from two seconds to an hour.
func backoff(tries int) time.Duration { return min(time.Hour, 2*time.Second<<min(max(tries-1, 0), 12)) }

// Retry makes failed rows due again, once somebody has changed something.
func (r *Runner) Retry(ctx context.Context, ws touch.Workspace, request string) error {
	have, err := r.Journal.Calls(ctx, ws, request)
	if err != nil {
		return err
	}
	for _, e := range have {
		if e.State != CallFailed {
			continue
		}
		e.State, e.Tries, e.NotBefore = CallBegun, 0, time.Time{}
		if err := r.Journal.PutCall(ctx, ws, e); err != nil {
			return err
		}
	}
	return nil
}

// Dry asks every system what it would do, and changes nothing. What can't be
// asked says so.
func (r *Runner) Dry(ctx context.Context, who Person, ops ...Op) []Entry {
	var out []Entry
	for _, c := range r.Connectors {
		for _, op := range ops {
			e := Entry{System: c.Name(), Op: op, At: r.Now()}
			if !slices.Contains(c.Can(), op) {
				e.Fault = "unsupported"
				out = append(out, e)
				continue
			}
			got, err := r.call(ctx, c, Call{Op: op, Person: who, Dry: true})
			if e.Outcome, e.Status = got.Outcome, got.Status; err != nil {
				e.Fault = faultOf(err)
			}
			out = append(out, e)
		}
	}
	return out
}

// Collect asks every system what it holds about a person. It changes nothing,
// so nothing of it is in the journal, and the data stays in memory. Whoever
// didn't answer is in missing: an answer that lacks a system says so.
func (r *Runner) Collect(ctx context.Context, who Person) (held map[string]json.RawMessage, missing []string) {
	held = map[string]json.RawMessage{}
	for _, c := range r.Connectors {
		if !slices.Contains(c.Can(), OpExport) {
			missing = append(missing, c.Name()+": export (unsupported)")
			continue
		}
		got, err := r.call(ctx, c, Call{Op: OpExport, Person: who})
		if err != nil {
			missing = append(missing, fmt.Sprintf("%s: export (%s)", c.Name(), touch.CodeOf(err)))
			continue
		}
		if got.Data != nil {
			held[c.Name()] = got.Data
		}
	}
	return held, missing
}

// Settled reports whether every row has ended, and what is missing where one
// failed for good. Rows that wait are neither.
func Settled(rows []Entry) (done bool, missing []string) {
	done = true
	for _, e := range rows {
		switch {
		case e.State == CallFailed:
			missing = append(missing, fmt.Sprintf("%s: %s (%s)", e.System, e.Op, e.Fault))
		case e.State != CallEnded:
			done = false
		}
	}
	return done, missing
}

// Ops are what a kind of request changes in other systems. What they hold is
// asked with Collect.
func (k Kind) Ops() []Op {
	switch k {
	case Erasure:
		return []Op{OpErase}
	case Objection, Restriction:
		return []Op{OpSuppress, OpObject}
	case NoSale, NoSharing, NoProfiling, NoTraining:
		return []Op{OpObject}
	}
	return nil
}
