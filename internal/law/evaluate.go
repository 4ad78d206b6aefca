package law

import (
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"fairtouch/touch"
)

// view is the facts as the rule language sees them. A fact that isn't there is
// unknown; hide makes one more unknown, to find out whether it was decisive.
type view struct {
	facts   map[string]any
	unknown []*cel.AttributePatternType
}

func (v *view) ResolveName(name string) (any, bool) { x, ok := v.facts[name]; return x, ok }
func (v *view) Parent() cel.Activation              { return nil }
func (v *view) UnknownAttributePatterns() []*cel.AttributePatternType {
	return v.unknown
}
func (v *view) AsPartialActivation() (cel.PartialActivation, bool) { return v, true }

// newView keeps the facts that rules may read. A value of the wrong type, or
// outside a fact's list, is as good as absent, and is named in bad.
func (e *Edition) newView(facts map[string]any) (v *view, bad []string) {
	v = &view{facts: make(map[string]any, len(e.asked))}
	for _, i := range e.asked {
		f := e.reg.facts[i]
		x, ok := facts[f.Name]
		if ok && x != nil && f.holds(x) {
			v.facts[f.Name] = x
			continue
		}
		if ok && x != nil {
			bad = append(bad, f.Name)
		}
		v.unknown = append(v.unknown, cel.AttributePattern(f.Name))
	}
	return v, bad
}

// without is the view with one fact fewer.
func (v *view) without(name string) *view {
	w := &view{facts: make(map[string]any, len(v.facts)), unknown: append(slices.Clone(v.unknown), cel.AttributePattern(name))}
	for k, x := range v.facts {
		if k != name {
			w.facts[k] = x
		}
	}
	return w
}

// run evaluates one question over one edition; it is where an answer is made.
type run struct {
	e       *Edition
	q       *Question
	view    *view
	bad     []string
	hidden  map[string]*view // memo of without
	days    map[string]day
	results []RuleResult
	rules   []*Rule
}

// Evaluate answers a question from this edition, without any memo. A nil
// edition refuses: nothing was known then.
func (e *Edition) Evaluate(q Question) Answer {
	if e == nil || len(e.rules) == 0 {
		return Answer{Verdict: Gap, Strict: true, Missing: []MissingFact{{Name: "law.pack",
			Question: "Which law pack was active at that time? None was.", Owner: "administrator"}}}
	}
	if q.LawDate == 0 && q.At.IsZero() {
		return Answer{Verdict: Gap, Strict: true, Packs: e.hashes, Missing: []MissingFact{{Name: "law.date",
			Question: "On which date does the use take place?", Owner: "marketer"}}}
	}
	places, ok := resolve(q.Jurisdictions, e.places)
	r := &run{e: e, q: &q, hidden: map[string]*view{}, days: map[string]day{}}
	r.view, r.bad = e.newView(q.Facts)
	for _, rule := range e.candidates(q.Kind, q.Channel) {
		if slices.Contains(places, normalPlace(rule.Jurisdiction)) && playsRole(rule.Roles, q.Roles) {
			r.rules = append(r.rules, rule)
			r.results = append(r.results, r.try(rule))
		}
	}
	r.lift()
	return r.answer(places, !ok)
}

func (e *Edition) candidates(k touch.Kind, c touch.Channel) []*Rule {
	if !slices.Contains(touch.Kinds(), k) {
		k = ""
	}
	if !slices.Contains(touch.Channels(), c) {
		c = ""
	}
	return e.cells[cell{k, c}]
}

func playsRole(rule, question []string) bool {
	if len(question) == 0 || len(rule) == 0 || slices.Contains(rule, "*") {
		return true
	}
	return slices.ContainsFunc(rule, func(x string) bool { return slices.Contains(question, x) })
}

func (r *run) day(place string) day {
	if r.q.At.IsZero() {
		return day{r.q.LawDate, r.q.LawDate}
	}
	d, ok := r.days[place]
	if !ok {
		d = dayIn(normalPlace(place), r.q.At)
		r.days[place] = d
	}
	return d
}

// try is the whole life of one rule in one question.
func (r *run) try(rule *Rule) RuleResult {
	res := RuleResult{ID: rule.ID, Jurisdiction: rule.Jurisdiction, Citation: rule.Instrument + ", " + rule.Citation,
		Text: rule.Text, Effect: rule.Effect, Grade: rule.Grade, Status: rule.Status, Verdict: Allow}
	if rule.Effect == EffectWatch {
		res.Reason = "This is only watched; it isn't law."
		return res
	}
	applies, missing := r.applies(rule)
	if applies == no {
		res.Reason = outside(rule, r.day(rule.Jurisdiction))
		return res
	}
	res.Assessed = true
	when, more := rule.when.eval(r.view)
	switch {
	case applies == failed || when == failed:
		return r.refused(res, rule)
	case when == no:
		res.Reason = "This does not concern this use."
		res.Facts = r.decisive(rule.when)
	case applies == unknown || when == unknown:
		r.gap(&res, rule, append(missing, more...))
	default:
		res.Triggered = true
		res.Facts = r.decisive(rule.when)
		r.trigger(&res, rule)
	}
	return res
}

// applies says whether the rule binds on the day; missing names the system
// facts that the date hangs on.
func (r *run) applies(rule *Rule) (truth, []string) {
	d, out := r.day(rule.Jurisdiction), no
	var missing []string
	for i, p := range rule.Applies {
		if on := p.binds(d); rule.Effect == EffectPermit || rule.Effect == EffectAllow {
			if !p.permits(d) {
				continue
			}
		} else if !on {
			continue
		}
		v, m := rule.applies[i].eval(r.view)
		missing = append(missing, m...)
		switch {
		case v == yes && out != failed:
			out = yes
		case v == failed:
			out = failed
		case v == unknown && out == no:
			out = unknown
		}
	}
	if out == yes {
		return yes, nil
	}
	return out, missing
}

func outside(rule *Rule, d day) string {
	for _, p := range rule.Applies {
		if d.east < p.From {
			return "This doesn't bind yet: it applies from " + p.From.String() + "."
		}
	}
	return "This doesn't bind on that day, or not for this system."
}

func (r *run) refused(res RuleResult, rule *Rule) RuleResult {
	res.broken, res.Triggered, res.Verdict, res.Owner = true, true, Deny, "administrator"
	res.Reason = "The rule " + rule.ID + " could not be evaluated, so it refuses."
	return res
}

func (r *run) gap(res *RuleResult, rule *Rule, missing []string) {
	slices.Sort(missing)
	res.Missing = slices.Compact(missing)
	if rule.Effect == EffectAllow || rule.Effect == EffectPermit {
		res.Reason = "Whether this permission holds can't be said; missing: " + strings.Join(res.Missing, ", ") + "."
		return // a permission that isn't shown permits nothing, and asks nothing
	}
	res.Verdict, res.Owner = Gap, r.owner(res.Missing)
	res.Reason = "Whether this applies can't be said; missing: " + strings.Join(res.Missing, ", ") + "."
}

func (r *run) trigger(res *RuleResult, rule *Rule) {
	switch rule.Effect {
	case EffectDeny:
		res.Verdict, res.Reason, res.Owner = Deny, "Forbids this use: "+rule.Text, "privacy_officer"
	case EffectAllow, EffectPermit:
		res.Satisfied, res.Reason = true, "Permits this use: "+rule.Text
	case EffectRequire:
		r.require(res, rule)
	}
}

// decisive lists the facts of e without any one of which its value would not be
// known; if each could be spared alone, all that were read.
func (r *run) decisive(e *expr) []FactValue {
	if e.always {
		return nil
	}
	var sharp, all []FactValue
	for _, f := range e.facts {
		x, ok := r.view.facts[f]
		if !ok {
			continue
		}
		all = append(all, FactValue{f, x})
		w := r.hidden[f]
		if w == nil {
			w = r.view.without(f)
			r.hidden[f] = w
		}
		if v, _ := e.eval(w); v == unknown {
			sharp = append(sharp, FactValue{f, x})
		}
	}
	if len(sharp) > 0 {
		return sharp
	}
	return all
}

func mergeFacts(a, b []FactValue) []FactValue {
	for _, f := range b {
		if !slices.ContainsFunc(a, func(x FactValue) bool { return x.Name == f.Name }) {
			a = append(a, f)
		}
	}
	return a
}

func (r *run) owner(missing []string) string {
	if len(missing) == 0 {
		return ""
	}
	f, _ := r.e.reg.Fact(missing[0])
	return f.Owner
}
