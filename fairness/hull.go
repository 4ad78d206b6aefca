package fairness

import (
	"cmp"
	"math"
	"slices"
)

// vertex is what one threshold gives a group: x is what is to be equal among
// groups, y what is to be large.
type vertex struct {
	x, y float64
	rule Threshold
	out  Outcome
}

// vertices lists every rule: thresholds midway between distinct scores and at
// both infinities, above and, unless only those are wanted, below.
func vertices(t *ScoreTable, c Constraint, below bool) []vertex {
	cuts := []float64{math.Inf(-1)}
	for i := 1; i < len(t.Scores); i++ {
		cuts = append(cuts, (t.Scores[i-1]+t.Scores[i])/2)
	}
	cuts = append(cuts, math.Inf(1))
	pos, neg := t.totals()
	var out []vertex
	tp, fp := pos, neg
	for k, at := range cuts {
		out = append(out, place(c, Threshold{false, at}, tp, fp, pos, neg))
		if below {
			out = append(out, place(c, Threshold{true, at}, pos-tp, neg-fp, pos, neg))
		}
		if k < len(t.Scores) {
			tp, fp = tp-t.Pos[k], fp-t.Neg[k]
		}
	}
	return out
}

func place(c Constraint, r Threshold, tp, fp, pos, neg float64) vertex {
	o := Outcome{(tp + fp) / (pos + neg), tp / pos, fp / neg, (tp + neg - fp) / (pos + neg)}
	v := vertex{x: o.Selection, y: o.Accuracy, rule: r, out: o}
	switch c {
	case Opportunity:
		v.x = o.TPR
	case Odds:
		v.x, v.y = o.FPR, o.TPR
	}
	return v
}

// hull keeps the upper convex hull, by x.
func hull(vs []vertex) []vertex {
	slices.SortStableFunc(vs, func(a, b vertex) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	var out []vertex
	for _, v := range vs {
		for len(out) >= 2 {
			a, b := out[len(out)-2], out[len(out)-1]
			if (b.y-a.y)*(v.x-a.x) > (v.y-a.y)*(b.x-a.x) {
				break
			}
			out = out[:len(out)-1]
		}
		out = append(out, v)
	}
	return out
}

// mix is a point on a hull: the left rule with probability p, else the right.
type mix struct {
	x, y        float64
	p           float64
	left, right Threshold
}

// at interpolates a hull at x. Where several vertices lie at the smallest x,
// the last and highest counts.
func at(h []vertex, x float64) mix {
	i := 0
	for i+1 < len(h) && h[i+1].x <= x {
		i++
	}
	if i+1 == len(h) {
		return mix{h[i].x, h[i].y, 1, h[i].rule, h[i].rule}
	}
	p := (h[i+1].x - x) / (h[i+1].x - h[i].x)
	return mix{x, p*h[i].y + (1-p)*h[i+1].y, p, h[i].rule, h[i+1].rule}
}
