package cli

import (
	"fmt"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/law"
	"fairtouch/touch"
)

type lawExplainCmd struct {
	AsOf     string `help:"The day whose law is asked (default: today, or the decision's own instant)." placeholder:"DATE"`
	KnownAt  string `help:"What this installation knew by then (default: now, or the decision's own instant)." placeholder:"DATE"`
	Touch    string `help:"A touch as JSON; - is standard input. It is not taken, and nothing is recorded." placeholder:"touch.json" xor:"what" required:""`
	Decision string `help:"A decision on record." placeholder:"ID" xor:"what" required:""`
	As       string `help:"Who operates: a user's id, whose literacy counts." placeholder:"USER"`
}

// Run explains. It exits with 0 whatever the verdict: the question was answered.
func (c *lawExplainCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		rep, err := a.Replayer(r.ctx, ws)
		if err != nil {
			return err
		}
		q, note, err := c.question(r, a, ws, rep)
		if err != nil {
			return err
		}
		if q, err = c.dated(q); err != nil {
			return err
		}
		answer := rep.Law().Evaluate(q)
		if r.opts.JSON {
			return r.print(answer)
		}
		for _, l := range law.Explain(answer) {
			fmt.Fprintln(r.Out, l)
		}
		if note != "" {
			fmt.Fprintln(r.Out, "note: "+note)
		}
		_, err = fmt.Fprintf(r.Out, "verdict: %s\n", answer.Verdict)
		return err
	})
}

// question finds what is asked. Who looks at a decision looks at a person, and
// that goes on record first.
func (c *lawExplainCmd) question(r *run, a *app.App, ws touch.Workspace, rep *app.Replayer) (law.Question, string, error) {
	if c.Decision != "" {
		one, err := rep.Decision(r.ctx, touch.DecisionID(c.Decision))
		if err == nil {
			err = a.Viewed(r.ctx, ws, one.Subject, "decision", c.Decision)
		}
		return one.Question, one.Note, err
	}
	b, err := r.read(c.Touch)
	if err != nil {
		return law.Question{}, "", err
	}
	t, err := touch.Parse(b)
	if err != nil {
		return law.Question{}, "", err
	}
	who := touch.UserID(c.As)
	if who == "" {
		who = app.LocalOperator
	}
	q, err := rep.Touch(r.ctx, t, who, time.Now())
	return q, "", err
}

func (c *lawExplainCmd) dated(q law.Question) (law.Question, error) {
	if c.AsOf != "" {
		d, err := civil("as-of", c.AsOf)
		if err != nil {
			return q, err
		}
		q.LawDate, q.At = d, time.Time{}
	}
	if c.KnownAt != "" {
		at, err := instant("known-at", c.KnownAt)
		if err != nil {
			return q, err
		}
		q.KnownAt = at
	}
	return q, nil
}
