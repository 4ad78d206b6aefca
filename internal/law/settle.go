package law

import (
	"slices"
	"strings"
)

// Settle closes an answer's obligations. Discharged maps a control to what
// discharged it (an explanation id, a label, an event). Rules whose open
// controls are all discharged become satisfied; any other is a gap that names
// the control. The given answer isn't changed.
func Settle(a Answer, discharged map[string]string) Answer {
	a.Rules = slices.Clone(a.Rules)
	verdict := Allow
	if a.Verdict.rank() >= Gap.rank() && !slices.ContainsFunc(a.Rules, func(r RuleResult) bool { return r.Verdict == a.Verdict }) {
		verdict = a.Verdict // refused for want of packs, rules or a date
	}
	for i := range a.Rules {
		r := &a.Rules[i]
		if len(r.Open) > 0 {
			settleRule(r, discharged)
		}
		if r.Verdict.rank() > verdict.rank() {
			verdict = r.Verdict
		}
	}
	a.Verdict = verdict
	a.Obligations = slices.DeleteFunc(slices.Clone(a.Obligations), func(o Obligation) bool { return discharged[o.Control] != "" })
	a.Certified = a.Certified && verdict == Allow
	return a
}

func settleRule(r *RuleResult, discharged map[string]string) {
	r.By = slices.Clone(r.By)
	var left []string
	for _, c := range r.Open {
		if by := discharged[c]; by != "" {
			r.By = append(r.By, c+": "+by)
			continue
		}
		left = append(left, c)
	}
	r.Open = left
	if r.Verdict != Require {
		return // already refused for another reason
	}
	if len(left) > 0 {
		r.Verdict = Gap
		r.Reason = "Asked for and not done: " + strings.Join(left, ", ") + "."
		r.Owner = "administrator"
		return
	}
	r.Satisfied, r.Verdict = true, Allow
	r.Reason = "Asked for and done: " + strings.Join(r.By, "; ") + "."
}

// Open lists the controls still to be discharged, by stage.
func (a Answer) Open(stage string) []Obligation {
	var out []Obligation
	for _, o := range a.Obligations {
		if o.Stage == stage {
			out = append(out, o)
		}
	}
	return out
}
