package pii

// tally counts digit rows that look like cards, by what the checksum said. A
// text in which they fail as often as chance would have it is a list of
// something else.
type tally struct {
	failed int
	bare   []hit // passed, ungrouped, without a word for them
}

// issuer reports whether a card number's first digits are assigned (ISO/IEC
// 7812-1: Visa, Mastercard, Maestro, Amex, Diners, Discover, JCB, UnionPay,
// UATP, Mir, RuPay) and its length fits.
func issuer(v []byte) bool {
	n, p2, p3, p4 := len(v), two(v), num(v[:3]), num(v[:4])
	switch {
	case v[0] == '4':
		return n == 13 || n == 16 || n == 19
	case p2 == 34 || p2 == 37:
		return n == 15
	case p2 >= 51 && p2 <= 55, p4 >= 2221 && p4 <= 2720:
		return n == 16
	case p3 >= 300 && p3 <= 305, p2 == 36, p2 == 38, p2 == 39, p3 == 309:
		return n == 14 || n == 16
	case p4 >= 3528 && p4 <= 3589:
		return n >= 16
	case p4 == 2131, p4 == 1800:
		return n == 15
	case p2 == 62, p2 == 60, p2 == 64, p2 == 65, p2 == 81:
		return n >= 16
	case v[0] == '1':
		return n == 15
	case p2 == 50, p2 >= 56 && p2 <= 58, v[0] == '6':
		return n >= 12
	case p4 >= 2200 && p4 <= 2204:
		return n >= 16
	}
	return false
}

// cardAt joins numeric groups from s on into 12 to 19 digits.
func (sc *scan) cardAt(s int) {
	if !sc.s.wants(CreditCard) {
		return
	}
	c, t := &sc.cl, sc.text
	if c.gluedBefore(t, s) || !clearBefore(t, c.g[s].start) || s > 0 && c.g[s-1].numeric() && c.sep[s] == ' ' && c.g[s-1].len() == 4 && !sc.dialledBefore(s) {
		return
	}
	if s > 1 && s+1 < c.n && c.sep[s+1] == ' ' && sc.dialledBefore(s+1) && cardIn(t, c.g[s+1].start) > 0 {
		return // the last digits of a phone number, and a card behind it
	}
	v := sc.buf[:0]
	var best, bestEnd, proved, provedEnd int // digits and last group of the longest candidates
	for e := s; e < c.n; e++ {
		g := c.g[e]
		if !g.numeric() || len(v)+g.len() > 19 || e > s && (c.sep[e] != ' ' && c.sep[e] != '-' || e > s+1 && c.sep[e] != c.sep[s+1]) {
			break
		}
		v = append(v, t[g.start:g.end]...)
		if len(v) < 12 || c.gluedAfter(t, e) || !clearAfter(t, g.end) || !cardGroups(c, s, e) {
			continue
		}
		if best, bestEnd = len(v), e; issuer(v) && luhn(v) {
			proved, provedEnd = best, e
		}
	}
	if proved > 0 {
		best, bestEnd = proved, provedEnd
	}
	if best > 0 {
		sc.card(v[:best], c.g[s].start, c.g[bestEnd].end, bestEnd > s)
	}
}

// cardGroups: fours, 4-6-5, 4-6-4, 4-4-5 and so on; not pairs or triples.
func cardGroups(c *cluster, s, e int) bool {
	if s == e {
		return true
	}
	if c.g[s].len() != 4 && !(c.g[s].len() == 6 && e == s+1) {
		return false
	}
	for k := s + 1; k < e; k++ {
		if n := c.g[k].len(); n != 4 && n != 6 {
			return false
		}
	}
	return true
}

func (sc *scan) card(v []byte, start, end int, grouped bool) {
	if !issuer(v) || sameDigits(v) {
		return
	}
	if !luhn(v) {
		sc.cards.failed++
		return
	}
	h := sc.hitOf(CreditCard, start, end, 0.3, 1, "card", checked)
	if !grouped {
		if _, pro, _ := sc.support(h.id, start, end); !pro {
			sc.cards.bare = append(sc.cards.bare, h)
			return
		}
	}
	sc.emit(h)
}

// judgeCards decides on the ungrouped numbers that no word speaks for.
func (sc *scan) judgeCards() {
	n := len(sc.cards.bare) + sc.cards.failed
	chance := n >= 5 && len(sc.cards.bare)*2 < n
	for _, h := range sc.cards.bare {
		h.weak = chance
		sc.emit(h)
	}
}
