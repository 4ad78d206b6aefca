package audit

import (
	"context"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// Examine counts a specification's cells on an engine and judges them. What is
// suppressed is left out of the cells and of the metrics of groups that small.
func Examine(ctx context.Context, s *engine.Spec, e engine.Engine) (Report, error) {
	r, err := e.Count(ctx, engine.Compile(s))
	if err != nil {
		return Report{}, err
	}
	return Judge(s, r), nil
}

// Judge answers the specification's question from cells that were counted.
func Judge(s *engine.Spec, r engine.Result) Report {
	all := len(r.Cells)
	r.Cells, _ = engine.Suppress(r.Cells, s.Suppress)
	answer := fairness.Evaluate(s.Question(), r.Cells)
	out := compose(s, r, answer)
	if s.Weight != "" {
		out.Notes = append(out.Notes, "rates are weighted, and their n is the effective size; cells count rows")
	}
	out.Hidden = all - len(r.Cells)
	return out
}
