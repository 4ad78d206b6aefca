package fairness

import (
	"fmt"
	"math"
	"slices"
)

// Tradeoff is what one threshold for everybody gives.
type Tradeoff struct {
	Threshold float64 `json:"threshold"` // positive above it
	Accuracy  float64 `json:"accuracy"`
	Gap       float64 `json:"gap"` // the largest between groups, in the constraint's rate
	Selection float64 `json:"selection"`
}

// Frontier lists what each single threshold gives, from low to high, leaving
// out those that another beats in both accuracy and gap. No group is treated
// by a rule of its own, where the law forbids that.
func Frontier(groups []ScoreTable, c Constraint) ([]Tradeoff, error) {
	cuts, err := allCuts(groups)
	if err != nil {
		return nil, err
	}
	shares := sizes(groups)
	var all []Tradeoff
	for _, cut := range cuts {
		r := Threshold{At: cut}
		t := Tradeoff{Threshold: cut}
		lo, hi := [2]float64{2, 2}, [2]float64{-1, -1}
		for i := range groups {
			o := groups[i].apply(r.probability)
			t.Accuracy, t.Selection = t.Accuracy+shares[i]*o.Accuracy, t.Selection+shares[i]*o.Selection
			for k, v := range constrained(c, o) {
				lo[k], hi[k] = math.Min(lo[k], v), math.Max(hi[k], v)
			}
		}
		t.Gap = math.Max(hi[0]-lo[0], hi[1]-lo[1])
		all = append(all, t)
	}
	return slices.DeleteFunc(slices.Clone(all), func(t Tradeoff) bool {
		return slices.ContainsFunc(all, func(u Tradeoff) bool {
			return u.Accuracy >= t.Accuracy && u.Gap <= t.Gap && (u.Accuracy > t.Accuracy || u.Gap < t.Gap)
		})
	}), nil
}

func constrained(c Constraint, o Outcome) [2]float64 {
	switch c {
	case Opportunity:
		return [2]float64{o.TPR, 0}
	case Odds:
		return [2]float64{o.TPR, o.FPR}
	}
	return [2]float64{o.Selection, 0}
}

func allCuts(groups []ScoreTable) ([]float64, error) {
	var scores []float64
	for i := range groups {
		if err := groups[i].check(); err != nil {
			return nil, fmt.Errorf("%w (group %d)", err, i+1)
		}
		scores = append(scores, groups[i].Scores...)
	}
	slices.Sort(scores)
	scores = slices.Compact(scores)
	cuts := []float64{math.Inf(-1)}
	for i := 1; i < len(scores); i++ {
		cuts = append(cuts, (scores[i-1]+scores[i])/2)
	}
	return append(cuts, math.Inf(1)), nil
}

// SingleThreshold picks from the frontier the most accurate threshold whose gap
// is at most the one given and that neither selects all nor none; ok is false
// where there is none.
func SingleThreshold(groups []ScoreTable, c Constraint, gap float64) (best Tradeoff, ok bool, err error) {
	all, err := Frontier(groups, c)
	for _, t := range all {
		if t.Gap <= gap && t.Selection > 0 && t.Selection < 1 && (!ok || t.Accuracy > best.Accuracy) {
			best, ok = t, true
		}
	}
	return best, ok, err
}

// Rejection is what sending scores near a threshold to a human leaves to the
// machine.
type Rejection struct {
	Low, High float64 // scores in [Low, High) go to a human
	Human     float64 // share of all people
	Gap       float64 // among the decisions that remain
	Accuracy  float64 // of the decisions that remain
}

// Reject measures a band of a given half-width around a threshold.
func Reject(groups []ScoreTable, c Constraint, threshold, width float64) Rejection {
	r := Rejection{Low: threshold - width, High: threshold + width}
	lo, hi := [2]float64{2, 2}, [2]float64{-1, -1}
	var kept, right, all float64
	for i := range groups {
		rest := ScoreTable{Group: groups[i].Group}
		for k, s := range groups[i].Scores {
			all += groups[i].Pos[k] + groups[i].Neg[k]
			if s < r.Low || s >= r.High {
				rest.Scores, rest.Pos, rest.Neg = append(rest.Scores, s), append(rest.Pos, groups[i].Pos[k]), append(rest.Neg, groups[i].Neg[k])
			}
		}
		pos, neg := rest.totals()
		o := rest.apply(Threshold{At: threshold}.probability)
		kept += pos + neg
		if pos+neg > 0 {
			right += o.Accuracy * (pos + neg)
		}
		for k, v := range constrained(c, o) {
			if !math.IsNaN(v) {
				lo[k], hi[k] = math.Min(lo[k], v), math.Max(hi[k], v)
			}
		}
	}
	r.Human, r.Accuracy = 1-kept/all, right/kept
	r.Gap = math.Max(hi[0]-lo[0], hi[1]-lo[1])
	return r
}

// ChooseReject finds the narrowest band, in steps of a hundredth, whose gap is
// at most the one given while at most humans of all people go to a human. ok
// is false where there is none.
func ChooseReject(groups []ScoreTable, c Constraint, threshold, gap, humans float64) (Rejection, bool) {
	for k := range 101 {
		r := Reject(groups, c, threshold, float64(k)/100)
		if r.Human > humans {
			break
		}
		if r.Gap <= gap {
			return r, true
		}
	}
	return Rejection{}, false
}

// Repair maps a group's scores towards the distribution that all groups share,
// by quantile, so that one threshold then selects like shares of each: 0 leaves
// them, 1 makes the distributions alike (Feldman et al. 2015, arXiv 1412.3756).
type Repair struct {
	Amount float64
	groups map[string]cdf
	pooled cdf
}

type cdf struct{ scores, upTo []float64 }

func (c cdf) rank(s float64) float64 {
	i, found := slices.BinarySearch(c.scores, s)
	total := c.upTo[len(c.upTo)-1]
	below := 0.0
	if i > 0 {
		below = c.upTo[i-1]
	}
	if found {
		return (below + c.upTo[i]) / 2 / total
	}
	return below / total
}

func (c cdf) quantile(p float64) float64 {
	target := p * c.upTo[len(c.upTo)-1]
	i, _ := slices.BinarySearch(c.upTo, target)
	return c.scores[min(i, len(c.scores)-1)]
}

// NewRepair learns the map from each group's scores. Amount lies in [0, 1].
func NewRepair(groups []ScoreTable, amount float64) (*Repair, error) {
	if !(amount >= 0 && amount <= 1) || len(groups) == 0 {
		return nil, fmt.Errorf("fairness: a repair needs groups and an amount from 0 to 1")
	}
	r := &Repair{Amount: amount, groups: map[string]cdf{}}
	sum := map[float64]float64{}
	for i := range groups {
		var c cdf
		run := 0.0
		for k, s := range groups[i].Scores {
			n := groups[i].Pos[k] + groups[i].Neg[k]
			run += n
			sum[s] += n
			c.scores, c.upTo = append(c.scores, s), append(c.upTo, run)
		}
		if len(c.scores) == 0 {
			return nil, fmt.Errorf("fairness: group %d has no scores", i+1)
		}
		r.groups[groups[i].Group] = c
	}
	run := 0.0
	for s := range sum {
		r.pooled.scores = append(r.pooled.scores, s)
	}
	slices.Sort(r.pooled.scores)
	for _, s := range r.pooled.scores {
		run += sum[s]
		r.pooled.upTo = append(r.pooled.upTo, run)
	}
	return r, nil
}

// Score maps one score. A group that wasn't learned keeps its scores.
func (r *Repair) Score(group string, score float64) float64 {
	c, ok := r.groups[group]
	if !ok {
		return score
	}
	return (1-r.Amount)*score + r.Amount*r.pooled.quantile(c.rank(score))
}
