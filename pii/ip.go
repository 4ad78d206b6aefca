package pii

import (
	"net/netip"
	"strings"
)

// dottedQuad reads an IPv4 address at i.
func dottedQuad(t string, i int) (end int, ok bool) {
	for part := 0; part < 4; part++ {
		n, d := 0, 0
		for i < len(t) && digitAt(t[i]) && d < 3 {
			n = n*10 + int(t[i]-'0')
			i++
			d++
		}
		if d == 0 || n > 255 || d == 3 && i < len(t) && digitAt(t[i]) {
			return 0, false
		}
		if part < 3 {
			if i >= len(t) || t[i] != '.' {
				return 0, false
			}
			i++
		}
	}
	return i, true
}

func prefixLength(t string, i, most int) int {
	if i+1 >= len(t) || t[i] != '/' || !digitAt(t[i+1]) {
		return i
	}
	n, k := 0, i+1
	for k < len(t) && digitAt(t[k]) && k < i+4 {
		n = n*10 + int(t[k]-'0')
		k++
	}
	if n > most || !clearAfter(t, k) {
		return i
	}
	return k
}

// ipv4 finds an address at group s.
func (sc *scan) ipv4(s int) bool {
	c, t := &sc.cl, sc.text
	start := c.g[s].start
	if c.g[s].len() > 3 || s+3 >= c.n || c.sep[s+1] != '.' || c.sep[s+2] != '.' || c.sep[s+3] != '.' {
		return false
	}
	if start > 0 && (t[start-1] == '.') || !clearBefore(t, start) {
		return false
	}
	end, ok := dottedQuad(t, start)
	if !ok || !clearAfter(t, end) {
		return false
	}
	end = prefixLength(t, end, 32)
	h := sc.hitOf(IPAddress, start, end, 0.6, 0.6, "ip", semantic)
	if !sc.versionBefore(start) {
		sc.emit(h)
		sc.done = end
	}
	return true
}

// versionBefore: "version 1.2.3.4" is no address.
func (sc *scan) versionBefore(start int) bool {
	s := strings.ToLower(sc.text[max(0, start-10):start])
	return strings.HasSuffix(s, "version ") || strings.HasSuffix(s, " v") || s == "v" || strings.HasSuffix(s, "build ") || strings.HasSuffix(s, "release ")
}

func v6Byte(b byte) bool { return kind[b]&isHex != 0 || b == ':' || b == '.' }

// ipv6 finds an address (RFC 4291) around the colon at i.
func (sc *scan) ipv6(i int) int {
	t := sc.text
	start, end := i, i
	for start > sc.done && v6Byte(t[start-1]) && i-start < 45 {
		start--
	}
	for end < len(t) && v6Byte(t[end]) && end-i < 64 {
		end++
	}
	for end > start && (t[end-1] == '.' || t[end-1] == ':' && !strings.HasSuffix(t[start:end], "::")) {
		end--
	}
	if end < len(t) && !clearAfter(t, end) {
		return i + 1
	}
	from, ok := longestV6(t, start, end)
	if !ok {
		return i + 1
	}
	v := t[from:end]
	score := 0.6
	if v == "::" {
		score = 0.1
	}
	if end < len(t) && t[end] == '%' {
		for k := end + 1; k <= len(t) && k-end < 17; k++ {
			if k == len(t) || !isAlnum(t[k]) {
				if k > end+1 {
					end = k
				}
				break
			}
		}
	}
	end = prefixLength(t, end, 128)
	h := sc.hitOf(IPAddress, from, end, score, score, "ip", semantic)
	h.firm = score > 0.5
	sc.emit(h)
	sc.done = end
	return end
}

// longestV6 tries the run, then what follows a word that runs into it.
func longestV6(t string, start, end int) (int, bool) {
	if strings.Count(t[start:end], ":") < 2 {
		return 0, false
	}
	for from := start; from < end-1; from++ {
		if from > 0 && (t[from-1] < 0x80 && kind[t[from-1]]&(isLetter|isDigit|isUnder) != 0) {
			continue
		}
		if from > 0 && t[from-1] == ':' {
			continue
		}
		if a, err := netip.ParseAddr(t[from:end]); err == nil && a.Is6() {
			return from, true
		}
	}
	return 0, false
}
