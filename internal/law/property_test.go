package law

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fairtouch/touch"
)

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
