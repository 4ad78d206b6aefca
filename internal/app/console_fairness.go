package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/law"
	"fairtouch/internal/provider"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Audits implements console.Fairness.
func (s staff) Audits(ctx context.Context, p access.Principal) (console.Audits, error) {
	var out console.Audits
	plans, err := s.DB.Plans(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	for _, x := range plans {
		out.Plans = append(out.Plans, console.PlanLine{Plan: x, Next: x.Next()})
		out.Running = out.Running || s.auditing(p.Workspace, x.ID)
	}
	if p.Workspace == Demo {
		out.Running = out.Running || s.auditing(Demo, "demo")
		inUse, err := corrections(ctx, s.DB, Demo)
		if err != nil {
			return out, err
		}
		out.Again = len(inUse) > 0
	}
	if out.Runs, err = s.DB.Runs(ctx, p.Workspace); err != nil {
		return out, err
	}
	slices.SortFunc(out.Runs, func(a, b audit.Run) int { return b.At.Compare(a.At) })
	findings, err := s.DB.Findings(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	for _, f := range findings {
		out.Findings = append(out.Findings, console.FindingLine{Finding: f, OwnerName: nameOf(users, f.Owner), Late: f.Overdue(time.Now())})
		if f.Status == audit.Open || f.Status == audit.Corrected {
			out.Open++
		}
	}
	slices.SortFunc(out.Findings, func(a, b console.FindingLine) int { return b.Opened.Compare(a.Opened) })
	watches, err := docs[watched](ctx, s.DB, p.Workspace, docWatch)
	if err != nil {
		return out, err
	}
	for _, x := range watches {
		out.Watches = append(out.Watches, console.WatchLine{System: x.System, Attribute: x.Attribute, Group: x.Group, Reference: x.Reference,
			Seen: x.Seen, Evidence: evidence(x.Process), Alarm: x.Process.Alarm, AlarmAt: x.AlarmAt})
	}
	if out.Known, err = s.DB.CountProtected(ctx, p.Workspace); err != nil {
		return out, err
	}
	out.Systems, err = s.Systems(ctx, p)
	return out, err
}

// auditing reports whether a plan's audit runs on this node.
func (s staff) auditing(ws touch.Workspace, plan string) bool {
	_, on, _ := s.runs.of("audit/" + string(ws) + "/" + plan)
	return on
}

// RunAudit implements console.Fairness: it runs in the background, and the page
// shows itself again until it is done.
func (s staff) RunAudit(ctx context.Context, p access.Principal, plan string) error {
	if _, err := s.DB.Plan(ctx, p.Workspace, plan); err != nil {
		return err
	}
	run, ok := s.runs.start("audit/"+string(p.Workspace)+"/"+plan, rehearsalNone)
	if !ok {
		return nil
	}
	s.runs.wg.Go(func() {
		defer run.set(rehearsalNone, true)
		if _, err := s.RunPlan(s.runs.ctx, p.Workspace, plan, p.User); err != nil {
			s.Log.Warn("audit", "plan", plan, "code", touch.CodeOf(err), "cause", causeOf(err))
			_ = s.Post(s.runs.ctx, p.Workspace, Message{To: p.User, Subject: "The audit could not be run", Text: sentence(touch.AsError(err))})
		}
	})
	return nil
}

// PlanAudit implements console.Fairness.
func (s staff) PlanAudit(ctx context.Context, p access.Principal, f console.PlanForm) error {
	plan, err := s.planOf(ctx, p, f)
	if err != nil {
		return err
	}
	return s.DB.SavePlan(ctx, p.Workspace, plan, p.User)
}

func (s staff) planOf(ctx context.Context, p access.Principal, f console.PlanForm) (audit.Plan, error) {
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return audit.Plan{}, err
	}
	b, ok := w.Systems[touch.SystemID(f.System)]
	if !ok {
		return audit.Plan{}, touch.Fielderr("system", "Choose the AI system")
	}
	if f.Purpose == "" {
		return audit.Plan{}, touch.Fielderr("purpose", "Say what the protected attributes are used for; it goes on record with your name")
	}
	if len(f.Why) < 20 {
		return audit.Plan{}, touch.Fielderr("why", "Say in a sentence why other data, made up or anonymous, would not do; it goes on record")
	}
	if err := s.biasAllowed(ctx); err != nil {
		return audit.Plan{}, err
	}
	var spec strings.Builder
	fmt.Fprintf(&spec, "name: %q\ndata:\n  decisions: %q\nattributes: [%s]\nprediction: action\nwhere: allowed = 'true'\nsuppress: 5\n", f.Name, f.System, quoteList(list(f.Attributes)))
	action := f.Action
	if action == "" {
		action = acting(b.Provider)
	}
	if f.Label {
		fmt.Fprintf(&spec, "label: label\npositive: {prediction: [%q], label: [\"true\"]}\nscore: score\n", action)
	} else {
		fmt.Fprintf(&spec, "positive: {prediction: [%q]}\n", action)
	}
	fmt.Fprintf(&spec, "purpose: %q\n", f.Purpose)
	if _, err := engine.ParseSpec([]byte(spec.String())); err != nil {
		return audit.Plan{}, touch.Fielderr("attributes", "Name the attributes by comma, as they were imported: %s", touch.AsError(err).Message)
	}
	plan := audit.Plan{ID: "apl_" + touch.RandomID(), Name: f.Name, System: b.System.ID, Spec: spec.String(), Every: f.Every, Owner: p.User, HoldOnHigh: f.Hold, Version: 1,
		Permission: &audit.Permission{Rule: biasRule, Purpose: f.Purpose + " Other data would not do: " + f.Why, By: p.User, Until: time.Now().UTC().AddDate(1, 0, 0)}}
	if b.Pilot != nil {
		plan.Pilot = b.Pilot.ID
	}
	return plan, plan.Validate()
}

// biasRule is the rule of law under which protected attributes are used: it
// allows it to detect and correct bias, under safeguards of which the plan's own
// words are one. Whether it covers a use is its author's judgement.
const biasRule = "eu-aia-4a"

// biasAllowed refuses where no rule that is known today allows it.
func (s staff) biasAllowed(ctx context.Context) error {
	now := time.Now()
	ev, err := s.Worlds.Law(ctx)
	if err != nil {
		return err
	}
	if ed := ev.Book().At(now); ed != nil {
		for _, r := range ed.Rules() {
			for _, a := range r.Applies {
				if r.ID == biasRule && a.From <= law.DateIn(now) && (a.Until == 0 || law.DateIn(now) < a.Until) {
					return nil
				}
			}
		}
	}
	return touch.Errorf(touch.Forbidden, "no rule of law that is known here allows to use protected attributes today")
}

// acting is the action of a system that counts as chosen.
func acting(p any) string {
	switch t := p.(type) {
	case *provider.Tree:
		return last(t.Actions())
	case provider.Corrected:
		return last(t.Actions())
	}
	return "call"
}

func last(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[len(s)-1]
}

func list(s string) []string {
	var out []string
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

func quoteList(xs []string) string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = fmt.Sprintf("%q", x)
	}
	return strings.Join(out, ", ")
}

// Audit implements console.Fairness.
func (s staff) Audit(ctx context.Context, p access.Principal, id string) (console.AuditPage, error) {
	run, err := s.DB.Run(ctx, p.Workspace, id)
	if err != nil {
		return console.AuditPage{}, err
	}
	out := console.AuditPage{Run: run, Table: measures(run.Report.Metrics)}
	if run.Training != nil {
		out.Shares, out.ShareTable = console.TrainingFigures(run.Training)
	}
	for _, panel := range run.Report.Panels() {
		var bars []chart.Bar
		for _, b := range panel.Bars {
			bars = append(bars, chart.Bar{Label: b.Label, Value: b.Value, Low: b.Low, Hi: b.High, N: int(b.N), Class: b.Class})
		}
		fig := chart.Intervals(panel.Title, panel.Unit, panel.Ref, panel.RefWord, bars)
		if panel.Verdict == "fail" && !strings.Contains(panel.Attribute, "&") || len(out.Figures) < shownPanels && !strings.Contains(panel.Attribute, "&") {
			out.Figures = append(out.Figures, fig)
		} else {
			out.More = append(out.More, fig)
		}
	}
	for _, rel := range run.Report.Reliability {
		var pts []chart.Point
		var predicted []float64
		n := int64(0)
		for _, b := range rel.Bands {
			pts = append(pts, chart.Point{Label: rel.Group, Value: b.Observed, Low: b.Low, Hi: b.High, N: int(b.N)})
			predicted = append(predicted, b.Score)
			n += b.N
		}
		if n >= 500 { // fewer show noise, which looks like a finding
			out.Fits = append(out.Fits, chart.Reliability(fmt.Sprintf("What scores promised and what came true: %s %s", rel.Attribute, rel.Group), pts, predicted))
		}
	}
	return out, nil
}

// shownPanels is how many drawings a report opens with; the others are a click
// away, those that failed first.
const shownPanels = 4

func measures(ms []audit.Metric) chart.Table {
	num := func(x *float64) string {
		if x == nil {
			return "none"
		}
		return fmt.Sprintf("%.3f", *x)
	}
	var rows [][]string
	for _, m := range ms {
		ref := "nothing"
		if m.Reference != nil {
			ref = *m.Reference
		}
		verdict := string(m.Verdict)
		if m.Note != "" {
			verdict = strings.TrimSpace(verdict + " " + m.Note)
		}
		rows = append(rows, []string{audit.Words(m.Name), m.Attribute, m.Group, ref, num(m.Value), num(m.Low) + " to " + num(m.High), num(m.P), fmt.Sprint(m.N), verdict})
	}
	return chart.NewTable("", []string{"Measure", "Attribute", "Group", "Against", "#Value", "#95 % interval", "#p", "#n", "Verdict"}, rows)
}

// fairPromise is how S7 stands: audits, and what they found.
func (s staff) fairPromise(ctx context.Context, p access.Principal) (console.Promise, error) {
	v, err := s.Audits(ctx, p)
	out := console.Promise{Name: "Fair", Link: "/console/fairness", Word: "not audited", State: touch.Gap,
		Text: "No audit of decisions has been run here."}
	runs := slices.DeleteFunc(v.Runs, func(x audit.Run) bool { return x.Training != nil })
	if err != nil || len(runs) == 0 {
		return out, err
	}
	corrected := 0
	for _, f := range v.Findings {
		if f.Status == audit.Corrected || f.Status == audit.Closed {
			corrected++
		}
	}
	out.Text = fmt.Sprintf("%d audits of decisions on record; %d findings, of which %d were corrected. The last: %s", len(runs), len(v.Findings), corrected, runs[0].Report.Headline)
	out.Word, out.State = "0 open", touch.Allow
	if v.Open > 0 {
		out.Word, out.State = fmt.Sprintf("%d open", v.Open), touch.Gap
	}
	return out, nil
}

// Forget implements console.Fairness.
func (s staff) Forget(ctx context.Context, p access.Principal) error {
	n, err := s.DB.ForgetProtected(ctx, p.Workspace)
	if err != nil {
		return err
	}
	return s.note(ctx, p.Workspace, audit.EventAttributes, map[string]any{"people": 0, "removed": n, "by": p.User})
}
