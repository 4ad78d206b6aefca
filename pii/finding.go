package pii

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Finding is one piece of personal data in a text.
type Finding struct {
	Type     Type
	Start    int     // first byte
	End      int     // byte after the last
	RuneFrom int     // Start in code points, as Presidio counts
	RuneTo   int     // End in code points
	Score    float64 // 0 to 1, context included
	Base     float64 // the score before context
	Detector string  // which rule found it

	proof proof
	says  string // what a Model gave as its evidence
	word  string // the context word that counted
	dist  int8   // words between it and the finding; negative means before
	deny  bool   // the context word speaks against it
}

// proof says what a verifier established.
type proof uint8

const (
	unproved  proof = iota // only the form fits
	checked                // a checksum agrees
	semantic               // dates, ranges or prefixes agree
	known                  // it is a value of the person's own record
	listed                 // on the caller's deny list
	custom                 // the caller's pattern
	modelled               // gazetteer and model
	unchecked              // the checksum disagrees, but the type has issues without one
)

var proofs = [...]string{"the form fits", "the checksum agrees", "its parts are in range", "a value of the person's own record",
	"on the deny list", "a pattern of the caller's", "names and neighbouring words agree", "the form fits; numbers of this type may lack a valid checksum"}

// Evidence says in words why this was found, without repeating the value.
func (f Finding) Evidence() string {
	s := proofs[f.proof]
	if f.says != "" {
		s = f.says
	}
	if f.word == "" {
		return s
	}
	verb := "speaks for it"
	if f.deny {
		verb = "speaks against it"
	}
	switch {
	case f.dist == 0:
		return fmt.Sprintf("%s; the column or field %q %s", s, f.word, verb)
	case f.dist < 0:
		return fmt.Sprintf("%s; %q, %d before, %s", s, f.word, -f.dist, verb)
	}
	return fmt.Sprintf("%s; %q, %d after, %s", s, f.word, f.dist, verb)
}

// Checked reports whether a checksum proved the finding.
func (f Finding) Checked() bool { return f.proof == checked }

// ContextWord returns the word that raised or lowered the score, or "".
func (f Finding) ContextWord() string { return f.word }

// Text returns the finding's part of the text that was scanned.
func (f Finding) Text(text string) string { return text[f.Start:f.End] }

// rank orders findings that compete for the same bytes: proved before merely
// matched, then longer, then higher score.
func better(a, b Finding) bool {
	if x, y := a.strength(), b.strength(); x != y {
		return x > y
	}
	if x, y := a.End-a.Start, b.End-b.Start; x != y {
		return x > y
	}
	if a.Score != b.Score {
		return a.Score > b.Score
	}
	return a.Type < b.Type
}

func (f Finding) strength() int {
	switch {
	case f.proof == listed || f.proof == known:
		return 3
	case f.proof == checked && f.Score >= 0.85:
		return 2
	case f.Score >= 0.6:
		return 1
	}
	return 0
}

func byPlace(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(b.Score, a.Score), strings.Compare(string(a.Type), string(b.Type)))
}

// Resolve leaves at most one finding for each byte: proved before matched,
// longer before shorter, higher score before lower. The result is sorted.
func Resolve(fs []Finding) []Finding {
	slices.SortFunc(fs, byPlace)
	out := fs[:0]
	for _, f := range fs {
		for {
			n := len(out)
			if n == 0 || out[n-1].End <= f.Start {
				out = append(out, f)
				break
			}
			if !better(f, out[n-1]) {
				break
			}
			out = out[:n-1]
		}
	}
	return out
}

// dropContained removes a finding that lies within another of its own type, as
// Presidio's analyser does. Different types may overlap.
func dropContained(fs []Finding) []Finding {
	slices.SortFunc(fs, byPlace)
	out := fs[:0]
	for _, f := range fs {
		inside := false
		for i := len(out) - 1; i >= 0 && out[i].Start >= f.Start-512; i-- {
			if o := out[i]; o.Type == f.Type && o.Start <= f.Start && f.End <= o.End {
				inside = true
				break
			}
		}
		if !inside {
			out = append(out, f)
		}
	}
	return out
}

// countRunes fills in the code-point offsets of sorted findings in one pass.
func countRunes(text string, fs []Finding) {
	at, n := 0, 0
	for i := range fs {
		if fs[i].Start < at { // overlapping findings may step back
			at, n = 0, 0
		}
		n += utf8.RuneCountInString(text[at:fs[i].Start])
		at = fs[i].Start
		fs[i].RuneFrom = n
		fs[i].RuneTo = n + utf8.RuneCountInString(text[fs[i].Start:fs[i].End])
	}
}
