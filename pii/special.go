package pii

// special runs the verifiers whose layout varies too much for forms, at group
// s. It returns true if a value was found that takes the groups whole.
func (sc *scan) special(s int) bool {
	c, t := &sc.cl, sc.text
	g := c.g[s]
	switch {
	case g.numeric():
		if sc.dates(s) || sc.ipv4(s) {
			return true
		}
		sc.cardAt(s)
		sc.phoneAt(s)
	case g.digits >= 2 && g.len() >= 15 || letterAt(t[g.start]):
		sc.ibanAt(s)
		sc.crypto(g)
		sc.monthFirst(s)
		sc.cookie(s)
		sc.gluedPhone(s)
	}
	sc.plate(s)
	if g.len() == 2 || g.len() == 4 {
		sc.mac(s)
	}
	if g.digits > 0 && g.len() >= 32 {
		sc.hashed(g)
	}
	return false
}

func (sc *scan) id(t Type) int {
	switch t { // the first of Types, asked for at every turn
	case CreditCard:
		return 0
	case EmailAddress:
		return 3
	case URL:
		return 6
	case DateTime:
		return 7
	case PhoneNumber:
		return 8
	}
	return sc.s.lib.index[t]
}

// hitOf makes a hit for a type that has no spec.
func (sc *scan) hitOf(t Type, start, end int, base, score float64, d string, p proof) hit {
	return hit{typ: t, id: sc.id(t), start: start, end: end, base: base, score: score, detector: d, proof: p}
}

// mac: EUI-48 as six pairs (IEEE 802, with colons or hyphens) or three fours
// (dots). All alike is nobody's or the broadcast address.
func (sc *scan) mac(s int) {
	c, t := &sc.cl, sc.text
	n, each, sep := 6, 2, c.sep[min(s+1, maxGroups-1)]
	if c.g[s].len() == 4 {
		n, each = 3, 4
	}
	if s+n > c.n || each == 2 && sep != ':' && sep != '-' || each == 4 && sep != '.' {
		return
	}
	for k := s; k < s+n; k++ {
		if c.g[k].len() != each || k > s && c.sep[k] != sep || !hexRun(t[c.g[k].start:c.g[k].end]) {
			return
		}
	}
	start, end := c.g[s].start, c.g[s+n-1].end
	if !clearBefore(t, start) || !clearAfter(t, end) || s > 0 && c.sep[s] == sep || s+n < c.n && c.sep[s+n] == sep {
		return
	}
	same := true
	for k := start + 1; k < end; k++ {
		same = same && (t[k] == t[start] || t[k] == sep)
	}
	if same {
		return
	}
	h := sc.hitOf(MACAddress, start, end, 0.6, 0.6, "mac", semantic)
	h.firm = true
	sc.emit(h)
}

// plate is the German number plate: 1 to 3 letters of the district, 1 or 2
// letters, up to 4 digits, E or H. Districts have umlauts, hence by hand.
func (sc *scan) plate(s int) {
	if !sc.s.wants(DEKFZ) {
		return
	}
	c, t := &sc.cl, sc.text
	end := c.g[s].end
	digits := c.g[s].digits
	if c.g[s].others > 1 || c.g[s].others == 1 && t[end-1]|32 != 'e' && t[end-1]|32 != 'h' {
		return
	}
	if digits > 4 || digits < 1 || t[c.g[s].start] == '0' || s == 0 || c.g[s-1].len() > 2 || !c.g[s-1].lettered() || c.sep[s] != ' ' && c.sep[s] != '-' {
		return
	}
	p := c.g[s-1].start
	if p < 2 || t[p-1] != ' ' && t[p-1] != '-' {
		return
	}
	q, letters := p-1, 0
	for q > 0 && (letterAt(t[q-1]) || t[q-1] >= 0x80) && letters < 4 {
		if t[q-1] >= 0x80 && !(q >= 2 && t[q-2] == 0xC3) {
			return
		}
		if t[q-1] >= 0x80 {
			q--
		}
		q--
		letters++
	}
	if letters < 1 || letters > 3 || !clearBefore(t, q) || !clearAfter(t, end) {
		return
	}
	shouting := t[p] < 'a'
	h := sc.hitOf(DEKFZ, q, end, 0.2, 0.2, "plate", semantic)
	if shouting {
		h.base, h.score = 0.3, 0.3
	}
	h.weak = true
	sc.emit(h)
}

// crypto: Base58Check (Bitcoin P2PKH and P2SH), bech32 and bech32m, and
// Ethereum's forty hexadecimal digits.
func (sc *scan) crypto(g group) {
	v := sc.text[g.start:g.end]
	if len(v) < 26 || len(v) > 90 || !clearBefore(sc.text, g.start) || !clearAfter(sc.text, g.end) {
		return
	}
	ok := false
	switch {
	case v[0] == '1' || v[0] == '3':
		ok = base58check(v)
	case len(v) > 4 && (v[:3] == "bc1" || v[:3] == "BC1" || v[:3] == "tb1"):
		ok = bech32(v)
	case len(v) == 42 && v[0] == '0' && v[1] == 'x':
		ok = hexRun(v[2:])
	}
	if ok {
		h := sc.hitOf(Crypto, g.start, g.end, 0.5, 1, "crypto", checked)
		h.firm = true
		sc.emit(h)
	}
}

// ibanAt joins groups from s on into an IBAN: country, mod 97, length.
func (sc *scan) ibanAt(s int) {
	c, t := &sc.cl, sc.text
	g := c.g[s]
	if g.len() < 4 || !letterAt(t[g.start]) || !letterAt(t[g.start+1]) || !digitAt(t[g.start+2]) || !digitAt(t[g.start+3]) || !clearBefore(t, g.start) {
		return
	}
	want := ibanLength(t[g.start : g.start+2])
	if want == 0 {
		return
	}
	v := sc.buf[:0]
	small := t[g.start] >= 'a'
	for i := g.start; i < len(t) && len(v) <= want; i++ {
		b := t[i]
		if letterAt(b) && (b >= 'a') != small {
			return
		}
		if !isAlnum(b) {
			if (b != ' ' && b != '-') || len(v)%4 != 0 || i+1 >= len(t) || !isAlnum(t[i+1]) || len(v) == want {
				return
			}
			continue
		}
		v = append(v, upper(b))
		if len(v) == want {
			end := i + 1
			if !clearAfter(t, end) || moreIBAN(t, end) {
				return
			}
			var turned [40]byte
			moved := append(append(turned[:0], v[4:]...), v[:4]...)
			if mod97(moved) == 1 && ibanBody(v) {
				h := sc.hitOf(IBANCode, g.start, end, 0.5, 1, "iban", checked)
				h.firm = true
				sc.emit(h)
			}
			return
		}
	}
}

// moreIBAN: another group of four after a full one means another number.
func moreIBAN(t string, end int) bool {
	n := 0
	for i := end + 1; t[min(end, len(t)-1)] == ' ' && i < len(t) && digitAt(t[i]); i++ {
		n++
	}
	return n >= 1 && n <= 4 && (end+1+n >= len(t) || !isAlnum(t[end+1+n])) && n == 4
}

// hyphen finds a hardware address that has no digit to anchor it.
func (sc *scan) hyphen(i int) int {
	t := sc.text
	if i < sc.done+2 || i+14 >= len(t) || t[i+3] != '-' || t[i+6] != '-' || t[i+9] != '-' || t[i+12] != '-' || !letterAt(t[i-1]) {
		return i + 1
	}
	sc.cl.gather(t, i-1, sc.done)
	for s := 0; s < min(sc.cl.n, 3); s++ {
		if sc.cl.g[s].start == i-2 {
			sc.mac(s)
		}
	}
	return i + 1
}
