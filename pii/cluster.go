package pii

import (
	"strings"
	"unicode/utf8"
)

// maxGroups bounds a cluster; longer runs are read in overlapping clusters.
const maxGroups = 16

// group is a maximal run of ASCII letters and digits.
type group struct {
	start, end     int
	digits, others int // how many bytes are digits, how many letters
}

func (g group) len() int       { return g.end - g.start }
func (g group) numeric() bool  { return g.others == 0 }
func (g group) lettered() bool { return g.digits == 0 }

// cluster is a row of groups joined by single separators.
type cluster struct {
	g    [maxGroups]group
	sep  [maxGroups]byte // sep[i] stands between groups i-1 and i; sep[0] is the byte before
	n    int
	more bool // it was cut at maxGroups
}

func separator(b byte) bool {
	return b == ' ' || b == '-' || b == '.' || b == '/' || b == ':' || b == '_' || b == '+'
}

func (c *cluster) add(t string, start int, sep byte) int {
	g := group{start: start}
	i := start
	for i < len(t) && isAlnum(t[i]) {
		if digitAt(t[i]) {
			g.digits++
		} else {
			g.others++
		}
		i++
	}
	g.end = i
	c.g[c.n], c.sep[c.n] = g, sep
	c.n++
	return i
}

// gather reads the cluster around the digit at i; floor is the first byte that
// no earlier value claims.
func (c *cluster) gather(t string, i, floor int) {
	c.n, c.more = 0, false
	start := back(t, i, floor)
	// Up to two short groups of letters may stand before: plates, NINO, IBAN.
	first := start
	for k := 0; k < 2; k++ {
		p := first - 1
		if p <= floor || !(t[p] == ' ' || t[p] == '-' || t[p] == '.') || !letterAt(t[p-1]) {
			break
		}
		q := back(t, p-1, floor)
		if p-q > 4 || strings.ContainsAny(t[q:p], "0123456789") {
			break
		}
		first = q
	}
	sep := byte(0)
	if first > 0 {
		sep = t[first-1]
	}
	i = c.add(t, first, sep)
	for i+1 < len(t) && separator(t[i]) && isAlnum(t[i+1]) {
		if c.n == maxGroups {
			c.more = true
			return
		}
		if t[i] == ' ' && i+1 > start && !c.joins(t, i+1) {
			return
		}
		i = c.add(t, i+1, t[i])
	}
}

// joins says whether the group at i continues the cluster after a space: it has
// a digit, or it is a short group of letters and the one before was not.
func (c *cluster) joins(t string, i int) bool {
	letters := 0
	for i < len(t) && letterAt(t[i]) && letters < 6 {
		i++
		letters++
	}
	if i < len(t) && digitAt(t[i]) {
		return true
	}
	return letters <= 5 && !c.g[c.n-1].lettered()
}

// back returns the first byte of the alphanumeric run that holds byte i.
func back(t string, i, floor int) int {
	for i > floor && isAlnum(t[i-1]) {
		i--
	}
	return i
}

// clearBefore reports whether a value may begin at i: no word goes on there.
// Hangul and Han may touch a number; other letters may not.
func clearBefore(t string, i int) bool {
	if i == 0 {
		return true
	}
	b := t[i-1]
	if b < utf8.RuneSelf {
		return kind[b]&(isDigit|isLetter|isUnder) == 0
	}
	r, _ := utf8.DecodeLastRuneInString(t[:i])
	return !wordRune(r)
}

// clearAfter reports whether a value may end before i.
func clearAfter(t string, i int) bool {
	if i >= len(t) {
		return true
	}
	b := t[i]
	if b < utf8.RuneSelf {
		return kind[b]&(isDigit|isLetter|isUnder) == 0
	}
	r, _ := utf8.DecodeRuneInString(t[i:])
	return !wordRune(r)
}

// wordRune reports whether a rune beyond ASCII makes a word go on.
func wordRune(r rune) bool {
	switch {
	case r >= 0xC0 && r <= 0x24F && r != 0xD7 && r != 0xF7: // Latin
		return true
	case r >= 0x370 && r <= 0x58F, r >= 0x1E00 && r <= 0x1FFF: // Greek, Cyrillic, Armenian, Latin additions
		return true
	}
	return false
}

// gluedBefore reports whether more of a longer code stands before group s: a
// part of a UUID, SKU or order number is no value of its own.
func (c *cluster) gluedBefore(t string, s int) bool {
	i := c.g[s].start
	if i < 2 {
		return false
	}
	return glue(t[i-1]) && (isAlnum(t[i-2]) || t[i-2] >= utf8.RuneSelf && t[i-1] != '.')
}

func (c *cluster) gluedAfter(t string, e int) bool {
	i := c.g[e].end
	if i+1 >= len(t) {
		return false
	}
	return glue(t[i]) && isAlnum(t[i+1])
}

func glue(b byte) bool { return b == '-' || b == '_' || b == '/' || b == '.' }
