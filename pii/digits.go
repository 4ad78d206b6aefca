package pii

// digits reads the cluster around the digit at i and returns where to go on.
func (sc *scan) digits(i int) int {
	t := sc.text
	if i < sc.done {
		// A whole value (URL, e-mail) holds it; only what the address carries as a
		// parameter is looked at, by equals.
		return sc.done
	}
	c := &sc.cl
	c.gather(t, i, sc.done)
	end := c.g[c.n-1].end
	if sc.colons() {
		return max(sc.done, i+1)
	}
	if next, whole := sc.opaque(); whole {
		return next
	}
	for s := 0; s < c.n; s++ {
		if c.g[s].digits > 0 && sc.special(s) {
			continue
		}
		if c.g[s].digits == 0 {
			sc.monthFirst(s)
		}
		sc.forms(s)
	}
	if c.more {
		if back := c.g[c.n-6].start; back > i {
			return back
		}
	}
	return max(end, i+1)
}

// opaque recognises codes that no part of which is personal: UUIDs. It reports
// device ids among them by context.
func (sc *scan) opaque() (next int, whole bool) {
	c := &sc.cl
	for s := 0; s+4 < c.n; s++ {
		if c.g[s].len() != 8 || c.g[s+1].len() != 4 || c.g[s+2].len() != 4 || c.g[s+3].len() != 4 || c.g[s+4].len() != 12 ||
			c.sep[s+1] != '-' || c.sep[s+2] != '-' || c.sep[s+3] != '-' || c.sep[s+4] != '-' {
			continue
		}
		start, end := c.g[s].start, c.g[s+4].end
		if (s == 0 || c.sep[s] == ' ') && hexRun(sc.text[start:start+8]) && hexRun(sc.text[end-12:end]) {
			sc.uuid(start, end)
			return end, true
		}
	}
	return 0, false
}

func hexRun(s string) bool {
	for i := 0; i < len(s); i++ {
		if kind[s[i]]&isHex == 0 {
			return false
		}
	}
	return true
}

// forms tries every form that begins with group s.
func (sc *scan) forms(s int) {
	c, lib := &sc.cl, sc.s.lib
	key := uint32(0)
	for e := s; e < c.n && e < s+8; e++ {
		if c.g[e].len() > 34 {
			break
		}
		key = rowKey(key, c.g[e].len())
		slots := lib.shapes.find(key)
		for i := range slots {
			sc.form(&slots[i], s, e, c.g[s].start, false)
		}
	}
	if g := c.g[s]; g.digits > 0 && g.others > 0 && letterAt(sc.text[g.start]) {
		sc.looseForms(s)
	}
}

// looseForms tries group s without its leading letters, for the few types that
// people write right after a word.
func (sc *scan) looseForms(s int) {
	c, lib := &sc.cl, sc.s.lib
	i := c.g[s].start
	for letterAt(sc.text[i]) {
		i++
	}
	key := uint32(0)
	for e := s; e < c.n && e < s+2; e++ {
		n := c.g[e].len()
		if e == s {
			n = c.g[s].end - i
		}
		key = rowKey(key, n)
		slots := lib.shapes.find(key)
		for k := range slots {
			if slots[k].spec.loose {
				sc.form(&slots[k], s, e, i, true)
			}
		}
	}
}

// form verifies one form over groups s to e.
func (sc *scan) form(sl *slot, s, e, start int, loose bool) {
	sp, c, t := sl.spec, &sc.cl, sc.text
	if !sc.s.wants(sp.typ) {
		return
	}
	end := c.g[e].end
	if end-start != len(sl.shape) {
		return
	}
	v, ok := sl.fits(t, start, sc.buf[:0])
	if !ok || !loose && !clearBefore(t, start) || !clearAfter(t, end) || sc.part(sl, s, e) {
		return
	}
	h := hit{typ: sp.typ, id: sp.id, start: start, end: end, base: sl.score, score: sl.score, detector: "form", weak: sp.bare}
	switch sp.check(v) {
	case refuted:
		return
	case valid:
		h.proof = checked
		if sp.parts {
			h.proof = semantic
		}
		switch {
		case sp.proved == 0:
			h.score = 1
		case sp.proved > 0:
			h.score = sp.proved
		}
	case plausible:
		if sp.option && sc.s.opts.Strict {
			return
		}
		if sp.option {
			h.proof = unchecked
		}
		if sp.parts || sp.proved < 0 {
			h.proof = semantic
		}
	}
	h.weak = h.weak || sl.groups == 1 && allDigits(v) && sp.typ != CNRIC && sp.typ != FRNIR
	sc.emit(h)
}

// part reports whether the groups belong to a longer code or number row.
func (sc *scan) part(sl *slot, s, e int) bool {
	c, t := &sc.cl, sc.text
	if c.gluedBefore(t, s) || c.gluedAfter(t, e) {
		return true
	}
	if sl.groups < 2 {
		return false
	}
	in := c.sep[s+1]
	if in == ' ' {
		if s > 0 && c.sep[s] == ' ' && c.g[s-1].numeric() && c.g[s].numeric() {
			return true
		}
		if e+1 < c.n && c.sep[e+1] == ' ' && c.g[e+1].numeric() && c.g[e].numeric() {
			return true
		}
	}
	return false
}

// colons tries an IPv6 address where the cluster has at least two colons.
func (sc *scan) colons() bool {
	c := &sc.cl
	n, first := 0, 0
	for k := 1; k < c.n; k++ {
		if c.sep[k] == ':' && c.g[k-1].len() <= 4 {
			if n++; n == 1 {
				first = c.g[k].start - 1
			}
		}
	}
	return n >= 2 && sc.ipv6(first) > first+1
}
