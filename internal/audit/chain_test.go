package audit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
	"fairtouch/touch"
)

type halted struct{ pilots, systems []string }

func (h *halted) HaltPilot(_ context.Context, _ touch.Workspace, id touch.PilotID, _ touch.UserID, _ string) error {
	h.pilots = append(h.pilots, string(id))
	return nil
}

func (h *halted) HaltSystem(_ context.Context, _ touch.Workspace, id touch.SystemID, _ touch.UserID, _ string) error {
	h.systems = append(h.systems, string(id))
	return nil
}

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func world(t *testing.T) (*storetest.World, *audit.Desk, *halted) {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w, h := storetest.NewWorld(t, db, dir), &halted{}
	return w, &audit.Desk{Store: db, Plans: db, Record: w.Rec, Hold: h, Now: func() time.Time { return now }}, h
}

// biased writes people of whom group b scores lower without being worse: their
// scores are shifted down, so that one threshold passes fewer of them.
func biased(t *testing.T, name string, n int, decide func(group string, i int, score float64) bool) string {
	t.Helper()
	src := fairness.NewSource(4)
	var b strings.Builder
	b.WriteString("group,sent,bought,score\n")
	for i := range n {
		group, shift := "a", 0.0
		if i%3 == 0 {
			group, shift = "b", .12
		}
		worth := src.Float64()
		bought := src.Float64() < worth
		score := min(1, max(0, worth*.88+.12-shift))
		fmt.Fprintf(&b, "%s,%v,%v,%s\n", group, decide(group, i, score), bought, engine.FormatFloat(score))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func spec(path string) string {
	return "data: {file: " + path + "}\nattributes: [group]\nprediction: sent\nlabel: bought\nscore: score\nreference: {group: a}\nmetrics: [demographic_parity]\ngap: 0.05\n"
}

func permission(rule string) *audit.Permission {
	return &audit.Permission{Rule: rule, GroupRules: rule != "", Purpose: "find and correct bias of the lead scorer", By: "usr_dpo", Until: now.AddDate(0, 1, 0)}
}

func people(t *testing.T, path string) []engine.Person {
	t.Helper()
	s, err := engine.ParseSpec([]byte(spec(path)))
	if err != nil {
		t.Fatal(err)
	}
	out, err := engine.People(t.Context(), engine.File{}, engine.Compile(&s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestABiasIsFoundCorrectedAndProvedGone is the promise: audit, finding,
// correction on held-out people, re-audit, closed, all on record.
func TestABiasIsFoundCorrectedAndProvedGone(t *testing.T) {
	w, d, h := world(t)
	ctx, ws := t.Context(), storetest.WS
	before := biased(t, "before.csv", 12_000, func(_ string, _ int, s float64) bool { return s > .5 })
	plan := audit.Plan{ID: "leads", Name: "Lead scorer", System: "scorer", Spec: spec(before), Every: 7, Owner: "usr_owner", Pilot: "pil_1", HoldOnHigh: true, Version: 1}
	must(t, plan.Validate())
	must(t, w.DB.SavePlan(ctx, ws, plan, "usr_owner"))
	run, err := d.Run(ctx, ws, plan, engine.File{}, "usr_ana")
	must(t, err)
	if run.Report.Verdict != fairness.Fail || len(run.Opened) != 1 || run.Receipt == nil {
		t.Fatalf("verdict %s, %d findings, receipt %v", run.Report.Verdict, len(run.Opened), run.Receipt)
	}
	id := run.Opened[0]
	f, err := w.DB.Finding(ctx, ws, id)
	must(t, err)
	if f.Status != audit.Open || f.Owner != "usr_owner" || !f.Due.After(now) || f.Severity == "" {
		t.Fatalf("finding %+v", f)
	}
	if f.Severity == audit.High && len(h.pilots) != 1 {
		t.Fatal("a finding of high severity didn't hold the pilot")
	}

	c, err := d.Propose(ctx, ws, id, "usr_ana", audit.Choice{Kind: audit.Thresholds, Threshold: .5, Split: "s"}, people(t, before), permission("test-rule-1"), audit.Inputs{})
	must(t, err)
	if c.State != audit.Validated || c.After.Gap > c.Before.Gap/2 || c.After.Accuracy < c.Before.Accuracy-.02 {
		t.Fatalf("%s: %s", c.State, c.Why)
	}
	if _, err := d.Apply(ctx, ws, c.ID, "usr_ana", ""); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("applied without a pilot: %v", err)
	}
	c, err = d.Apply(ctx, ws, c.ID, "usr_ana", "pil_1")
	must(t, err)

	after := biased(t, "after.csv", 12_000, func(g string, i int, s float64) bool {
		call, ok := c.Decide(g, fmt.Sprint("person ", i), s)
		if !ok {
			t.Fatal("the correction doesn't know the group")
		}
		return call.Positive
	})
	plan, err = w.DB.Plan(ctx, ws, "leads")
	must(t, err)
	if plan.Last.IsZero() || plan.Due(now) || !plan.Due(now.AddDate(0, 0, 8)) {
		t.Fatalf("the schedule isn't kept: last %v", plan.Last)
	}
	plan.Spec = spec(after)
	again, err := d.Run(ctx, ws, plan, engine.File{}, "")
	must(t, err)
	f, err = w.DB.Finding(ctx, ws, id)
	must(t, err)
	if again.Report.Verdict != fairness.Pass || f.Status != audit.Closed || f.Proof != again.ID || len(again.Closed) != 1 {
		t.Fatalf("%s; finding %s, proof %q", again.Report.Headline, f.Status, f.Proof)
	}
	for kind, n := range map[string]int{"audit": 2, "finding": 4, "correction": 2} {
		got, err := w.DB.EventsOfKind(ctx, ws, kind, 100)
		must(t, err)
		if len(got) != n {
			t.Errorf("%d events of kind %s on record, want %d", len(got), kind, n)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestARuleForEachGroupNeedsARuleOfLaw(t *testing.T) {
	w, d, _ := world(t)
	f := audit.Finding{ID: "fnd_1", Measure: audit.Metric{Name: fairness.DemographicParity}, Version: 1}
	must(t, w.DB.SaveFinding(t.Context(), storetest.WS, f, "u"))
	for _, k := range []audit.Kind{audit.Thresholds, audit.Repair} {
		_, err := d.Propose(t.Context(), storetest.WS, "fnd_1", "u", audit.Choice{Kind: k}, nil, permission(""), audit.Inputs{})
		if touch.CodeOf(err) != touch.Forbidden {
			t.Errorf("%s without a rule: %v", k, err)
		}
	}
	for name, p := range map[string]*audit.Permission{"none": nil, "no purpose": {By: "u", Until: now.Add(time.Hour)},
		"nobody": {Purpose: strings.Repeat("x", 30), Until: now.Add(time.Hour)}, "ended": {Purpose: strings.Repeat("x", 30), By: "u", Until: now},
		"endless": {Purpose: strings.Repeat("x", 30), By: "u", Until: now.AddDate(5, 0, 0)}} {
		if p.Check(now) == nil {
			t.Errorf("a permission with %s was taken", name)
		}
	}
}

// TestACorrectionThatCannotSaysSo: what a score can't mend must not look mended.
func TestACorrectionThatCannotSaysSo(t *testing.T) {
	// The decision is by group alone and the label follows it: any parity costs
	// all that is known.
	src := fairness.NewSource(8)
	var rows []engine.Person
	for i := range 6000 {
		p := engine.Person{Group: "a", HasScore: true, Score: .6 + .4*src.Float64(), Decision: fairness.True, Label: fairness.True}
		if i%2 == 0 {
			p = engine.Person{Group: "b", HasScore: true, Score: .4 * src.Float64(), Decision: fairness.False, Label: fairness.False}
		}
		if src.Float64() < .05 {
			p.Label = map[fairness.Tri]fairness.Tri{fairness.True: fairness.False, fairness.False: fairness.True}[p.Label]
		}
		rows = append(rows, p)
	}
	for _, k := range []audit.Kind{audit.Thresholds, audit.Single, audit.Reject, audit.Repair} {
		c, err := audit.Learn(audit.Choice{Kind: k, Constraint: fairness.ParityOnly, Split: "s"}, rows, audit.Inputs{})
		must(t, err)
		if c.State != audit.Refused || !strings.Contains(c.Why, "can't") {
			t.Errorf("%s: %s: %s", k, c.State, c.Why)
		}
	}
	if _, err := audit.Learn(audit.Choice{Kind: audit.Single, Constraint: fairness.ParityOnly}, rows[:20], audit.Inputs{}); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("twenty people are enough: %v", err)
	}
}

func TestExportsClaimNothing(t *testing.T) {
	rows := people(t, biased(t, "p.csv", 3000, func(_ string, _ int, s float64) bool { return s > .5 }))
	for _, k := range []audit.Kind{audit.Reweigh, audit.Massage} {
		c, err := audit.Learn(audit.Choice{Kind: k, Constraint: fairness.ParityOnly, Split: "s"}, rows, audit.Inputs{})
		must(t, err)
		if c.State != audit.Exported || len(c.Weights)+len(c.Review) == 0 && k == audit.Reweigh || !strings.Contains(c.Why, "next audit") {
			t.Errorf("%s: %s %q", k, c.State, c.Why)
		}
	}
}

// TestAWatchThatAlarmsTakesTheCorrectionBack.
func TestAWatchThatAlarmsTakesTheCorrectionBack(t *testing.T) {
	w, d, _ := world(t)
	ctx, ws := t.Context(), storetest.WS
	must(t, w.DB.SaveFinding(ctx, ws, audit.Finding{ID: "fnd_1", Status: audit.Corrected, Version: 1}, "u"))
	must(t, w.DB.SaveCorrection(ctx, ws, audit.Correction{ID: "cor_1", Finding: "fnd_1", State: audit.Applied, Version: 1}, "u"))
	ws2, err := audit.NewWatches("scorer", "sex", [][2]string{{"f", "m"}}, []fairness.Rate{fairness.SelectionRate}, .05, .02)
	must(t, err)
	watch, src := ws2[0], fairness.NewSource(1)
	watch.Correction = "cor_1"
	alarmed := false
	for i := 0; i < 4000 && !alarmed; i++ {
		for g, rate := range map[string]float64{"f": .2, "m": .5, "x": .9} {
			a, err := watch.Observe(audit.Seen{Group: g, Positive: src.Float64() < rate}, now)
			must(t, err)
			alarmed = alarmed || a
		}
	}
	if !alarmed {
		t.Fatal("a gap of thirty points went unnoticed")
	}
	opened, err := d.Alarmed(ctx, ws, &watch, "usr_owner")
	must(t, err)
	c, err := w.DB.Correction(ctx, ws, "cor_1")
	must(t, err)
	f, err := w.DB.Finding(ctx, ws, "fnd_1")
	must(t, err)
	if c.State != audit.Reverted || f.Status != audit.Open || opened.Severity != audit.High {
		t.Fatalf("correction %s, finding %s", c.State, f.Status)
	}
}

func TestAFindingIsDiscussedAssignedAndAcceptedByName(t *testing.T) {
	w, d, h := world(t)
	ctx, ws := t.Context(), storetest.WS
	must(t, w.DB.SaveFinding(ctx, ws, audit.Finding{ID: "fnd_1", System: "scorer", Status: audit.Open, Opened: now, Due: now, Version: 1}, "u"))
	_, err := d.Say(ctx, ws, "fnd_1", "usr_a", "Why group b?")
	must(t, err)
	_, err = d.Assign(ctx, ws, "fnd_1", "usr_a", "usr_b", now.AddDate(0, 0, 5))
	must(t, err)
	_, err = d.Halt(ctx, ws, "fnd_1", "usr_a", "")
	must(t, err)
	if _, err := d.Accept(ctx, ws, "fnd_1", "usr_a", "because"); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("accepted without a reason: %v", err)
	}
	if _, err := d.Say(ctx, ws, "fnd_1", "", "anonymous"); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("an unnamed remark was taken: %v", err)
	}
	f, err := d.Accept(ctx, ws, "fnd_1", "usr_a", "The campaign ended and the model is retired.")
	must(t, err)
	if f.Status != audit.Accepted || f.Owner != "usr_b" || len(f.Discussion) != 4 || len(h.systems) != 1 || f.Overdue(now.AddDate(1, 0, 0)) {
		t.Fatalf("%+v", f)
	}
}
