package app

import (
	"context"
	"strconv"
	"time"

	"fairtouch/demo"
	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/govern"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// demoPurpose is why the demo keeps protected attributes; it goes on record.
const demoPurpose = "To find out whether the lead scorer treats people of some ages or situations differently."

// demoKnown keeps what only audits may read of the demo's people, and what came
// true of the calls. Age, job and marital state are the data's own; the names
// are invented.
func (a *App) demoKnown(ctx context.Context, rows []demo.Row, out []govern.Result) error {
	lookups := make([]string, len(rows))
	for i, r := range rows {
		var err error
		if lookups[i], err = a.Ledger.Lookup(Demo, demo.Someone(r.Index).ExternalID); err != nil {
			return err
		}
	}
	people, _, err := a.Ledger.LookAll(ctx, Demo, lookups)
	if err != nil {
		return err
	}
	var sealed []audit.SealedAttributes
	var outcomes []audit.Outcome
	now := time.Now().UTC()
	for i, r := range rows {
		k, ok := people[lookups[i]]
		if !ok {
			continue
		}
		s, err := audit.SealAttributes(k.ID, k.Key, map[string]string{"age": ageBand(r.Age), "job": r.Job, "marital": r.Marital})
		if err != nil {
			return err
		}
		sealed = append(sealed, s)
		if out[i].Decision.Verdict == touch.Allow {
			outcomes = append(outcomes, audit.Outcome{Decision: out[i].Decision.ID, Label: strconv.FormatBool(r.Yes), At: now})
		}
	}
	if err := a.DB.PutProtected(ctx, Demo, sealed); err != nil {
		return err
	}
	return a.DB.PutOutcomes(ctx, Demo, outcomes)
}

func ageBand(age float64) string {
	switch {
	case age < 30:
		return "0–29"
	case age < 40:
		return "30–39"
	case age < 50:
		return "40–49"
	case age < 60:
		return "50–59"
	}
	return "60+"
}

// demoAudit plans the first audit and runs it. What it finds is what the data
// have: nothing of it is written here.
func (a *App) demoAudit(ctx context.Context) error {
	u, err := a.Desk.DemoUser(ctx, Demo, access.Analyst)
	if err != nil {
		return err
	}
	d := a.Auditor()
	if err := d.KeepAttributes(ctx, Demo, a.DB, nil, demoPurpose, u.ID); err != nil && touch.CodeOf(err) != touch.Invalid {
		return err
	}
	p := access.Principal{Workspace: Demo, User: u.ID, Role: u.Role}
	plan, err := staff{a}.planOf(ctx, p, console.PlanForm{Name: "Lead scorer by age, job and marital state", System: string(DemoScorer),
		Attributes: "age, job, marital", Purpose: demoPurpose, Why: "Whether ages fare alike can only be seen from the ages of the people who were scored.", Every: 30, Label: true})
	if err != nil {
		return err
	}
	plan.ID = "demo-lead-scorer"
	err = a.DB.SavePlan(ctx, Demo, plan, u.ID)
	if touch.CodeOf(err) == touch.Conflict {
		return nil // filled before
	}
	if err == nil {
		_, err = a.RunPlan(ctx, Demo, plan.ID, u.ID)
	}
	if err == nil {
		err = a.demoTraining(ctx, p, plan)
	}
	return err
}

// demoTraining checks the calls that the scorers were fitted on against the
// people whom they score, by the same groups.
func (a *App) demoTraining(ctx context.Context, p access.Principal, plan audit.Plan) error {
	spec, err := engine.ParseSpec([]byte(plan.Spec))
	if err != nil {
		return err
	}
	spec.Training = &engine.Training{File: "bank-full.csv", Label: "y", Positive: []string{"yes"}}
	t, err := spec.ForTraining()
	if err != nil {
		return err
	}
	source := engine.Stream{Name: "demo", Source: "bank-full.csv, the calls that the scorers were fitted on", Snapshot: strconv.Itoa(demo.Fitted) + " rows",
		Columns: []string{"age", "job", "marital", "y"}}
	source.Rows = func(_ context.Context, yield func(func(string) fairness.Value) error) error {
		return demo.Rows(demo.Fitted, func(r demo.Row) error {
			of := map[string]string{"age": ageBand(r.Age), "job": r.Job, "marital": r.Marital, "y": "no"}
			if r.Yes {
				of["y"] = "yes"
			}
			return yield(func(col string) fairness.Value { return fairness.Value{Text: of[col]} })
		})
	}
	return staff{a}.keepTraining(ctx, p, plan, &spec, &t, source)
}

// ScoreAgain implements console.Fairness: the demo's people pass the path once
// more, as in the next round of a campaign, so that an audit can tell what a
// correction in use does. It runs in the background.
func (s staff) ScoreAgain(ctx context.Context, p access.Principal) error {
	if p.Workspace != Demo {
		return touch.Errorf(touch.Unknown, "only the demo can score its people again; elsewhere, score yours")
	}
	var done struct{ Rows int }
	if err := s.DB.Document(ctx, Demo, "demo", "filled", &done); err != nil {
		return err
	}
	run, ok := s.runs.start("audit/"+string(Demo)+"/demo", rehearsalNone)
	if !ok {
		return nil
	}
	s.runs.wg.Go(func() {
		defer run.set(rehearsalNone, true)
		if err := s.eachDemoBatch(s.runs.ctx, done.Rows, s.demoDecide); err != nil {
			s.Log.Warn("demo", "code", touch.CodeOf(err), "cause", causeOf(err))
		}
	})
	return nil
}
