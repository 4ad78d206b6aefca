package law

import (
	"strings"
	"time"

	"fairtouch/touch"
)

// Verdict is what one rule, or all together, say.
type Verdict string

// The verdicts, loosest first. Deny > gap > require > allow.
const (
	Allow   Verdict = "allow"
	Require Verdict = "require" // allowed once the obligations are discharged: see Settle
	Gap     Verdict = "gap"
	Deny    Verdict = "deny"
)

func (v Verdict) rank() int {
	switch v {
	case Allow:
		return 0
	case Require:
		return 1
	case Gap:
		return 2
	default:
		return 3
	}
}

// Touch gives the verdict in the words of the path. An obligation that nobody
// has discharged yet is a gap there: nothing goes out on a promise.
func (v Verdict) Touch() touch.Verdict {
	switch v {
	case Allow:
		return touch.Allow
	case Require, Gap:
		return touch.Gap
	}
	return touch.Deny
}

// Question asks what the law says of one use.
type Question struct {
	LawDate       Date                 // the civil date whose law is asked; needed unless At is given
	At            time.Time            // the instant of the use: each place then has its own civil date
	KnownAt       time.Time            // what this installation knew by then
	Jurisdictions []touch.Jurisdiction // all are asked, the strictest wins; empty asks every rule
	Kind          touch.Kind           // empty or unknown asks every kind's rules
	Channel       touch.Channel        // empty or unknown asks every channel's rules
	Roles         []string             // the roles that the company has here; empty is every role
	Facts         map[string]any       // by registry name: string or bool; absent is unknown
}

// FactValue is a fact that decided a rule, and its value.
type FactValue struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// RuleResult is what became of one rule that was tried.
type RuleResult struct {
	ID           string      `json:"id"`
	Jurisdiction string      `json:"jurisdiction"`
	Citation     string      `json:"citation"`
	Text         string      `json:"text"`
	Effect       Effect      `json:"effect"`
	Assessed     bool        `json:"assessed"`  // it binds on that day, so its condition was asked
	Triggered    bool        `json:"triggered"` // its condition holds
	Satisfied    bool        `json:"satisfied"` // what it asks for is there
	By           []string    `json:"satisfied_by,omitzero"`
	Open         []string    `json:"open,omitzero"` // controls that a later step must discharge
	Verdict      Verdict     `json:"verdict"`
	Reason       string      `json:"reason"`
	Grade        string      `json:"evidence"`
	Status       string      `json:"status"`
	Facts        []FactValue `json:"facts,omitzero"` // decisive ones
	Missing      []string    `json:"missing,omitzero"`
	Owner        string      `json:"fix_owner,omitzero"`

	broken bool // its condition failed to evaluate; no permission lifts it
}

// Obligation is a control that a later step of the path must discharge.
type Obligation struct {
	Control string            `json:"control"`
	Title   string            `json:"title"`
	Stage   string            `json:"stage"` // explain, disclose, record
	Rules   []string          `json:"rules"`
	TextIDs []string          `json:"text_ids,omitzero"`
	Params  map[string]string `json:"params,omitzero"`
}

// MissingFact is a fact that was needed and isn't known.
type MissingFact struct {
	Name     string `json:"name"`
	Question string `json:"question"`
	Owner    string `json:"fix_owner"`
	Invalid  bool   `json:"invalid,omitzero"` // it was given, with a value that it can't have
}

// Answer is the verdict and everything it rests on. Answers from an Evaluator
// share memory: read them, don't write into their slices.
type Answer struct {
	Verdict     Verdict       `json:"verdict"`
	Rules       []RuleResult  `json:"rules"` // every rule tried, in the order of their ids
	Obligations []Obligation  `json:"obligations,omitzero"`
	Missing     []MissingFact `json:"missing,omitzero"`
	Packs       []string      `json:"packs"`   // content hashes: the registry's, then each pack's
	Places      []string      `json:"places"`  // whose rules were asked
	Strict      bool          `json:"strict"`  // a place was unresolved, so every place was asked
	Checked     int           `json:"checked"` // rules whose condition was asked
	// Certified is true only if every rule that triggered was certified by a
	// named reviewer on primary evidence. Any grade may refuse.
	Certified bool `json:"certified"`
}

// Refuses reports whether the use must stop here. An answer that asks for
// obligations doesn't refuse yet: Settle it once they are discharged.
func (a Answer) Refuses() bool { return a.Verdict != Allow && a.Verdict != Require }

// Checks gives the rules that had something to say as the path records them.
func (a Answer) Checks() []touch.Check {
	var out []touch.Check
	for i := range a.Rules {
		r := &a.Rules[i]
		if !r.Triggered && r.Verdict == Allow {
			continue
		}
		c := touch.Check{Step: touch.StepLaw, Rule: r.ID, Verdict: r.Verdict.Touch(), Citation: r.Citation,
			Reason: r.Reason, Missing: r.Missing, Owner: r.Owner}
		for n, by := range r.By {
			if n > 0 {
				c.By += "; "
			}
			by, _, _ = strings.Cut(by, ": ") // the reason has the words already
			c.By += by
		}
		out = append(out, c)
	}
	return out
}
