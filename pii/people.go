package pii

import (
	"slices"
	"strings"

	"fairtouch/pii/names"
)

// maxFound is longer than any value but an address of the web.
const maxFound = 512

// people finds names of persons, places and organisations, and addresses. What
// the verifiers found already is not taken into a name.
func (sc *scan) people() {
	hard := slices.Clone(sc.out)
	slices.SortFunc(hard, byPlace)
	from := 0
	for _, s := range names.Default().Find(sc.text) {
		t := [...]Type{Person, Location, Organization, Address, NRP}[s.Kind]
		if !sc.s.wants(t) || s.Score < sc.s.min[sc.id(t)] {
			continue
		}
		start, end := s.Start, s.End
		for from < len(hard) && hard[from].Start < start-maxFound {
			from++
		}
		for _, f := range hard[from:] {
			if f.Start >= end {
				break
			}
			if start < f.End && outranks(f) {
				start, end = without(start, end, f)
			}
		}
		start, end = trimmed(sc.text, start, end)
		if start < end && !sc.label(start, end) {
			sc.out = append(sc.out, Finding{Type: t, Start: start, End: end, Score: s.Score, Base: s.Score, Detector: "names", proof: modelled})
		}
	}
}

// outranks: an address's own numbers may look like something else, but for
// long or proved values.
func outranks(f Finding) bool {
	switch f.Type {
	case DEPLZ, UKPostcode:
		return false
	case PhoneNumber, DateTime, DateOfBirth:
		return f.Score >= DefaultThreshold && f.End-f.Start >= 7
	}
	return f.strength() > 0
}

// without leaves the longer side of what remains beside f.
func without(start, end int, f Finding) (int, int) {
	left, right := f.Start-start, end-f.End
	if left >= right {
		return start, max(start, f.Start)
	}
	return min(end, f.End), end
}

// label reports a single word that names a field, such as SSN or IBAN.
func (sc *scan) label(start, end int) bool {
	for i := start; i < end; i++ {
		if !letterByte(sc.text[i]) {
			return false
		}
	}
	e := sc.s.lib.lex.find(hashWord(sc.text[start:end]))
	return e != nil && !e.deny
}

func trimmed(t string, start, end int) (int, int) {
	const edge = " \n\r\t,;:-/|"
	for start < end && strings.IndexByte(edge, t[start]) >= 0 {
		start++
	}
	for end > start && strings.IndexByte(edge, t[end-1]) >= 0 {
		end--
	}
	return start, end
}

// places finds postal addresses.
func (sc *scan) places() {}
