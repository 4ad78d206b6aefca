package cli

import (
	"fmt"
	"io"

	"fairtouch/internal/app"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// trainingReport is a check of training data as programs read it: the report is
// of the label, as though it were a decision.
type trainingReport struct {
	audit.Report
	Training audit.Training `json:"training"`
}

// training checks the data that a model will learn from. The people on whom it
// is used are those of the specification's own data.
func (c *auditRunCmd) training(r *run, spec *engine.Spec) error {
	t, err := spec.ForTraining()
	if err != nil {
		return err
	}
	use, err := c.used(r, spec)
	if err != nil {
		return err
	}
	other := *c
	if spec.Data.Decisions != nil && c.Engine == "decisions" {
		other.Engine = ""
	}
	counted, err := other.count(r, &t)
	if err != nil {
		return err
	}
	var out trainingReport
	out.Training, out.Report = audit.JudgeTraining(&t, counted, audit.UsedOn(spec, use.Cells))
	if r.opts.JSON {
		err = r.print(out)
	} else {
		printTraining(r.Out, &out.Training)
		printAudit(r.Out, &t, &out.Report)
	}
	if err == nil && failsOn(c.FailOn, out.Verdict) {
		return exitStatus(1)
	}
	return err
}

// used counts the people on whom the model is used.
func (c *auditRunCmd) used(r *run, spec *engine.Spec) (out engine.Result, err error) {
	if spec.Data.Decisions == nil {
		return c.count(r, spec)
	}
	err = r.within(func(a *app.App, ws touch.Workspace) error {
		e, err := a.OwnAudits().Engine(ws, spec, shellPermission(spec))
		if err == nil {
			out, err = e.Count(r.ctx, engine.Compile(spec))
		}
		return err
	})
	return out, err
}

func printTraining(w io.Writer, t *audit.Training) {
	fmt.Fprintln(w, "training data by group")
	table(w, "ATTRIBUTE\tGROUP\tROWS\tYES\tUNLABELLED\tSHARE\tIN USE\tRATIO\tINTERVAL\tVERDICT\tWEIGHTS NO, YES", func(line func(...any)) {
		for _, g := range t.Groups {
			line(g.Attribute, g.Group, g.Rows, g.Positive, g.Unlabelled, fmt.Sprintf("%.4g", g.Share), short(g.UseShare), short(g.Ratio),
				short(g.Low)+" to "+short(g.High), g.Words(), short(g.Weights[0])+", "+short(g.Weights[1]))
		}
	})
	fmt.Fprintln(w)
}
