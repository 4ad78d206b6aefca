package audit

import (
	"math"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// Report is an audit's result as people and programs read it.
type Report struct {
	Verdict  fairness.Verdict `json:"verdict"`
	Headline string           `json:"headline"` // the answer in one sentence
	Cells    []Cell           `json:"cells"`
	Metrics  []Metric         `json:"metrics"`
	Notes    []string         `json:"notes"`
	Hidden   int              `json:"hidden_cells,omitzero"` // small ones and their complements
	Evidence engine.Evidence  `json:"evidence"`

	Reliability []Reliability `json:"reliability,omitzero"` // where there are scores and labels
}

// Cell is one finest group. A value that isn't known is null.
type Cell struct {
	Group    map[string]*string `json:"group"`
	N        int64              `json:"n"`
	Selected int64              `json:"selected"`
	TP       int64              `json:"tp"`
	FP       int64              `json:"fp"`
	TN       int64              `json:"tn"`
	FN       int64              `json:"fn"`
}

// Metric is one measure. Null is a number that doesn't exist.
type Metric struct {
	Name      fairness.Metric  `json:"name"`
	Attribute string           `json:"attribute"` // "" for all people
	Group     string           `json:"group"`
	Reference *string          `json:"reference"` // null where nothing is compared
	Value     *float64         `json:"value"`
	Low       *float64         `json:"low"`
	High      *float64         `json:"high"`
	P         *float64         `json:"p"`
	Adjusted  *float64         `json:"p_adjusted,omitzero"` // of a gap within the tolerance, by Holm
	N         int64            `json:"n"`
	Verdict   fairness.Verdict `json:"verdict"` // "" where nothing is judged
	Note      string           `json:"note,omitzero"`
}

func compose(s *engine.Spec, r engine.Result, a fairness.Answer) Report {
	out := Report{Verdict: a.Verdict, Cells: []Cell{}, Metrics: []Metric{}, Notes: append([]string{}, a.Notes...), Evidence: r.Evidence}
	out.Notes = append(out.Notes, r.Notes...)
	for _, c := range r.Cells {
		out.Cells = append(out.Cells, cellOf(s, c))
	}
	for _, m := range a.Measures {
		out.Metrics = append(out.Metrics, metricOf(m))
	}
	out.Headline, out.Reliability = headline(a), reliability(s, r.Cells)
	return out
}

func cellOf(s *engine.Spec, c fairness.Cell) Cell {
	out := Cell{map[string]*string{}, c.N, c.Selected, c.TP, c.FP, c.TN, c.FN}
	for i, v := range c.Group {
		if v.Null {
			out.Group[s.Attributes[i].Name] = nil
			continue
		}
		out.Group[s.Attributes[i].Name] = &v.Text
	}
	if s.Prediction == "" {
		out.N = c.Rows
	}
	return out
}

func metricOf(m fairness.Measure) Metric {
	out := Metric{Name: m.Metric, Attribute: m.Attribute, Group: m.Group, Value: number(m.Value), Low: number(m.Low), High: number(m.High),
		P: number(m.P), Adjusted: number(m.Adjusted), N: m.N, Verdict: m.Verdict, Note: m.Note}
	if m.Reference != "" {
		out.Reference = &m.Reference
	}
	if m.Attribute == "" {
		out.Group = fairness.Whole
	} else if m.Group == "" {
		out.Group = "all groups"
	}
	return out
}

func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
