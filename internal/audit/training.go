package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// Training is what training data show by group before a model learns from them:
// who is in them, how often the label is yes, and whom the data are too thin for.
type Training struct {
	Groups []TrainingGroup `json:"groups"` // each attribute's groups
}

// TrainingGroup is one group of one attribute.
type TrainingGroup struct {
	Attribute  string           `json:"attribute"`
	Group      string           `json:"group"`
	Rows       int64            `json:"rows"`
	Unlabelled int64            `json:"unlabelled"`      // rows whose label isn't known: nothing is learned from them
	Positive   int64            `json:"positive"`        // labels that are yes
	Share      float64          `json:"share"`           // of all rows, 0 to 1
	UseShare   *float64         `json:"use_share"`       // of the people that the model is used on; null where they are unknown
	Ratio      *float64         `json:"ratio"`           // share ÷ use_share; 1 is proportional
	Low        *float64         `json:"low"`             // interval of the ratio
	High       *float64         `json:"high"`            //
	Verdict    fairness.Verdict `json:"verdict"`         // of the ratio; "" where nothing is compared
	Weights    [2]*float64      `json:"weights"`         // of rows whose label is no, and yes: group and label become independent
	Thin       bool             `json:"thin,omitzero"`   // fewer than ThinLabels labels of either kind
	Absent     bool             `json:"absent,omitzero"` // used on, and not in the training data at all
}

// ThinLabels is how many labels of each kind a group needs before a rate that a
// model learns of it is more than noise: the half-width of a 95 % interval of a
// rate near one half is then about 18 points.
const ThinLabels = 30

// Used is how many people of each attribute's groups a model is, or will be,
// used on. Nil where nobody knows.
type Used map[string]map[string]int64

// UsedOn adds up cells as an engine counted them. It is made of whole groups,
// before small cells are hidden, since they would take more of a small group
// than of a large one; groups of fewer than s.Suppress are left out.
func UsedOn(s *engine.Spec, cells []fairness.Cell) Used {
	out := Used{}
	for i, a := range s.Attributes {
		out[a.Name] = map[string]int64{}
		for _, c := range fairness.RollUp(cells, []int{i}) {
			if c.Rows >= s.Suppress {
				out[a.Name][c.Group[0].String()] += c.Rows
			}
		}
	}
	return out
}

// JudgeTraining judges training data that were counted by s, a specification
// made by engine.Spec.ForTraining. The report's metrics are of the label as
// though it were a decision.
func JudgeTraining(s *engine.Spec, r engine.Result, use Used) (Training, Report) {
	report := Judge(s, r)
	var out Training
	var apart []string
	for i, a := range s.Attributes {
		groups, known := trainingGroups(s, a.Name, fairness.RollUp(r.Cells, []int{i}), use[a.Name])
		out.Groups = append(out.Groups, groups...)
		if !known {
			apart = append(apart, a.Name)
		}
	}
	verdicts := []fairness.Verdict{report.Verdict}
	for _, g := range out.Groups {
		if g.Verdict != "" {
			verdicts = append(verdicts, g.Verdict)
		}
	}
	report.Notes = append(report.Notes, trainingNotes(out.Groups)...)
	if len(apart) > 0 {
		verdicts = append(verdicts, fairness.Inconclusive)
		report.Notes = append(report.Notes, "no group is named as among the people in use, so shares can't be compared: "+strings.Join(apart, ", ")+"; cut numbers into the same bands, or use the same names")
	}
	report.Verdict, report.Headline = fairness.Overall(verdicts), trainingHeadline(&report, out.Groups)
	return out, report
}

// shared reports whether the training data and the people in use have a group in
// common; nothing in use is no contradiction.
func shared(cells []fairness.Cell, use map[string]int64) bool {
	for _, c := range cells {
		if use[c.Group[0].String()] > 0 {
			return true
		}
	}
	return len(use) == 0 || len(cells) == 0
}

func trainingGroups(s *engine.Spec, attribute string, cells []fairness.Cell, use map[string]int64) (out []TrainingGroup, known bool) {
	known = shared(cells, use)
	if !known {
		use = nil
	}
	small := func(c fairness.Cell) bool { return c.Rows < s.Suppress }
	hidden := map[string]bool{}
	for _, c := range cells {
		if small(c) {
			hidden[c.Group[0].String()] = true
		}
	}
	cells = slices.DeleteFunc(cells, small)
	var rows, used int64
	var pos, neg []int64
	for _, c := range cells {
		rows += c.Rows
		pos, neg = append(pos, c.Selected), append(neg, c.N-c.Selected)
	}
	for _, n := range use {
		used += n
	}
	weights, err := fairness.Reweigh(pos, neg)
	alpha := s.Alpha
	if alpha == 0 {
		alpha = .05
	}
	least := s.Ratio
	if least == 0 {
		least = .8
	}
	for i, c := range cells {
		g := TrainingGroup{Attribute: attribute, Group: c.Group[0].String(), Rows: c.Rows, Unlabelled: c.Rows - c.N, Positive: c.Selected,
			Share: float64(c.Rows) / float64(max(1, rows)), Thin: min(pos[i], neg[i]) < ThinLabels}
		if err == nil {
			g.Weights = [2]*float64{number(weights.Neg[i]), number(weights.Pos[i])}
		}
		if n := use[g.Group]; used > 0 && n > 0 {
			g.compare(float64(n), float64(used), float64(rows), least, alpha)
		}
		out = append(out, g)
	}
	var absent []string
	for name, n := range use {
		if n > 0 && !hidden[name] && !slices.ContainsFunc(out, func(g TrainingGroup) bool { return g.Group == name }) {
			absent = append(absent, name)
		}
	}
	slices.Sort(absent)
	for _, name := range absent {
		g := TrainingGroup{Attribute: attribute, Group: name, Thin: true, Absent: true}
		g.compare(float64(use[name]), float64(used), float64(rows), least, alpha)
		out = append(out, g)
	}
	return out, known
}

// compare sets the group's share in the training data against its share among
// the people that the model is used on. A group may be larger than its share:
// nobody is harmed by more examples.
func (g *TrainingGroup) compare(n, used, rows, least, alpha float64) {
	i := fairness.Ratio(float64(g.Rows), rows, n, used, alpha)
	g.UseShare, g.Ratio = number(n/used), number(g.Share/(n/used))
	g.Low, g.High = number(i.Low), number(i.High)
	switch {
	case g.Rows == 0 && n < ThinLabels, i.Undefined():
		g.Verdict = fairness.Inconclusive
	default:
		g.Verdict = fairness.Judge(i, fairness.Interval{Low: least, High: math.Inf(1)})
	}
}

func trainingHeadline(r *Report, groups []TrainingGroup) string {
	var worst *TrainingGroup
	for i := range groups {
		if g := &groups[i]; g.Verdict == fairness.Fail && (worst == nil || *g.Ratio < *worst.Ratio) {
			worst = g
		}
	}
	if worst == nil {
		return "Labels: " + r.Headline
	}
	return fmt.Sprintf("Too few to learn from: %s %s is %s of the training data and %s of the people it is used on. Labels: %s",
		worst.Attribute, worst.Group, percent(worst.Share), percent(*worst.UseShare), r.Headline)
}

func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

func trainingNotes(groups []TrainingGroup) (out []string) {
	thin, first := 0, ""
	var unlabelled int64
	for _, g := range groups {
		if g.Thin {
			thin++
		}
		if first == "" {
			first = g.Attribute
		}
		if g.Attribute == first { // each attribute counts all rows
			unlabelled += g.Unlabelled
		}
	}
	if thin > 0 {
		out = append(out, fmt.Sprintf("%d groups have fewer than %d labels of yes or of no, so that what a model says of them is mostly noise", thin, ThinLabels))
	}
	if unlabelled > 0 {
		out = append(out, fmt.Sprintf("%d rows have no label, and nothing is learned from them", unlabelled))
	}
	return out
}

// Words is the verdict on a group as a table says it.
func (g *TrainingGroup) Words() string {
	w := string(g.Verdict)
	if w == "" {
		w = "not compared"
	}
	if g.Thin {
		w += ", few labels"
	}
	return w
}
