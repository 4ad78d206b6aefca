package pii

// A phone number and a card number that follow each other with a space alone
// are one row of digits to whoever reads either.

// maxDial is more bytes than a phone number takes.
const maxDial = 24

// dialBeforeCard reads the phone number at i, of a layout that needs no word,
// that ends where a card number with a valid checksum begins.
func dialBeforeCard(t string, i int) (dial, bool) {
	for k := i + 7; k < min(len(t)-12, i+maxDial); k++ {
		if t[k-1] == ' ' && digitAt(t[k]) && cardIn(t, k) > 0 {
			p, ok := readDial(t[:k-1], i)
			if score, weak := p.layout(); ok && p.end == k-1 && score > 0 && !weak {
				return p, true
			}
		}
	}
	return dial{}, false
}

// cardBefore reports whether a card number was found that ends before the space
// before i.
func (sc *scan) cardBefore(i int) bool {
	end := i - 1
	if n := len(sc.cards.bare); n > 0 && sc.cards.bare[n-1].end == end {
		return true
	}
	for k := len(sc.out) - 1; k >= max(0, len(sc.out)-4); k-- {
		if f := &sc.out[k]; f.Type == CreditCard && f.End == end {
			return true
		}
	}
	return false
}

// cardIn returns where the card number that begins at i ends, 0 if none does:
// one group or groups of four to six with one separator, an assigned prefix and
// a valid checksum.
func cardIn(t string, i int) int {
	var buf [19]byte
	v, run, sep := buf[:0], 0, byte(0)
	for ; i < len(t); i++ {
		switch b := t[i]; {
		case digitAt(b):
			if len(v) == cap(v) {
				return 0
			}
			v = append(v, b)
			run++
			continue
		case (b == ' ' || b == '-') && (sep == 0 || sep == b) && run >= 4 && run <= 6 && i+1 < len(t) && digitAt(t[i+1]):
			sep, run = b, 0
			if len(v) >= 13 && issuer(v) && luhn(v) {
				return i
			}
			continue
		}
		break
	}
	if len(v) >= 13 && (sep != 0 || run == len(v)) && issuer(v) && luhn(v) && !sameDigits(v) && clearAfter(t, i) {
		return i
	}
	return 0
}

// dialledBefore reports whether the groups before s end in a phone number whose
// layout needs no word, or in another card number.
func (sc *scan) dialledBefore(s int) bool {
	c, t := &sc.cl, sc.text
	if s < 1 {
		return false
	}
	if s >= 4 && cardIn(t, c.g[s-4].start) == c.g[s-1].end {
		return true
	}
	end := c.g[s-1].end
	for k := max(0, s-6); k < s; k++ {
		i := c.g[k].start
		if i > 2 && t[i-1] == ' ' && t[i-2] == ')' { // (415) 555-2671 is two clusters
			for i > 0 && i > c.g[k].start-8 && t[i-1] != '(' {
				i--
			}
		}
		for i > 0 && (t[i-1] == '+' || t[i-1] == '(') {
			i--
		}
		if p, ok := readDial(t[:end], i); ok && p.end == end && p.n >= 8 && p.n <= 15 {
			if score, weak := p.layout(); score > 0 && !weak && p.groups > 1 {
				return true
			}
		}
	}
	return false
}
