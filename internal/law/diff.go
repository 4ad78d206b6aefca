package law

import (
	"encoding/json"
	"slices"
)

// Change is one rule that differs between two packs or sets of rules.
type Change struct {
	Rule   string   `json:"rule"`
	Kind   string   `json:"kind"`            // added, removed, changed
	Fields []string `json:"fields,omitzero"` // of a changed rule, by name
	Before *Rule    `json:"before,omitzero"`
	After  *Rule    `json:"after,omitzero"`
}

// Diff lists what changed from a to b, by rule id.
func Diff(a, b *Pack) []Change { return DiffRules(a.Rules, b.Rules) }

// DiffRules is Diff over lists of rules, as of two editions of a book.
func DiffRules(a, b []*Rule) []Change {
	old, now := byID(a), byID(b)
	ids := make([]string, 0, len(old)+len(now))
	for id := range old {
		ids = append(ids, id)
	}
	for id := range now {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var out []Change
	for _, id := range slices.Compact(ids) {
		before, after := old[id], now[id]
		switch {
		case before == nil:
			out = append(out, Change{Rule: id, Kind: "added", After: after})
		case after == nil:
			out = append(out, Change{Rule: id, Kind: "removed", Before: before})
		default:
			if f := changedFields(before, after); len(f) > 0 {
				out = append(out, Change{Rule: id, Kind: "changed", Fields: f, Before: before, After: after})
			}
		}
	}
	return out
}

func byID(rules []*Rule) map[string]*Rule {
	out := make(map[string]*Rule, len(rules))
	for _, r := range rules {
		out[r.ID] = r
	}
	return out
}

// changedFields compares the rules' JSON field by field, so that a field added
// to Rule later can't be forgotten here.
func changedFields(a, b *Rule) []string {
	x, y := fields(a), fields(b)
	var out []string
	for k, v := range x {
		if string(v) != string(y[k]) {
			out = append(out, k)
		}
	}
	for k := range y {
		if _, ok := x[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func fields(r *Rule) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if b, err := json.Marshal(r); err == nil {
		_ = json.Unmarshal(b, &out) // what Marshal wrote is an object
	}
	return out
}

// Moved is a question whose verdict differs between two states of the law.
type Moved struct {
	Index  int      `json:"index"` // of the question in the list
	Before Verdict  `json:"before"`
	After  Verdict  `json:"after"`
	Rules  []string `json:"rules"` // rules whose own verdict differs
}

// Impact asks each question of both books, the second one on the date and with
// the knowledge that shift sets, and lists those whose verdict, or whose
// obligations, change. A nil shift changes nothing but the book.
func Impact(questions []Question, before, after *Book, shift func(Question) Question) []Moved {
	var out []Moved
	for i, q := range questions {
		a := before.At(q.KnownAt).Evaluate(q)
		if shift != nil {
			q = shift(q)
		}
		b := after.At(q.KnownAt).Evaluate(q)
		rules := movedRules(a, b)
		if a.Verdict != b.Verdict || len(rules) > 0 {
			out = append(out, Moved{Index: i, Before: a.Verdict, After: b.Verdict, Rules: rules})
		}
	}
	return out
}

func movedRules(a, b Answer) []string {
	was := map[string]Verdict{}
	for _, r := range a.Rules {
		was[r.ID] = r.Verdict
	}
	var out []string
	for _, r := range b.Rules {
		if old, ok := was[r.ID]; r.Verdict != old && (ok || r.Verdict != Allow) {
			out = append(out, r.ID)
		}
		delete(was, r.ID)
	}
	for id, v := range was {
		if v != Allow {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
