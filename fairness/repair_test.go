package fairness_test

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"fairtouch/fairness"
)

// shifted are two groups of which the second scores lower by a constant.
func shifted(n int) []fairness.ScoreTable {
	src := fairness.NewSource(6)
	var a, b []fairness.Scored
	for range n {
		x := src.Float64()
		a = append(a, fairness.Scored{Score: math.Round(100*(.2+.8*x)) / 100, Label: src.Float64() < x})
		y := src.Float64()
		b = append(b, fairness.Scored{Score: math.Round(80*y) / 100, Label: src.Float64() < y})
	}
	return []fairness.ScoreTable{fairness.Tabulate("a", a), fairness.Tabulate("b", b)}
}

func selected(r *fairness.Repair, t fairness.ScoreTable, cut float64) float64 {
	hit, all := 0.0, 0.0
	for i, s := range t.Scores {
		n := t.Pos[i] + t.Neg[i]
		all += n
		if r.Score(t.Group, s) > cut {
			hit += n
		}
	}
	return hit / all
}

func TestARepairMakesOneThresholdSelectAlike(t *testing.T) {
	groups := shifted(5000)
	r, err := fairness.NewRepair(groups, 1)
	if err != nil {
		t.Fatal(err)
	}
	none, _ := fairness.NewRepair(groups, 0)
	for _, cut := range []float64{.3, .5, .7} {
		if gap := math.Abs(selected(r, groups[0], cut) - selected(r, groups[1], cut)); gap > .03 {
			t.Errorf("at %v a gap of %v is left", cut, gap)
		}
		if gap := math.Abs(selected(none, groups[0], cut) - selected(none, groups[1], cut)); gap < .1 {
			t.Errorf("at %v there was no gap to repair", cut)
		}
	}
	for _, g := range groups { // a repair keeps the order within a group
		last := -1.0
		for _, s := range g.Scores {
			if v := r.Score(g.Group, s); v < last {
				t.Fatalf("%s: %v comes before what was below it", g.Group, s)
			} else {
				last = v
			}
		}
	}
	if r.Score("nobody", .4) != .4 {
		t.Error("a group that wasn't learned was changed")
	}
}

func TestOneThresholdAndTheHumanBandKeepTheirWord(t *testing.T) {
	groups := shifted(3000)
	front, err := fairness.Frontier(groups, fairness.ParityOnly)
	if err != nil || len(front) < 3 {
		t.Fatal(len(front), err)
	}
	for i, x := range front {
		for j, y := range front {
			if i != j && y.Accuracy >= x.Accuracy && y.Gap <= x.Gap && (y.Accuracy > x.Accuracy || y.Gap < x.Gap) {
				t.Fatalf("%+v beats %+v on the frontier", y, x)
			}
		}
	}
	if s, ok, _ := fairness.SingleThreshold(groups, fairness.ParityOnly, .12); ok && s.Gap > .12 {
		t.Errorf("%+v", s)
	}
	wide := fairness.Reject(groups, fairness.ParityOnly, .5, .3)
	if wide.Human <= 0 || wide.Human >= 1 || wide.Accuracy <= fairness.Reject(groups, fairness.ParityOnly, .5, 0).Accuracy {
		t.Errorf("the doubtful are no harder than the rest: %+v", wide)
	}
	if r, ok := fairness.ChooseReject(groups, fairness.ParityOnly, .5, .05, .1); ok && (r.Gap > .05 || r.Human > .1) {
		t.Errorf("%+v", r)
	}
}

func TestMutualInformationAgreesWithItsDefinition(t *testing.T) {
	// A feature that gives the attribute away carries its whole entropy, one bit.
	p := fairness.MutualInformation([][]int64{{5000, 0}, {0, 5000}}, .05)
	if math.Abs(p.Bits-1) > 1e-3 || math.Abs(p.Share-1) > 1e-3 {
		t.Errorf("%+v", p)
	}
	if p := fairness.MutualInformation([][]int64{{2500, 2500}, {2500, 2500}}, .05); p.Bits > 1e-3 || p.Interval.Low != 0 {
		t.Errorf("%+v", p)
	}
	// [[30,10],[10,30]]: 1 − H(1/4) = 0.188722 bits, less 1/(160 ln 2).
	if p := fairness.MutualInformation([][]int64{{30, 10}, {10, 30}}, .05); math.Abs(p.Bits-(.188722-1/(160*math.Ln2))) > 1e-5 || !p.Interval.Contains(p.Bits) {
		t.Errorf("%+v", p)
	}
	if p := fairness.MutualInformation(nil, .05); !math.IsNaN(p.Bits) {
		t.Errorf("%+v", p)
	}
}

func TestRanksAndAmounts(t *testing.T) {
	if e := fairness.Exposure([]int{1, 3}); math.Abs(e.Value-.75) > 1e-12 { // 1 and 1/log2(4)
		t.Error(e)
	}
	if s := fairness.Superiority([]int{1, 2}, []int{3, 4}); s.Value != 1 {
		t.Error(s)
	}
	if s := fairness.Superiority([]int{1, 4}, []int{2, 3}); s.Value != .5 {
		t.Error(s)
	}
	if s := fairness.Skew([]int{1, 2}, []int{1, 2, 3, 4}, 2); math.Abs(s-math.Ln2) > 1e-12 {
		t.Error(s)
	}
	if c := fairness.TopShare([]int{1, 5, 9}, 5); c.Selected != 2 || c.N != 3 {
		t.Error(c)
	}
	a, b := fairness.MeanOf([]float64{10, 12, 14}), fairness.MeanOf([]float64{5, 6, 7})
	r, i := fairness.AmountRatio(a, b, .05)
	if r != 2 || !i.Contains(2) || i.Low < 1 {
		t.Error(r, i)
	}
	if _, i := fairness.AmountRatio(a, fairness.Estimate{Value: .1, SE: 1, N: 3}, .05); !i.Undefined() {
		t.Error("a ratio to what may be nothing got an interval")
	}
}

// TestAUCFromBinsIsTheRankStatistic, to within the bound it states.
func TestAUCFromBinsIsTheRankStatistic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h fairness.Histogram
		var pos, neg []float64
		for range rapid.IntRange(2, 60).Draw(t, "n") {
			s := rapid.Float64Range(0, 1).Draw(t, "s")
			if rapid.Bool().Draw(t, "y") {
				pos = append(pos, s)
				h.Add(s, fairness.Positive)
			} else {
				neg = append(neg, s)
				h.Add(s, fairness.Negative)
			}
		}
		if len(pos) == 0 || len(neg) == 0 {
			return
		}
		wins := 0.0
		for _, p := range pos {
			for _, n := range neg {
				switch {
				case p > n:
					wins++
				case p == n:
					wins += .5
				}
			}
		}
		exact := wins / float64(len(pos)*len(neg))
		if math.Abs(h.AUC().Value-exact) > h.BinError()+1e-12 {
			t.Fatalf("AUC %v, exact %v, bound %v", h.AUC().Value, exact, h.BinError())
		}
	})
}

func TestAPolicySurvivesItsJSON(t *testing.T) {
	for _, at := range []float64{.25, math.Inf(1), math.Inf(-1)} {
		b, err := json.Marshal(fairness.Threshold{Below: true, At: at})
		if err != nil {
			t.Fatal(err)
		}
		var back fairness.Threshold
		if err := json.Unmarshal(b, &back); err != nil || back.At != at || !back.Below {
			t.Errorf("%s: %+v %v", b, back, err)
		}
	}
	var x fairness.Threshold
	if json.Unmarshal([]byte(`{"at":"maybe"}`), &x) == nil {
		t.Error("a threshold that is none was read")
	}
}

// Against everybody, the gap and its interval are those of the identity.
func TestAgainstEverybodyTheGroupIsPartOfBothSides(t *testing.T) {
	cells := []fairness.Cell{
		{Group: []fairness.Value{{Text: "a"}}, Stats: fairness.Stats{Rows: 400, Counts: fairness.Counts{N: 400, Selected: 200}}},
		{Group: []fairness.Value{{Text: "b"}}, Stats: fairness.Stats{Rows: 600, Counts: fairness.Counts{N: 600, Selected: 120}}}}
	a := fairness.Evaluate(fairness.Question{Attributes: []string{"g"}, Against: fairness.Whole,
		Metrics: []fairness.Metric{fairness.DemographicParity, fairness.DisparateImpact}}, cells)
	for _, m := range a.Measures {
		want := map[fairness.Metric]map[string]float64{
			fairness.DemographicParity: {"a": .5 - .32, "b": .2 - .32}, fairness.DisparateImpact: {"a": .5 / .32, "b": .2 / .32}}[m.Metric][m.Group]
		if math.Abs(m.Value-want) > 1e-12 || !(m.Low < want && want < m.High) || m.Reference != fairness.Whole {
			t.Errorf("%s %s: %v (%v to %v), want %v", m.Metric, m.Group, m.Value, m.Low, m.High, want)
		}
	}
	if a.Verdict != fairness.Fail {
		t.Error(a.Verdict)
	}
}
