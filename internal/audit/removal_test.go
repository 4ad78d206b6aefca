package audit_test

import (
	"strings"
	"testing"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// proxied are people whose score is merit plus an input that only group a has;
// what comes true is merit alone.
func proxied(n int) (people []engine.Person, in audit.Inputs) {
	src := fairness.NewSource(5)
	merit, proxy, noise := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		p := engine.Person{Group: "b", HasScore: true, Decision: fairness.False, Label: fairness.False}
		merit[i], noise[i] = src.Float64(), .02*src.Float64()
		if i%2 == 0 {
			p.Group, proxy[i] = "a", .3
		}
		p.Score = .6*merit[i] + proxy[i] + noise[i]
		if p.Score >= .5 {
			p.Decision = fairness.True
		}
		if merit[i] > .6 {
			p.Label = fairness.True
		}
		people = append(people, p)
	}
	in.Names = []string{"merit", "proxy", "noise"}
	in.Scores = func(without []int) []float64 {
		out := make([]float64, n)
		for i := range out {
			parts := [3]float64{.6 * merit[i], proxy[i], noise[i]}
			for _, w := range without {
				parts[w] = 0
			}
			out[i] = parts[0] + parts[1] + parts[2]
		}
		return out
	}
	return people, in
}

func TestTheInputThatMakesTheGapIsLeftOutAndAsManyAreChosen(t *testing.T) {
	people, in := proxied(4000)
	c, err := audit.Learn(audit.Choice{Kind: audit.Removal, Constraint: fairness.ParityOnly, Threshold: .5, Split: "s"}, people, in)
	must(t, err)
	if c.State != audit.Validated || strings.Join(c.Choice.Features, " ") != "proxy" {
		t.Fatalf("%s without %v: %s", c.State, c.Choice.Features, c.Why)
	}
	if c.After.Gap > .05 || c.After.Accuracy <= c.Before.Accuracy {
		t.Errorf("gap %.3f to %.3f, accuracy %.3f to %.3f", c.Before.Gap, c.After.Gap, c.Before.Accuracy, c.After.Accuracy)
	}
	chosen := func(s audit.Side) (n int64) {
		for _, g := range s.Groups {
			n += g.Selected
		}
		return n
	}
	if was, is := chosen(c.Before), chosen(c.After); is < was*9/10 || is > was*11/10 {
		t.Errorf("%d chosen in place of %d", is, was)
	}
}

func TestARemovalThatTakesMeritAwayIsRefused(t *testing.T) {
	people, in := proxied(4000)
	scores := in.Scores
	in.Names = in.Names[:1] // merit is all that could be left out
	in.Scores = func(without []int) []float64 { return scores(without) }
	c, err := audit.Learn(audit.Choice{Kind: audit.Removal, Constraint: fairness.ParityOnly, Threshold: .5, Split: "s"}, people, in)
	must(t, err)
	if c.State != audit.Refused || !strings.Contains(c.Why, "It can't") {
		t.Errorf("%s: %s", c.State, c.Why)
	}
	if _, err := audit.Learn(audit.Choice{Kind: audit.Removal, Constraint: fairness.ParityOnly}, people, audit.Inputs{}); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("without a model that can be asked: %v", err)
	}
}
