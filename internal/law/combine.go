package law

import (
	"slices"
	"strings"
)

// lift lets permissions satisfy the prohibitions that name them by key, and
// nothing else. A prohibition whose permission can't be decided is a gap: it
// refuses all the same, and says what would settle it.
func (r *run) lift() {
	for i := range r.results {
		res := &r.results[i]
		if r.rules[i].Effect != EffectDeny || res.Verdict == Allow || res.broken {
			continue
		}
		for j, p := range r.rules {
			if p.Effect != EffectPermit || !slices.Contains(p.Lifts, r.rules[i].Key) || !r.results[j].Assessed {
				continue
			}
			r.liftBy(res, &r.results[j])
			if res.Satisfied {
				break
			}
		}
	}
}

func (r *run) liftBy(res, permit *RuleResult) {
	switch {
	case permit.Triggered && permit.Satisfied:
		res.Satisfied, res.Verdict, res.Owner, res.Missing = true, Allow, "", nil
		res.By = append(res.By, permit.ID+": "+permit.Citation)
		res.Reason = "Prohibited in general; the exception of " + permit.Citation + " is met."
	case len(permit.Missing) > 0 && res.Triggered:
		res.Verdict = Gap
		res.Missing = append(res.Missing, permit.Missing...)
		slices.Sort(res.Missing)
		res.Missing = slices.Compact(res.Missing)
		res.Owner = r.owner(res.Missing)
		res.Reason = "Prohibited unless the exception of " + permit.Citation + " is met; missing: " + strings.Join(res.Missing, ", ") + "."
	}
}

func (r *run) answer(places []string, strict bool) Answer {
	a := Answer{Verdict: Allow, Rules: r.results, Packs: r.e.hashes, Places: places, Strict: strict, Certified: true}
	var missing []string
	triggered := 0
	for i := range a.Rules {
		res := &a.Rules[i]
		if res.Assessed {
			a.Checked++
		}
		if res.Triggered {
			triggered++
			a.Certified = a.Certified && res.Status == "certified" && res.Grade == "primary"
		}
		if res.Verdict.rank() > a.Verdict.rank() {
			a.Verdict = res.Verdict
		}
		if res.Verdict.rank() >= Gap.rank() {
			missing = append(missing, res.Missing...)
		}
		if res.Triggered {
			r.oblige(&a, res, r.rules[i])
		}
	}
	a.Certified = a.Certified && triggered > 0 && a.Verdict.rank() < Gap.rank()
	if len(a.Rules) == 0 {
		// No rule at all concerns this: that is an unknown, not a yes.
		a.Verdict, missing = Gap, append(missing, "law.rules")
	}
	a.Missing = r.describe(missing)
	return a
}

func (r *run) oblige(a *Answer, res *RuleResult, rule *Rule) {
	for _, id := range res.Open {
		i := slices.IndexFunc(a.Obligations, func(o Obligation) bool { return o.Control == id })
		if i < 0 {
			c := r.e.reg.controls[id]
			a.Obligations = append(a.Obligations, Obligation{Control: id, Title: c.Title, Stage: c.Stage})
			i = len(a.Obligations) - 1
		}
		o := &a.Obligations[i]
		o.Rules = append(o.Rules, res.ID)
		for _, t := range rule.TextIDs {
			if !slices.Contains(o.TextIDs, t) {
				o.TextIDs = append(o.TextIDs, t)
			}
		}
		for _, u := range rule.Controls {
			if u.ID == id {
				o.Params = strictest(o.Params, u.Params)
			}
		}
	}
}

// strictest unites parameters. Where two rules differ, both values are kept,
// comma-separated and sorted: the step must meet each.
func strictest(a, b map[string]string) map[string]string {
	for k, v := range b {
		if a == nil {
			a = map[string]string{}
		}
		if old, ok := a[k]; ok && old != v {
			parts := append(strings.Split(old, ","), v)
			slices.Sort(parts)
			v = strings.Join(slices.Compact(parts), ",")
		}
		a[k] = v
	}
	return a
}

func (r *run) describe(missing []string) []MissingFact {
	slices.Sort(missing)
	var out []MissingFact
	for _, n := range slices.Compact(missing) {
		if n == "law.rules" {
			out = append(out, MissingFact{Name: n, Question: "Which rules concern this use? No rule of the active packs does.", Owner: "administrator"})
			continue
		}
		f, _ := r.e.reg.Fact(n)
		out = append(out, MissingFact{Name: n, Question: f.Question, Owner: f.Owner, Invalid: slices.Contains(r.bad, n)})
	}
	return out
}
