package pii

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// view is a text in which disguises were undone, with the way back: at[i] is
// the place in the original of the view's byte i.
type view struct {
	text string
	at   []int32
}

// normalise undoes full-width digits and letters, characters of no width, HTML
// references, percent-encoding of "@" and JSON escapes. It returns nil where
// there is nothing to undo, which is the usual case.
func normalise(t string) *view {
	first := disguise(t, 0)
	if first < 0 {
		return nil
	}
	v := &view{}
	b := make([]byte, 0, len(t))
	v.at = make([]int32, 0, len(t)+1)
	copyTo := func(from, to int) {
		b = append(b, t[from:to]...)
		for i := from; i < to; i++ {
			v.at = append(v.at, int32(i))
		}
	}
	done := 0
	for i := first; i >= 0; i = disguise(t, i) {
		copyTo(done, i)
		s, n := plainOf(t[i:])
		for spelled(t[i]) && len(b) > 0 && b[len(b)-1] == ' ' {
			b, v.at = b[:len(b)-1], v.at[:len(v.at)-1]
		}
		b = append(b, s...)
		for range len(s) {
			v.at = append(v.at, int32(i))
		}
		i += n
		done = i
	}
	copyTo(done, len(t))
	v.at = append(v.at, int32(len(t)))
	v.text = string(b)
	return v
}

// back moves findings to the original's places.
func (v *view) back(fs []Finding) []Finding {
	for i := range fs {
		end := fs[i].End
		fs[i].Start = int(v.at[fs[i].Start])
		fs[i].End = int(v.at[end])
	}
	return fs
}

// disguise finds the next byte from i on at which something can be undone, or -1.
func disguise(t string, i int) int {
	for ; i < len(t); i++ {
		switch t[i] {
		case '%', '&', '\\', '[', '(', 0xE2, 0xEF, 0xC2:
			if _, n := plainOf(t[i:]); n > 0 {
				return i
			}
		}
	}
	return -1
}

// plainOf undoes what s begins with; n is how many bytes that takes, 0 for
// none.
func plainOf(s string) (plain string, n int) {
	switch s[0] {
	case '%':
		if len(s) >= 3 && (strings.EqualFold(s[1:3], "40") || strings.EqualFold(s[1:3], "2B")) {
			return map[byte]string{'4': "@", '2': "+"}[s[1]], 3
		}
	case '&':
		return reference(s)
	case '[', '(':
		return spelledOut(s)
	case '\\':
		if len(s) >= 6 && s[1] == 'u' {
			if x, err := strconv.ParseUint(s[2:6], 16, 16); err == nil && x >= 0x20 && !(x >= 0xD800 && x < 0xE000) {
				return string(rune(x)), 6
			}
		}
	default:
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == 0x200B || r == 0x200C || r == 0x200D || r == 0x2060 || r == 0xFEFF || r == 0xAD:
			return "", n
		case r >= 0xFF01 && r <= 0xFF5E:
			return string(r - 0xFEE0), n
		case r == 0xA0 || r == 0x2007 || r == 0x202F || r == 0x2009:
			return " ", n
		case r == 0x2010 || r == 0x2011 || r == 0x2012:
			return "-", n
		}
	}
	return "", 0
}

// reference undoes an HTML character reference to an ASCII character.
func reference(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 10)], ';')
	if end < 3 {
		return "", 0
	}
	switch s[1:end] {
	case "commat":
		return "@", end + 1
	case "period":
		return ".", end + 1
	case "nbsp":
		return " ", end + 1
	}
	if s[1] != '#' {
		return "", 0
	}
	d, base := s[2:end], 10
	if len(d) > 1 && d[0]|32 == 'x' {
		d, base = d[1:], 16
	}
	x, err := strconv.ParseUint(d, base, 16)
	if err != nil || x < 0x20 || x > 0x7E {
		return "", 0
	}
	return string(rune(x)), end + 1
}

// spelled: the bracket of an "[at]", before which spaces go, too.
func spelled(b byte) bool { return b == '[' || b == '(' }

// spelledOut undoes "[at]" and "(dot)", with the space after.
func spelledOut(s string) (string, int) {
	for _, w := range []struct{ in, out string }{{"at", "@"}, {"dot", "."}, {"punkt", "."}, {"punto", "."}, {"point", "."}, {"arroba", "@"}, {"chiocciola", "@"}} {
		n := len(w.in) + 2
		if len(s) >= n && strings.EqualFold(s[1:n-1], w.in) && (s[n-1] == ']' || s[n-1] == ')') {
			for n < len(s) && s[n] == ' ' && n < 16 {
				n++
			}
			return w.out, n
		}
	}
	return "", 0
}
