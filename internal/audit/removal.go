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
// had no part in it, it is a little larger.
const learnt = .9

// kept are the parts of today's choices that a removal tries to keep, the
// largest first.
var kept = [...]float64{1, .95, .9, .85, .8, .75, .7, .65, .6, .55}

// remove keeps one input or two from the model, and moves the line so that as
// many people are chosen as today, or as few less as takes off enough of the
// gap. Inputs and line are chosen on the part of the people that is learned
// from, and measured on the rest. The model stays as it was trained, so that one
// trained anew without the inputs would usually do better.
func (c Correction) remove(people []engine.Person, in Inputs) (Correction, error) {
	if len(in.Names) == 0 || in.Scores == nil {
		return c, touch.Fielderr("kind", "nothing here can score people without an input")
	}
	var learn, held []int
	for i := range people {
		switch {
		case !people[i].HasScore:
		case c.Choice.holdsOut(i):
			held = append(held, i)
		default:
			learn = append(learn, i)
		}
	}
	if err := enough(pick(people, learn), pick(people, held), c.Choice); err != nil {
		return c, err
	}
	best := c.search(people, learn, in)
	for _, i := range best.left {
		c.Choice.Features = append(c.Choice.Features, in.Names[i])
	}
	c.Before, c.After = c.fares(people, held, nil, 0), c.fares(people, held, best.scores, best.line)
	c.Single = &fairness.Tradeoff{Threshold: best.line, Accuracy: c.After.Accuracy, Gap: c.After.Gap, Selection: share(&c.After)}
	c.judge()
	c.Why = "Without " + strings.Join(c.Choice.Features, " and ") + ": " + strings.ToLower(c.Why[:1]) + c.Why[1:]
	return c, nil
}

// removal is one that was tried.
type removal struct {
	left   []int
	scores []float64
	line   float64
	gap    float64
}

// search tries each input alone, then each two, first choosing as many people as
// today, then fewer; the first round with a gap that is small enough ends it.
func (c *Correction) search(people []engine.Person, learn []int, in Inputs) removal {
	before := c.fares(people, learn, nil, 0)
	small := learnt * (1 - c.Choice.Reduction) * before.Gap
	sets := [2][][]int{}
	for i := range in.Names {
		sets[0] = append(sets[0], []int{i})
		for j := range i {
			sets[1] = append(sets[1], []int{j, i})
		}
	}
	scores := map[string][]float64{}
	best := removal{left: sets[0][0], gap: math.Inf(1)}
	for _, part := range kept {
		for _, set := range sets {
			for _, left := range set {
				key := fmt.Sprint(left)
				if scores[key] == nil {
					scores[key] = in.Scores(left)
				}
				line := lineFor(scores[key], learn, part*share(&before))
				after := c.fares(people, learn, scores[key], line)
				if best.scores == nil || before.Accuracy-after.Accuracy <= c.Choice.MaxLoss && after.Gap < best.gap {
					best = removal{left, scores[key], line, after.Gap}
				}
			}
			if best.gap <= small {
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
	return measure(c.Choice, pick(people, places), func(k int, p *engine.Person) Call {
		if scores == nil {
			return today(c.Choice, p)
		}
		return Call{Positive: scores[places[k]] > line}
	})
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
