package law

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fairtouch/touch"
)

var installed = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func book(t testing.TB) *Book {
	t.Helper()
	b, err := EmbeddedBook(installed)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ask(t testing.TB, on, place string, kind touch.Kind, ch touch.Channel, facts map[string]any) Question {
	t.Helper()
	return Question{LawDate: date(t, on), KnownAt: installed, Jurisdictions: Places(place), Kind: kind, Channel: ch, Facts: facts}
}

func result(t testing.TB, a Answer, rule string) RuleResult {
	t.Helper()
	i := slices.IndexFunc(a.Rules, func(r RuleResult) bool { return r.ID == rule })
	if i < 0 {
		t.Fatalf("rule %s was not tried", rule)
	}
	return a.Rules[i]
}

// clean is the facts of an ordinary, well-kept lead scorer.
func clean() map[string]any {
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
		"consent.basis": "consent", "consent.given": true, "consent.objected": false, "consent.withdrawn": false,
		"consent.channel_optin": true, "consent.gpc": false, "consent.opted_out_profiling": false,
		"consent.opted_out_sale": false, "consent.notice_shown": true, "consent.explicit": false,
		"company.sender_identity": true, "company.in_ropa": true,
		"content.kind": "promotional", "content.claims": false, "content.reviewed": true, "content.editor_named": true,
		"content.unlawful_imagery": false,
	}
}

func with(facts map[string]any, kv ...any) map[string]any {
	out := maps.Clone(facts)
	for i := 0; i < len(kv); i += 2 {
		out[kv[i].(string)] = kv[i+1]
	}
	return out
}

func TestAnOrdinaryLeadScoreIsAllowedOnceItsDutiesAreDone(t *testing.T) {
	a := book(t).At(installed).Evaluate(ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, clean()))
	if a.Verdict != Require || len(a.Missing) > 0 {
		t.Fatalf("got %s, missing %v\n%s", a.Verdict, a.Missing, strings.Join(Explain(a), "\n"))
	}
	if a.Verdict.Touch() == touch.Allow {
		t.Error("an undischarged obligation must not read as allow")
	}
	done := map[string]string{}
	for _, o := range a.Obligations {
		done[o.Control] = "event"
	}
	if s := Settle(a, done); s.Verdict != Allow || len(s.Obligations) != 0 || s.Certified {
		t.Errorf("settled to %s, %d open, certified %t", s.Verdict, len(s.Obligations), s.Certified)
	}
	delete(done, "decision_explanation")
	s := Settle(a, done)
	if s.Verdict != Gap || result(t, s, "eu-gdpr-15h").Verdict != Gap {
		t.Errorf("without an explanation it settled to %s", s.Verdict)
	}
	if a.Verdict != Require || result(t, a, "eu-gdpr-15h").Verdict != Require {
		t.Error("Settle wrote into the answer that it was given")
	}
}

func TestAnObjectionStopsMarketingWhateverTheBasis(t *testing.T) {
	for _, basis := range []string{"consent", "soft_optin", "legitimate_interest", "contract"} {
		a := book(t).At(installed).Evaluate(ask(t, "2026-11-24", "FR", touch.LeadScoring, touch.Email,
			with(clean(), "consent.objected", true, "consent.basis", basis)))
		if a.Verdict != Deny || result(t, a, "eu-gdpr-21").Verdict != Deny {
			t.Errorf("%s: %s", basis, a.Verdict)
		}
	}
}

func TestAPermissionLiftsOnlyWhatItNames(t *testing.T) {
	e := book(t).At(installed)
	base := with(clean(), "system.significance", "significant", "system.substantially_replaces_human", true)
	q := func(f map[string]any) Answer {
		return e.Evaluate(ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, f))
	}
	if r := result(t, q(base), "eu-gdpr-22"); r.Verdict != Deny {
		t.Errorf("without an exception: %s", r.Verdict)
	}
	lifted := q(with(base, "consent.explicit", true, "system.special_categories", false))
	if r := result(t, lifted, "eu-gdpr-22"); r.Verdict != Allow || !r.Satisfied || len(r.By) == 0 {
		t.Errorf("with explicit consent: %+v", r)
	}
	objected := q(with(base, "consent.explicit", true, "consent.objected", true))
	if objected.Verdict != Deny {
		t.Error("explicit consent lifted an objection")
	}
	noRoute := with(base, "consent.explicit", true)
	delete(noRoute, "system.human_route")
	if r := result(t, q(noRoute), "eu-gdpr-22"); r.Verdict != Gap || !slices.Contains(r.Missing, "system.human_route") {
		t.Errorf("an undecided exception gives %s, missing %v", r.Verdict, r.Missing)
	}
}

func TestARuleThatErrorsRefusesAndNothingLiftsIt(t *testing.T) {
	src := strings.Replace(good, "'consent.objected'", "'int(system.significance_assessed_by) > 3'", 1)
	permit := strings.NewReplacer("id: r1", "id: r2", "key: r1", "key: r2", "effect: deny", "effect: permit_if\n    lifts: [r1]",
		"when: 'consent.objected'", "when: 'consent.explicit'").Replace(strings.SplitAfter(good, "rules:\n")[1])
	p, err := Load([]byte(src + permit))
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewBook(Activation{p, installed, "a"})
	if err != nil {
		t.Fatal(err)
	}
	a := b.At(installed).Evaluate(ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call,
		map[string]any{"system.significance_assessed_by": "A. Person", "consent.explicit": true}))
	if a.Verdict != Deny || !strings.Contains(result(t, a, "r1").Reason, "r1") {
		t.Errorf("got %s: %s", a.Verdict, result(t, a, "r1").Reason)
	}
}

func TestPlacesAreASetAndTheStrictestWins(t *testing.T) {
	e := book(t).At(installed)
	asked := func(places ...string) Answer {
		return e.Evaluate(Question{LawDate: date(t, "2026-11-24"), KnownAt: installed, Jurisdictions: Places(places...), Kind: touch.CopyGen, Channel: touch.Email, Facts: clean()})
	}
	for _, c := range []struct {
		places []string
		want   []string
		strict bool
	}{
		{[]string{"DE"}, []string{"DE", "EU"}, false},
		{[]string{"NO"}, []string{"EU"}, false},
		{[]string{"gb"}, []string{"UK"}, false},
		{[]string{"US-CA"}, []string{"US", "US-CA"}, false},
		{[]string{"US-FL"}, []string{"US"}, false},
		{[]string{"CA-QC"}, []string{"CA", "CA-QC"}, false},
		{[]string{"EU"}, []string{"DE", "ES", "EU"}, false},
		{[]string{"UK", "DE"}, []string{"DE", "EU", "UK"}, false},
		{[]string{"XX"}, nil, true},
		{[]string{"DE", ""}, nil, true},
		{nil, nil, true},
	} {
		a := asked(c.places...)
		want := c.want
		if c.strict {
			want = e.places
		}
		if !slices.Equal(a.Places, want) || a.Strict != c.strict {
			t.Errorf("%v asks %v (strict %t), want %v", c.places, a.Places, a.Strict, want)
		}
	}
	if de, xx := asked("DE"), asked("XX"); len(xx.Rules) <= len(de.Rules) {
		t.Error("an unknown place asks no more than Germany")
	}
}

func TestNothingKnownRefuses(t *testing.T) {
	q := ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, clean())
	q.KnownAt = installed.Add(-time.Second)
	if a := NewEvaluator(book(t), 8).Evaluate(q); a.Verdict != Gap || len(a.Missing) == 0 {
		t.Errorf("before any pack was activated: %s", a.Verdict)
	}
	q.KnownAt, q.LawDate = installed, 0
	if a := NewEvaluator(book(t), 8).Evaluate(q); a.Verdict != Gap {
		t.Errorf("without a date: %s", a.Verdict)
	}
	empty, err := NewBook()
	if err != nil {
		t.Fatal(err)
	}
	if s := Settle(NewEvaluator(empty, 8).Evaluate(q), nil); s.Verdict != Gap {
		t.Errorf("an empty book settles to %s", s.Verdict)
	}
}

func TestAFactOfTheWrongTypeNeverPasses(t *testing.T) {
	e := book(t).At(installed)
	for _, bad := range []any{"yes", 1.0, []any{true}, map[string]any{}, "", 0} {
		a := e.Evaluate(ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, with(clean(), "consent.objected", bad)))
		i := slices.IndexFunc(a.Missing, func(m MissingFact) bool { return m.Name == "consent.objected" })
		if a.Verdict != Gap || i < 0 || !a.Missing[i].Invalid || a.Missing[i].Owner == "" {
			t.Errorf("%T %v: %s, missing %v", bad, bad, a.Verdict, a.Missing)
		}
	}
}

func TestIntakeAsksOnlyWhatCanMatter(t *testing.T) {
	e := book(t).At(installed)
	q := ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, nil)
	names := func(fs []Fact) (out []string) {
		for _, f := range fs {
			out = append(out, f.Name)
		}
		return out
	}
	asked := names(e.Asks(q))
	if !slices.Contains(asked, "consent.objected") || slices.Contains(asked, "use.synthetic_performer") {
		t.Errorf("intake asks %v", asked)
	}
	q.Facts = clean()
	if left := names(e.Asks(q)); len(left) > 0 {
		t.Errorf("everything was answered, and it still asks %v", left)
	}
}

func TestAnswersSurviveStorage(t *testing.T) {
	a := book(t).At(installed).Evaluate(ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, clean()))
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Answer
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != string(b) {
		t.Errorf("an answer read back differs: %v", err)
	}
}

func TestExplanationClaimsEvidenceNotLegality(t *testing.T) {
	a := book(t).At(installed).Evaluate(ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, with(clean(), "consent.basis", "none")))
	text := strings.Join(Explain(a), "\n")
	if !strings.HasPrefix(text, "deny: ") || !strings.Contains(text, "consent.basis = none") {
		t.Errorf("got\n%s", text)
	}
	if strings.Contains(strings.ToLower(headline(a)), "lawful") || strings.Contains(headline(a), "compliant") {
		t.Error("the headline draws a legal conclusion")
	}
}
