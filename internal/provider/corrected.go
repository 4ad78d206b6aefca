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
	quiet, loud := c.ends()
	switch {
	case human:
		raw.Outcome.Action, raw.Human = "human", true
	case act && raw.Outcome.Action == quiet.Action:
		raw.Outcome.Action, raw.Outcome.Band = loud.Action, loud.Name
	case !act && raw.Outcome.Action != quiet.Action:
		raw.Outcome.Action, raw.Outcome.Band = quiet.Action, quiet.Name
	}
	if p := c.Threshold; p > 0 && p < 1 {
		raw.Line = (math.Log(p/(1-p)) - c.spec.Calibration.A) / c.spec.Calibration.B
	}
	return raw, nil
}

// ends are the lowest band, and the first whose action is another.
func (c Corrected) ends() (quiet, loud Band) {
	quiet, loud = c.spec.Bands[0], c.spec.Bands[0]
	for _, b := range c.spec.Bands {
		if b.Action != quiet.Action {
			return quiet, b
		}
	}
	return quiet, loud
}

// Acting is the lowest probability at which something is done.
func (t *Tree) Acting() float64 {
	quiet := t.spec.Bands[0].Action
	for _, b := range t.spec.Bands {
		if b.Action != quiet {
			return b.From
		}
	}
	return 1
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
