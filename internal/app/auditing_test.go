package app

import (
	"strings"
	"testing"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/govern"
	"fairtouch/touch"
)

// A correction that leaves inputs out works on the very next decision, says so
// among its checks, and the next audit looks at the decisions since.
func TestALeftOutInputStaysOutOfTheNextDecision(t *testing.T) {
	a := demoApp(t, 60)
	ctx := t.Context()
	plan, err := a.DB.Plan(ctx, Demo, "demo-lead-scorer")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	f := audit.Finding{ID: "fnd_1", Plan: plan.ID, System: DemoScorer, Status: audit.Corrected, Corrections: []string{"cor_1"}, Owner: "u", Opened: now, Version: 1}
	c := audit.Correction{ID: "cor_1", Finding: f.ID, State: audit.Applied, Applied: now, Version: 1, Single: &fairness.Tradeoff{Threshold: .157},
		Choice: audit.Choice{Kind: audit.Removal, Action: "call", Features: []string{"balance"}}}
	if err := a.DB.SaveFinding(ctx, Demo, f, "u"); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.SaveCorrection(ctx, Demo, c, "u"); err != nil {
		t.Fatal(err)
	}
	var d touch.Decision
	for _, x := range demoTouches(t, 30) {
		x.Facts["subject.country"] = "DE"
		if d, err = a.Path.Decide(ctx, govern.Caller{Workspace: Demo, Operator: LocalOperator}, x, ""); err != nil {
			t.Fatal(err)
		}
		if d.Verdict == touch.Allow {
			break
		}
	}
	var said, protected string
	for _, x := range d.Checks {
		if x.Rule == "model.corrected" {
			said = x.Reason
		}
		if x.Rule == "protect.minimise" {
			protected = x.Reason
		}
	}
	if d.Verdict != touch.Allow || !strings.Contains(said, "balance") || !strings.HasPrefix(protected, "12 inputs reached") {
		t.Fatalf("%s: %q, %q", d.Verdict, said, protected)
	}
	if s := strings.Join(d.Explanation.Sentences, " "); strings.Contains(strings.ToLower(s), "konto") {
		t.Errorf("a reason from what was left out: %s", s)
	}
	run, err := a.RunPlan(ctx, Demo, plan.ID, "u")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(run.Report.Evidence.Source, "since") {
		t.Errorf("the audit read %q", run.Report.Evidence.Source)
	}
}
