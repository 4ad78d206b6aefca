package protect_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
	"fairtouch/internal/protect"
	"fairtouch/touch"
)

// permit is a yes for an ordinary, well-kept lead scorer and a person who consented.
func permit(t *testing.T) policy.Permit {
	t.Helper()
	at := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	book, err := law.EmbeddedBook(at.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	reg, err := law.EmbeddedRegistry()
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]string{}
	for _, c := range reg.Controls() {
		done[c.ID] = "the path"
	}
	said := &consent.Projection{}
	for _, system := range []touch.SystemID{"lead-scorer", ""} {
		said.Apply(&consent.Event{ID: touch.NewEventID(), Scope: consent.Scope{Purpose: "ai-lead-scoring", System: system, Channel: touch.Call},
			State: consent.Given, Basis: consent.ByConsent, Actor: consent.Self, Notice: "hash", OccurredAt: at.AddDate(0, -1, 0), ReceivedAt: at.AddDate(0, -1, 0)})
	}
	s, err := consent.Ask(pilot.WithoutPilot(touch.NewDecisionID()), consent.Question{Purpose: "ai-lead-scoring", System: "lead-scorer", Channel: touch.Call},
		[]consent.Member{{Projection: said}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	p, no, err := policy.Decide(s, policy.Input{Kind: touch.LeadScoring, Channel: touch.Call, At: at, KnownAt: at, Jurisdictions: law.Places("DE"),
		Facts: facts(), Discharged: done, Alternative: &touch.Alternative{ID: "list", Text: "the usual order"}}, law.NewEvaluator(book, 10))
	if err != nil || no != nil {
		t.Fatalf("%+v %v", no, err)
	}
	return p
}

func facts() map[string]any {
	return map[string]any{
		"subject.country": "DE", "subject.minor": false, "subject.business": false,
		"system.profiling": true, "system.generates": false, "system.faces_person": false,
		"system.significance": "none", "system.significance_assessed_by": "A. Person",
		"system.special_categories": false, "system.biometric_categorisation": false,
		"system.domain": "marketing", "system.prohibited_screened": true, "system.vendor_contract": true,
		"system.literacy_ok": true, "system.human_route": true, "system.opt_out_route": true,
		"system.substantially_replaces_human": false, "system.own_name_provider": false, "system.companion": false,
		"system.placed_on_market": "2025-01-01", "system.put_into_service": "2025-01-01",
		"system.significant_change_on": "", "system.dpia_on": "2025-01-01", "system.risk_assessment_on": "2025-12-01",
		"system.high_risk_declared": false, "system.fria_on": "",
		"use.first_contact": false, "use.sale_sought": true, "use.personalised_price": false,
		"use.synthetic_performer": false, "use.sells_or_shares": false,
		"company.sender_identity": true, "company.in_ropa": true,
		"content.kind": "promotional", "content.claims": false, "content.reviewed": true, "content.editor_named": true,
		"content.unlawful_imagery": false,
	}
}

func plan() protect.Plan {
	low, high := 0.0, 100.0
	return protect.Plan{Categories: []string{"contact_history", "profile"}, Features: []protect.Feature{
		{Name: "calls", Category: "contact_history", Kind: "numeric", Min: &low, Max: &high},
		{Name: "month", Category: "contact_history", Kind: "category", Values: []string{"jan", "feb"}},
		{Name: "age", Category: "profile", Kind: "numeric", Optional: true},
		{Name: "balance", Category: "account", Kind: "numeric"},
	}}
}

func TestOnlyWhatWasDeclaredReachesTheModel(t *testing.T) {
	p := permit(t)
	sent := map[string]any{"calls": 3.0, "month": "feb", "balance": 1e6, "e_mail": "jane@example.com", "zip": "10115"}
	s, gap, err := protect.Minimise(p, plan(), sent)
	if err != nil || gap != nil {
		t.Fatal(gap, err)
	}
	row := s.Row()
	if len(row) != 4 || row[0] != 3 || row[1] != 1 || !math.IsNaN(row[2]) || !math.IsNaN(row[3]) {
		t.Errorf("the model gets %v", row)
	}
	if s.Decision() != p.Decision() || !slices.Equal(s.Names(), []string{"calls", "month", "age", "balance"}) {
		t.Errorf("%s %v", s.Decision(), s.Names())
	}
	var names []string
	for _, d := range s.Dropped() {
		names = append(names, d.Feature)
		if d.Why == "" || strings.Contains(d.Why, "jane") {
			t.Errorf("%+v", d)
		}
	}
	if !slices.Equal(names, []string{"balance", "e_mail", "zip"}) {
		t.Errorf("dropped %v", names)
	}
}

func TestWithoutPermitNothingIsHandedOver(t *testing.T) {
	_, _, err := protect.Minimise(policy.Permit{}, plan(), map[string]any{"calls": 3.0, "month": "feb"})
	if touch.CodeOf(err) != touch.Internal {
		t.Error(err)
	}
}

func TestMissingInputsAreAllNamed(t *testing.T) {
	for _, sent := range []map[string]any{nil, {"calls": nil}, {"age": 30.0, "balance": 1.0}} {
		s, gap, err := protect.Minimise(permit(t), plan(), sent)
		if err != nil || gap == nil || gap.Verdict != touch.Gap || s.Decision() != "" {
			t.Fatalf("%v: %+v %v", sent, gap, err)
		}
		if !slices.Equal(gap.Missing, []string{"features.calls", "features.month"}) {
			t.Errorf("%v: missing %v", sent, gap.Missing)
		}
	}
}

func TestWrongValueIsOneClearError(t *testing.T) {
	for name, c := range map[string]struct {
		field string
		value any
	}{
		"text for a number":   {"calls", "3"},
		"an integer type":     {"calls", 3},
		"a truth value":       {"calls", true},
		"not a number":        {"calls", math.NaN()},
		"infinite":            {"calls", math.Inf(1)},
		"minus infinite":      {"age", math.Inf(-1)},
		"below the range":     {"calls", -0.5},
		"above the range":     {"calls", 100.5},
		"number for category": {"month", 1.0},
	} {
		sent := map[string]any{"calls": 3.0, "month": "feb"}
		sent[c.field] = c.value
		s, gap, err := protect.Minimise(permit(t), plan(), sent)
		if touch.CodeOf(err) != touch.Invalid || gap != nil || s.Decision() != "" || !strings.Contains(err.Error(), c.field) {
			t.Errorf("%s: %v, gap %v", name, err, gap)
		}
	}
}

func TestUnseenCategoryHasItsOwnCode(t *testing.T) {
	for value, code := range map[string]float64{"jan": 0, "feb": 1, "Feb": 2, "": 2, "mar": 2} {
		s, gap, err := protect.Minimise(permit(t), plan(), map[string]any{"calls": 100.0, "month": value})
		if err != nil || gap != nil || s.Row()[1] != code {
			t.Errorf("%q: %v %v %v", value, s.Row(), gap, err)
		}
	}
}

func TestWhatACorrectionWithholdsNeverReachesTheModelAndIsNotMissed(t *testing.T) {
	pl := plan()
	pl.Withheld = map[string]string{"calls": "an audit found it out"}
	s, gap, err := protect.Minimise(permit(t), pl, map[string]any{"calls": 3.0, "month": "feb"})
	if err != nil || gap != nil {
		t.Fatal(gap, err)
	}
	if !math.IsNaN(s.Row()[0]) || s.Row()[1] != 1 {
		t.Errorf("row %v", s.Row())
	}
	if !slices.Contains(s.Dropped(), protect.Dropped{Feature: "calls", Why: "an audit found it out"}) {
		t.Errorf("dropped %+v", s.Dropped())
	}
	if _, gap, err = protect.Minimise(permit(t), pl, map[string]any{"month": "feb"}); gap != nil || err != nil {
		t.Errorf("a withheld input was asked for: %v %v", gap, err)
	}
}
