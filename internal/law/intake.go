package law

import (
	"slices"
)

// Asks lists the facts that could matter to a question of this kind, channel,
// place, role and day: what intake has to ask, and no more. Facts that are
// given are left out.
func (e *Edition) Asks(q Question) []Fact {
	if e == nil {
		return nil
	}
	places, _ := resolve(q.Jurisdictions, e.places)
	r := &run{e: e, q: &q, hidden: map[string]*view{}, days: map[string]day{}}
	r.view, _ = e.newView(q.Facts)
	open := map[string]bool{}
	for _, rule := range e.candidates(q.Kind, q.Channel) {
		if !slices.Contains(places, normalPlace(rule.Jurisdiction)) || !playsRole(rule.Roles, q.Roles) {
			continue
		}
		if applies, _ := r.applies(rule); applies == no {
			continue
		}
		if when, _ := rule.when.eval(r.view); when == no {
			continue
		}
		for _, f := range rule.reads {
			if _, given := r.view.facts[f]; !given {
				open[f] = true
			}
		}
	}
	var out []Fact
	for _, f := range e.reg.facts {
		if open[f.Name] {
			out = append(out, f)
		}
	}
	return out
}
