package provider

import (
	"context"
	"math"

	"fairtouch/internal/model"
	"fairtouch/internal/protect"
)

// Corrected is a tree whose line between acting and not acting was moved, or
// whose doubtful scores go to a human, because an audit found a gap. The scores
// and their reasons stay the tree's own.
type Corrected struct {
	*Tree
	// Action is what the line is about: above it, it is taken.
	Action string
	// Decide says of a probability whether the action is taken, or a human
	// decides.
	Decide func(probability float64) (act, human bool)
	// Threshold is the probability above which the action is taken.
	Threshold float64
}

// Call implements model.Provider.
func (c Corrected) Call(ctx context.Context, safe protect.Safe) (model.Raw, error) {
	raw, err := c.Tree.Call(ctx, safe)
	if err != nil || raw.Outcome.Score == nil {
		return raw, err
	}
	act, human := c.Decide(*raw.Outcome.Score)
	below, above := c.sides()
	switch {
	case human:
		raw.Outcome.Action, raw.Human = "human", true
	case act && raw.Outcome.Action != c.Action:
		raw.Outcome.Action, raw.Outcome.Band = above.Action, above.Name
	case raw.Outcome.Action == c.Action:
		raw.Outcome.Action, raw.Outcome.Band = below.Action, below.Name
	}
	if p := c.Threshold; p > 0 && p < 1 {
		raw.Line = (math.Log(p/(1-p)) - c.spec.Calibration.A) / c.spec.Calibration.B
	}
	return raw, nil
}

// sides are the bands below and above the line.
func (c Corrected) sides() (below, above Band) {
	for i, b := range c.spec.Bands {
		if b.Action == c.Action {
			return c.spec.Bands[max(0, i-1)], b
		}
	}
	return c.spec.Bands[0], c.spec.Bands[0]
}

// Line is the lowest probability from which an action is taken, and nothing else
// above it. ok is false for any other action.
func (t *Tree) Line(action string) (from float64, ok bool) {
	for i := len(t.spec.Bands) - 1; i > 0 && t.spec.Bands[i].Action == action; i-- {
		from, ok = t.spec.Bands[i].From, true
	}
	return from, ok
}

var _ model.Provider = Corrected{}

// Actions lists what the bands do, the quiet one first.
func (t *Tree) Actions() []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range t.spec.Bands {
		if !seen[b.Action] {
			seen[b.Action] = true
			out = append(out, b.Action)
		}
	}
	return out
}
