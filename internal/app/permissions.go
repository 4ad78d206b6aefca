package app

import (
	"context"
	"errors"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Permissions calls f with every event of the ledger whose person's key lives,
// in the order of the record. That everybody's were exported goes on record first.
func (a *App) Permissions(ctx context.Context, ws touch.Workspace, f func(id touch.SubjectID, e consent.Event) error) error {
	if err := a.note(ctx, ws, record.Export, map[string]any{"what": "everybody's permissions", "by": LocalOperator}); err != nil {
		return err
	}
	return a.scan(ctx, ws, func(row *record.Stored) error {
		if row.Kind != record.Grant {
			return nil
		}
		o, err := a.Record.Opening(ctx, ws, row.ID)
		if errors.Is(err, seal.ErrErased) {
			return nil
		}
		if err != nil {
			return err
		}
		var p struct {
			Events []consent.Event `json:"events"`
		}
		if err := payload(o.Payload, &p); err != nil {
			return err
		}
		for _, e := range p.Events {
			if err := f(row.Subject, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// scan calls f with every row of the workspace's record, oldest first.
func (a *App) scan(ctx context.Context, ws touch.Workspace, f func(row *record.Stored) error) error {
	after := int64(0)
	for {
		rows, err := a.DB.Scan(ctx, ws, after, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			after = rows[i].Seq
			if err := f(&rows[i]); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return touch.Wrap(touch.Unavailable, err, "stopped")
		}
	}
}

// Imported is one person's events of an import.
type Imported struct {
	External string
	Places   []string // where the person lives, as the file says; empty: where the company is
	Events   []consent.Event
}

// ImportPermissions puts the events of many persons on record. A yes that has to
// be confirmed and says not when and where it was is recorded as
// consent.Requested, which permits nothing; held says how many and why.
// Everything was validated before, so an error here is the store's; it says how
// many persons are done. progress may be nil. people's events are changed.
func (a *App) ImportPermissions(ctx context.Context, ws touch.Workspace, people []Imported, progress func(n int)) (held Held, err error) {
	c, err := a.confirmer(ctx, ws)
	if err != nil {
		return held, err
	}
	for i := range people {
		held.add(c.hold(&people[i]))
	}
	for done := 0; done < len(people); {
		n := min(256, len(people)-done)
		if err := a.importSome(ctx, ws, people[done:done+n]); err != nil {
			e := touch.AsError(err)
			return held, touch.Wrap(e.Code, err, "%s; %d persons were imported and are on record, the rest were not", e.Message, done)
		}
		done += n
		if progress != nil {
			progress(n)
		}
	}
	return held, nil
}

func (a *App) importSome(ctx context.Context, ws touch.Workspace, people []Imported) error {
	lookups := make([]string, len(people))
	for i := range people {
		var err error
		if lookups[i], err = a.Ledger.Lookup(ws, people[i].External); err != nil {
			return err
		}
	}
	known, _, err := a.Ledger.FindAll(ctx, ws, lookups)
	if err != nil {
		return err
	}
	entries := make([]record.Entry, len(people))
	for i := range people {
		if entries[i], err = a.Ledger.Prepare(known[lookups[i]], people[i].Events); err != nil {
			return err
		}
	}
	results, err := a.Record.AppendBatch(ctx, ws, entries)
	if err != nil {
		return err
	}
	for i := range results {
		err := results[i].Err
		if errors.Is(err, record.ErrStale) { // somebody said something meanwhile
			_, err = a.Ledger.Record(ctx, ws, people[i].External, people[i].Events...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
