package policy

import (
	"slices"
	"strings"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

// withoutPerson settles the rules of a use that is about nobody, such as a draft
// for a campaign: a rule that only a person's permission or situation could
// answer has nobody to ask about. It is asked again, of everybody, when the text
// reaches them. Whatever else such a rule wants stays wanted, and a rule that
// refuses for another reason refuses here, too. The given answer isn't changed.
func withoutPerson(a law.Answer) law.Answer {
	ruled := slices.ContainsFunc(a.Rules, func(r law.RuleResult) bool { return r.Verdict == a.Verdict })
	a.Rules = slices.Clone(a.Rules)
	worst := touch.Allow
	for i := range a.Rules {
		r := &a.Rules[i]
		if r.Verdict == law.Gap && len(r.Missing) > 0 && !slices.ContainsFunc(r.Missing, notOfPerson) {
			r.Verdict, r.Satisfied, r.Missing, r.Open = law.Allow, true, nil, nil
			r.Reason = "This use is about nobody; the rule is asked when its result reaches a person."
		}
		worst = touch.Stricter(worst, r.Verdict.Touch())
	}
	a.Missing = slices.DeleteFunc(slices.Clone(a.Missing), func(m law.MissingFact) bool {
		return !slices.ContainsFunc(a.Rules, func(r law.RuleResult) bool { return slices.Contains(r.Missing, m.Name) })
	})
	if ruled {
		a.Verdict = law.Allow
		for i := range a.Rules {
			if v := a.Rules[i].Verdict; v.Touch() == worst && v != law.Allow {
				a.Verdict = v
				break
			}
		}
	}
	return a
}

func notOfPerson(fact string) bool {
	return !strings.HasPrefix(fact, "consent.") && !strings.HasPrefix(fact, "subject.") && fact != "use.first_contact"
}
