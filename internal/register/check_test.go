package register

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const today Date = "2026-11-24"

func licences(t testing.TB) *Licences {
	t.Helper()
	l, err := SeedLicences()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func graph(t testing.TB, p Parts) *Graph {
	t.Helper()
	g, err := NewGraph(p, licences(t))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var seen = []Evidence{{URI: "contract.pdf", SHA256: "aa", Found: "aa", Kind: "contract", Status: "concluded", VerifiedBy: "usr_1", VerifiedAt: "2026-06-01"}}

// sound is a scorer trained on the company's own calls: nothing is open.
func sound() Parts {
	one := 1.0
	return Parts{
		Parties: []Party{{"us", "Our company", "enterprise"}, {"acme", "Acme AI", "vendor"}, {"pub", "A publisher", "rightsholder"}},
		Assets: []Asset{
			{ID: "scorer", Name: "Lead scorer", Kind: "tool", Owner: "us", Version: "1"},
			{ID: "model", Name: "Scoring model", Kind: "model", Owner: "us"},
			{ID: "calls", Name: "Call history", Kind: "dataset", Owner: "us", PersonalData: "yes", LegalBasis: "consent"},
		},
		Edges: []Edge{{From: "scorer", To: "model", Rel: Wraps}, {From: "model", To: "calls", Rel: TrainedOn, Share: &one}},
		Rights: []Right{
			{ID: "r-scorer", Asset: "scorer", Kind: "ownership", Licensor: "us", Evidence: seen},
			{ID: "r-model", Asset: "model", Kind: "ownership", Licensor: "us", Evidence: seen},
			{ID: "r-calls", Asset: "calls", Kind: "ownership", Licensor: "us", Evidence: seen},
		},
	}
}

func use() Use {
	return Use{System: "lead-scorer", Tool: "scorer", Purpose: "lead-scoring", Channel: "call", Territory: "DE", Commercial: true}
}

func codes(v Verdict, severity string) []string {
	var out []string
	for _, f := range v.Findings {
		if f.Severity == severity {
			out = append(out, f.Code)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestASoundOwnChainIsCleared(t *testing.T) {
	v := graph(t, sound()).Check(use(), today)
	if v.Verdict != Cleared || v.Refuses() || v.Assets != 3 {
		t.Fatalf("%s over %d assets: %+v", v.Verdict, v.Assets, v.Findings)
	}
	if v.Weakest != "Lead scorer, wraps Scoring model, trained on Call history: nothing is open." {
		t.Errorf("weakest path: %q", v.Weakest)
	}
}

func TestEachBrokenChainIsBlockedUnderItsCode(t *testing.T) {
	for _, c := range brokenChains {
		t.Run(c.name, func(t *testing.T) {
			p, u := sound(), use()
			c.edit(&p, &u)
			v := graph(t, p).Check(u, today)
			if !slices.Contains(codes(v, c.severity), c.code) {
				t.Fatalf("%s, want %s %s: %+v", v.Verdict, c.code, c.severity, v.Findings)
			}
			want := map[string]string{"block": Blocked, "gap": GapVerdict, "warn": ClearedWithWarnings}[c.severity]
			if v.Verdict != want {
				t.Errorf("verdict %s, want %s: %+v", v.Verdict, want, v.Findings)
			}
			if v.Weakest == "" || len(v.Findings[0].Path) == 0 || len(v.Checks()) != len(v.Findings) {
				t.Errorf("the weakest path isn't shown: %+v", v)
			}
		})
	}
}

func TestWhatDoesNotTravelDoesNotBlock(t *testing.T) {
	cases := []struct {
		name string
		edit func(*Parts, *Use)
	}{
		{"near-SPDX text of a permissive licence", licence("cc by 4.0")},
		{"non-commercial licence in a non-commercial use", func(p *Parts, u *Use) { licence("CC-BY-NC-4.0")(p, u); u.Commercial = false }},
		{"non-commercial licence of evaluation data", func(p *Parts, u *Use) {
			licence("CC-BY-NC-4.0")(p, u)
			p.Edges[1].Rel = EvaluatedOn
		}},
		{"a right for the EU in Germany", func(p *Parts, _ *Use) { p.Rights[2].Territories = []string{"EU"} }},
		{"training licence behind generated text", func(p *Parts, u *Use) {
			licence("CC-BY-NC-4.0")(p, u)
			p.Edges[0].Rel = GeneratedBy
		}},
		{"an expired contract that another replaces", func(p *Parts, _ *Use) {
			p.Rights[2].Until = "2026-01-01"
			p.Rights = append(p.Rights, Right{ID: "r-new", Asset: "calls", Kind: "ownership", Replaces: "r-calls", From: "2026-01-01", Evidence: seen})
		}},
		{"expires in 90 days", func(p *Parts, _ *Use) { p.Rights[2].Until = today.plus(90) }},
		{"revoked tomorrow", func(p *Parts, _ *Use) { p.Rights[2].RevokedAt = today.plus(1) }},
	}
	for _, c := range cases {
		p, u := sound(), use()
		c.edit(&p, &u)
		if v := graph(t, p).Check(u, today); v.Verdict != Cleared {
			t.Errorf("%s: %s %+v", c.name, v.Verdict, v.Findings)
		}
	}
}

func TestWithoutADayNothingIsCleared(t *testing.T) {
	for _, d := range []Date{"", "today", "2026-13-01", None} {
		if v := graph(t, sound()).Check(use(), d); !v.Refuses() {
			t.Errorf("%q: %s", d, v.Verdict)
		}
	}
}

// diamond is a tool over n layers of two assets, each made of both below.
func diamond(n int) Parts {
	p := Parts{Parties: []Party{{"us", "Us", "enterprise"}}}
	add := func(id, kind string) {
		p.Assets = append(p.Assets, Asset{ID: id, Kind: kind, Owner: "us", PersonalData: "none"})
		p.Rights = append(p.Rights, Right{ID: "r-" + id, Asset: id, Kind: "ownership", Evidence: seen})
	}
	add("scorer", "tool")
	above := []string{"scorer"}
	for i := range n {
		var layer []string
		for _, side := range []string{"a", "b"} {
			id := fmt.Sprintf("%s%d", side, i)
			add(id, "dataset")
			layer = append(layer, id)
			for _, top := range above {
				p.Edges = append(p.Edges, Edge{From: top, To: id, Rel: []string{DerivedFrom, TrainedOn, Contains}[i%3]})
			}
		}
		above = layer
	}
	add("root", "dataset")
	for _, top := range above {
		p.Edges = append(p.Edges, Edge{From: top, To: "root", Rel: DerivedFrom})
	}
	return p
}

func TestDiamondsOfDepthFortyAreLinear(t *testing.T) {
	p := diamond(40)
	p.Rights[len(p.Rights)-1].RevokedAt = today
	g := graph(t, p)
	start := time.Now()
	v := g.Check(use(), today)
	if d := time.Since(start); d > 500*time.Millisecond {
		t.Errorf("it took %s", d)
	}
	if v.Verdict != Blocked || v.Findings[0].Code != "P09" || len(v.Findings[0].Path) != 42 || len(v.Findings) != 1 {
		t.Errorf("%s, %d findings", v.Verdict, len(v.Findings))
	}
}

func TestRevokingARootBlocksEveryDescendant(t *testing.T) {
	p := diamond(12)
	p.Rights[len(p.Rights)-1].RevokedAt = "2026-01-01"
	g := graph(t, p)
	for _, a := range p.Assets {
		u := use()
		u.Tool = a.ID
		if v := g.Check(u, today); v.Verdict != Blocked || !slices.Contains(codes(v, "block"), "P09") {
			t.Errorf("%s: %s", a.ID, v.Verdict)
		}
		if v := g.Check(u, "2025-12-31"); slices.Contains(codes(v, "block"), "P09") {
			t.Errorf("%s was blocked before the revocation", a.ID)
		}
	}
}

// drawParts makes a random graph, sound but for what chance took away.
func drawParts(t *rapid.T) Parts {
	p := Parts{Parties: sound().Parties}
	n := rapid.IntRange(1, 8).Draw(t, "assets")
	for i := range n {
		kind := rapid.SampledFrom([]string{"dataset", "dataset", "content", "base_model"}).Draw(t, "kind")
		if i == 0 {
			kind = "content"
		}
		id := fmt.Sprint("n", i)
		p.Assets = append(p.Assets, Asset{ID: id, Kind: kind, Owner: "us", PersonalData: "none"})
		p.Rights = append(p.Rights, Right{ID: "r" + id, Asset: id, Kind: "licence", Evidence: seen,
			Licence: rapid.SampledFrom([]string{"MIT", "CC0-1.0", "CC BY 4.0", "CC-BY-NC-4.0", "CC-BY-SA-4.0"}).Draw(t, "licence")})
		for j := range i {
			if rapid.IntRange(0, 2).Draw(t, "edge") == 0 {
				p.Edges = append(p.Edges, Edge{From: fmt.Sprint("n", j), To: id, Rel: rapid.SampledFrom(relations[:]).Draw(t, "rel")})
			}
		}
	}
	return p
}

func TestARestrictionNeverClearsABlockedUse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawParts(t)
		l, err := SeedLicences()
		if err != nil {
			t.Fatal(err)
		}
		u := Use{Tool: "n0", Purpose: "p", Channel: "email", Territory: "DE", Commercial: rapid.Bool().Draw(t, "commercial"), Publishes: rapid.Bool().Draw(t, "publishes")}
		g, err := NewGraph(p, l)
		if err != nil {
			t.Fatal(err)
		}
		before := g.Check(u, today)
		r := &p.Rights[rapid.IntRange(0, len(p.Rights)-1).Draw(t, "which")]
		switch rapid.IntRange(0, 8).Draw(t, "restriction") {
		case 0:
			r.NonCommercial = true
		case 1:
			r.NoModelTraining = true
		case 2:
			r.RevokedAt = today
		case 3:
			r.Until = rapid.SampledFrom([]Date{today, "2026-12-01"}).Draw(t, "until")
		case 4:
			r.Purposes = []string{"other"}
		case 5:
			r.UsesDenied = append(r.UsesDenied, rapid.SampledFrom([]string{"train", "infer", "fine_tune"}).Draw(t, "denied"))
		case 6:
			r.Licence = "unknown"
		case 7:
			p.Rights = append(p.Rights, Right{ID: "extra", Asset: r.Asset, Kind: "licence", Licence: "CC-BY-NC-ND-4.0", Evidence: seen})
		case 8:
			p.Edges = append(p.Edges, Edge{From: r.Asset, To: "elsewhere", Rel: Contains})
		}
		if g, err = NewGraph(p, l); err != nil {
			t.Fatal(err)
		}
		after := g.Check(u, today)
		if before.Refuses() && !after.Refuses() || before.Verdict == Blocked && after.Verdict != Blocked {
			t.Fatalf("a restriction turned %s into %s", before.Verdict, after.Verdict)
		}
	})
}

func TestCachedVerdictsAreTheVerdicts(t *testing.T) {
	g := graph(t, sound())
	vs := NewVerdicts(g, 2)
	for i := range 20 {
		u := use()
		u.Purpose = fmt.Sprint("p", i%5)
		if a, b := vs.Check(u, today), g.Check(u, today); a.Verdict != b.Verdict || a.Weakest != b.Weakest || a.Use != u {
			t.Fatal("a remembered verdict differs")
		}
	}
	if len(vs.young) > 2 || len(vs.old) > 2 {
		t.Error("the cache grew beyond its bound")
	}
}

func TestOneChangeGivesTheGraphAnotherVersion(t *testing.T) {
	a, b := sound(), sound()
	slices.Reverse(b.Rights)
	slices.Reverse(b.Assets)
	if graph(t, a).Version() != graph(t, b).Version() {
		t.Error("the order of a file changes the version")
	}
	b.Rights[0].RevokedAt = today
	if graph(t, a).Version() == graph(t, b).Version() {
		t.Error("a revocation doesn't change the version")
	}
}

func TestBadGraphsSayWhichFieldIsWrong(t *testing.T) {
	for want, edit := range map[string]func(*Parts){
		"assets[0].kind":          func(p *Parts) { p.Assets[0].Kind = "thing" },
		"assets[2].personal_data": func(p *Parts) { p.Assets[2].PersonalData = "maybe" },
		"edges[0].rel":            func(p *Parts) { p.Edges[0].Rel = "near" },
		"rights[1].until":         func(p *Parts) { p.Rights[1].Until = "soon" },
		"rights[1].id":            func(p *Parts) { p.Rights[1].ID = "" },
		"parties[0].kind":         func(p *Parts) { p.Parties[0].Kind = "us" },
	} {
		p := sound()
		edit(&p)
		if _, err := NewGraph(p, licences(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

func BenchmarkCheckDiamond40(b *testing.B) {
	g := graph(b, diamond(40))
	for b.Loop() {
		g.Check(use(), today)
	}
}

func BenchmarkCheck100kEdges(b *testing.B) {
	g := graph(b, diamond(25_000))
	for b.Loop() {
		g.Check(use(), today)
	}
}

func BenchmarkCachedVerdict(b *testing.B) {
	vs := NewVerdicts(graph(b, sound()), 16)
	for b.Loop() {
		vs.Check(use(), today)
	}
}
