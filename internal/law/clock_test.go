package law

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fairtouch/touch"
)

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

func TestEveryDateBindsFromItsFirstSecondOnAndNoEarlier(t *testing.T) {
	for _, p := range shipped(t) {
		for _, r := range p.Rules {
			place := normalPlace(r.Jurisdiction)
			i := slices.IndexFunc(zones[:], func(z zone) bool { return z.place == place })
			if i < 0 {
				t.Errorf("%s: the midnights of %s aren't known", r.ID, place)
				continue
			}
			for _, period := range r.Applies {
				first := midnight(period.From, zones[i].east)
				if period.binds(dayIn(place, first.Add(-time.Second))) || !period.binds(dayIn(place, first)) {
					t.Errorf("%s does not begin on %s", r.ID, period.From)
				}
				if period.Until == 0 {
					continue
				}
				last := midnight(period.Until, zones[i].west)
				if !period.binds(dayIn(place, last.Add(-time.Second))) || period.binds(dayIn(place, last)) {
					t.Errorf("%s does not end on %s", r.ID, period.Until)
				}
			}
		}
	}
}

// midnight is the instant at which the day begins at an offset in minutes.
func midnight(d Date, offset int) time.Time {
	return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, -offset, 0, 0, time.UTC)
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
