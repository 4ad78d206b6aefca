package engine

import (
	"math"
	"strconv"
	"strings"
)

// FormatFloat writes a number as PostgreSQL writes double precision: shortest
// digits that read back the same, an exponent only below 1e-4 and from 1e15.
func FormatFloat(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	if a := math.Abs(x); a != 0 && (a < 1e-4 || a >= 1e15) {
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// number reads a finite decimal number. ok is false for anything else, NaN and
// infinities included.
func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s[len(s)-1] > '9' && s[len(s)-1] != '.' || strings.ContainsAny(s, "_xXpP") {
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsInf(x, 0)
}

// class is what a decision or a label says.
type class int8

const (
	no class = iota
	yes
	unknown
	unclear // it is neither a known word nor is there a list of positive values
)

// isNothing reports whether a text says that the value isn't known.
func isNothing(text string) bool { return text == "" || strings.EqualFold(text, "nan") }

// classify reads a decision or label, given the values that mean yes.
func classify(text string, null bool, positive []string) class {
	if null || isNothing(text) {
		return unknown
	}
	if len(positive) == 0 {
		return word(text)
	}
	for _, p := range positive {
		if same(text, p) {
			return yes
		}
	}
	return no
}

func word(text string) class {
	switch strings.ToLower(text) {
	case "1", "true", "yes", "t", "y":
		return yes
	case "0", "false", "no", "f", "n":
		return no
	}
	if x, ok := number(text); ok && x == 1 {
		return yes
	} else if ok && x == 0 {
		return no
	}
	return unclear
}

// same compares a value with one that the specification names: as texts, as
// numbers, or as words for true and false.
func same(text, want string) bool {
	if text == want {
		return true
	}
	x, ok := number(text)
	y, ok2 := number(want)
	if ok && ok2 {
		return x == y
	}
	isWord := func(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }
	return (isWord(text) || isWord(want)) && word(text) != unclear && word(text) == word(want)
}
