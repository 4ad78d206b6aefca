package cli

import (
	"fmt"

	"fairtouch/internal/app"
	"fairtouch/internal/govern"
	"fairtouch/touch"
)

type decideCmd struct {
	File           string `short:"f" required:"" help:"The touch as JSON; - is standard input." placeholder:"touch.json"`
	IdempotencyKey string `help:"The same decision on a retry." placeholder:"KEY"`
	As             string `help:"Who operates: a user's id, whose literacy counts." placeholder:"USER"`
}

// Run takes one decision. A refusal is printed whole, and exits with 1.
func (c *decideCmd) Run(r *run) error {
	b, err := r.read(c.File)
	if err != nil {
		return err
	}
	t, err := touch.Parse(b)
	if err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		who := touch.UserID(c.As)
		if who == "" {
			who = app.LocalOperator
		}
		d, err := a.Path.Decide(r.ctx, govern.Caller{Workspace: ws, Operator: who}, t, c.IdempotencyKey)
		if err != nil {
			return err
		}
		if err := r.print(d); err != nil {
			return err
		}
		if d.Verdict != touch.Allow {
			fmt.Fprintf(r.Err, "fairtouch: the verdict is %s: %s\n", d.Verdict, firstReason(&d))
			return exitStatus(1)
		}
		return nil
	})
}

func firstReason(d *touch.Decision) string {
	for _, c := range d.Checks {
		if c.Verdict != touch.Allow {
			return c.Reason
		}
	}
	return "no reason was given"
}
