package cli

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

type rightsCmd struct {
	List     rightsListCmd     `cmd:"" help:"Requests by when they are due, and what was carried out."`
	Ask      rightsAskCmd      `cmd:"" help:"Take a request in; a no is carried out at once."`
	Show     rightsShowCmd     `cmd:"" help:"One request, its steps and what other systems did."`
	Verify   rightsVerifyCmd   `cmd:"" help:"The person is known for sure."`
	Identify rightsIdentifyCmd `cmd:"" help:"Add what other systems know the person by, once somebody compared it."`
	Run      rightsRunCmd      `cmd:"" help:"Carry a request out, or go on with one; --dry changes nothing."`
	Answer   rightsAnswerCmd   `cmd:"" help:"The answer to a request for a copy, or for reasons."`
	Pack     rightsPackCmd     `cmd:"" help:"The evidence of a request: steps, receipts and proofs."`
	Finish   rightsFinishCmd   `cmd:"" help:"A member of the staff has done it."`
	Extend   rightsExtendCmd   `cmd:"" help:"Extend the deadline, with a reason that the person is told."`
	Refuse   rightsRefuseCmd   `cmd:"" help:"Refuse a request, with a reason that the person is told."`
	Systems  rightsSystemsCmd  `cmd:"" help:"Other systems that requests are carried out in."`
	Webhooks rightsWebhooksCmd `cmd:"" help:"Webhooks out and in."`
	Intake   rightsIntakeCmd   `cmd:"" help:"Read another system's payload; its defaults are not consent."`
	Laws     rightsLawsCmd     `cmd:"" help:"The deadlines of every law that is known here."`
	Export   rightsExportCmd   `cmd:"" help:"Everything held about one person, as JSON."`
	Erase    rightsEraseCmd    `cmd:"" help:"Destroy what can read a person's data; this can't be undone."`
}

type rightsListCmd struct {
	Overdue bool `help:"Only what is late."`
}

// Run lists the requests, what is due first at the top, then what was carried
// out: when and what, never whom.
func (c *rightsListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		asked, err := a.Rights(r.ctx, ws)
		if err != nil {
			return err
		}
		if c.Overdue {
			asked = slices.DeleteFunc(asked, func(x sqlstore.Right) bool { return !x.State.Open() || time.Now().Before(x.Due) })
		}
		done, err := a.RightsDone(r.ctx, ws)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]any{"requests": rightLines(asked), "done": done})
		}
		table(r.Out, "DUE\tSTATE\tWHAT\tREQUEST", func(line func(...any)) {
			for _, x := range rightLines(asked) {
				line(x.Due, x.State, x.Kind, x.ID)
			}
		})
		table(r.Out, "AT\tWHAT\tEVENT", func(line func(...any)) {
			for _, x := range done {
				line(x.At.Format(time.RFC3339), x.What, x.Event)
			}
		})
		return nil
	})
}

// rightLine is a request in a list. It names nobody.
type rightLine struct {
	ID       string       `json:"id"`
	Kind     rights.Kind  `json:"kind"`
	State    rights.State `json:"state"`
	Rule     string       `json:"rule"`
	Received time.Time    `json:"received"`
	Due      string       `json:"due"` // the last day
	Late     bool         `json:"late,omitzero"`
}

func rightLines(all []sqlstore.Right) []rightLine {
	out := []rightLine{}
	for _, x := range all {
		out = append(out, rightLine{x.ID, x.Kind, x.State, x.Rule, x.Received, x.Due.AddDate(0, 0, -1).Format(time.DateOnly), x.State.Open() && !time.Now().Before(x.Due)})
	}
	return out
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
