package audit

import (
	"math"
	"math/rand/v2"
	"testing"

	"fairtouch/fairness"
)

// A model that decides by an input which tells of the group: without it the gap
// is gone, and what it knew of the outcome is gone with it.
func TestLeavingOutAProxyClosesTheGapAndCostsWhatItKnew(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var cases []Case
	for range 4000 {
		c := Case{Group: "b", Row: []float64{0, r.Float64()}, Label: fairness.False}
		if r.IntN(2) == 0 {
			c.Group = "a"
			c.Row[0] = 1
		}
		if r.Float64() < .2+.3*c.Row[0]+.4*c.Row[1] {
			c.Label = fairness.True
		}
		cases = append(cases, c)
	}
	score := func(row []float64) float64 {
		p := .2
		for i, w := range []float64{.3, .4} {
			if !math.IsNaN(row[i]) {
				p += w * row[i]
			}
		}
		return p
	}
	leave := func(i int) func([]float64) { return func(row []float64) { row[i] = math.NaN() } }
	got := Costs(cases, "a", "b", score, .5, []Trial{{"proxy", "left out", leave(0)}, {"other", "left out", leave(1)}})
	if len(got) != 3 || got[0].Feature != "" || got[0].Changed != 0 || got[0].N != 4000 || got[0].Labelled != 4000 {
		t.Fatalf("%+v", got)
	}
	is, without, other := got[0], got[1], got[2]
	if is.Gap < .5 || is.GapInterval.Low > is.Gap || is.GapInterval.High < is.Gap {
		t.Errorf("the gap as it is: %+v", is)
	}
	if without.Gap > .05 || without.GapInterval.Low > 0 || without.GapInterval.High < 0 {
		t.Errorf("without the proxy there is still a gap: %+v", without)
	}
	if !(without.AUC < is.AUC && other.AUC < is.AUC) || without.Changed == 0 || other.Gap < is.Gap {
		t.Errorf("as it is %.3f, without the proxy %.3f, without the other %.3f", is.AUC, without.AUC, other.AUC)
	}
	if cases[0].Row[1] == 0 || math.IsNaN(cases[0].Row[0]) {
		t.Error("a trial changed the people")
	}
	few := Costs(cases[:30], "a", "", score, .5, nil)
	if !math.IsNaN(few[0].AUC) {
		t.Errorf("an AUC from %d outcomes: %v", few[0].Labelled, few[0].AUC)
	}
}

func TestQuartersTakeEachNumberToTheMiddleOfItsBand(t *testing.T) {
	var xs []float64
	for i := range 100 {
		xs = append(xs, float64(99-i))
	}
	band := Quarters(append(xs, math.NaN()))
	for x, want := range map[float64]float64{0: 12, 24: 12, 25: 37, 60: 62, 99: 87, -5: 12, 1000: 87} {
		if got := band(x); got != want {
			t.Errorf("%v went to %v, not %v", x, got, want)
		}
	}
	if !math.IsNaN(band(math.NaN())) || Quarters(nil)(3) != 3 {
		t.Error("what is missing, or nothing to band by, is changed")
	}
}
