package cli

import (
	"errors"
	"fmt"
	"time"

	"fairtouch/internal/app"
	"fairtouch/touch"
)

type rightsCmd struct {
	List   rightsListCmd   `cmd:"" help:"Exports and erasures that were carried out."`
	Export rightsExportCmd `cmd:"" help:"Everything held about one person, as JSON."`
	Erase  rightsEraseCmd  `cmd:"" help:"Destroy what can read a person's data; this can't be undone."`
}

type rightsListCmd struct{}

// Run lists what was carried out: when and what, never whom.
func (c *rightsListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		all, err := a.RightsDone(r.ctx, ws)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(all)
		}
		table(r.Out, "AT\tWHAT\tEVENT", func(line func(...any)) {
			for _, x := range all {
				line(x.At.Format(time.RFC3339), x.What, x.Event)
			}
		})
		return nil
	})
}

type rightsExportCmd struct {
	Person string `arg:"" name:"external_id" help:"Your own id of the person."`
	Out    string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run exports. That it was done goes on record first.
func (c *rightsExportCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		known, err := person(r, a, ws, c.Person)
		if err != nil {
			return err
		}
		d, err := a.Dossier(r.ctx, ws, known)
		if err != nil {
			return err
		}
		return r.writeJSON(c.Out, d)
	})
}

type rightsEraseCmd struct {
	Person string `arg:"" name:"external_id" help:"Your own id of the person."`
	Yes    bool   `help:"Yes, erase; without it nothing is done."`
}

// Run erases the person under every identity that was joined with this one.
func (c *rightsEraseCmd) Run(r *run) error {
	if !c.Yes {
		return touch.Fielderr("yes", "an erasure can't be undone; repeat the command with --yes")
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		known, err := person(r, a, ws, c.Person)
		if err != nil {
			return err
		}
		// What was erased is said also where another identity failed.
		receipts, err := a.EraseEverywhere(r.ctx, ws, known)
		if r.opts.JSON && len(receipts) > 0 {
			return errors.Join(err, r.print(map[string]any{"receipts": receipts}))
		}
		for _, x := range receipts {
			fmt.Fprint(r.Out, x.Signature)
		}
		return err
	})
}
