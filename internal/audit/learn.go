package audit

import (
	"fmt"
	"math"
	"slices"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// Learn fits a correction on a part of the people and measures it on the rest,
// who had no part in it. It says plainly where the correction can't do what was
// asked: Refused, with the reason. inputs are what a removal
// chooses from.
func Learn(ch Choice, people []engine.Person, inputs Inputs) (Correction, error) {
	ch = ch.withDefaults()
	c := Correction{Choice: ch}
	if ch.Kind == Removal {
		return c.remove(people, inputs)
	}
	learn, held := split(people, ch)
	if err := enough(learn, held, ch); err != nil {
		return c, err
	}
	if !ch.Kind.Live() {
		return c.export(learn)
	}
	tables := tablesOf(learn)
	if err := c.fit(tables); err != nil {
		return c, err
	}
	repair, err := c.repair()
	if err != nil {
		return c, err
	}
	c.Before = measure(ch, held, func(_ int, p *engine.Person) Call { return today(ch, p) })
	c.After = measure(ch, held, func(i int, p *engine.Person) Call {
		if repair != nil {
			return Call{Positive: repair.Score(p.Group, p.Score) > ch.Threshold}
		}
		call, ok := c.Decide(p.Group, fmt.Sprint(i), p.Score)
		if !ok {
			return today(ch, p)
		}
		return call
	})
	c.judge()
	return c, nil
}

func (ch Choice) withDefaults() Choice {
	fill := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	// Exactly no gap is met by selecting everybody or nobody only, unless lots
	// are drawn.
	fill(&ch.Tolerance, .02)
	fill(&ch.MaxLoss, .02)
	fill(&ch.Reduction, .5)
	fill(&ch.HeldOutShare, .5)
	fill(&ch.Threshold, .5)
	fill(&ch.Amount, 1)
	fill(&ch.MaxHuman, .2)
	return ch
}

// split takes people to one part or the other by a hash of their place, so that
// the same data split the same way.
func split(people []engine.Person, ch Choice) (learn, held []engine.Person) {
	for i, p := range people {
		if !p.HasScore && ch.Kind.Live() {
			continue
		}
		if ch.holdsOut(i) {
			held = append(held, p)
		} else {
			learn = append(learn, p)
		}
	}
	return learn, held
}

// holdsOut says which part a person's place goes to.
func (ch *Choice) holdsOut(i int) bool {
	return lot(fmt.Sprintf("held\x00%s\x00%d", ch.Split, i)) < ch.HeldOutShare
}

// fewest is how many people of each group each part needs.
const fewest = 30

func enough(learn, held []engine.Person, ch Choice) error {
	for _, part := range [][]engine.Person{learn, held} {
		n := map[string]int{}
		for i := range part {
			n[part[i].Group]++
		}
		if len(n) < 2 {
			return touch.Errorf(touch.Invalid, "a correction needs scored people of at least two groups")
		}
		for _, k := range n {
			if k < fewest {
				return touch.Errorf(touch.Invalid, "a group has fewer than %d people in the part that is learned from or held out; take more data, or wider groups", fewest)
			}
		}
	}
	if ch.Constraint != fairness.ParityOnly && ch.Constraint != fairness.Opportunity && ch.Constraint != fairness.Odds {
		return touch.Fielderr("constraint", "is parity, opportunity or odds")
	}
	return nil
}

// tablesOf counts labels by score. People whose label isn't known count by
// today's decision, which a correction for parity alone can do with.
func tablesOf(people []engine.Person) []fairness.ScoreTable {
	scored := map[string][]fairness.Scored{}
	for i := range people {
		p := &people[i]
		truth := p.Label
		if truth == fairness.Unknown {
			truth = p.Decision
		}
		scored[p.Group] = append(scored[p.Group], fairness.Scored{Score: math.Round(p.Score*1e4) / 1e4, Label: truth == fairness.True})
	}
	var names []string
	for g := range scored {
		names = append(names, g)
	}
	slices.Sort(names)
	var out []fairness.ScoreTable
	for _, g := range names {
		out = append(out, coarse(fairness.Tabulate(g, scored[g])))
	}
	return out
}

// coarse merges a table of very many scores to at most 512, so that a search
// over thresholds stays quick.
func coarse(t fairness.ScoreTable) fairness.ScoreTable {
	const most = 512
	if len(t.Scores) <= most {
		return t
	}
	out := fairness.ScoreTable{Group: t.Group}
	for i := range t.Scores {
		k := i * most / len(t.Scores)
		if k == len(out.Scores) {
			out.Scores, out.Pos, out.Neg = append(out.Scores, t.Scores[i]), append(out.Pos, 0), append(out.Neg, 0)
		}
		out.Scores[k], out.Pos[k], out.Neg[k] = t.Scores[i], out.Pos[k]+t.Pos[i], out.Neg[k]+t.Neg[i]
	}
	return out
}

func (c *Correction) fit(tables []fairness.ScoreTable) error {
	ch := c.Choice
	switch ch.Kind {
	case Thresholds:
		p, err := fairness.Thresholds(tables, fairness.Optimise{Constraint: ch.Constraint, Tolerance: ch.Tolerance, Deterministic: !ch.Randomised, AboveOnly: true})
		c.Policy = &p
		return touch.Wrap(touch.Invalid, err, "no thresholds can be chosen: a group has only one kind of outcome")
	case Single:
		front, err := fairness.Frontier(tables, ch.Constraint)
		if err != nil {
			return touch.Wrap(touch.Invalid, err, "no threshold can be chosen: a group has only one kind of outcome")
		}
		c.Frontier = slices.DeleteFunc(front, func(t fairness.Tradeoff) bool { return math.IsInf(t.Threshold, 0) })
		if t, ok := c.single(tables); ok {
			c.Single = &t
		} else {
			c.Single = &fairness.Tradeoff{Threshold: ch.Threshold}
		}
	case Reject:
		r, ok := fairness.ChooseReject(tables, ch.Constraint, ch.Threshold, ch.Tolerance, ch.MaxHuman)
		if !ok {
			r = fairness.Reject(tables, ch.Constraint, ch.Threshold, 0)
		}
		c.Reject = &r
	case Repair:
		c.Tables = tables
	default:
		return touch.Fielderr("kind", "is thresholds, single_threshold, reject, score_repair, removal, reweighing or massaging")
	}
	return nil
}

func (c *Correction) repair() (*fairness.Repair, error) {
	if len(c.Tables) == 0 {
		return nil, nil
	}
	r, err := fairness.NewRepair(c.Tables, c.Choice.Amount)
	return r, touch.Wrap(touch.Invalid, err, "the amount of a repair lies between 0 and 1")
}

// today is what is decided without the correction.
func today(ch Choice, p *engine.Person) Call {
	if p.Decision != fairness.Unknown {
		return Call{Positive: p.Decision == fairness.True}
	}
	return Call{Positive: p.Score > ch.Threshold}
}

// export makes what retraining elsewhere needs. Nothing here is retrained, so
// nothing is claimed of its effect.
func (c Correction) export(people []engine.Person) (Correction, error) {
	tables := tablesOf(people)
	c.State = Exported
	if c.Choice.Kind == Massage {
		return c.massage(people)
	}
	var pos, neg []int64
	for i := range tables {
		var p, n float64
		for k := range tables[i].Scores {
			p, n = p+tables[i].Pos[k], n+tables[i].Neg[k]
		}
		pos, neg = append(pos, int64(p)), append(neg, int64(n))
	}
	w, err := fairness.Reweigh(pos, neg)
	if err != nil {
		return c, touch.Wrap(touch.Invalid, err, "the groups can't be weighed")
	}
	for i := range tables {
		c.Weights = append(c.Weights, Weight{tables[i].Group, true, w.Pos[i]}, Weight{tables[i].Group, false, w.Neg[i]})
	}
	c.Why = "Weights for retraining. Their effect shows in the next audit of the retrained model, not before."
	return c, nil
}

func (c Correction) massage(people []engine.Person) (Correction, error) {
	rates := map[string][2]float64{}
	for i := range people {
		r := rates[people[i].Group]
		r[1]++
		if people[i].Label == fairness.True {
			r[0]++
		}
		rates[people[i].Group] = r
	}
	best, bestRate := "", -1.0
	for g, r := range rates {
		if r[0]/r[1] > bestRate || r[0]/r[1] == bestRate && g < best {
			best, bestRate = g, r[0]/r[1]
		}
	}
	rows := make([]fairness.Example, len(people))
	for i := range people {
		rows[i] = fairness.Example{Favoured: people[i].Group == best, Label: people[i].Label == fairness.True, Score: people[i].Score}
	}
	m := fairness.Massage(rows)
	c.Review = append(m.Promote, m.Demote...)
	slices.Sort(c.Review)
	c.Why = fmt.Sprintf("%d labels nearest the boundary to review before retraining. Their effect shows in the next audit of the retrained model, not before.", len(c.Review))
	return c, nil
}
