package cli

import (
	"fmt"
	"strings"

	"fairtouch/internal/app"
	"fairtouch/internal/campaign"
	"fairtouch/internal/govern"
	"fairtouch/touch"
)

type rehearseCmd struct {
	Campaign string            `required:"" help:"The campaign, by its id or its name." placeholder:"C"`
	In       string            `arg:"" help:"CSV, JSONL or Parquet; - is standard input. One row a person."`
	Out      string            `short:"o" default:"-" help:"CSV, JSONL or Parquet; - is standard output."`
	Map      map[string]string `help:"Which column holds what, as country=Land; country==DE says it of all." placeholder:"FIELD=COLUMN"`
	As       string            `help:"Who operates: a user's id, whose literacy counts." placeholder:"USER"`
}

// Run rehearses an audience.
func (c *rehearseCmd) Run(r *run) error {
	in, err := r.openRows(c.In)
	if err != nil {
		return err
	}
	defer in.Close()
	return r.within(func(a *app.App, ws touch.Workspace) error {
		who := touch.UserID(c.As)
		if who == "" {
			who = app.LocalOperator
		}
		what, err := a.FindCampaign(r.ctx, ws, c.Campaign)
		if err != nil {
			return err
		}
		m := app.GuessMapping(in.Columns(), what.Markets)
		for f, col := range c.Map {
			m[f] = col
		}
		if m["external_id"] == "" && in.Columns() == nil {
			m["external_id"] = "external_id"
		}
		x := app.Rehearsing{Campaign: &what, Map: m, In: in}
		out, err := r.createRows(c.Out, x.OutColumns())
		if err != nil {
			return err
		}
		x.Out = out
		bar := r.progress("rehearsed")
		last := 0
		x.Progress = func(n campaign.Rehearsal) { bar.add(n.Rows - last); last = n.Rows }
		res, err := a.Rehearse(r.ctx, govern.Caller{Workspace: ws, Operator: who}, x, campaign.Rehearsal{Campaign: what.ID, By: who})
		bar.done()
		if e := out.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
		c.report(r, res)
		return nil
	})
}

func (c *rehearseCmd) report(r *run, res campaign.Rehearsal) {
	fmt.Fprintf(r.Err, "%d people: AI may be used for %d\n", res.Rows, res.Cleared)
	for _, x := range res.Reasons {
		line := fmt.Sprintf("%8d  %s: %s", x.N, x.Rule, strings.TrimSuffix(x.Words, "."))
		if len(x.Missing) > 0 {
			line += " (missing: " + strings.Join(x.Missing, ", ") + ")"
		}
		fmt.Fprintf(r.Err, "%s; who can mend it: %s\n", line, x.Owner)
	}
}
