package audit

import (
	"fmt"
	"math"
	"strings"

	"fairtouch/fairness"
)

// headline is the answer first: what was found, how sure it is, for whom.
func headline(a fairness.Answer) string {
	judged, failed, open := 0, 0, 0
	var worst, unsure *fairness.Measure
	for i := range a.Measures {
		m := &a.Measures[i]
		switch m.Verdict {
		case "":
			continue
		case fairness.Fail:
			failed++
			worst = larger(worst, m)
		case fairness.Inconclusive:
			open++
			unsure = larger(unsure, m)
		}
		judged++
	}
	switch {
	case judged == 0:
		return "Nothing can be said: " + strings.Join(a.Notes, "; ") + "."
	case a.Verdict == fairness.Fail:
		return fmt.Sprintf("Not alike: %s. %d of %d comparisons are outside the tolerance.", sentence(worst), failed, judged)
	case a.Verdict == fairness.Pass:
		return fmt.Sprintf("Alike within the tolerance: all %d comparisons, each with its interval.", judged)
	}
	if unsure == nil {
		return "We can't tell: " + strings.Join(a.Notes, "; ") + "."
	}
	return fmt.Sprintf("We can't tell for %d of %d comparisons. The widest: %s.", open, judged, sentence(unsure))
}

// larger is the measure with the larger gap. Gaps in points come before ratios
// and indices: they are easier to read.
func larger(a, b *fairness.Measure) *fairness.Measure {
	size := func(m *fairness.Measure) float64 {
		if isRatio(m.Metric) || m.Metric == fairness.DiffFairness || math.IsNaN(m.Value) {
			return -1
		}
		return math.Abs(m.Value)
	}
	if a == nil || size(b) > size(a) {
		return b
	}
	return a
}

// sentence says one comparison in words and points.
func sentence(m *fairness.Measure) string {
	who, than := m.Group, " than of "+m.Reference
	if m.Group == "" {
		who, than = "all groups", ""
	}
	head := fmt.Sprintf("by %s, %s of %s", m.Attribute, Words(m.Metric), who)
	note := ""
	if m.Note != "" {
		note = "; " + m.Note
	}
	switch {
	case math.IsNaN(m.Value):
		return head + " has no value" + note
	case isRatio(m.Metric) || m.Metric == fairness.DiffFairness:
		return fmt.Sprintf("%s is %.2f (interval %.2f to %.2f, n %d%s)", head, m.Value, m.Low, m.High, m.N, note)
	case m.Metric == fairness.EqualizedOdds:
		return fmt.Sprintf("%s is %.1f points (interval %.1f to %.1f, n %d%s)", head, 100*m.Value, 100*m.Low, 100*m.High, m.N, note)
	}
	way, low, high := "higher", m.Low, m.High
	if m.Value < 0 {
		way, low, high = "lower", -m.High, -m.Low
	}
	return fmt.Sprintf("%s is %.1f points %s%s (interval %.1f to %.1f, n %d%s)", head, 100*math.Abs(m.Value), way, than, 100*low, 100*high, m.N, note)
}
