package govern

import (
	"context"
	"errors"
	"sync"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Result is one touch's fate in a batch.
type Result struct {
	Decision touch.Decision
	Err      error
}

// DecideAll takes many touches of one caller: the people are read together,
// the steps run on as many goroutines as workers, and one commit records them
// all. Each touch is decided as Decide would, and its failure leaves the others
// alone.
func (p *Path) DecideAll(ctx context.Context, c Caller, ts []touch.Touch, workers int) ([]Result, error) {
	entries, out, err := p.openAll(ctx, c, ts)
	if err != nil {
		return nil, err
	}
	rows := make([]record.Entry, len(ts))
	var wg sync.WaitGroup
	workers = max(1, min(workers, len(ts)))
	for w := range workers {
		wg.Go(func() {
			for i := w * len(ts) / workers; i < (w+1)*len(ts)/workers; i++ {
				if entries[i] != nil {
					rows[i], out[i] = p.prepare(ctx, entries[i])
				}
			}
		})
	}
	wg.Wait()
	return out, p.commit(ctx, c, ts, entries, rows, out)
}

// openAll reads the people of all touches in few queries.
func (p *Path) openAll(ctx context.Context, c Caller, ts []touch.Touch) ([]*entry, []Result, error) {
	entries, out := make([]*entry, len(ts)), make([]Result, len(ts))
	lookups := make([]string, len(ts))
	var ask []string
	for i := range ts {
		if ts[i].Subject == nil {
			continue
		}
		if lookups[i], out[i].Err = p.ledger.Lookup(c.Workspace, ts[i].Subject.ExternalID); out[i].Err == nil {
			ask = append(ask, lookups[i])
		}
	}
	people, epoch, err := p.ledger.FindAll(ctx, c.Workspace, ask)
	if err != nil {
		return nil, nil, err
	}
	for i := range ts {
		if out[i].Err != nil {
			continue
		}
		e := &entry{id: touch.NewDecisionID(), at: p.stamp(), caller: c, touch: ts[i]}
		if lookups[i] != "" {
			e.known = people[lookups[i]]
		}
		if out[i].Err = p.enter(ctx, e, epoch); out[i].Err == nil {
			entries[i] = e
		}
	}
	return entries, out, nil
}

// prepare decides one touch and makes its row, recovering a panic.
func (p *Path) prepare(ctx context.Context, e *entry) (row record.Entry, r Result) {
	var d touch.Decision
	var err error
	func() {
		defer func() {
			d, err, row.Outcome = p.settle(e, d, err, recover())
		}()
		d, err = p.decide(ctx, e)
	}()
	outcome := row.Outcome
	row, rowErr := e.row(&d, outcome)
	if rowErr != nil {
		return row, Result{Err: rowErr}
	}
	return row, Result{d, err}
}

// commit records all rows at once; a touch whose person changed meanwhile is
// decided anew on its own.
func (p *Path) commit(ctx context.Context, c Caller, ts []touch.Touch, entries []*entry, rows []record.Entry, out []Result) error {
	var batch []record.Entry
	var at []int
	for i := range entries {
		if entries[i] != nil && rows[i].Kind != "" {
			batch, at = append(batch, rows[i]), append(at, i)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	results, err := p.rec.AppendBatch(context.WithoutCancel(ctx), c.Workspace, batch)
	if err != nil {
		return err
	}
	for j, i := range at {
		switch err := results[j].Err; {
		case errors.Is(err, record.ErrStale):
			out[i].Decision, out[i].Err = p.Decide(ctx, c, ts[i], "")
		case err != nil:
			out[i] = Result{Err: err}
		default:
			out[i].Decision.Receipt = &results[j].Receipt
		}
	}
	return nil
}

// stamp is the time of a decision, in the resolution that the store keeps.
func (p *Path) stamp() time.Time { return p.now().UTC().Truncate(time.Microsecond) }
