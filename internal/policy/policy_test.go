package policy_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
	"fairtouch/touch"
)

var at = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

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

func evaluator(t *testing.T) *law.Evaluator {
	t.Helper()
	book, err := law.EmbeddedBook(at.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return law.NewEvaluator(book, 10)
}

func input(t *testing.T) policy.Input {
	t.Helper()
	reg, err := law.EmbeddedRegistry()
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]string{}
	for _, c := range reg.Controls() {
		done[c.ID] = "the path"
	}
	return policy.Input{Kind: touch.LeadScoring, Channel: touch.Call, At: at, KnownAt: at, Jurisdictions: law.Places("DE"),
		Facts: facts(), Discharged: done, Alternative: &touch.Alternative{ID: "list", Text: "the usual order"}}
}

// standing is a person who said the states one after another, of the AI system
// and of the marketing itself.
func standing(t *testing.T, said ...consent.State) consent.Standing {
	t.Helper()
	p := &consent.Projection{}
	for i, s := range said {
		for _, system := range []touch.SystemID{"scorer", ""} {
			when := at.AddDate(0, -1, i)
			p.Apply(&consent.Event{ID: touch.NewEventID(), Scope: consent.Scope{Purpose: "scoring", System: system, Channel: touch.Call},
				State: s, Basis: consent.ByConsent, Actor: consent.Self, Notice: "hash", OccurredAt: when, ReceivedAt: when})
		}
	}
	s, err := consent.Ask(pilot.WithoutPilot(touch.NewDecisionID()), consent.Question{Purpose: "scoring", System: "scorer", Channel: touch.Call},
		[]consent.Member{{Projection: p}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func decide(t *testing.T, s consent.Standing, in policy.Input) (policy.Permit, *policy.Refusal) {
	t.Helper()
	p, no, err := policy.Decide(s, in, evaluator(t))
	if err != nil || (no == nil) != (p.Decision() != "") {
		t.Fatalf("neither yes nor no: %v", err)
	}
	return p, no
}

func TestPermitSaysWhatItRestsOn(t *testing.T) {
	s := standing(t, consent.Given)
	p, no := decide(t, s, input(t))
	if no != nil {
		t.Fatalf("%+v", no)
	}
	if p.Decision() != s.Decision() || p.Checked() == 0 || len(p.Packs()) == 0 || len(p.Checks()) == 0 {
		t.Errorf("%+v", p)
	}
	if _, _, err := policy.Decide(consent.Standing{}, input(t), evaluator(t)); touch.CodeOf(err) != touch.Internal {
		t.Errorf("policy answered before consent was asked: %v", err)
	}
}

func TestRefusalKeepsEveryReason(t *testing.T) {
	in := input(t)
	in.Facts["system.prohibited_screened"] = false
	in.Register = []touch.Check{{Step: touch.StepOwnership, Rule: "ownership.chain", Verdict: touch.Gap, Reason: "x", Missing: []string{"system.asset"}},
		{Step: touch.StepOwnership, Rule: "system.state", Verdict: touch.Deny, Reason: "retired"}}
	_, no := decide(t, standing(t), in)
	if no == nil || no.Verdict != touch.Deny {
		t.Fatalf("%+v", no)
	}
	steps := map[touch.Step]int{}
	for _, c := range no.Checks {
		if c.Verdict != touch.Allow {
			steps[c.Step]++
		}
	}
	if steps[touch.StepConsent] == 0 || steps[touch.StepLaw] == 0 || steps[touch.StepOwnership] != 2 {
		t.Errorf("some reason was lost: %v", steps)
	}
	if !slices.Contains(no.Missing, "system.asset") || !slices.IsSorted(no.Missing) || len(no.Packs) == 0 {
		t.Errorf("missing %v, packs %v", no.Missing, no.Packs)
	}
	if no.Alternative == nil || no.Alternative.ID != "list" {
		t.Errorf("a person without permission gets nothing: %+v", no.Alternative)
	}
}

func TestWithoutAlternativeNobodyIsTouched(t *testing.T) {
	in := input(t)
	in.Alternative = nil
	_, no := decide(t, standing(t, consent.Given), in)
	if no == nil || no.Verdict != touch.Gap || !slices.Equal(no.Missing, []string{"system.alternative"}) {
		t.Errorf("%+v", no)
	}
}

func TestAfterAnObjectionThereIsSilence(t *testing.T) {
	_, no := decide(t, standing(t, consent.Given, consent.Objected), input(t))
	if no == nil || no.Verdict != touch.Deny || no.Alternative != nil {
		t.Errorf("who objected to marketing gets %+v", no)
	}
}

func TestUnknownPlaceIsAGap(t *testing.T) {
	in := input(t)
	in.Jurisdictions = nil
	_, no := decide(t, standing(t, consent.Given), in)
	if no == nil || touch.Stricter(no.Verdict, touch.Gap) != no.Verdict || !slices.Contains(no.Missing, "subject.country") {
		t.Errorf("%+v", no)
	}
}

func TestClientCantSayWhatThePersonSaid(t *testing.T) {
	lies := map[string]any{"consent.basis": "consent", "consent.given": true, "consent.explicit": true, "consent.objected": false,
		"consent.withdrawn": false, "consent.channel_optin": true, "consent.gpc": false, "consent.notice_shown": true}
	for _, said := range [][]consent.State{nil, {consent.Given, consent.Withdrawn}, {consent.Objected}} {
		in := input(t)
		_, honest := decide(t, standing(t, said...), in)
		maps.Copy(in.Facts, lies)
		_, lied := decide(t, standing(t, said...), in)
		if honest == nil || lied == nil || fmt.Sprint(rules(honest)) != fmt.Sprint(rules(lied)) {
			t.Errorf("after %v a client's word changed the answer", said)
		}
		if in.Facts["consent.given"] != true {
			t.Error("the caller's facts were changed in place")
		}
	}
	in := input(t)
	maps.Copy(in.Facts, map[string]any{"consent.objected": true, "consent.given": false})
	if _, no := decide(t, standing(t, consent.Given), in); no != nil {
		t.Errorf("a client's word took back a permission: %+v", no)
	}
}

// rules are what was said, without the ids of events.
func rules(r *policy.Refusal) (out []string) {
	for _, c := range r.Checks {
		out = append(out, c.Rule+" "+string(c.Verdict)+" "+c.Reason)
	}
	return append(out, string(r.Verdict))
}
