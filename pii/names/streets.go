package names

import (
	"slices"
	"strings"
)

// streets marks addresses by the order in which the postal rules of a country
// write them: a house number beside a street, then units, a postcode with its
// town, a region. The model knows neighbours; this knows the order. It looks
// only where a number stands.
func (d *document) streets() {
	for i := 0; i < len(d.tok); i++ {
		if !d.houseNumber(i) {
			continue
		}
		s, e, sure := d.street(i)
		if s < 0 {
			continue
		}
		end := d.rest(e)
		if !sure && end == e && !d.tagged(s, e, Address) {
			continue
		}
		s, end = d.union(d.unitBefore(s), end)
		if !d.ownLine(s, end) {
			d.mark(s, end, Address)
			for k := end + 1; k < len(d.tok) && (d.tags[k] == inAddress || k == end+1 && d.tags[k] == beginAddress && d.tok[k].shape == sLower); k++ {
				d.tags[k] = 0
			}
		}
		i = end
	}
}

// union takes in the addresses of the model that reach into tokens s to e.
func (d *document) union(s, e int) (int, int) {
	for s > 0 && d.tags[s] == inAddress {
		s--
	}
	if d.tags[e] == beginAddress || d.tags[e] == inAddress {
		last := e
		for last+1 < len(d.tok) && d.tags[last+1] == inAddress {
			last++
		}
		for e < last && !d.runsOut(e+1, last) {
			e++
		}
	}
	return s, e
}

// runsOut reports that from i on to last stand only words of the sentence: a
// common one in small letters, and no name after it.
func (d *document) runsOut(i, last int) bool {
	if d.lower || d.tok[i].shape != sLower || d.tok[i].flags&Common == 0 || units[d.hash(i)] {
		return false
	}
	for k := i; k <= last; k++ {
		if d.capital(k) {
			return false
		}
	}
	return true
}

// sentence reports what the model took for an address although it is a part of
// a sentence: numbers among common words or months, and nothing that streets,
// houses or postcodes have.
func (d *document) sentence(i, j int) bool {
	if d.lower || d.upper {
		return false
	}
	number, prose := false, false
	for k := i; k < j; k++ {
		t := &d.tok[k]
		switch {
		case t.shape == sLine || t.shape == sPunct && t.byte != ',' && t.byte != '.':
			return false
		case prefixTypes[t.hash]&^german != 0 && prefixTypes[t.hash]&english == 0, suffixTypes[t.hash] != 0, units[t.hash], boxes[t.hash], d.compoundWord(k), t.shape == sCode:
			return false
		case t.shape == sNumber:
			number = true
		case months[t.hash], t.shape == sLower && t.flags&Common != 0 && !joiners[t.hash]:
			prose = true
		}
	}
	return number && prose
}

// compoundWord reports a German or Dutch word that ends with a kind of street.
func (d *document) compoundWord(k int) bool {
	w := d.text[d.tok[k].start:d.tok[k].end]
	return slices.ContainsFunc(compounds, func(x string) bool { return len(w) > len(x)+1 && strings.HasSuffix(w, x) })
}

// ownLine reports a line of a block: its parts are the model's to tell.
func (d *document) ownLine(s, e int) bool {
	return d.inLine[s]&1 == 1 && e+1 < len(d.tok) && d.tok[e+1].shape == sLine
}

func (d *document) tagged(s, e int, k Kind) bool {
	for i := s; i <= e; i++ {
		if d.tags[i] != 0 && Kind((d.tags[i]-1)/2) == k {
			return true
		}
	}
	return false
}

// houseNumber: up to five digits, or fewer with a letter: 27b, 9C; no part of a
// date, a phone number or a price.
func (d *document) houseNumber(i int) bool {
	t := &d.tok[i]
	n := t.end - t.start
	if i > 0 && d.close(i) && d.tok[i-1].shape == sPunct && d.tok[i-1].byte != ',' && d.tok[i-1].byte != '.' && d.tok[i-1].byte != 0xC2 && d.tok[i-1].byte != '/' && !(d.tok[i-1].byte == '-' && i > 1 && d.tok[i-2].shape == sInitial) {
		return false
	}
	return n <= 5 && (t.shape == sNumber || t.shape == sCode && d.text[t.start] >= '0' && d.text[t.start] <= '9')
}

func (d *document) is(i int, b byte) bool {
	return i >= 0 && i < len(d.tok) && d.tok[i].shape == sPunct && d.tok[i].byte == b
}

// hash is a token's folded hash, 0 outside the text and for marks.
func (d *document) hash(i int) uint64 {
	if i < 0 || i >= len(d.tok) {
		return 0
	}
	return d.tok[i].hash
}

// word reports that token i is the word w, which is written small.
func (d *document) word(i int, w string) bool { return d.hash(i) == Hash(w) }

// close reports whether token i follows the one before without a space.
func (d *document) close(i int) bool {
	return i > 0 && i < len(d.tok) && d.tok[i-1].end == d.tok[i].start
}

func (d *document) capital(i int) bool {
	return i >= 0 && i < len(d.tok) && (capital(&d.tok[i]) || d.tok[i].shape == sInitial && d.tok[i].byte == 0)
}

// street returns the tokens of the street that number i belongs to, and whether
// its form alone is enough. s is -1 where there is none.
func (d *document) street(i int) (s, e int, sure bool) {
	e = d.houseTail(i)
	if s, e, sure := d.numberFirst(i, e); s >= 0 {
		return s, e, sure
	}
	p := d.beforeNumber(i)
	if d.is(p, 'n') || p < 0 {
		return -1, 0, false
	}
	if d.word(p, "n") && d.is(p-1, '/') && d.word(p-2, "s") { // s/n: a street without numbers
		e = p
		p = d.beforeNumber(p - 2)
	}
	if s := d.box(p); s >= 0 {
		for e+1 < len(d.tok) && d.tok[e+1].shape == sNumber && d.tok[e+1].end-d.tok[e+1].start <= 3 {
			e++
		}
		return s, e, true
	}
	if s := d.compound(p); s >= 0 {
		return s, e, d.tok[i].end-d.tok[i].start < 5
	}
	if s, sure := d.typeBefore(p); s >= 0 {
		return s, e, sure
	}
	if d.postcode(d.comma(e)) >= 0 && d.tok[i].end-d.tok[i].start <= 4 {
		return d.unnamed(p), e, true
	}
	return -1, 0, false
}

// comma is the token after an optional comma that follows e.
func (d *document) comma(e int) int {
	if d.is(e+1, ',') {
		return e + 2
	}
	return e + 1
}

// houseTail takes in what belongs to a house number: 12 bis, 27/B, 210-B, 21 bus 4.
func (d *document) houseTail(i int) int {
	if i+1 >= len(d.tok) {
		return i
	}
	if tails[d.hash(i+1)] {
		return i + 1
	}
	if d.at(i+2).shape == sNumber && d.word(i+1, "bus") {
		return i + 2
	}
	if t := d.at(i + 1); t.shape == sInitial && (d.is(i+2, ',') || prefixTypes[d.hash(i+2)] != 0 || d.tok[i].end == t.start) {
		return i + 1
	}
	if (d.is(i+1, '/') || d.is(i+1, '-')) && d.close(i+1) && d.close(i+2) {
		if t := d.at(i + 2); t.end-t.start <= 3 && (t.shape == sNumber || t.shape == sInitial || t.shape == sCode || t.end-t.start == 1) {
			return i + 2
		}
	}
	return i
}

// numberFirst reads 12 bis rue de la République and 221 Baker Street.
func (d *document) numberFirst(i, e int) (s, end int, sure bool) {
	j := d.comma(e)
	if k := prefixTypes[d.hash(j)]; k&numberBefore != 0 && j < len(d.tok) && (k&english == 0 || d.tok[j].shape == sLower) {
		if end := d.name(j + 1); end > j {
			return i, end, true
		}
	}
	if j != e+1 { // no comma in English
		return -1, 0, false
	}
	for k := j; k < min(len(d.tok), j+5); k++ {
		if w := suffixTypes[d.hash(k)]; w != 0 && k > j && d.tok[k].shape == sTitle {
			if d.is(k+1, '.') && k+2 < len(d.tok) && d.tok[k].end-d.tok[k].start <= 4 {
				k++
			}
			if t := d.at(k + 1); t.shape == sInitial && strings.Contains("NSEW", d.text[t.start:t.end]) {
				k++
			}
			return i, k, w == 1
		}
		if t := &d.tok[k]; !(d.capital(k) || t.shape == sCode && k <= j+1) || t.flags&^Starts == Common && k == j && t.shape == sTitle && suffixTypes[d.hash(k)] != 0 {
			break
		}
	}
	return -1, 0, false
}

// beforeNumber steps back over a comma and what says "number".
func (d *document) beforeNumber(i int) int {
	p := i - 1
	for n := 0; n < 4 && p >= 0; n++ {
		switch {
		case d.is(p, ',') || d.is(p, '.') || d.is(p, 0xC2) && n < 2: // 0xC2 begins the degree sign
		case numeros[d.hash(p)], (d.is(p+1, '.') || d.is(p+1, 0xC2)) && d.word(p, "n"):
		default:
			return p
		}
		p--
	}
	return p
}

// box returns where a post-office box begins that ends at token p.
func (d *document) box(p int) int {
	switch {
	case boxes[d.hash(p)], d.at(p).shape == sUpper && d.word(p, "bp"):
		return p
	case d.word(p, "box"):
		if d.is(p-1, '.') && d.is(p-3, '.') && d.word(p-2, "o") && d.word(p-4, "p") {
			return p - 4
		}
		if d.word(p-1, "po") {
			return p - 1
		}
	case posts[d.hash(p)] && mailbox[d.hash(p-1)]:
		return p - 1
	}
	return -1
}

// compound returns where a German or Dutch street begins whose last word, p,
// ends with its type: Kerkstraat, Bahnhofstr., Mariahilfer Straße.
func (d *document) compound(p int) int {
	if !d.capital(p) {
		return -1
	}
	w := d.text[d.tok[p].start:d.tok[p].end]
	for _, x := range compounds {
		if !strings.HasSuffix(w, x) && !(len(w) == len(x) && d.word(p, x)) {
			continue
		}
		if len(w) > len(x) && len(w) < len(x)+2 {
			return -1
		}
		if len(w) > len(x) {
			if changed[d.hash(p-1)] {
				return p - 1
			}
			return p
		}
		s := p
		for s > 0 && p-s < 3 && d.capital(s-1) && d.tok[s-1].flags&^Starts != Common {
			s--
		}
		if s < p {
			return s
		}
		if changed[d.hash(p-1)] {
			return p - 1
		}
		return -1
	}
	return -1
}

// typeBefore returns where a street begins whose type stands first and whose
// name ends at p: Via Garibaldi, Rua das Flores, Am Alten Markt.
func (d *document) typeBefore(p int) (int, bool) {
	if p < 1 || !(d.nameWord(p) || d.tok[p].shape == sNumber) {
		return -1, false
	}
	named := false
	for k := p; k >= max(0, p-8); k-- {
		if w := prefixTypes[d.hash(k)]; w&numberAfter != 0 && k < p && named {
			if w&german != 0 && d.tok[k].shape != sTitle {
				return -1, false
			}
			return k, w&(english|german) == 0 || w&german == 0 && d.tok[k].shape == sTitle
		}
		if d.word(k, "c") && d.is(k+1, '/') && named {
			return k, true
		}
		named = named || d.capital(k)
		if !d.nameWord(k) && !d.is(k, '.') && !d.is(k, '/') && d.tok[k].shape != sNumber {
			return -1, false
		}
	}
	return -1, false
}

// unnamed is a street without a type, before a number and a postcode with its
// town: one or two capitalised words that aren't a month.
func (d *document) unnamed(p int) int {
	if !d.capital(p) || d.tok[p].flags&^Starts == Common || months[d.hash(p)] {
		return -1
	}
	if d.capital(p-1) && d.tok[p-1].flags&^Starts != Common && d.tok[p-1].end+1 == d.tok[p].start {
		return p - 1
	}
	return p
}

// nameWord can stand in a street's or a town's name.
func (d *document) nameWord(i int) bool {
	return d.capital(i) || i >= 0 && i < len(d.tok) && (d.tok[i].shape == sLower || d.tok[i].end-d.tok[i].start <= 2) && joiners[d.tok[i].hash]
}

// name is the last token of a name that begins at i, i-1 if none does. Small
// words stand only within it.
func (d *document) name(i int) int {
	end := i - 1
	for k := i; k < min(len(d.tok), i+8); k++ {
		switch {
		case d.capital(k):
			end = k
		case d.tok[k].shape == sNumber && d.tok[k].end-d.tok[k].start <= 2 && k+1 < len(d.tok) && d.capital(k+1): // 8 Mai 1945
		case d.nameWord(k), d.is(k, '-') && end == k-1, d.is(k, '.') && end == k-1 && d.tok[k-1].end-d.tok[k-1].start <= 3:
		default:
			return end
		}
	}
	return end
}
