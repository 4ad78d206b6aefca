package law

import (
	"cmp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"

	"fairtouch/touch"
)

// maxCost bounds the static worst-case cost of one condition. Conditions have
// no loops (macros are off), so the bound is the number of comparisons, with
// strings counted as up to 64 characters.
const maxCost = 400

func compare(a, b string) int { return cmp.Compare(a, b) }

// truth is a condition's value: Kleene's three, and error.
type truth uint8

const (
	no truth = iota
	yes
	unknown
	failed
)

// expr is a compiled condition. The zero expr with always set needs no facts.
type expr struct {
	prog   cel.Program
	facts  []string // names it reads, sorted
	cost   uint64
	always bool
}

// factEnv declares each fact as a typed variable of its full dotted name, so
// that a misspelt fact or a comparison of the wrong type doesn't compile.
func factEnv(facts []Fact) (*cel.Env, error) {
	opts := []cel.EnvOption{cel.ClearMacros(), cel.ParserExpressionSizeLimit(2000)}
	for _, f := range facts {
		t := cel.StringType
		if f.Type == "bool" {
			t = cel.BoolType
		}
		opts = append(opts, cel.Variable(f.Name, t))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the rule language can't be set up")
	}
	return env, nil
}

// compile type-checks a condition, bounds its cost and plans it for partial
// evaluation. "" and "true" are always so.
func (r *Registry) compile(src string) (*expr, error) {
	src = strings.TrimSpace(src)
	if src == "" || src == "true" {
		return &expr{always: true}, nil
	}
	checked, iss := r.env.Compile(src)
	if iss.Err() != nil {
		return nil, touch.Wrap(touch.Invalid, iss.Err(), "the condition %q is wrong: %s", clip(src), firstIssue(iss))
	}
	if checked.OutputType() != cel.BoolType {
		return nil, touch.Errorf(touch.Invalid, "the condition %q must say yes or no, not %s", clip(src), checked.OutputType())
	}
	est, err := r.env.EstimateCost(checked, sizes{})
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the cost of %q can't be bounded", clip(src))
	}
	if est.Max > maxCost {
		return nil, touch.Errorf(touch.Invalid, "the condition %q may cost %d steps; the limit is %d, so split it", clip(src), est.Max, maxCost)
	}
	prog, err := r.env.Program(checked, cel.EvalOptions(cel.OptPartialEval))
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the condition %q can't be planned", clip(src))
	}
	return &expr{prog: prog, facts: factsRead(checked), cost: est.Max}, nil
}

// factsRead lists the variables that a checked condition refers to.
func factsRead(a *cel.Ast) []string {
	var names []string
	for _, ref := range a.NativeRep().ReferenceMap() {
		if ref.Name != "" && ref.Value == nil && len(ref.OverloadIDs) == 0 {
			names = append(names, ref.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// eval answers the condition. Missing names the facts whose absence decided
// that the value is unknown, sorted.
func (e *expr) eval(vars cel.PartialActivation) (v truth, missing []string) {
	if e == nil || e.always {
		return yes, nil
	}
	out, _, err := e.prog.Eval(vars)
	if err != nil || out == nil {
		return failed, nil
	}
	switch out := out.(type) {
	case types.Bool:
		if out {
			return yes, nil
		}
		return no, nil
	case *types.Unknown:
		return unknown, unknownNames(out)
	}
	return failed, nil
}

func unknownNames(u *types.Unknown) []string {
	var names []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			names = append(names, t.Variable())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func firstIssue(iss *cel.Issues) string {
	if errs := iss.Errors(); len(errs) > 0 {
		return clip(errs[0].Message)
	}
	return "it can't be read"
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:77]) + "..."
	}
	return s
}

// sizes bounds every string fact for the static cost.
type sizes struct{}

func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if n.ComputedSize() != nil {
		return nil
	}
	return &cost.SizeEstimate{Min: 0, Max: 64}
}

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
