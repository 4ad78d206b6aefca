// Package protect lets only what is needed reach a model: the features that the
// system declared and whose data categories it may use. The person's
// identifiers never do: they are no part of its input.
package protect

import (
	"math"
	"slices"
	"strconv"

	"fairtouch/internal/policy"
	"fairtouch/touch"
)

// Feature is one input that a system declares.
type Feature struct {
	Name     string   `json:"name"`
	Category string   `json:"category"`          // data category, such as "account" or "contact_history"
	Kind     string   `json:"kind"`              // numeric, category
	Values   []string `json:"values,omitzero"`   // of a category, in the order of the model's codes
	Optional bool     `json:"optional,omitzero"` // may be missing; the model was trained for that
	Min      *float64 `json:"min,omitzero"`
	Max      *float64 `json:"max,omitzero"`
}

// Plan is what may reach a system's model, in the order of its inputs.
type Plan struct {
	Features   []Feature
	Categories []string // data categories that the registration allows

	Withheld map[string]string // inputs that a correction keeps from the model, and why
}

// Scores reports whether the plan feeds a model with features.
func (p Plan) Scores() bool { return len(p.Features) > 0 }

// Dropped is a feature that was sent or declared and did not reach the model.
type Dropped struct {
	Feature string `json:"feature"`
	Why     string `json:"why"`
}

// Safe is the payload that may go to a model. Only Minimise makes one.
type Safe struct {
	decision touch.DecisionID
	permit   policy.Permit
	row      []float64
	names    []string
	dropped  []Dropped
}

// Minimise builds the model's row: one value for each declared feature, a
// category as its code, NaN for what is missing. Missing facts refuse with a
// gap that names them; a value of the wrong type is an Invalid error naming
// the field. What was sent beyond the plan is dropped, and named.
func Minimise(p policy.Permit, plan Plan, features map[string]any) (Safe, *touch.Check, error) {
	if p.Decision() == "" {
		return Safe{}, nil, touch.Errorf(touch.Internal, "data were to be handed over without a permit")
	}
	s := Safe{decision: p.Decision(), permit: p, row: make([]float64, len(plan.Features)), names: make([]string, len(plan.Features))}
	var missing []string
	used := 0
	for i := range plan.Features {
		f := &plan.Features[i]
		s.names[i] = f.Name
		s.row[i] = math.NaN()
		if !slices.Contains(plan.Categories, f.Category) {
			s.dropped = append(s.dropped, Dropped{f.Name, "the system may not use data of the category " + f.Category})
			continue
		}
		v, sent := features[f.Name]
		if sent {
			used++
		}
		if why, ok := plan.Withheld[f.Name]; ok {
			s.dropped = append(s.dropped, Dropped{f.Name, why})
			continue
		}
		if v == nil {
			if !f.Optional {
				missing = append(missing, "features."+f.Name)
			}
			continue
		}
		x, err := f.number(v)
		if err != nil {
			return Safe{}, nil, err
		}
		s.row[i] = x
	}
	if used < len(features) {
		s.dropExtra(plan, features)
	}
	if len(missing) > 0 {
		return Safe{}, &touch.Check{Step: touch.StepProtect, Rule: "input.complete", Verdict: touch.Gap,
			Reason: "Inputs that the model needs are missing.", Missing: missing, Owner: "data"}, nil
	}
	return s, nil, nil
}

func (s *Safe) dropExtra(plan Plan, features map[string]any) {
	for name := range features {
		if !slices.ContainsFunc(plan.Features, func(f Feature) bool { return f.Name == name }) {
			s.dropped = append(s.dropped, Dropped{name, "the system does not declare it as an input"})
		}
	}
	slices.SortFunc(s.dropped, func(a, b Dropped) int {
		if a.Feature < b.Feature {
			return -1
		}
		return 1
	})
}

// Code is what a recorded value of the feature is to the model: a number, a
// category's code, NaN for what is missing or can't be read.
func (f *Feature) Code(text string, missing bool) float64 {
	if missing {
		return math.NaN()
	}
	var v any = text
	if f.Kind != "category" {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return math.NaN()
		}
		v = x
	}
	x, err := f.number(v)
	if err != nil {
		return math.NaN()
	}
	return x
}

func (f *Feature) number(v any) (float64, error) {
	if f.Kind == "category" {
		w, ok := v.(string)
		if !ok {
			return 0, touch.Fielderr("features."+f.Name, "must be text, one of the categories that the model knows")
		}
		if i := slices.Index(f.Values, w); i >= 0 {
			return float64(i), nil
		}
		// Unseen: the model has a branch for it, and that is what it was trained with.
		return float64(len(f.Values)), nil
	}
	x, ok := v.(float64)
	switch {
	case !ok:
		return 0, touch.Fielderr("features."+f.Name, "must be a number")
	case math.IsNaN(x) || math.IsInf(x, 0):
		return 0, touch.Fielderr("features."+f.Name, "must be a finite number; leave it out if it is unknown")
	case f.Min != nil && x < *f.Min, f.Max != nil && x > *f.Max:
		return 0, touch.Fielderr("features."+f.Name, "is outside the range that the system declares")
	}
	return x, nil
}

// Decision is the decision that the payload belongs to; "" for a zero Safe.
func (s Safe) Decision() touch.DecisionID { return s.decision }

// Permit is the permit under which it may be used.
func (s Safe) Permit() policy.Permit { return s.permit }

// Row is the model's input, in the order of Names.
func (s Safe) Row() []float64 { return s.row }

// Names are the inputs' names.
func (s Safe) Names() []string { return s.names }

// Dropped lists what did not reach the model, and why.
func (s Safe) Dropped() []Dropped { return s.dropped }
