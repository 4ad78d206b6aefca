package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// learnt is how much smaller a gap must be where it was learned: on people who
// had no part in it, the best of many tries does worse.
const learnt = .8

// kept are the parts of today's choices that a removal tries to keep, the
// largest first.
var kept = [...]float64{1, .95, .9, .85, .8, .75, .7, .65, .6, .55}

// parts is how many parts the people are cut into: each part is measured with
// what was chosen on all the others.
const parts = 5

// remove keeps one input or two from the model, and moves the line so that as
// many people are chosen as today, or as few less as takes off enough of the
// gap. Everybody is measured with a choice in which they had no part
// (cross-validation); what comes into use is chosen on all. The model stays as
// it was trained, so that one trained anew without the inputs would usually do
// better.
func (c Correction) remove(people []engine.Person, in Inputs) (Correction, error) {
	if len(in.Names) == 0 || in.Scores == nil {
		return c, touch.Fielderr("kind", "nothing here can score people without an input")
	}
	var all []int
	var held, learn [parts][]int
	for i := range people {
		if !people[i].HasScore {
			continue
		}
		part := int(lot(fmt.Sprintf("part\x00%s\x00%d", c.Choice.Split, i)) * parts)
		all = append(all, i)
		for k := range parts {
			if k == part {
				held[k] = append(held[k], i)
			} else {
				learn[k] = append(learn[k], i)
			}
		}
	}
	if err := enough(pick(people, all), pick(people, all), c.Choice); err != nil {
		return c, err
	}
	scores := scorer(in)
	chosen := make([]bool, len(people))
	for k := range parts {
		best := c.search(people, learn[k], in, scores)
		for _, i := range held[k] {
			chosen[i] = best.scores[i] > best.line
		}
	}
	best := c.search(people, all, in, scores)
	for _, i := range best.left {
		c.Choice.Features = append(c.Choice.Features, in.Names[i])
	}
	c.Before = measure(c.Choice, pick(people, all), func(_ int, p *engine.Person) Call { return today(c.Choice, p) })
	c.After = measure(c.Choice, pick(people, all), func(k int, _ *engine.Person) Call { return Call{Positive: chosen[all[k]]} })
	c.Single = &fairness.Tradeoff{Threshold: best.line, Accuracy: best.right, Gap: best.gap}
	c.judge()
	c.Why = "Without " + strings.Join(c.Choice.Features, " and ") + ". " + c.Why
	return c, nil
}

// scorer asks for the scores without some inputs once.
func scorer(in Inputs) func(left []int) []float64 {
	known := map[string][]float64{}
	return func(left []int) []float64 {
		key := fmt.Sprint(left)
		if known[key] == nil {
			known[key] = in.Scores(left)
		}
		return known[key]
	}
}

// removal is one that was tried.
type removal struct {
	left   []int
	scores []float64
	line   float64
	gap    float64
	right  float64 // accuracy
}

// better is the more accurate of those whose gap is small enough, else the one
// with the smaller gap.
func (r *removal) better(than *removal, small float64) bool {
	switch {
	case than.scores == nil || r.gap <= small && than.gap > small:
		return true
	case r.gap <= small:
		return r.right > than.right
	}
	return than.gap > small && r.gap < than.gap
}

// search tries each input alone, then each two, first choosing as many people as
// today, then fewer; the first round with a gap that is small enough ends it.
func (c *Correction) search(people []engine.Person, learn []int, in Inputs, scores func([]int) []float64) removal {
	before := c.fares(people, learn, nil, 0)
	small := learnt * (1 - c.Choice.Reduction) * before.Gap
	sets := [2][][]int{}
	for i := range in.Names {
		sets[0] = append(sets[0], []int{i})
		for j := range i {
			sets[1] = append(sets[1], []int{j, i})
		}
	}
	var best removal
	for _, part := range kept {
		for _, set := range sets {
			for _, left := range set {
				got := scores(left)
				line := lineFor(got, learn, part*share(&before))
				after := c.fares(people, learn, got, line)
				try := removal{left, got, line, after.Gap, after.Accuracy}
				if before.Accuracy-after.Accuracy <= c.Choice.MaxLoss && try.better(&best, small) || best.scores == nil {
					best = try
				}
			}
			if best.gap <= small && before.Accuracy-best.right <= c.Choice.MaxLoss {
				return best
			}
		}
	}
	return best
}

func pick(people []engine.Person, places []int) []engine.Person {
	out := make([]engine.Person, len(places))
	for k, i := range places {
		out[k] = people[i]
	}
	return out
}

// lineFor is the score above which a share of the people lies.
func lineFor(scores []float64, places []int, share float64) float64 {
	sorted := make([]float64, len(places))
	for k, i := range places {
		sorted[k] = scores[i]
	}
	slices.Sort(sorted)
	above := int(math.Round(share * float64(len(sorted))))
	if above <= 0 || above >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	k := len(sorted) - above
	return (sorted[k-1] + sorted[k]) / 2
}

// fares measures some people by today's decisions, or by other scores and a line.
func (c *Correction) fares(people []engine.Person, places []int, scores []float64, line float64) Side {
	side, _ := count(c.Choice, pick(people, places), func(k int, p *engine.Person) Call {
		if scores == nil {
			return today(c.Choice, p)
		}
		return Call{Positive: scores[places[k]] > line}
	})
	return side
}

// single picks the most accurate threshold that takes off enough of the gap and
// still chooses people; where there is none, the most accurate one within the
// tolerance, which the measurement then refuses.
func (c *Correction) single(tables []fairness.ScoreTable) (best fairness.Tradeoff, ok bool) {
	ch := &c.Choice
	now := fairness.Reject(tables, ch.Constraint, ch.Threshold, 0)
	chosen := chosenFrom(tables, ch.Threshold)
	most := math.Max(ch.Tolerance, learnt*(1-ch.Reduction)*now.Gap)
	for _, t := range c.Frontier {
		if t.Gap <= most && t.Selection >= fewestChosen*chosen && t.Selection < 1 && (!ok || t.Accuracy > best.Accuracy) {
			best, ok = t, true
		}
	}
	if !ok {
		best, ok, _ = fairness.SingleThreshold(tables, ch.Constraint, ch.Tolerance)
	}
	return best, ok
}

// chosenFrom is the share of people whose score is at least a line.
func chosenFrom(tables []fairness.ScoreTable, line float64) float64 {
	above, all := 0.0, 0.0
	for i := range tables {
		for k, score := range tables[i].Scores {
			n := tables[i].Pos[k] + tables[i].Neg[k]
			all += n
			if score >= line {
				above += n
			}
		}
	}
	return above / math.Max(1, all)
}
