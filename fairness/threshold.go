package fairness

import (
	"fmt"
	"math"
)

// Constraint is what a correction makes equal among groups.
type Constraint string

// The constraints.
const (
	ParityOnly  Constraint = "parity"      // selection rates
	Opportunity Constraint = "opportunity" // true positive rates
	Odds        Constraint = "odds"        // true and false positive rates
)

// Optimise says how to choose thresholds.
type Optimise struct {
	Constraint Constraint
	// Tolerance is the largest gap that is left, in [0, 1).
	Tolerance float64
	// Deterministic uses one threshold a group and draws no lots. The gap can
	// then be above the tolerance where no thresholds come closer.
	Deterministic bool
	// AboveOnly leaves out rules that select low scores.
	AboveOnly bool
}

// ties is the difference below which two values count as equal, so that the
// lowest common rate wins whatever the rounding.
const ties = 1e-9

// gridSteps is how finely the common rate is searched: every thousandth.
const gridSteps = 1000

// GroupRule is one group's part of a policy: with probability Ignore the
// decision is positive with probability Constant whatever the score, else Left
// decides with probability P and Right otherwise.
type GroupRule struct {
	Group    string    `json:"group"`
	Ignore   float64   `json:"ignore"`
	Constant float64   `json:"constant"`
	P        float64   `json:"p"`
	Left     Threshold `json:"left"`
	Right    Threshold `json:"right"`
}

// Probability of the positive decision at a score.
func (r *GroupRule) Probability(score float64) float64 {
	return r.Ignore*r.Constant + (1-r.Ignore)*(r.P*r.Left.probability(score)+(1-r.P)*r.Right.probability(score))
}

// Decide applies the rule to a person whose lot lies in [0, 1). A lot drawn
// from a hash of the person's id gives the same answer each time.
func (r *GroupRule) Decide(score, lot float64) bool { return lot < r.Probability(score) }

// Policy is thresholds by group, with what they give on the data that they
// were chosen on.
type Policy struct {
	Constraint Constraint  `json:"constraint"`
	X          float64     `json:"x"` // the common rate (of false positives, for odds)
	Y          float64     `json:"y"` // the common true positive rate, for odds
	Rules      []GroupRule `json:"rules"`
	Accuracy   float64     `json:"accuracy"`
	Gap        float64     `json:"gap"` // the largest that is left
}

// Thresholds chooses the policy of highest accuracy that meets the constraint
// (Hardt, Price and Srebro 2016, arXiv 1610.02413): every group's rules span a
// convex hull of what can be reached, and the common rate is searched on it.
// An error says which group can't be corrected.
func Thresholds(groups []ScoreTable, o Optimise) (Policy, error) {
	if len(groups) < 2 {
		return Policy{}, fmt.Errorf("fairness: thresholds need at least two groups")
	}
	if !(o.Tolerance >= 0 && o.Tolerance < 1) {
		return Policy{}, fmt.Errorf("fairness: the tolerance lies between 0 and 1")
	}
	for i := range groups {
		if err := groups[i].check(); err != nil {
			return Policy{}, fmt.Errorf("%w (group %d)", err, i+1)
		}
	}
	p := Policy{Constraint: o.Constraint}
	var err error
	switch {
	case o.Constraint != ParityOnly && o.Constraint != Opportunity && o.Constraint != Odds:
		err = fmt.Errorf("fairness: a constraint is parity, opportunity or odds")
	case o.Deterministic:
		p.fixed(groups, o)
	case o.Constraint == Odds:
		p.odds(groups, o)
	default:
		p.single(groups, o)
	}
	p.measure(groups)
	return p, err
}

func hulls(groups []ScoreTable, o Optimise) [][]vertex {
	out := make([][]vertex, len(groups))
	for i := range groups {
		out[i] = hull(vertices(&groups[i], o.Constraint, !o.AboveOnly))
	}
	return out
}

// nearest is the point of a hull within tolerance of x that has the largest
// value, x itself where nothing is larger.
func nearest(h []vertex, x, tolerance float64, value func(mix) float64) mix {
	best := at(h, x)
	if tolerance == 0 {
		return best
	}
	try := func(x float64) {
		if m := at(h, x); value(m) > value(best)+1e-15 {
			best = m
		}
	}
	lo, hi := math.Max(0, x-tolerance/2), math.Min(1, x+tolerance/2)
	try(lo)
	try(hi)
	for _, v := range h {
		if v.x > lo && v.x < hi {
			try(v.x)
		}
	}
	return best
}

func (p *Policy) single(groups []ScoreTable, o Optimise) {
	hs, best := hulls(groups, o), math.Inf(-1)
	shares := sizes(groups)
	for k := 0; k <= gridSteps; k++ {
		x, sum := float64(k)/gridSteps, 0.0
		points := make([]mix, len(hs))
		for i, h := range hs {
			points[i] = nearest(h, x, o.Tolerance, func(m mix) float64 { return m.y })
			sum += shares[i] * points[i].y
		}
		if sum > best+ties {
			best, p.X, p.Rules = sum, x, nil
			for i, m := range points {
				p.Rules = append(p.Rules, GroupRule{Group: groups[i].Group, P: m.p, Left: m.left, Right: m.right})
			}
		}
	}
}

func sizes(groups []ScoreTable) []float64 {
	out, total := make([]float64, len(groups)), 0.0
	for i := range groups {
		pos, neg := groups[i].totals()
		out[i] = pos + neg
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

// odds meets on the lowest of the groups' curves: whoever is above it comes
// down by deciding without the score for some.
func (p *Policy) odds(groups []ScoreTable, o Optimise) {
	hs, best := hulls(groups, o), math.Inf(-1)
	for k := 0; k <= gridSteps; k++ {
		x, low := float64(k)/gridSteps, math.Inf(1)
		points := make([]mix, len(hs))
		for i, h := range hs {
			pos, neg := groups[i].totals()
			points[i] = nearest(h, x, o.Tolerance, func(m mix) float64 { return pos*m.y - neg*m.x })
			low = math.Min(low, points[i].y)
		}
		right := 0.0
		for i, m := range points {
			pos, neg := groups[i].totals()
			right += pos*math.Min(m.y, low+o.Tolerance) + neg*(1-m.x)
		}
		if right <= best+ties {
			continue
		}
		best, p.X, p.Y, p.Rules = right, x, low, nil
		for i, m := range points {
			p.Rules = append(p.Rules, down(groups[i].Group, m, low+o.Tolerance))
		}
	}
}

// down lowers a point to a true positive rate without moving its false one.
func down(group string, m mix, y float64) GroupRule {
	r := GroupRule{Group: group, P: m.p, Left: m.left, Right: m.right, Constant: m.x}
	if m.y > y && m.y > m.x {
		r.Ignore = (m.y - y) / (m.y - m.x)
	}
	return r
}

func (p *Policy) measure(groups []ScoreTable) {
	shares := sizes(groups)
	var lo, hi [3]float64
	for i := range p.Rules {
		o := groups[i].apply(p.Rules[i].Probability)
		p.Accuracy += shares[i] * o.Accuracy
		for k, v := range []float64{o.Selection, o.TPR, o.FPR} {
			if i == 0 || v < lo[k] {
				lo[k] = v
			}
			if i == 0 || v > hi[k] {
				hi[k] = v
			}
		}
	}
	switch p.Constraint {
	case ParityOnly:
		p.Gap = hi[0] - lo[0]
	case Opportunity:
		p.Gap = hi[1] - lo[1]
	case Odds:
		p.Gap = math.Max(hi[1]-lo[1], hi[2]-lo[2])
	}
}
