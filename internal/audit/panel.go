package audit

import (
	"fmt"
	"slices"
	"strings"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// Panel is one question of one attribute, ready to draw: the title states the
// finding, each bar has its interval, and the same numbers make its table. It
// fits chart.Intervals.
type Panel struct {
	Metric    fairness.Metric  `json:"metric"`
	Attribute string           `json:"attribute"`
	Title     string           `json:"title"`
	Unit      string           `json:"unit"`     // heads the table's column of values
	Ref       float64          `json:"ref"`      // where there is no gap: 0, or 1 for ratios
	RefWord   string           `json:"ref_word"` // names it
	Verdict   fairness.Verdict `json:"verdict"`
	Bars      []PanelBar       `json:"bars"`
}

// PanelBar is one group. Class is ok, bad or unsure; Note says what small
// groups could show.
type PanelBar struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int64   `json:"n"`
	Class string  `json:"class"`
	Note  string  `json:"note,omitzero"`
}

// Panels groups what was judged by attribute and question, failed ones first.
// Groups whose value doesn't exist are left out of the bars; the report's
// metrics have them.
func (r *Report) Panels() []Panel {
	var out []Panel
	at := map[string]int{}
	for i := range r.Metrics {
		m := &r.Metrics[i]
		if m.Verdict == "" {
			continue
		}
		k := m.Attribute + "\x00" + string(m.Name)
		j, ok := at[k]
		if !ok {
			j = len(out)
			at[k] = j
			out = append(out, newPanel(m))
		}
		out[j].add(m)
	}
	for i := range out {
		out[i].Title = out[i].title()
	}
	rank := map[fairness.Verdict]int{fairness.Fail: 0, fairness.Inconclusive: 1, fairness.Pass: 2}
	slices.SortStableFunc(out, func(a, b Panel) int { return rank[a.Verdict] - rank[b.Verdict] })
	return out
}

func newPanel(m *Metric) Panel {
	p := Panel{Metric: m.Name, Attribute: m.Attribute, Unit: Words(m.Name), RefWord: "no gap", Verdict: fairness.Pass}
	if m.Reference != nil {
		p.RefWord = *m.Reference
	}
	if isRatio(m.Name) {
		p.Ref = 1
	}
	return p
}

func (p *Panel) add(m *Metric) {
	p.Verdict = fairness.Overall([]fairness.Verdict{p.Verdict, m.Verdict})
	if m.Value == nil || m.Low == nil || m.High == nil {
		return
	}
	class := map[fairness.Verdict]string{fairness.Pass: "ok", fairness.Fail: "bad"}[m.Verdict]
	if class == "" {
		class = "unsure"
	}
	p.Bars = append(p.Bars, PanelBar{m.Group, *m.Value, *m.Low, *m.High, m.N, class, m.Note})
}

func (p *Panel) title() string {
	var bad []string
	for _, b := range p.Bars {
		if b.Class == "bad" {
			bad = append(bad, b.Label)
		}
	}
	switch p.Verdict {
	case fairness.Fail:
		return fmt.Sprintf("By %s, %s of %s differs from %s", p.Attribute, p.Unit, strings.Join(bad, ", "), p.RefWord)
	case fairness.Pass:
		return fmt.Sprintf("By %s, %s is alike", p.Attribute, p.Unit)
	}
	return fmt.Sprintf("By %s, we can't tell whether %s is alike", p.Attribute, p.Unit)
}

// Words is a metric in plain words.
func Words(m fairness.Metric) string {
	if w, ok := words()[m]; ok {
		return w
	}
	return strings.ReplaceAll(string(m), "_", " ")
}

func words() map[fairness.Metric]string {
	return map[fairness.Metric]string{
		fairness.DemographicParity: "the share selected",
		fairness.DisparateImpact:   "the ratio of shares selected",
		fairness.EqualOpportunity:  "the share of the right ones that is found",
		fairness.EqualizedOdds:     "the larger error gap",
		fairness.FPRParity:         "the share wrongly selected",
		fairness.FNRParity:         "the share wrongly passed over",
		fairness.FDRParity:         "the share of selections that is wrong",
		fairness.FORParity:         "the share of refusals that is wrong",
		fairness.PPVParity:         "the share of selections that is right",
		fairness.AccuracyParity:    "the share of right decisions",
		fairness.CalibrationParity: "how far scores promise too little",
		fairness.AUCParity:         "how well scores sort",
		fairness.ScoreParity:       "the mean score",
		fairness.DiffFairness:      "the largest ratio between groups (ε)",
	}
}

// Reliability is one group's calibration: what scores promised and what came
// true. It fits chart.Reliability.
type Reliability struct {
	Attribute string `json:"attribute"`
	Group     string `json:"group"`
	Bands     []Band `json:"bands"`
}

// Band is one band of scores.
type Band struct {
	N        int64   `json:"n"`
	Score    float64 `json:"score"` // mean
	Observed float64 `json:"observed"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// reliability makes the calibration of each group of each attribute alone.
func reliability(s *engine.Spec, cells []fairness.Cell) []Reliability {
	if s.Score.Column == "" || s.Label == "" {
		return nil
	}
	alpha := s.Alpha
	if alpha == 0 {
		alpha = .05
	}
	var out []Reliability
	for i, a := range s.Attributes {
		for _, c := range fairness.RollUp(cells, []int{i}) {
			r := Reliability{Attribute: a.Name, Group: c.Name()}
			for _, b := range c.Scores.Table(10, alpha) {
				r.Bands = append(r.Bands, Band{b.N, b.MeanScore, b.Observed, b.Interval.Low, b.Interval.High})
			}
			out = append(out, r)
		}
	}
	return out
}
