package fairness

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Reweighing is the weight of each group's rows by label that makes group and
// label independent in training: w = P(group)·P(label)/P(group, label). The
// weights of all rows sum to the number of rows (Kamiran and Calders 2012).
type Reweighing struct{ Pos, Neg []float64 }

// Reweigh computes weights from each group's number of positive and negative
// labels. A combination that nobody has gets NaN: there is no row to weigh.
func Reweigh(pos, neg []int64) (Reweighing, error) {
	if len(pos) != len(neg) || len(pos) == 0 {
		return Reweighing{}, fmt.Errorf("fairness: reweighing needs both label counts of every group")
	}
	var p, n int64
	for i := range pos {
		p, n = p+pos[i], n+neg[i]
	}
	var out Reweighing
	weight := func(size, label, both int64) float64 {
		if both == 0 {
			return math.NaN()
		}
		return float64(size) * float64(label) / (float64(p+n) * float64(both))
	}
	for i := range pos {
		size := pos[i] + neg[i]
		out.Pos = append(out.Pos, weight(size, p, pos[i]))
		out.Neg = append(out.Neg, weight(size, n, neg[i]))
	}
	return out, nil
}

// Example is one row of training data.
type Example struct {
	Favoured bool // belongs to the group with the higher rate of positive labels
	Label    bool
	Score    float64 // of a ranker that was trained on the data as they are
}

// Massaging lists the rows whose label changes.
type Massaging struct{ Promote, Demote []int }

// Massage makes the rates of positive labels of both groups alike by changing
// as few labels as can be, nearest the boundary: the highest scored negatives
// of the other group are promoted, and as many of the lowest scored positives
// of the favoured one demoted, so that the number of positives stays (Kamiran
// and Calders 2012). Ties go to the earlier row.
func Massage(rows []Example) Massaging {
	var up, down []int
	var pos, size [2]float64
	for i, r := range rows {
		g := 0
		if r.Favoured {
			g = 1
		}
		size[g]++
		if r.Label {
			pos[g]++
		}
		switch {
		case r.Favoured && r.Label:
			down = append(down, i)
		case !r.Favoured && !r.Label:
			up = append(up, i)
		}
	}
	if size[0] == 0 || size[1] == 0 {
		return Massaging{}
	}
	slices.SortStableFunc(up, func(a, b int) int { return cmp.Compare(rows[b].Score, rows[a].Score) })
	slices.SortStableFunc(down, func(a, b int) int { return cmp.Compare(rows[a].Score, rows[b].Score) })
	gap := pos[1]/size[1] - pos[0]/size[0]
	m := int(math.Round(gap * size[0] * size[1] / (size[0] + size[1])))
	m = max(0, min(m, len(up), len(down)))
	return Massaging{up[:m:m], down[:m:m]}
}
