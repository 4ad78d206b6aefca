package audit

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// measure decides about each person and counts how the groups fare. Whom a
// human decides about counts in no rate.
func measure(ch Choice, people []engine.Person, decide func(i int, p *engine.Person) Call) Side {
	side, cells := count(ch, people, decide)
	side.compare(ch.Constraint, cells)
	return side
}

// count decides about each person: n, accuracy, humans, groups and the gap, and
// the cells that they are counted in.
func count(ch Choice, people []engine.Person, decide func(i int, p *engine.Person) Call) (Side, []fairness.Cell) {
	cells := map[string]*fairness.Cell{}
	var side Side
	var right, judged, human int64
	for i := range people {
		p := &people[i]
		cell := cells[p.Group]
		if cell == nil {
			cell = &fairness.Cell{Group: []fairness.Value{{Text: p.Group}}}
			cells[p.Group] = cell
		}
		call := decide(i, p)
		side.N++
		cell.Rows++
		if call.Human {
			human++
			continue
		}
		add(&cell.Counts, call.Positive, p.Label)
		truth := p.Label
		if truth == fairness.Unknown {
			truth = triOf(today(ch, p).Positive)
		}
		judged++
		if truth == triOf(call.Positive) {
			right++
		}
	}
	side.Accuracy, side.Human = float64(right)/float64(judged), float64(human)/float64(side.N)
	all := slices.SortedFunc(maps.Values(cells), func(a, b *fairness.Cell) int { return strings.Compare(a.Group[0].Text, b.Group[0].Text) })
	out := make([]fairness.Cell, len(all))
	for i := range all {
		out[i] = *all[i]
	}
	side.group(ch.Constraint, out)
	return side, out
}

// ratesOf are the rates that a constraint makes equal.
func ratesOf(c fairness.Constraint) []fairness.Rate {
	switch c {
	case fairness.Opportunity:
		return []fairness.Rate{fairness.TPR}
	case fairness.Odds:
		return []fairness.Rate{fairness.TPR, fairness.FPR}
	}
	return []fairness.Rate{fairness.SelectionRate}
}

func triOf(b bool) fairness.Tri {
	if b {
		return fairness.True
	}
	return fairness.False
}

func add(c *fairness.Counts, positive bool, label fairness.Tri) {
	c.N++
	if positive {
		c.Selected++
	}
	switch {
	case label == fairness.Unknown:
	case positive && label == fairness.True:
		c.TP++
	case positive:
		c.FP++
	case label == fairness.True:
		c.FN++
	default:
		c.TN++
	}
}

// group fills in the gap and the groups.
func (s *Side) group(c fairness.Constraint, all []fairness.Cell) {
	rates := ratesOf(c)
	for _, r := range rates {
		low, high := math.Inf(1), math.Inf(-1)
		for i := range all {
			if v := r.Value(all[i].Counts); !math.IsNaN(v) {
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
		s.Gap = math.Max(s.Gap, high-low)
	}
	for i := range all {
		x, n := rates[0].Of(all[i].Counts)
		in := fairness.Proportion(float64(x), float64(n), .05)
		s.Groups = append(s.Groups, Fared{all[i].Group[0].Text, all[i].N, all[i].Selected, zero(rates[0].Value(all[i].Counts)), zero(in.Low), zero(in.High)})
	}
}

// compare fills in the measures with their intervals.
func (s *Side) compare(c fairness.Constraint, all []fairness.Cell) {
	metrics := []fairness.Metric{fairness.DemographicParity}
	switch c {
	case fairness.Opportunity:
		metrics = []fairness.Metric{fairness.EqualOpportunity}
	case fairness.Odds:
		metrics = []fairness.Metric{fairness.EqualizedOdds}
	}
	answer := fairness.Evaluate(fairness.Question{Attributes: []string{"group"}, Metrics: metrics, HasLabel: true}, all)
	for _, m := range answer.Measures {
		if m.Attribute != "" {
			s.Metrics = append(s.Metrics, metricOf(m))
		}
	}
}

// zero stands in for a rate of nobody, which JSON can't hold; n says so.
func zero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// judge says whether the correction does what was asked, on people it hasn't
// seen.
func (c *Correction) judge() {
	before, after, ch := &c.Before, &c.After, &c.Choice
	loss := before.Accuracy - after.Accuracy
	what := fmt.Sprintf("On %d people that it hasn't seen, the gap goes from %.1f to %.1f points, at %.1f points of accuracy",
		after.N, 100*before.Gap, 100*after.Gap, -100*loss)
	if after.Human > 0 {
		what += fmt.Sprintf(" and with %.1f %% of people going to a human", 100*after.Human)
	}
	switch {
	case !(after.Gap <= (1-ch.Reduction)*before.Gap):
		c.State, c.Why = Refused, fmt.Sprintf("It can't: %s. It should have taken off at least %.0f %% of the gap.", lower(what), 100*ch.Reduction)
	case share(after)+after.Human < fewestChosen*share(before):
		c.State, c.Why = Refused, fmt.Sprintf("It can't: it makes groups alike by choosing hardly anybody, %.1f %% in place of %.1f %%; %s.", 100*share(after), 100*share(before), lower(what))
	case !(loss <= ch.MaxLoss):
		c.State, c.Why = Refused, fmt.Sprintf("It can't within %.1f points of accuracy: %s.", 100*ch.MaxLoss, lower(what))
	case after.Human > ch.MaxHuman:
		c.State, c.Why = Refused, fmt.Sprintf("It can't with the humans there are: %s.", lower(what))
	default:
		c.State, c.Why = Validated, what+"."
	}
	if now, then := share(after), share(before); math.Abs(now-then) > .1*then {
		c.Why += fmt.Sprintf(" It chooses %.1f %% of people in place of %.1f %%.", 100*now, 100*then)
	}
}

func lower(s string) string { return "o" + s[1:] }

// fewestChosen is the part of today's choices that a correction must leave: groups of
// whom nobody is chosen are alike, and nobody is helped.
const fewestChosen = 0.5

// share is the share of the people on a side who are chosen.
func share(s *Side) float64 {
	var n, selected int64
	for _, g := range s.Groups {
		n, selected = n+g.N, selected+g.Selected
	}
	if n == 0 {
		return 0
	}
	return float64(selected) / float64(n)
}
