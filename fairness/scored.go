package fairness

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Scored is one person: a score and what came true.
type Scored struct {
	Score float64
	Label bool
}

// ScoreTable is one group's scores: each distinct score, rising, with how many
// had the positive label and how many the negative one.
type ScoreTable struct {
	Group    string
	Scores   []float64
	Pos, Neg []float64
}

// Tabulate sorts a group's people into a table.
func Tabulate(group string, people []Scored) ScoreTable {
	people = slices.Clone(people)
	slices.SortFunc(people, func(a, b Scored) int { return cmp.Compare(a.Score, b.Score) })
	t := ScoreTable{Group: group}
	for _, p := range people {
		k := len(t.Scores) - 1
		if k < 0 || t.Scores[k] != p.Score {
			t.Scores, t.Pos, t.Neg = append(t.Scores, p.Score), append(t.Pos, 0), append(t.Neg, 0)
			k++
		}
		if p.Label {
			t.Pos[k]++
		} else {
			t.Neg[k]++
		}
	}
	return t
}

// TableOf makes a table of a histogram, each bin at its midpoint, so that a
// threshold never lies on a bin's edge.
func TableOf(group string, h *Histogram) ScoreTable {
	t := ScoreTable{Group: group}
	for b := range Bins {
		if h.Count[0][b]+h.Count[1][b] > 0 {
			t.Scores = append(t.Scores, (float64(b)+.5)/Bins)
			t.Pos, t.Neg = append(t.Pos, float64(h.Count[1][b])), append(t.Neg, float64(h.Count[0][b]))
		}
	}
	return t
}

func (t *ScoreTable) totals() (pos, neg float64) {
	for i := range t.Scores {
		pos, neg = pos+t.Pos[i], neg+t.Neg[i]
	}
	return pos, neg
}

func (t *ScoreTable) check() error {
	if len(t.Pos) != len(t.Scores) || len(t.Neg) != len(t.Scores) || !slices.IsSorted(t.Scores) {
		return fmt.Errorf("fairness: the table of a group must have rising scores and as many counts")
	}
	pos, neg := t.totals()
	if pos <= 0 || neg <= 0 {
		return fmt.Errorf("fairness: a group has only one kind of label, so no threshold can be chosen for it")
	}
	return nil
}

// Threshold is a rule: positive above At, or below it.
type Threshold struct {
	Below bool    `json:"below,omitempty"`
	At    float64 `json:"at"` // −Inf: everybody is above; +Inf: nobody is
}

// Positive applies the rule.
func (t Threshold) Positive(score float64) bool { return score > t.At != t.Below && score != t.At }

// Outcome is what a rule, or a mixture, gives a group.
type Outcome struct {
	Selection, TPR, FPR, Accuracy float64
}

// apply gives each person the probability that p says and adds up.
func (t *ScoreTable) apply(p func(score float64) float64) Outcome {
	pos, neg := t.totals()
	var tp, fp float64
	for i, s := range t.Scores {
		q := p(s)
		tp, fp = tp+q*t.Pos[i], fp+q*t.Neg[i]
	}
	return Outcome{(tp + fp) / (pos + neg), tp / pos, fp / neg, (tp + neg - fp) / (pos + neg)}
}

func (t Threshold) probability(score float64) float64 {
	if t.Positive(score) {
		return 1
	}
	return 0
}

// MarshalJSON writes an infinite threshold as "all" (everybody is above it) or
// "none", since JSON has no infinity.
func (t Threshold) MarshalJSON() ([]byte, error) {
	out := struct {
		Below bool `json:"below,omitempty"`
		At    any  `json:"at"`
	}{t.Below, t.At}
	if math.IsInf(t.At, -1) {
		out.At = "all"
	} else if math.IsInf(t.At, 1) {
		out.At = "none"
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Threshold) UnmarshalJSON(b []byte) error {
	var in struct {
		Below bool `json:"below"`
		At    any  `json:"at"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	t.Below = in.Below
	switch v := in.At.(type) {
	case float64:
		t.At = v
	case string:
		if v != "all" && v != "none" {
			return fmt.Errorf("fairness: a threshold is a number, all or none")
		}
		t.At = math.Inf(map[string]int{"all": -1, "none": 1}[v])
	default:
		return fmt.Errorf("fairness: a threshold is a number, all or none")
	}
	return nil
}
