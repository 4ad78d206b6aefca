package law

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

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

func TestADecisionReplaysUnderTheLawOfItsDay(t *testing.T) {
	cases := []struct {
		rule        string
		before, day string
		kind        touch.Kind
		ch          touch.Channel
		place       string
		facts       []any
	}{
		{"eu-aia-4", "2026-07-26", "2026-07-27", touch.LeadScoring, touch.Call, "DE", nil},
		{"eu-aia-50-1", "2026-08-01", "2026-08-02", touch.Chatbot, touch.Chat, "DE", []any{"system.own_name_provider", true}},
		{"eu-aia-5-ba", "2026-12-01", "2026-12-02", touch.ImageGen, touch.Web, "DE", []any{"content.unlawful_imagery", true}},
		{"us-ca-admt", "2026-12-31", "2027-01-01", touch.LeadScoring, touch.Call, "US-CA", []any{"system.substantially_replaces_human", true, "system.domain", "credit"}},
		{"eu-aia-50-2", "2026-12-01", "2026-12-02", touch.CopyGen, touch.Email, "DE", []any{"system.own_name_provider", true, "system.placed_on_market", "2026-08-01"}},
		{"eu-aia-50-2", "2026-08-01", "2026-08-02", touch.CopyGen, touch.Email, "DE", []any{"system.own_name_provider", true, "system.placed_on_market", "2026-08-02"}},
		{"eu-aia-26", "2027-12-01", "2027-12-02", touch.LeadScoring, touch.Email, "DE", []any{"system.domain", "credit", "system.put_into_service", "2027-12-02"}},
		{"us-ca-942", "2026-09-29", "2026-09-30", touch.ImageGen, touch.Web, "US-CA", []any{"system.own_name_provider", true}},
		{"uk-duaa-22a", "2026-02-04", "2026-02-05", touch.LeadScoring, touch.Email, "UK", []any{"system.significance", "significant", "system.substantially_replaces_human", true}},
		{"us-co-26-189", "2026-12-31", "2027-01-01", touch.LeadScoring, touch.Email, "US-CO", []any{"system.significance", "significant", "system.domain", "credit"}},
	}
	e := book(t).At(installed)
	for _, c := range cases {
		facts := with(clean(), c.facts...)
		old := result(t, e.Evaluate(ask(t, c.before, c.place, c.kind, c.ch, facts)), c.rule)
		now := result(t, e.Evaluate(ask(t, c.day, c.place, c.kind, c.ch, facts)), c.rule)
		if old.Assessed || !now.Assessed || !now.Triggered {
			t.Errorf("%s: on %s assessed %t; on %s assessed %t, triggered %t", c.rule, c.before, old.Assessed, c.day, now.Assessed, now.Triggered)
		}
	}
}

func TestOldWordingOfArticle4RulesUntilItsLastDay(t *testing.T) {
	e := book(t).At(installed)
	for _, c := range []struct {
		day, rules, silent string
	}{{"2026-07-26", "eu-aia-4-2024", "eu-aia-4"}, {"2026-07-27", "eu-aia-4", "eu-aia-4-2024"}} {
		a := e.Evaluate(ask(t, c.day, "DE", touch.LeadScoring, touch.Call, clean()))
		if !result(t, a, c.rules).Assessed || result(t, a, c.silent).Assessed {
			t.Errorf("%s: %s must rule alone", c.day, c.rules)
		}
	}
}

func TestUnknownMarketDateIsAGapOnlyWhileItMatters(t *testing.T) {
	facts := with(clean(), "system.own_name_provider", true)
	delete(facts, "system.placed_on_market")
	e := book(t).At(installed)
	r := result(t, e.Evaluate(ask(t, "2026-09-01", "DE", touch.CopyGen, touch.Email, facts)), "eu-aia-50-2")
	if r.Verdict != Gap || !slices.Equal(r.Missing, []string{"system.placed_on_market"}) {
		t.Errorf("got %s, missing %v", r.Verdict, r.Missing)
	}
	if r := result(t, e.Evaluate(ask(t, "2026-08-01", "DE", touch.CopyGen, touch.Email, facts)), "eu-aia-50-2"); r.Verdict != Allow {
		t.Errorf("before any date binds it is %s", r.Verdict)
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

func TestDutiesStartAtTheFirstMidnightAndPermissionsAtTheLast(t *testing.T) {
	d := date(t, "2026-08-02")
	p := Period{From: d}
	first := time.Date(2026, 8, 1, 20, 0, 0, 0, time.UTC) // midnight on Réunion, UTC+4
	last := time.Date(2026, 8, 2, 4, 0, 0, 0, time.UTC)   // midnight on Martinique, UTC-4
	for _, c := range []struct {
		at           time.Time
		duty, permit bool
	}{
		{first.Add(-time.Second), false, false}, {first, true, false},
		{last.Add(-time.Second), true, false}, {last, true, true},
	} {
		x := dayIn("EU", c.at)
		if p.binds(x) != c.duty || p.permits(x) != c.permit {
			t.Errorf("%s: duty %t, permission %t", c.at, p.binds(x), p.permits(x))
		}
	}
	end := Period{From: 20250101, Until: d}
	if x := dayIn("EU", last.Add(-time.Second)); !end.binds(x) || end.permits(x) {
		t.Error("a duty must end at the last midnight and a permission at the first")
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

func TestLaterKnowledgeDoesNotChangeWhatWasKnown(t *testing.T) {
	first, err := Load([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Load([]byte(strings.Replace(good, "'consent.objected'", "'consent.objected || subject.minor'", 1)))
	if err != nil {
		t.Fatal(err)
	}
	late := installed.AddDate(1, 0, 0)
	b, err := NewBook(Activation{first, installed, "a"}, Activation{second, late, "b"})
	if err != nil {
		t.Fatal(err)
	}
	q := ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, map[string]any{"consent.objected": false, "subject.minor": true})
	ev := NewEvaluator(b, 8)
	if a := ev.Evaluate(q); a.Verdict != Allow || a.Packs[1] != first.Hash() {
		t.Errorf("as known then: %s under %v", a.Verdict, a.Packs)
	}
	q.KnownAt = late
	if a := ev.Evaluate(q); a.Verdict != Deny || a.Packs[1] != second.Hash() {
		t.Errorf("as known later: %s", a.Verdict)
	}
	moved := Impact([]Question{q}, b, b, func(q Question) Question { q.KnownAt = installed; return q })
	if len(moved) != 1 || moved[0].Before != Deny || moved[0].After != Allow || !slices.Equal(moved[0].Rules, []string{"r1"}) {
		t.Errorf("impact says %+v", moved)
	}
}

// permits says how far a verdict lets a use go.
func permits(v Verdict) bool { return v == Allow || v == Require }

func drawQuestion(t *rapid.T, e *Edition) Question {
	facts := map[string]any{}
	for _, f := range e.reg.facts {
		switch pick := rapid.IntRange(0, 3).Draw(t, f.Name); {
		case pick == 0: // absent
		case f.Type == "bool":
			facts[f.Name] = rapid.Bool().Draw(t, "v")
		case f.Type == "string" && len(f.Values) > 0:
			facts[f.Name] = rapid.SampledFrom(f.Values).Draw(t, "v")
		case f.Type == "string":
			facts[f.Name] = "x"
		default:
			facts[f.Name] = rapid.SampledFrom([]string{"2025-01-01", "2026-08-02", "2027-12-02"}).Draw(t, "v")
		}
	}
	var at time.Time
	if rapid.Bool().Draw(t, "instant") {
		at = time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 72*3600).Draw(t, "second")) * time.Second)
	}
	return Question{At: at,
		LawDate: rapid.SampledFrom([]Date{20260101, 20260802, 20261124, 20270101, 20271202}).Draw(t, "date"), KnownAt: installed,
		Jurisdictions: Places(rapid.SampledFrom([]string{"DE", "UK", "US-CA", "US-CO", "CA-QC", "EU", "XX"}).Draw(t, "place")),
		Kind:          rapid.SampledFrom(append(touch.Kinds(), "")).Draw(t, "kind"),
		Channel:       rapid.SampledFrom(append(touch.Channels(), "")).Draw(t, "channel"), Facts: facts,
	}
}

func TestForgettingAFactNeverPermitsMore(t *testing.T) {
	e := book(t).At(installed)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t, e)
		if rapid.Bool().Draw(t, "mostly clean") { // else nearly all questions are refused
			q.Facts = with(clean(), rapid.SampledFrom([]any{"system.special_categories", "consent.explicit", "system.substantially_replaces_human", "content.claims"}).Draw(t, "f"), true)
		}
		full := e.Evaluate(q)
		less := q
		less.Facts = maps.Clone(q.Facts)
		for _, n := range slices.Sorted(maps.Keys(q.Facts)) {
			if rapid.IntRange(0, 4).Draw(t, "drop") == 0 {
				delete(less.Facts, n)
			}
		}
		poor := e.Evaluate(less)
		if permits(poor.Verdict) && !permits(full.Verdict) {
			t.Fatalf("forgetting turned %s into %s", full.Verdict, poor.Verdict)
		}
		if permits(poor.Verdict) {
			for _, o := range full.Obligations {
				if !slices.ContainsFunc(poor.Obligations, func(x Obligation) bool { return x.Control == o.Control }) {
					t.Fatalf("forgetting lost the obligation %s", o.Control)
				}
			}
		}
	})
}

func TestTheMemoNeverChangesAnAnswer(t *testing.T) {
	b := book(t)
	ev, e := NewEvaluator(b, 4), b.At(installed) // small: it is full all the time
	var seen []Question
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t, e)
		if len(seen) > 0 && rapid.Bool().Draw(t, "again") {
			q = seen[rapid.IntRange(0, len(seen)-1).Draw(t, "which")]
		}
		seen = append(seen, q)
		got, err := json.Marshal(ev.Evaluate(q))
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(e.Evaluate(q))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatal("the remembered answer differs")
		}
	})
	if len(ev.young) > 4 || len(ev.old) > 4 {
		t.Errorf("the memo grew to %d and %d", len(ev.young), len(ev.old))
	}
}

func TestManyAskAtOnceAndGetTheSameAnswer(t *testing.T) {
	ev := NewEvaluator(book(t), 2)
	qs := []Question{
		ask(t, "2026-11-24", "DE", touch.LeadScoring, touch.Call, clean()),
		ask(t, "2026-11-24", "US-CA", touch.Chatbot, touch.Chat, clean()),
		ask(t, "2026-11-24", "UK", touch.CopyGen, touch.Email, with(clean(), "consent.objected", true)),
	}
	want := make([]Answer, len(qs))
	for i, q := range qs {
		want[i] = ev.Book().At(installed).Evaluate(q)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 300 {
				i := n % len(qs)
				if a := ev.Evaluate(qs[i]); a.Verdict != want[i].Verdict || len(a.Rules) != len(want[i].Rules) {
					t.Errorf("question %d: %s", i, a.Verdict)
					return
				}
			}
		})
	}
	wg.Wait()
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

func BenchmarkEvaluateCold(b *testing.B) {
	e := book(b).At(installed)
	q := ask(b, "2026-11-24", "DE", touch.LeadScoring, touch.Call, clean())
	for b.Loop() {
		if a := e.Evaluate(q); a.Verdict != Require {
			b.Fatal(a.Verdict)
		}
	}
}

func BenchmarkEvaluateColdEveryPlace(b *testing.B) {
	e := book(b).At(installed)
	q := ask(b, "2026-11-24", "XX", "", "", clean())
	for b.Loop() {
		e.Evaluate(q)
	}
}

func BenchmarkEvaluateSeen(b *testing.B) {
	ev := NewEvaluator(book(b), 1024)
	q := ask(b, "2026-11-24", "DE", touch.LeadScoring, touch.Call, clean())
	b.ReportAllocs()
	for b.Loop() {
		if a := ev.Evaluate(q); a.Verdict != Require {
			b.Fatal(a.Verdict)
		}
	}
}
