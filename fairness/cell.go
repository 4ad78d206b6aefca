package fairness

import (
	"math"
	"strings"
)

// Value is one attribute's value. Null is "not known", which is a group of its
// own and not the same as the empty text.
type Value struct {
	Text string
	Null bool
}

// Missing and Empty are how a null and an empty value read.
const (
	Missing = "(missing)"
	Empty   = "(empty)"
)

// String is the value as a reader sees it.
func (v Value) String() string {
	switch {
	case v.Null:
		return Missing
	case v.Text == "":
		return Empty
	}
	return v.Text
}

// Cell is one finest group: the values of all attributes, in order, and what
// its people add up to.
type Cell struct {
	Group []Value
	Stats
}

// Stats is what a group's rows add up to.
type Stats struct {
	Counts
	Weights *Weights   // nil: everyone counts once
	Scores  *Histogram // nil: there is no score
	Rows    int64      // all rows, also those whose decision isn't known
	NoScore int64      // rows without a usable score, where there is one
}

// Merge adds another group's stats.
func (s *Stats) Merge(o Stats) {
	s.Counts, s.Rows, s.NoScore = s.Counts.Add(o.Counts), s.Rows+o.Rows, s.NoScore+o.NoScore
	if o.Weights != nil {
		if s.Weights == nil {
			s.Weights = &Weights{}
		}
		s.Weights.Merge(o.Weights)
	}
	if o.Scores != nil {
		if s.Scores == nil {
			s.Scores = &Histogram{}
		}
		s.Scores.Merge(o.Scores)
	}
}

// WeightUnit is the fixed point of weights: a millionth.
const WeightUnit = 1_000_000

// Weights sums weights and their squares over the six counts, in the order N,
// Selected, TP, FP, TN, FN; both in millionths.
type Weights struct {
	Sum, Sq [6]int64
}

// Merge adds another group's sums.
func (w *Weights) Merge(o *Weights) {
	for i := range w.Sum {
		w.Sum[i] += o.Sum[i]
		w.Sq[i] += o.Sq[i]
	}
}

func (w *Weights) counts(of [6]int64) Counts {
	return Counts{of[0], of[1], of[2], of[3], of[4], of[5]}
}

// Share returns a rate's numerator and denominator. With weights it returns
// Kish's effective size (Σw)²/Σw² as denominator, and the numerator that gives
// the weighted rate.
func (s *Stats) Share(r Rate) (x, n float64) {
	if s.Weights == nil {
		i, j := r.Of(s.Counts)
		return float64(i), float64(j)
	}
	i, j := r.Of(s.Weights.counts(s.Weights.Sum))
	_, sq := r.Of(s.Weights.counts(s.Weights.Sq))
	if j == 0 || sq == 0 {
		return 0, 0
	}
	n = float64(j) * float64(j) / float64(sq)
	return float64(i) / float64(j) * n, n
}

// RollUp merges finest cells into the groups of some attributes, given by
// their positions, in the order in which the groups first appear.
func RollUp(cells []Cell, attributes []int) []Cell {
	at := map[string]int{}
	var out []Cell
	for _, c := range cells {
		group := make([]Value, len(attributes))
		for i, a := range attributes {
			group[i] = c.Group[a]
		}
		k := Key(group)
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Cell{Group: group})
		}
		out[i].Merge(c.Stats)
	}
	return out
}

// Key is a text that differs for different groups.
func Key(group []Value) string {
	var b strings.Builder
	for _, v := range group {
		if v.Null {
			b.WriteByte(0)
		} else {
			b.WriteByte(1)
			b.WriteString(v.Text)
		}
		b.WriteByte(2)
	}
	return b.String()
}

// Name joins the values of a group as a reader sees them.
func (c *Cell) Name() string {
	parts := make([]string, len(c.Group))
	for i, v := range c.Group {
		parts[i] = v.String()
	}
	return strings.Join(parts, " & ")
}

// finite turns infinities into NaN.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}
