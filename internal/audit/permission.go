package audit

import (
	"strings"
	"time"

	"fairtouch/touch"
)

// Permission is why protected attributes may be used: a rule of a law pack that
// somebody checked, or, while no pack has one, a purpose that a named person
// recorded. It ends. Special categories for finding and correcting bias are the
// subject of Article 10(5) of the AI Act, for high-risk systems; whether it
// covers a use is a person's judgement and not this program's.
type Permission struct {
	Rule    string       `json:"rule,omitzero"` // id of a law pack's rule
	Purpose string       `json:"purpose"`       // in one sentence, as it is recorded
	By      touch.UserID `json:"by"`
	Until   time.Time    `json:"until"`
	// GroupRules says that rules may differ by group, which can itself be
	// unlawful treatment. It needs Rule.
	GroupRules bool `json:"group_rules"`
}

// maxPermission bounds how long a permission lasts, so that it is asked again.
const maxPermission = 366 * 24 * time.Hour

// Check refuses use without a purpose, a name or an end.
func (p *Permission) Check(now time.Time) error {
	switch {
	case p == nil || len(strings.TrimSpace(p.Purpose)) < 20:
		return touch.Fielderr("purpose", "protected attributes are used for a recorded purpose only; say in a sentence what the audit is for")
	case p.By == "":
		return touch.Fielderr("by", "a named person records the purpose")
	case p.Until.IsZero() || !p.Until.After(now):
		return touch.Errorf(touch.Forbidden, "the permission to use protected attributes has ended; record it again")
	case p.Until.After(now.Add(maxPermission)):
		return touch.Fielderr("until", "a permission lasts at most a year")
	case p.GroupRules && p.Rule == "":
		return touch.Fielderr("rule", "rules that differ by group need a law pack's rule that allows them")
	}
	return nil
}
