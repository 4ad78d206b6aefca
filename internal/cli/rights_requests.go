package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

type rightsAskCmd struct {
	Kind     string `arg:"" help:"access, explanation, portability, correction, erasure, restriction, objection, no_profiling, no_training, no_sale, no_sharing, human_review or appeal."`
	Person   string `arg:"" name:"external_id" help:"Your own id of the person."`
	Place    string `help:"Whose law, ISO 3166 such as DE or US-CA; the company's country if left out."`
	Email    string `help:"The address that other systems know."`
	Text     string `help:"In the person's words."`
	Of       string `help:"For an appeal: the refused request."`
	Received string `help:"When it came in, if not now: 2026-11-20 or an instant."`
	Proof    string `help:"How the person was known: identifier, link, code, login or staff." default:"identifier" enum:"identifier,link,code,login,staff"`
	Agent    string `help:"Who asks on the person's behalf."`
	Mandate  string `help:"What the agent showed: signed_permission, power_of_attorney, parent or browser_signal."`
	Seen     string `help:"Where that document is kept."`
}

// Run takes a request in.
func (c *rightsAskCmd) Run(r *run) error {
	ask := rights.Ask{Kind: rights.Kind(c.Kind), Place: c.Place, External: c.Person, Email: c.Email, Text: c.Text, Via: "command line", Of: c.Of,
		Proof: rights.Proof(c.Proof), By: app.LocalOperator}
	if c.Agent != "" || c.Mandate != "" {
		ask.Mandate, ask.Via = &rights.Mandate{Agent: c.Agent, Kind: c.Mandate, Seen: c.Seen}, "agent"
	}
	if c.Received != "" {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, c.Received); err == nil {
				ask.Received = t.UTC()
			}
		}
		if ask.Received.IsZero() {
			return touch.Fielderr("received", "write the day as 2026-11-20")
		}
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		v, err := a.AskRight(r.ctx, ws, ask)
		if err != nil {
			return err
		}
		return r.right(v)
	})
}

// right prints one request. The person's words are in JSON alone.
func (r *run) right(v app.RightView) error {
	if r.opts.JSON {
		return r.print(map[string]any{"request": v.Request, "due": v.Due.Format(time.DateOnly), "erased": v.Erased, "calls": v.Calls})
	}
	fmt.Fprintf(r.Out, "%s %s: %s, due %s (%s)\n", v.ID, v.Kind, v.State, v.Due.Format(time.DateOnly), v.Deadline.Rule)
	for _, s := range v.Steps {
		fmt.Fprintf(r.Out, "  %s %s %s %s\n", s.At.Format(time.RFC3339), s.What, s.Note, s.Event)
	}
	for _, e := range v.Calls {
		fmt.Fprintf(r.Out, "  %s %s: %s %s %s\n", e.System, e.Op, e.State, e.Outcome, e.Fault)
	}
	return nil
}

// one runs something about one request and prints it.
func (r *run) one(f func(a *app.App, ws touch.Workspace) (app.RightView, error)) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		v, err := f(a, ws)
		if err != nil {
			return err
		}
		return r.right(v)
	})
}

type rightsShowCmd struct {
	ID string `arg:"" help:"The request."`
}

// Run shows one. That somebody looked goes on record.
func (c *rightsShowCmd) Run(r *run) error {
	return r.one(func(a *app.App, ws touch.Workspace) (app.RightView, error) {
		v, err := a.Right(r.ctx, ws, c.ID)
		if err == nil && !v.Erased {
			err = a.Viewed(r.ctx, ws, v.Subject, "request", v.ID)
		}
		return v, err
	})
}

type rightsVerifyCmd struct {
	ID     string `arg:"" help:"The request."`
	Proof  string `help:"How: code, login or staff." default:"staff" enum:"code,login,staff,link,identifier"`
	Person string `help:"Your own id of the person, where the request doesn't say it."`
	Email  string `help:"The address that other systems know."`
}

// Run verifies.
func (c *rightsVerifyCmd) Run(r *run) error {
	return r.one(func(a *app.App, ws touch.Workspace) (app.RightView, error) {
		return a.VerifyRight(r.ctx, ws, app.LocalOperator, c.ID, rights.Proof(c.Proof), c.Person, c.Email)
	})
}

type rightsIdentifyCmd struct {
	ID     string `arg:"" help:"The request."`
	Person string `help:"Your own id of the person."`
	Email  string `help:"The address that other systems know, once compared."`
}

// Run adds what other systems know the person by.
func (c *rightsIdentifyCmd) Run(r *run) error {
	return r.one(func(a *app.App, ws touch.Workspace) (app.RightView, error) {
		return a.IdentifyRight(r.ctx, ws, app.LocalOperator, c.ID, c.Person, c.Email)
	})
}

type rightsRunCmd struct {
	ID    string `arg:"" optional:"" help:"The request; all that are running and every no if left out."`
	Dry   bool   `help:"Say what other systems would do, and change nothing."`
	Retry bool   `help:"Try again what failed in other systems."`
	Force bool   `help:"End it although other systems failed; it is done in part then."`
	Yes   bool   `help:"Yes, erase: an erasure can't be undone."`
}

// Run carries out.
func (c *rightsRunCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		switch {
		case c.ID == "":
			return c.all(r, a, ws)
		case c.Dry:
			rows, err := a.DryRight(r.ctx, ws, c.ID)
			if err != nil {
				return err
			}
			return r.print(map[string]any{"dry": true, "calls": rows})
		}
		v, err := a.Right(r.ctx, ws, c.ID)
		if err != nil {
			return err
		}
		if v.Kind == rights.Erasure && !v.Erased && !c.Yes {
			return touch.Fielderr("yes", "an erasure can't be undone; repeat the command with --yes")
		}
		if c.Retry {
			v, err = a.RetryRight(r.ctx, ws, app.LocalOperator, c.ID)
		} else {
			v, err = a.RunRight(r.ctx, ws, app.LocalOperator, c.ID, c.Force)
		}
		if err != nil {
			return err
		}
		return r.right(v)
	})
}

// all goes on with what runs. One that fails doesn't stop the others.
func (c *rightsRunCmd) all(r *run, a *app.App, ws touch.Workspace) error {
	n, err := a.RunRights(r.ctx, ws)
	if r.opts.JSON {
		return errors.Join(err, r.print(map[string]any{"ran": n}))
	}
	fmt.Fprintf(r.Out, "%d requests went on\n", n)
	return err
}

type rightsAnswerCmd struct {
	ID  string `arg:"" help:"The request."`
	Out string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run writes the answer. That it was made goes on record.
func (c *rightsAnswerCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		v, err := a.AnswerRight(r.ctx, ws, c.ID)
		if err != nil {
			return err
		}
		return r.writeJSON(c.Out, v)
	})
}

type rightsPackCmd struct {
	ID  string `arg:"" help:"The request."`
	Out string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run writes the evidence of a request.
func (c *rightsPackCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		v, err := a.RightPack(r.ctx, ws, c.ID)
		if err != nil {
			return err
		}
		return r.writeJSON(c.Out, v)
	})
}

type rightsFinishCmd struct {
	ID      string `arg:"" help:"The request."`
	Missing string `help:"What couldn't be done, and why; the person is told."`
}

// Run ends what a member of the staff carried out.
func (c *rightsFinishCmd) Run(r *run) error {
	return r.one(func(a *app.App, ws touch.Workspace) (app.RightView, error) {
		return a.FinishRight(r.ctx, ws, app.LocalOperator, c.ID, c.Missing)
	})
}

type rightsExtendCmd struct {
	ID     string `arg:"" help:"The request."`
	Reason string `required:"" help:"Why; the person is told."`
}

// Run extends.
func (c *rightsExtendCmd) Run(r *run) error {
	return r.one(func(a *app.App, ws touch.Workspace) (app.RightView, error) {
		return a.ExtendRight(r.ctx, ws, app.LocalOperator, c.ID, c.Reason)
	})
}

type rightsRefuseCmd struct {
	ID     string `arg:"" help:"The request."`
	Reason string `required:"" help:"Why; the person is told."`
}

// Run refuses.
func (c *rightsRefuseCmd) Run(r *run) error {
	return r.one(func(a *app.App, ws touch.Workspace) (app.RightView, error) {
		return a.RefuseRight(r.ctx, ws, app.LocalOperator, c.ID, c.Reason)
	})
}

type rightsLawsCmd struct {
	Place string `help:"Only those of a place, such as DE or US-CA."`
}

// Run lists the deadlines with their grade.
func (c *rightsLawsCmd) Run(r *run) error {
	b, err := rights.Open()
	if err != nil {
		return err
	}
	all := b.Rules()
	if r.opts.JSON {
		return r.print(all)
	}
	table(r.Out, "RULE\tRESPOND\tEXTEND\tFROM\tAPPLIES\tGRADE\tCITATION", func(line func(...any)) {
		for _, x := range all {
			if c.Place != "" && !strings.Contains(" "+strings.Join(x.Places, " ")+" ", " "+c.Place+" ") {
				continue
			}
			line(x.ID, spanWords(x.Respond), spanWords(x.Extend), x.Clock, x.Applies, x.Status+", "+x.Evidence, x.Citation)
		}
	})
	return nil
}

func spanWords(s rights.Span) string {
	if s.N == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %s", s.N, strings.ReplaceAll(string(s.Unit), "_", " "))
}
