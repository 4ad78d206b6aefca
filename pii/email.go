package pii

import (
	_ "embed"
	"strings"
)

//go:embed data/tlds.txt
var tldList string

func topLevels() map[string]bool {
	m := map[string]bool{}
	for l := range strings.Lines(tldList) {
		m[strings.TrimSpace(l)] = true
	}
	return m
}

// at finds the address around an at sign (RFC 5321 lengths, RFC 6531 letters).
func (sc *scan) at(i int) int {
	t := sc.text
	start := i
	for start > sc.done && i-start < 64 && (kind[t[start-1]]&isLocal != 0 || t[start-1] >= 0x80) {
		start--
	}
	for start < i && (t[start] == '.' || t[start] == '=' || t[start] == '\'' || t[start] == '`' || t[start] == '/' || t[start] == '?' || t[start] == '&' || t[start] == '{' || t[start] == '|' || t[start] == '*' || t[start] == '-') {
		start++
	}
	if k := strings.LastIndexAny(t[start:i], "=&?/|"); k >= 0 {
		start += k + 1
	}
	if start == i {
		start = quotedLocal(t, i, sc.done)
	}
	end, ok := sc.domain(i+1, true)
	if !ok || start == i || t[i-1] == '.' || strings.Contains(t[start:i], "..") {
		return i + 1
	}
	h := sc.hitOf(EmailAddress, start, end, 0.5, 1, "email", semantic)
	h.firm = true
	sc.emit(h)
	sc.done = end
	return end
}

// quotedLocal finds a local part in double quotes.
func quotedLocal(t string, i, floor int) int {
	if i < 3 || t[i-1] != '"' {
		return i
	}
	for k := i - 2; k >= floor && i-k < 66; k-- {
		if t[k] == '"' {
			return k
		}
	}
	return i
}

// domain reads labels from i on and returns where the name ends. The last label
// is a top-level domain; mail may also use an internationalised one.
func (sc *scan) domain(i int, mail bool) (end int, ok bool) {
	t := sc.text
	label, best := i, 0
	labels := 0
	for k := i; k <= len(t) && k-i <= 255; k++ {
		if k < len(t) && (kind[t[k]]&isDomain != 0 || t[k] >= 0x80 && mail) {
			continue
		}
		l := t[label:k]
		if l == "" || l[0] == '-' || len(l) > 63 {
			break
		}
		labels++
		if labels >= 2 && sc.topLevel(l) {
			best = k
		}
		if k >= len(t) || t[k] != '.' {
			break
		}
		label = k + 1
	}
	if best > 0 && best < len(t) && t[best] == '@' {
		return 0, false
	}
	return best, best > 0
}

func (sc *scan) topLevel(l string) bool {
	if len(l) < 2 || len(l) > 24 {
		return false
	}
	var buf [24]byte
	for i := 0; i < len(l); i++ {
		buf[i] = lower(l[i])
	}
	b := buf[:len(l)]
	if len(l) > 4 && string(b[:4]) == "xn--" {
		return true
	}
	return sc.s.lib.tlds[string(b)] || l[0] >= 0x80
}
