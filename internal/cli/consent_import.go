package cli

import (
	"fmt"

	"fairtouch/internal/app"
	"fairtouch/touch"
)

type consentImportCmd struct {
	In     string `arg:"" name:"file" help:"CSV, JSONL or Parquet with external_id, purpose, system, channel, state, basis, notice, occurred_at, and if you like actor, source, assessment, locale, valid_until, place; confirmed_at and confirmed_by for a permission for e-mail that was confirmed at the address."`
	DryRun bool   `help:"Check every row and import nothing."`
}

// Run validates every row, then imports. A dry run opens nothing.
func (c *consentImportCmd) Run(r *run) error {
	if c.DryRun {
		people, rows, err := c.people(r)
		if err != nil {
			return err
		}
		return c.report(r, len(people), rows, "would be imported; nothing was", app.Held{})
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		people, rows, err := c.people(r)
		if err != nil {
			return err
		}
		bar := r.progressOf("persons", int64(len(people)))
		held, err := a.ImportPermissions(r.ctx, ws, people, bar.add)
		bar.done()
		if err != nil {
			return err
		}
		return c.report(r, len(people), rows, "imported", held)
	})
}

func (c *consentImportCmd) report(r *run, people, rows int, what string, held app.Held) error {
	if r.opts.JSON {
		return r.print(map[string]any{"persons": people, "events": rows, "dry_run": c.DryRun, "waiting": held.Waiting, "waiting_for": held.Why})
	}
	if _, err := fmt.Fprintf(r.Out, "%d events of %d persons %s\n", rows, people, what); err != nil {
		return err
	}
	return held.Print(r.Out)
}

func (c *consentImportCmd) people(r *run) ([]app.Imported, int, error) {
	in, err := r.openRows(c.In)
	if err != nil {
		return nil, 0, err
	}
	defer in.Close()
	return app.ReadImport(in)
}
