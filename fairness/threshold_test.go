package fairness_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"fairtouch/fairness"
)

// The published example: 20 rows of the fairlearn tests (MIT licence).
const (
	exampleGroups = "AAAAAAABBBBBBBCCCCCC"
	exampleLabels = "01101000010111000111"
	exampleScores = "00112330001111011112"
)

func example() []fairness.ScoreTable {
	people := map[byte][]fairness.Scored{}
	for i := range exampleGroups {
		people[exampleGroups[i]] = append(people[exampleGroups[i]], fairness.Scored{Score: float64(exampleScores[i] - '0'), Label: exampleLabels[i] == '1'})
	}
	var out []fairness.ScoreTable
	for _, g := range []byte("ABC") {
		out = append(out, fairness.Tabulate(string(g), people[g]))
	}
	return out
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9) {
		t.Errorf("%s is %.12f, want %.12f", what, got, want)
	}
}

func TestThePublishedParityThresholdsComeOutAgain(t *testing.T) {
	p, err := fairness.Thresholds(example(), fairness.Optimise{Constraint: fairness.ParityOnly})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "x", p.X, .572)
	if math.Abs(p.Accuracy-.68997) > 5e-6 {
		t.Errorf("accuracy %v", p.Accuracy)
	}
	want := []map[float64]float64{{0: .8008, 1: .8008, 2: .8008, 3: 0}, {0: 1. / 750, 1: 1}, {0: 0, 1: .608, 2: 1}}
	for i, w := range want {
		for score, prob := range w {
			near(t, p.Rules[i].Group, p.Rules[i].Probability(score), prob)
		}
	}
}

func TestThePublishedOddsThresholdsComeOutAgain(t *testing.T) {
	p, err := fairness.Thresholds(example(), fairness.Optimise{Constraint: fairness.Odds})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "x", p.X, .334)
	near(t, "y", p.Y, .667+.001/3)
	ignore := []float64{.001996007984031936, .19919919919919920, 0}
	mix := []map[float64]float64{{0: .668, 1: .668, 2: .668, 3: 0}, {0: .001, 1: 1}, {0: 0, 1: .501, 2: 1}}
	for i, r := range p.Rules {
		near(t, "p_ignore of "+r.Group, r.Ignore, ignore[i])
		for score, m := range mix[i] {
			near(t, r.Group, r.Probability(score), ignore[i]*.334+(1-ignore[i])*m)
		}
	}
	if p.Gap > 1e-12 {
		t.Errorf("the odds differ by %v", p.Gap)
	}
}

func anyGroups(t *rapid.T) []fairness.ScoreTable {
	var out []fairness.ScoreTable
	for i := range rapid.IntRange(2, 4).Draw(t, "groups") {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		people := []fairness.Scored{{Score: 0, Label: true}, {Score: 1, Label: false}}
		for range n {
			people = append(people, fairness.Scored{Score: float64(rapid.IntRange(0, 9).Draw(t, "s")), Label: rapid.Bool().Draw(t, "y")})
		}
		out = append(out, fairness.Tabulate(string(rune('a'+i)), people))
	}
	return out
}

// A policy that promises a gap and leaves a larger one would pass as a correction.
func TestThresholdsKeepTheirTolerance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := anyGroups(t)
		c := rapid.SampledFrom([]fairness.Constraint{fairness.ParityOnly, fairness.Opportunity, fairness.Odds}).Draw(t, "c")
		tol := float64(rapid.IntRange(0, 20).Draw(t, "tolerance")) / 100
		p, err := fairness.Thresholds(groups, fairness.Optimise{Constraint: c, Tolerance: tol})
		if err != nil {
			t.Fatal(err)
		}
		if p.Gap > tol+1e-9 {
			t.Fatalf("%s leaves %v, promised %v", c, p.Gap, tol)
		}
		strict, _ := fairness.Thresholds(groups, fairness.Optimise{Constraint: c})
		if strict.Accuracy > p.Accuracy+1e-9 {
			t.Fatalf("a tolerance of %v costs accuracy: %v, without %v", tol, p.Accuracy, strict.Accuracy)
		}
		for _, r := range p.Rules {
			for s := -1.0; s < 11; s++ {
				if q := r.Probability(s); !(q >= -1e-12 && q <= 1+1e-12) {
					t.Fatalf("probability %v", q)
				}
			}
		}
	})
}

func TestFixedThresholdsDrawNoLots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := fairness.Thresholds(anyGroups(t), fairness.Optimise{Constraint: fairness.ParityOnly, Tolerance: .05, Deterministic: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rules {
			for s := 0.0; s < 10; s++ {
				if q := r.Probability(s); q != 0 && q != 1 {
					t.Fatalf("a fixed rule gives probability %v", q)
				}
			}
		}
	})
}
