package audit

import (
	"math"
	"slices"

	"fairtouch/fairness"
)

// Case is one person as a model sees them, with what an audit knows.
type Case struct {
	Group string
	Label fairness.Tri // what came true
	Row   []float64    // the model's inputs; NaN is missing
}

// Trial is a way to keep something of an input from the model. Change works on
// a copy of the row.
type Trial struct {
	Feature string // "" for the model as it is
	How     string // in words: left out, in four bands
	Change  func(row []float64)
}

// Cost is what a trial does to the gap between two groups, and to how well the
// model tells who says yes. The model stays as it was trained: one that is
// trained anew without the input will usually do better, so that the loss of
// accuracy is an upper bound and the gap an estimate.
type Cost struct {
	Feature, How string
	Gap          float64           // share selected, group minus reference, -1 to 1
	GapInterval  fairness.Interval // Newcombe, 95 %
	AUC          float64           // NaN where too few outcomes are known
	AUCInterval  fairness.Interval // DeLong, 95 %
	Changed      float64           // share of people whose decision changes, 0 to 1
	N            int               // people
	Labelled     int               // of them, with a known outcome
}

// fewestLabels is how many outcomes of each kind an AUC needs here.
const fewestLabels = 20

// Costs tries each trial on the same people; the first is the model as it is.
// reference "" compares with everybody else. score gives the probability of a
// row, and a person is selected from line on.
func Costs(cases []Case, group, reference string, score func(row []float64) float64, line float64, trials []Trial) []Cost {
	asIs := make([]bool, len(cases))
	for i := range cases {
		asIs[i] = score(cases[i].Row) >= line
	}
	out := make([]Cost, 0, len(trials)+1)
	for _, t := range slices.Concat([]Trial{{How: "as it is", Change: func([]float64) {}}}, trials) {
		out = append(out, costOf(cases, asIs, group, reference, score, line, t))
	}
	return out
}

func costOf(cases []Case, asIs []bool, group, reference string, score func(row []float64) float64, line float64, t Trial) Cost {
	c := Cost{Feature: t.Feature, How: t.How, N: len(cases), AUC: math.NaN()}
	var x, n [2]float64 // selected and counted: of the group, of the reference
	var h fairness.Histogram
	changed := 0
	row := []float64{}
	for i := range cases {
		row = append(row[:0], cases[i].Row...)
		t.Change(row)
		p := score(row)
		selected := p >= line
		if selected != asIs[i] {
			changed++
		}
		if l := cases[i].Label; l != fairness.Unknown {
			kind := fairness.Negative
			if l == fairness.True {
				kind = fairness.Positive
			}
			h.Add(p, kind)
			c.Labelled++
		}
		side := -1
		switch {
		case cases[i].Group == group:
			side = 0
		case reference == "" || cases[i].Group == reference:
			side = 1
		}
		if side < 0 {
			continue
		}
		n[side]++
		if selected {
			x[side]++
		}
	}
	c.Changed = float64(changed) / float64(len(cases))
	c.Gap = x[0]/n[0] - x[1]/n[1]
	c.GapInterval = fairness.Newcombe(x[0], n[0], x[1], n[1], .05)
	if h.Size(fairness.Positive) >= fewestLabels && h.Size(fairness.Negative) >= fewestLabels {
		e := h.AUC()
		c.AUC, c.AUCInterval = e.Value, fairness.AUCInterval(e, .05)
	}
	return c
}

// Quarters cuts numbers into four bands of about as many people, and gives what
// takes a number to the median of its band. NaN stays NaN.
func Quarters(xs []float64) func(float64) float64 {
	xs = slices.DeleteFunc(slices.Clone(xs), math.IsNaN)
	slices.Sort(xs)
	if len(xs) == 0 {
		return func(x float64) float64 { return x }
	}
	at := func(eighths int) float64 { return xs[min(len(xs)-1, len(xs)*eighths/8)] }
	cuts, middles := [3]float64{at(2), at(4), at(6)}, [4]float64{at(1), at(3), at(5), at(7)}
	return func(x float64) float64 {
		if math.IsNaN(x) {
			return x
		}
		i := 0
		for i < 3 && x >= cuts[i] {
			i++
		}
		return middles[i]
	}
}
