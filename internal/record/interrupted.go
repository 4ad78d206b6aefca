package record

import (
	"context"
	"errors"
	"time"

	"fairtouch/touch"
)

// Streams is what a store can do besides, if it knows which opened events were
// never closed.
type Streams interface {
	// Unclosed returns Opened events from before a time that no event closed,
	// over all workspaces, at most limit.
	Unclosed(ctx context.Context, before time.Time, limit int) ([]Stored, error)
}

// streamLimit is longer than any stream may last. Where other nodes may use
// the store, only older ones are certainly broken off.
const streamLimit = 15 * time.Minute

// interrupt closes what a crash left open: for each, an event that says so.
func (r *Recorder) interrupt(ctx context.Context) error {
	streams, ok := r.cfg.Store.(Streams)
	if !ok {
		return nil
	}
	before := time.Now()
	if r.cfg.Shared {
		before = before.Add(-streamLimit)
	}
	for {
		rows, err := streams.Unclosed(ctx, before, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := r.interruptOne(ctx, &rows[i]); err != nil {
				return err
			}
		}
	}
}

func (r *Recorder) interruptOne(ctx context.Context, s *Stored) error {
	e := Entry{Kind: Interrupted, Closes: s.ID, Payload: []byte("{}")}
	if key, err := r.cfg.Keeper.OpenSubjectKey(s.Workspace, s.Subject, s.Wrapped); err == nil {
		e.Subject = &Subject{ID: s.Subject, Key: key}
	}
	_, err := r.Append(ctx, s.Workspace, e)
	if errors.Is(err, ErrStale) { // erased this moment
		e.Subject = nil
		_, err = r.Append(ctx, s.Workspace, e)
	}
	return touch.Wrap(touch.CodeOf(err), err, "a stream that a crash broke off can't be closed")
}
