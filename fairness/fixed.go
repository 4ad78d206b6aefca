package fairness

import "math"

// fixed chooses one threshold a group: among windows as wide as the tolerance,
// the one whose best rules have the highest accuracy; if no window holds a rule
// of every group, the narrowest one that does.
func (p *Policy) fixed(groups []ScoreTable, o Optimise) {
	sets := make([][]vertex, len(groups))
	for i := range groups {
		sets[i] = vertices(&groups[i], o.Constraint, !o.AboveOnly)
	}
	rate := func(v vertex) [2]float64 {
		switch o.Constraint {
		case Opportunity:
			return [2]float64{v.out.TPR, 0}
		case Odds:
			return [2]float64{v.out.TPR, v.out.FPR}
		}
		return [2]float64{v.out.Selection, 0}
	}
	shares := sizes(groups)
	bestGap, best := math.Inf(1), math.Inf(-1)
	for _, anchors := range sets {
		for _, anchor := range anchors {
			rules, gap, sum := around(sets, shares, anchor, rate, o.Tolerance)
			within := gap <= o.Tolerance
			was := bestGap <= o.Tolerance
			if within && (!was || sum > best) || !within && !was && (gap < bestGap || gap == bestGap && sum > best) {
				bestGap, best, p.Rules = gap, sum, nil
				p.X = rate(anchor)[0]
				for i, r := range rules {
					p.Rules = append(p.Rules, GroupRule{Group: groups[i].Group, P: 1, Left: r, Right: r})
				}
			}
		}
	}
}

// around picks each group's most accurate rule at most half a tolerance from
// the anchor, or its nearest one where there is none, and says how wide apart
// they are.
func around(sets [][]vertex, shares []float64, anchor vertex, rate func(vertex) [2]float64, tolerance float64) (rules []Threshold, gap, sum float64) {
	a := rate(anchor)
	lo, hi := [2]float64{2, 2}, [2]float64{-1, -1}
	for i, set := range sets {
		best, near := -1, math.Inf(1)
		for k, v := range set {
			r := rate(v)
			d := math.Max(math.Abs(r[0]-a[0]), math.Abs(r[1]-a[1]))
			ok := d <= tolerance/2
			if ok && (near > tolerance/2 || v.out.Accuracy > set[best].out.Accuracy) || !ok && near > tolerance/2 && d < near {
				best, near = k, d
			}
		}
		r := rate(set[best])
		for j := range r {
			lo[j], hi[j] = math.Min(lo[j], r[j]), math.Max(hi[j], r[j])
		}
		rules, sum = append(rules, set[best].rule), sum+shares[i]*set[best].out.Accuracy
	}
	return rules, math.Max(hi[0]-lo[0], hi[1]-lo[1]), sum
}
