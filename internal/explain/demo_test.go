package explain_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fairtouch/demo"
	"fairtouch/demo/models"
	"fairtouch/internal/consent"
	"fairtouch/internal/explain"
	"fairtouch/internal/law"
	"fairtouch/internal/model"
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
	"fairtouch/internal/protect"
	"fairtouch/internal/provider"
	"fairtouch/touch"
	"fairtouch/treeshap"
)

var locales = []string{"en", "de", "fr", "es"}

// scorer is one of the demo's models as the path uses it.
type scorer struct {
	tree   *provider.Tree
	kit    *explain.Kit
	plan   protect.Plan
	permit policy.Permit
}

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

func scorers(t *testing.T) map[string]scorer {
	t.Helper()
	card, err := models.ReadCard()
	if err != nil {
		t.Fatal(err)
	}
	p, out := permit(t), map[string]scorer{}
	for id, file := range map[string][]byte{models.LightGBMID: models.LightGBM(), models.XGBoostID: models.XGBoost()} {
		mc := card.Model(id)
		spec := provider.Spec{Name: id, Calibration: provider.Calibration{Method: mc.Calibration.Method, A: mc.Calibration.A, B: mc.Calibration.B}}
		s := scorer{permit: p}
		for _, b := range mc.Bands {
			spec.Bands = append(spec.Bands, provider.Band{Name: b.Name, From: b.AtLeast, Action: b.Action})
		}
		for _, f := range mc.Features {
			pf := protect.Feature{Name: f.Name, Category: f.Category, Kind: f.Kind, Values: f.Values, Optional: true, Min: f.Min, Max: f.Max}
			spec.Features = append(spec.Features, pf)
			s.plan.Categories = append(s.plan.Categories, f.Category)
		}
		s.plan.Features = spec.Features
		if s.tree, err = provider.NewTree(file, spec); err != nil {
			t.Fatal(err)
		}
		if s.kit, err = explain.NewKit(s.tree.Model(), models.Dictionary()); err != nil {
			t.Fatal(err)
		}
		out[id] = s
	}
	return out
}

func (s scorer) explained(t *testing.T, features map[string]any, locale string, held []string) explain.Explained {
	t.Helper()
	safe, gap, err := protect.Minimise(s.permit, s.plan, features)
	if err != nil || gap != nil {
		t.Fatal(gap, err)
	}
	a, err := model.Call(t.Context(), s.tree, safe, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.kit.Answer(a, locale, held)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// each calls f for every 97th call of the campaign, n times.
func each(t *testing.T, n int, f func(r demo.Row)) {
	t.Helper()
	err := demo.Rows(97*n, func(r demo.Row) error {
		if r.Index%97 == 0 {
			f(r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// raw finds what could only be a column's name or value: "poutcome", "blue-collar",
// "admin.", a brace, "NaN". Words that are also plain language are caught
// by an underscore or an equals sign.
var raw = regexp.MustCompile(`\b(poutcome|pdays|duration|marital|nov|oct|cellular|unknown|missing|NaN)\b|blue-collar|admin\.|[{}_=]`)

func accountWords(d *explain.Dictionary, locale string) []string {
	var out []string
	for _, c := range d.Concepts {
		if c.Account {
			for _, s := range c.Sentences {
				out = append(out, s.Toward.In(locale), s.Against.In(locale))
			}
		}
	}
	return out
}

func TestPersonReadsFewPlainSentencesInTheirLanguage(t *testing.T) {
	for id, s := range scorers(t) {
		d, told := s.kit.Dictionary(), 0
		each(t, 320, func(r demo.Row) {
			e := s.explained(t, r.Features, "en", nil)
			for _, l := range locales {
				st := e.Stored()
				open := s.kit.Render(st, st.Row, l, true, nil)
				public := s.kit.Render(st, st.Row, l, false, nil)
				if len(open.Sentences) == 0 || len(open.Sentences) > 4 || len(public.Sentences) > 4 {
					t.Fatalf("%s call %d: %d and %d sentences", id, r.Index, len(open.Sentences), len(public.Sentences))
				}
				for _, text := range slices.Concat(open.Sentences, public.Sentences) {
					if raw.MatchString(text) {
						t.Errorf("%s call %d: %q speaks of columns", id, r.Index, text)
					}
				}
				secret := accountWords(d, l)
				for _, text := range public.Sentences {
					if slices.Contains(secret, text) {
						t.Errorf("%s call %d: %q was told to whoever holds the link", id, r.Index, text)
					}
				}
				if slices.ContainsFunc(open.Sentences, func(x string) bool { return slices.Contains(secret, x) }) {
					told++
				}
				again := s.kit.Render(st, st.Row, l, true, nil)
				if fmt.Sprint(open) != fmt.Sprint(again) {
					t.Errorf("%s call %d: read twice, it says something else", id, r.Index)
				}
			}
			if fmt.Sprint(e.Text()) != fmt.Sprint(s.explained(t, r.Features, "en", nil).Text()) {
				t.Errorf("%s call %d: explained twice, it says something else", id, r.Index)
			}
		})
		if told == 0 {
			t.Errorf("%s: accounts were never told of, so nothing was tested", id)
		}
	}
}

func TestCounterfactualIsTrueAndWithinReach(t *testing.T) {
	for id, s := range scorers(t) {
		var took []time.Duration
		found := 0
		each(t, 320, func(r demo.Row) {
			st := s.explained(t, r.Features, "en", nil).Stored()
			for _, accounts := range []bool{true, false} {
				start := time.Now()
				text, moves := s.kit.Counterfactual(st.Row, st.Line, "en", accounts)
				took = append(took, time.Since(start))
				if raw.MatchString(text) || text == "" {
					t.Errorf("%s call %d: %q", id, r.Index, text)
				}
				again, _ := s.kit.Counterfactual(st.Row, st.Line, "en", accounts)
				if again != text {
					t.Errorf("%s call %d: %q, then %q", id, r.Index, text, again)
				}
				if len(moves) == 0 {
					if text != s.kit.Dictionary().Changed.None.In("en") {
						t.Errorf("%s call %d: nothing moved, yet %q", id, r.Index, text)
					}
					continue
				}
				found++
				checkMoves(t, s, st, moves, accounts)
			}
		})
		slices.Sort(took)
		t.Logf("%s: %d counterfactuals of %d, p95 %v, worst %v", id, found, len(took), took[len(took)*95/100], took[len(took)-1])
		if found == 0 {
			t.Errorf("%s: no counterfactual was found", id)
		}
	}
}

func checkMoves(t *testing.T, s scorer, st explain.Stored, moves []explain.Move, accounts bool) {
	t.Helper()
	d, row := s.kit.Dictionary(), slices.Clone(st.Row)
	for _, m := range moves {
		f := d.Feature(st.Features[m.Feature])
		from := row[m.Feature]
		switch {
		case f.Immutable:
			t.Errorf("a person is told to change %s", f.Name)
		case f.Direction == "increase" && !(m.To > from), f.Direction == "decrease" && !(m.To < from), m.To == from:
			t.Errorf("%s can't go from %g to %g", f.Name, from, m.To)
		case f.Min != nil && m.To < *f.Min, f.Max != nil && m.To > *f.Max, f.Step > 0 && math.Abs(math.Remainder(m.To, f.Step)) > 1e-9:
			t.Errorf("%s is never %g", f.Name, m.To)
		case !accounts && d.Concept(f.Concept).Account:
			t.Errorf("%s is a fact about accounts and was told", f.Name)
		}
		row[m.Feature] = m.To
	}
	before, after := margin(s.tree.Model(), st.Row), margin(s.tree.Model(), row)
	if (before >= st.Line) == (after >= st.Line) || before != st.Margin {
		t.Errorf("the change takes the margin from %g to %g, and the line is %g", before, after, st.Line)
	}
}

func margin(m *treeshap.Model, row []float64) float64 { return m.Margin(nil, row)[0] }

func TestNotUsedNamesOnlyWhatIsHeldAndWasNoInput(t *testing.T) {
	s := scorers(t)[models.LightGBMID]
	d := s.kit.Dictionary()
	each(t, 1, func(r demo.Row) {
		for _, l := range locales {
			got := s.explained(t, r.Features, l, []string{"age", "balance", "shoe_size"}).Text().NotUsed
			var age string
			for _, h := range d.Held {
				if h.Name == "age" {
					age = h.Words.In(l)
				}
			}
			if want := []string{age, d.StandIn.In(l)}; !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", l, got, want)
			}
			if n := s.explained(t, r.Features, l, nil).Text().NotUsed; len(n) != 0 {
				t.Errorf("nothing is held, yet %q", n)
			}
		}
	})
}

func TestBrokenDictionaryIsOneClearError(t *testing.T) {
	good := string(models.Dictionary())
	tree := scorers(t)[models.LightGBMID].tree.Model()
	for name, c := range map[string]struct{ old, new, says string }{
		"unknown key":             {"version:", "colour: red\nversion:", "colour"},
		"missing language":        {`      de: "Wenn Ihr Kontostand im Jahresschnitt {to} Euro statt {from} Euro betragen hätte"` + "\n", "", `"de"`},
		"feature without concept": {"concept: work", "concept: wörk", "wörk"},
		"feature not explained":   {"  - name: job\n    concept", "  - name: jobs\n    concept", "job"},
		"held but an input":       {"  - name: age", "  - name: balance", "balance"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%s: the demo's dictionary has no %q", name, c.old)
		}
		_, err := explain.NewKit(tree, []byte(bad))
		if touch.CodeOf(err) != touch.Invalid || strings.Contains(fmt.Sprint(err), "\n") || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSensitiveInputRaisesAnAlarm(t *testing.T) {
	s := scorers(t)[models.LightGBMID]
	if a := s.kit.Dictionary().Alarms(s.tree.Model().Features()); len(a) != 0 {
		t.Errorf("alarms for the demo: %v", a)
	}
	old := "stop_list:"
	text := string(models.Dictionary())
	at := strings.Index(text, old)
	if at < 0 {
		t.Fatal("the demo's dictionary has no stop-list")
	}
	end := at + len(old) + strings.IndexByte(text[at+len(old):], ']') + 1
	kit, err := explain.NewKit(s.tree.Model(), []byte(text[:at]+"stop_list: [job, age]"+text[end:]))
	if err != nil {
		t.Fatal(err)
	}
	s.kit = kit
	each(t, 1, func(r demo.Row) {
		if got := s.explained(t, r.Features, "en", nil).Stored().Alarms; !slices.Equal(got, []string{"job"}) {
			t.Errorf("alarms: %v", got)
		}
	})
}
