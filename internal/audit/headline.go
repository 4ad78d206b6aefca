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

// larger is the measure with the larger gap; ratios count by their logarithm.
func larger(a, b *fairness.Measure) *fairness.Measure {
	size := func(m *fairness.Measure) float64 {
		if m.Metric == fairness.DisparateImpact {
			return -1 // said in points, the difference is easier to read
		}
		return math.Abs(m.Value)
	}
	if a == nil || math.IsNaN(a.Value) || size(b) > size(a) {
		return b
	}
	return a
}

func sentence(m *fairness.Measure) string {
	name := strings.ReplaceAll(string(m.Metric), "_", " ")
	who := m.Attribute
	if m.Group != "" {
		who = fmt.Sprintf("%s %s", m.Attribute, m.Group)
	}
	if m.Reference != "" {
		who += " against " + m.Reference
	}
	if math.IsNaN(m.Value) {
		return fmt.Sprintf("%s of %s has no value (%s)", name, who, m.Note)
	}
	out := fmt.Sprintf("%s of %s is %.3f, interval %.3f to %.3f, n %d", name, who, m.Value, m.Low, m.High, m.N)
	if m.Note != "" {
		out += "; " + m.Note
	}
	return out
}
