package app

import (
	"strings"
	"testing"
	"time"

	"fairtouch/demo"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/govern"
	"fairtouch/touch"
)

// A gap that is watched must be seen in what is decided later, once, and put
// into somebody's hands.
func TestAWatchSeesAGapInLiveDecisionsAndOpensAFinding(t *testing.T) {
	a := demoApp(t, 400)
	s, ctx := staff{a}, t.Context()
	u, err := a.Desk.DemoUser(ctx, Demo, access.Analyst)
	if err != nil {
		t.Fatal(err)
	}
	p := access.Principal{Workspace: Demo, User: u.ID, Role: u.Role, Scopes: u.Role.Scopes()}
	// Whom the scorer would call is the group here: the widest gap there is.
	caller := govern.Caller{Workspace: Demo, Operator: LocalOperator}
	ts := demoTouches(t, 400)
	rs, err := a.Path.DecideAll(ctx, caller, ts, 2)
	if err != nil {
		t.Fatal(err)
	}
	var sealed []audit.SealedAttributes
	for i := range rs {
		k, _, err := a.Ledger.Find(ctx, Demo, demo.Someone(demo.Count-400+i).ExternalID)
		if err != nil {
			t.Fatal(err)
		}
		g := "rest"
		if o := rs[i].Decision.Outcome; o != nil && o.Action != "none" {
			g = "called"
		}
		x, err := audit.SealAttributes(k.ID, k.Key, map[string]string{"side": g})
		if err != nil {
			t.Fatal(err)
		}
		sealed = append(sealed, x)
	}
	if err := a.DB.PutProtected(ctx, Demo, sealed); err != nil {
		t.Fatal(err)
	}
	perm := &audit.Permission{Purpose: "to test that watches see a gap", By: u.ID, Until: time.Now().Add(time.Hour)}
	plan := audit.Plan{ID: "apl_w", Name: "by side", System: DemoScorer, Spec: "data:\n  decisions: lead-scorer\nattributes: [side]\nprediction: action\npositive: {prediction: [call]}\n", Owner: u.ID, Permission: perm, Version: 1}
	if err := a.DB.SavePlan(ctx, Demo, plan, u.ID); err != nil {
		t.Fatal(err)
	}
	ref := "rest"
	f := audit.Finding{ID: "fnd_w", Plan: plan.ID, System: DemoScorer, Title: "side", Measure: audit.Metric{Name: "demographic_parity", Attribute: "side", Group: "called", Reference: &ref},
		Severity: audit.High, Status: audit.Open, Owner: u.ID, Version: 1}
	if err := a.DB.SaveFinding(ctx, Demo, f, u.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Watch(ctx, p, f.ID); err != nil {
		t.Fatal(err)
	}
	before, err := a.DB.Findings(ctx, Demo)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // after the first alarm there is no second
		if _, err := a.Path.DecideAll(ctx, caller, ts, 2); err != nil {
			t.Fatal(err)
		}
		if err := a.RunWatches(ctx, Demo); err != nil {
			t.Fatal(err)
		}
	}
	after, err := a.DB.Findings(ctx, Demo)
	if err != nil || len(after) != len(before)+1 {
		t.Fatalf("%d findings before, %d after: %v", len(before), len(after), err)
	}
	box, err := a.Mailbox(ctx, Demo, u.ID)
	if err != nil || len(box) == 0 || !strings.Contains(box[0].Subject, "alarmed") {
		t.Fatalf("nobody was told: %v", err)
	}
	v, err := s.Audits(ctx, p)
	if err != nil || len(v.Watches) != 1 || !v.Watches[0].Alarm || v.Watches[0].Evidence < 20 {
		t.Fatalf("%+v %v", v.Watches, err)
	}
	if touch.CodeOf(s.Watch(ctx, p, "fnd_none")) != touch.Unknown {
		t.Fatal("a watch of nothing")
	}
}
