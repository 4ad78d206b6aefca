package app

import (
	"context"
	"io"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/tables"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// previewRows is the most rows that the console imports; the command line
// takes any number.
const previewRows = 200_000

// sorted is an import, sorted by what can be shown for it.
type sorted struct {
	proven, unproven, conflicting, refusals int
	held                                    Held       // of the proven, what has to be confirmed first
	take                                    []Imported // proven yeses, and every no
	again                                   []string   // whom to ask anew
}

// sortImport looks at each person's events beside the ledger. A no needs no
// proof. A yes is proven where the text that was shown and the way it came are
// known; it conflicts where the person said no later, here or in the file.
func (s staff) sortImport(ctx context.Context, ws touch.Workspace, people []Imported) (sorted, error) {
	var out sorted
	c, err := s.confirmer(ctx, ws)
	if err != nil {
		return out, err
	}
	for done := 0; done < len(people); done += 512 {
		batch := people[done:min(done+512, len(people))]
		lookups := make([]string, len(batch))
		for i := range batch {
			var err error
			if lookups[i], err = s.Ledger.Lookup(ws, batch[i].External); err != nil {
				return out, err
			}
		}
		known, _, err := s.Ledger.LookAll(ctx, ws, lookups)
		if err != nil {
			return out, err
		}
		for i := range batch {
			out.add(c, &batch[i], known[lookups[i]])
		}
	}
	return out, nil
}

func (o *sorted) add(c *confirmer, p *Imported, k consent.Known) {
	keep, ask := Imported{External: p.External, Places: p.Places}, false
	for i := range p.Events {
		e := &p.Events[i]
		switch {
		case e.State.Negative():
			o.refusals++
			keep.Events = append(keep.Events, *e)
		case !e.State.Positive():
			o.unproven++
			ask = true
		case conflicts(e, p.Events, k):
			o.conflicting++
			ask = true
		case e.Notice == "" || e.Source == "" && e.Actor == consent.Import:
			o.unproven++
			ask = true
		default:
			o.proven++
			keep.Events = append(keep.Events, *e)
		}
	}
	held := c.hold(&keep)
	o.held.add(held)
	o.proven -= held.Waiting
	if len(keep.Events) > 0 {
		o.take = append(o.take, keep)
	}
	if ask {
		o.again = append(o.again, p.External)
	}
}

// conflicts reports a no about the same thing, said later or at the same time.
func conflicts(e *consent.Event, all []consent.Event, k consent.Known) bool {
	covers := func(no consent.Scope) bool {
		return (no.Purpose == e.Scope.Purpose || no.Purpose == consent.Any) && (no.System == e.Scope.System || no.System == consent.Any) &&
			(no.Channel == e.Scope.Channel || no.Channel == consent.Any)
	}
	for i := range all {
		if x := &all[i]; x.State.Negative() && covers(x.Scope) && !x.Effective().Before(e.Effective()) {
			return true
		}
	}
	for _, m := range k.Members {
		if m.Projection == nil {
			continue
		}
		for i := range m.Projection.Entries {
			if x := &m.Projection.Entries[i]; x.No != nil && covers(x.Scope) && !x.No.Effective.Before(e.Effective()) {
				return true
			}
		}
	}
	return false
}

// importOf is where uploads of permissions belong, beside those of campaigns.
const importOf touch.CampaignID = "permissions"

// ImportUpload implements console.People.
func (s staff) ImportUpload(ctx context.Context, p access.Principal, name string, r io.Reader) (string, error) {
	return s.takeIn(ctx, p, importOf, name, r)
}

func (s staff) readImport(ctx context.Context, p access.Principal, file string) (upload, sorted, error) {
	u, in, err := s.upload(ctx, p.Workspace, importOf, file)
	if err != nil {
		return u, sorted{}, err
	}
	defer in.Close()
	people, n, err := readSorted(in)
	if err != nil {
		return u, sorted{}, err
	}
	if n > previewRows {
		return u, sorted{}, touch.Fielderr("table", "The table has %d rows; the console takes %d. Use fairtouch consent import on the command line", n, previewRows)
	}
	out, err := s.sortImport(ctx, p.Workspace, people)
	return u, out, err
}

// ImportPreview implements console.People.
func (s staff) ImportPreview(ctx context.Context, p access.Principal, file string) (console.ImportPreview, error) {
	u, x, err := s.readImport(ctx, p, file)
	return console.ImportPreview{File: file, Name: u.Name, Proven: x.proven, Unproven: x.unproven, Conflicting: x.conflicting, Refusals: x.refusals,
		Waiting: x.held.Waiting, Why: x.held.Why,
		People: len(x.take), Again: len(x.again)}, err
}

// Import implements console.People: the proven, and every no.
func (s staff) Import(ctx context.Context, p access.Principal, file string) error {
	_, x, err := s.readImport(ctx, p, file)
	if err != nil {
		return err
	}
	_, err = s.ImportPermissions(ctx, p.Workspace, x.take, nil)
	return err
}

// Again implements console.People: whom to ask anew, as a table.
func (s staff) Again(ctx context.Context, p access.Principal, file string, w io.Writer) error {
	_, x, err := s.readImport(ctx, p, file)
	if err != nil {
		return err
	}
	slices.Sort(x.again)
	out, err := tables.Create("again.csv", nopCloser{w}, []string{"external_id", "asked_on"})
	if err != nil {
		return err
	}
	day := time.Now().UTC().Format(time.DateOnly)
	for _, id := range x.again {
		if err := out.Write([]string{id, day}); err != nil {
			return err
		}
	}
	return out.Close()
}
