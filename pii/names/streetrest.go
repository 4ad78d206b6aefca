package names

import "strings"

// rest is the last token of what follows a street, e if nothing does: units,
// quarters, postcode with town, region, in any order and at most eight of them.
func (d *document) rest(e int) int {
	firm, pos, open := e, e+1, 0
	for range 8 {
		q, comma := d.separator(pos)
		end, certain := d.part(q, comma, firm)
		if end < 0 {
			return firm
		}
		if certain {
			firm, open = end, 0
		} else if open++; open > 2 {
			return firm
		}
		pos = end + 1
	}
	return firm
}

// separator steps over a comma, a dash or an opening bracket.
func (d *document) separator(i int) (next int, comma bool) {
	if d.is(i, ',') {
		return i + 1, true
	}
	if d.is(i, '-') && !d.close(i) || d.is(i, 0xE2) && !d.close(i) { // 0xE2 begins a dash
		return i + 1, true
	}
	return i, false
}

// part reads one part at q. What is only a capitalised word may be a quarter or
// a town; it counts if something certain follows. A town that stands alone after
// a street is a place of its own.
func (d *document) part(q int, comma bool, firm int) (end int, certain bool) {
	if q >= len(d.tok) {
		return -1, false
	}
	if e := d.unit(q); e >= 0 {
		return e, true
	}
	if e := d.postcode(q); e >= 0 {
		return e, true
	}
	if e := d.region(q, firm); e >= 0 {
		return e, true
	}
	if d.word(q, "cedex") {
		if d.at(q+1).shape == sNumber {
			return q + 1, true
		}
		return q, true
	}
	if !comma && q != firm+1 || !d.capital(q) {
		return -1, false
	}
	if end = d.town(q); end < q {
		return -1, false
	}
	return end, false
}

// town is the last token of a town's name that begins at q: four words at most.
func (d *document) town(q int) int {
	end := q - 1
	for k, n := q, 0; k < len(d.tok) && n < 4; k, n = k+1, n+1 {
		switch {
		case d.capital(k) && (k == q || d.tok[k-1].end+1 >= d.tok[k].start) && !d.word(k, "cedex") && !d.word(k, "cep") && !d.zone(k):
			end = k
		case k > q && d.nameWord(k), d.is(k, '-') && d.close(k) && d.close(k+1):
		case d.is(k, '.') && end == k-1 && d.tok[k-1].end-d.tok[k-1].start <= 3 && k+1 < len(d.tok) && d.capital(k+1): // Col. Centro
		default:
			return end
		}
	}
	return end
}

// zone reports a state or postcode area that begins at k, such as NW1 or NY 10010.
func (d *document) zone(k int) bool {
	t := &d.tok[k]
	return t.shape == sUpper && t.end-t.start <= 3 && d.at(k+1).shape != sTitle && (d.at(k+1).shape == sNumber || d.at(k+1).shape == sCode)
}

// postcode reads a postcode with its town, or with its state, at q; -1 if none
// stands there.
func (d *document) postcode(q int) int {
	if codes[d.hash(q)] {
		q++
		if d.is(q, ':') || d.is(q, '.') {
			q++
		}
	} else if d.is(q+1, '.') && d.word(q, "c") && d.word(q+2, "p") {
		q += 3
		if d.is(q, '.') {
			q++
		}
	} else if t := d.at(q); t.shape == sInitial && d.is(q+1, '-') && d.at(q+2).shape == sNumber && strings.Contains("DAFIBL", d.text[t.start:t.end]) || d.is(q+1, '-') && d.word(q, "ch") {
		q += 2
	}
	if q >= len(d.tok) {
		return -1
	}
	t := &d.tok[q]
	n := t.end - t.start
	switch {
	case t.shape == sNumber && (n == 4 || n == 5):
		return d.afterDigits(q)
	case t.shape == sCode && n == 6 && digitsFirst(d.text[t.start:t.end], 4): // 8011PK
		return d.inTown(q)
	case t.shape == sUpper && n <= 3 && q+1 < len(d.tok): // NY 10010, NSW 2000, ON M5V 3K7
		u := &d.tok[q+1]
		if u.shape == sNumber && (u.end-u.start == 5 || n == 3 && u.end-u.start == 4) {
			if d.is(q+2, '-') && d.close(q+2) && d.at(q+3).shape == sNumber {
				return q + 3
			}
			return q + 1
		}
		if n == 2 && d.ukCode(q+1) {
			return q + 2
		}
	case d.ukCode(q):
		return q + 1
	}
	return -1
}

// afterDigits goes on after four or five digits: 1017 GM Amsterdam, 1200-195
// Lisboa, 75003 Paris.
func (d *document) afterDigits(q int) int {
	if d.is(q+1, '-') && d.close(q+1) && d.close(q+2) && d.at(q+2).shape == sNumber && d.at(q+2).end-d.at(q+2).start == 3 {
		q += 2
		if e := d.inTown(q); e > q {
			return e
		}
		return q
	}
	if t := d.at(q + 1); t.shape == sUpper && t.end-t.start == 2 && d.capital(q+2) {
		return d.inTown(q + 1)
	}
	return d.inTown(q)
}

// inTown is the last token of the town after a postcode, -1 without one.
func (d *document) inTown(q int) int {
	if e := d.town(q + 1); e > q && d.tok[q+1].shape != sInitial {
		return e
	}
	return -1
}

func digitsFirst(s string, n int) bool {
	for i := range len(s) {
		if (i < n) != (s[i] >= '0' && s[i] <= '9') {
			return false
		}
	}
	return true
}

// ukCode reads a British or Canadian postcode: NW1 6XE, M5V 3K7.
func (d *document) ukCode(q int) bool {
	if q+1 >= len(d.tok) {
		return false
	}
	a, b := d.tok[q], d.tok[q+1]
	return a.shape == sCode && b.shape == sCode && a.end-a.start <= 4 && b.end-b.start == 3 && a.end+1 == b.start && d.text[a.start] >= 'A' && d.text[a.start] <= 'Z' && d.text[b.start] >= '0' && d.text[b.start] <= '9'
}

// region reads a province or state of two letters: (TO), VE after a town, SP.
func (d *document) region(q, firm int) int {
	if d.is(q, '(') && d.at(q+1).shape == sUpper && d.tok[q+1].end-d.tok[q+1].start == 2 && d.is(q+2, ')') {
		return q + 2
	}
	if d.is(q, '/') && d.close(q) {
		q++
	}
	if t := d.at(q); t.shape == sUpper && t.end-t.start == 2 && q > firm && d.capital(firm) {
		return q
	}
	return -1
}

// unit reads a flat, floor, building or box within a house, -1 if none stands
// at q.
func (d *document) unit(q int) int {
	switch {
	case alone[d.hash(q)]:
		return q
	case d.is(q+1, '/') && d.word(q, "r") && d.word(q+2, "c"):
		return q + 2
	case d.word(q, "lieu-dit"):
		if e := d.name(q + 1); e > q {
			return e
		}
	case d.at(q+1).shape == sNumber && d.word(q, "bp"):
		return q + 1
	}
	if t := d.at(q); t.shape == sNumber && t.end-t.start <= 2 || t.shape == sCode && t.end-t.start <= 4 {
		return d.floor(q)
	}
	if !units[d.hash(q)] {
		return -1
	}
	q++
	if d.is(q, '.') {
		q++
	}
	if t := d.at(q); q < len(d.tok) && (t.shape == sNumber || t.shape == sCode || t.shape == sInitial) && t.end-t.start <= 4 {
		return q
	}
	return -1
}

// floor reads 3.º Esq., 10º andar, 2. OG, 3e étage at its number.
func (d *document) floor(q int) int {
	for d.is(q+1, '.') || ordinals[d.hash(q+1)] || d.is(q+1, 0xC2) {
		q++
	}
	if floors[d.hash(q+1)] {
		q++
		if d.is(q+1, '.') && d.is(q+2, ',') {
			q++
		}
		return q
	}
	t := d.at(q)
	if !ordinals[t.hash] && !strings.HasSuffix(d.text[t.start:t.end], "º") {
		return -1
	}
	if d.at(q+1).shape == sInitial {
		return q + 1
	}
	if ordinals[t.hash] || t.shape == sCode {
		return q
	}
	return -1
}

// unitBefore begins an address at the flat or building that stands before the
// street: Flat 4, Bât. B.
func (d *document) unitBefore(s int) int {
	if !d.is(s-1, ',') {
		return s
	}
	for _, k := range [...]int{s - 3, s - 4} {
		if k >= 0 && units[d.hash(k)] && d.unit(k) == s-2 {
			return k
		}
	}
	return s
}
