package law

import (
	"slices"
	"strings"
)

// require asks each control. One that is known to fail refuses, one that can't
// be said is a gap, one that a later step discharges stays open.
func (r *run) require(res *RuleResult, rule *Rule) {
	var unmet, unsaid []string
	for _, u := range rule.Controls {
		c := r.e.reg.controls[u.ID]
		if c.check == nil {
			res.Open = append(res.Open, c.ID)
			continue
		}
		v, m := c.check.eval(r.view)
		switch v {
		case yes:
			res.By = append(res.By, c.ID+": "+c.Title)
			res.Facts = mergeFacts(res.Facts, r.decisive(c.check))
		case unknown:
			unsaid = append(unsaid, c.Title)
			res.Missing = append(res.Missing, m...)
			res.Owner = c.Owner
		default:
			unmet = append(unmet, c.Title)
			res.Facts = mergeFacts(res.Facts, r.decisive(c.check))
		}
	}
	slices.Sort(res.Missing)
	res.Missing = slices.Compact(res.Missing)
	switch {
	case len(unmet) > 0:
		res.Verdict, res.Reason = Deny, "Required and not so: "+strings.Join(unmet, "; ")+"."
		res.Owner = r.unmetOwner(rule)
	case len(unsaid) > 0:
		res.Verdict, res.Reason = Gap, "Required and not known: "+strings.Join(unsaid, "; ")+"."
	case len(res.Open) > 0:
		res.Verdict, res.Reason = Require, "Asks for: "+r.titles(res.Open)+"."
	default:
		res.Satisfied, res.Reason = true, "Asked for and there: "+strings.Join(afterColon(res.By), "; ")+"."
	}
}

func (r *run) unmetOwner(rule *Rule) string {
	for _, u := range rule.Controls {
		c := r.e.reg.controls[u.ID]
		if c.check == nil {
			continue
		}
		if v, _ := c.check.eval(r.view); v == no || v == failed {
			return c.Owner
		}
	}
	return ""
}

func (r *run) titles(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = r.e.reg.controls[id].Title
	}
	return strings.Join(out, "; ")
}

func afterColon(by []string) []string {
	out := make([]string, len(by))
	for i, s := range by {
		_, out[i], _ = strings.Cut(s, ": ")
	}
	return out
}
