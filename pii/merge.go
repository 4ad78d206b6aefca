package pii

import (
	"slices"
	"strings"
)

// Merge makes findings fit for replacement as Presidio's anonymiser does: of
// equal bounds the higher score stays, a finding inside another goes, those of
// one type that meet or stand with only spaces between become one, and where two
// types still cross, the later one begins where the earlier ends.
func Merge(text string, fs []Finding) []Finding {
	in := slices.Clone(fs)
	slices.SortStableFunc(in, byPlace)
	out := make([]Finding, 0, len(in))
	for _, f := range in {
		if f.Start < 0 || f.End > len(text) || f.Start >= f.End {
			continue
		}
		if n := len(out); n > 0 {
			o := &out[n-1]
			switch {
			case f.End <= o.End: // inside, or equal with the lower score
				continue
			case f.Type == o.Type && (f.Start <= o.End || strings.Trim(text[o.End:f.Start], " ") == ""):
				o.End = max(o.End, f.End)
				o.Score = max(o.Score, f.Score)
				continue
			case f.Start < o.End:
				f.Start = o.End
			}
		}
		out = append(out, f)
	}
	return out
}

// Deanonymise undoes encrypt: items name the places in text, in bytes, and keys
// the operator by type or "DEFAULT".
func Deanonymise(text string, items []Item, ops map[string]Operator) (string, []Item, error) {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b Item) int { return a.Start - b.Start })
	fs := make([]Finding, 0, len(items))
	for _, it := range items {
		if it.Start < 0 || it.End > len(text) || it.Start >= it.End {
			return "", nil, badOperator("a place lies outside the text")
		}
		fs = append(fs, Finding{Type: it.Type, Start: it.Start, End: it.End, Score: 1})
	}
	for _, o := range ops {
		if o.Kind != "decrypt" && o.Kind != "keep" {
			return "", nil, badOperator("only decrypt and keep undo anything")
		}
	}
	return Anonymise(text, fs, ops, nil)
}
