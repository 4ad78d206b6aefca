package names

// spans joins tags into spans, after the rules that the tags of single tokens
// can't say.
func (d *document) spans() []Span {
	d.mend()
	d.sure()
	d.streets()
	d.running()
	d.again()
	var out []Span
	for i := 0; i < len(d.tok); i++ {
		if d.tags[i]%2 == 0 {
			continue
		}
		kind := Kind(d.tags[i] / 2)
		j := i + 1
		for j < len(d.tok) && d.tags[j] == d.tags[i]+1 {
			j++
		}
		for j > i+1 && (d.tok[j-1].shape == sLine || d.tok[j-1].shape == sPunct && d.tok[j-1].byte != '.' && d.tok[j-1].byte != ')') {
			j--
		}
		for j > i+1 && !d.lower && d.tok[j-1].shape == sLower && (d.tok[j-1].flags&Common != 0 || kind != Address && d.tok[j-1].flags&^Starts == 0) {
			j-- // a small word that names nothing ends no name
		}
		if s := d.tok[i].shape; kind == Address && d.block(i, j) {
			out = d.lineParts(out, i, j)
		} else if s != sPunct && s != sLine && !d.slang(kind, i, j) && !d.month(i, j) && !(kind == Address && d.sentence(i, j)) {
			out = append(out, Span{Kind: kind, Start: int(d.tok[i].start), End: int(d.tok[j-1].end), Score: 0.85, one: j == i+1})
		}
		i = j - 1
	}
	return lonely(out)
}

// lonely drops addresses of one short word or number that no other part of an
// address stands beside.
func lonely(in []Span) []Span {
	beside := func(a, b Span) bool {
		return (b.Kind == Address || b.Kind == Location) && (b.Start-a.End <= 4 && b.Start >= a.End || a.Start-b.End <= 4 && a.Start >= b.End)
	}
	out := make([]Span, 0, len(in))
	for i, s := range in {
		if s.Kind == Address && s.one && !(i > 0 && beside(s, in[i-1])) && !(i+1 < len(in) && beside(s, in[i+1])) {
			continue
		}
		out = append(out, s)
	}
	return out
}

const (
	beginPerson = 1 + 2*uint8(Person)
	inPerson    = beginPerson + 1
)

// mend closes gaps in persons' names: two that touch are one, a given name
// takes in the unknown capitalised word after it, and a family name the given
// name before.
func (d *document) mend() {
	for i := 1; i < len(d.tok); i++ {
		l, t := &d.tok[i-1], &d.tok[i]
		if l.end+1 != t.start || !capital(l) || !capital(t) {
			continue
		}
		left, right := d.tags[i-1], d.tags[i]
		person := left == beginPerson || left == inPerson
		switch {
		case person && right == beginPerson:
			d.tags[i] = inPerson
		case left == beginPerson && right == 0 && l.flags&Given != 0 && t.flags&(Common|Group) == 0:
			d.tags[i] = inPerson
		case left == 0 && right == beginPerson && l.flags&Given != 0 && l.flags&Common == 0:
			d.tags[i-1], d.tags[i] = beginPerson, inPerson
		}
	}
}

// sure adds what needs no model: companies by their legal form, countries, and
// a given name before a family name.
func (d *document) sure() {
	d.companies()
	for i := range d.tok {
		t := &d.tok[i]
		if t.shape == sPunct || t.shape == sNumber || t.shape == sLine || t.flags&^Starts == Common {
			continue
		}
		if d.tags[i] != 0 || !capital(t) {
			continue
		}
		switch {
		case t.flags&Country != 0 && t.flags&(Given|Family|Common) == 0 && t.flags&Inner == 0:
			e := i
			for e+1 < len(d.tok) && d.tok[e+1].flags&(Inner|Country) == Inner|Country && t.flags&Head != 0 && d.tags[e+1] == 0 {
				e++
			}
			d.mark(i, e, Location)
		case i+1 < len(d.tok) && t.flags&Given != 0 && t.flags&(Common|Place|Company) == 0 && t.shape == sTitle && d.tok[i+1].flags&Family != 0 && d.tok[i+1].flags&Common == 0 &&
			d.tok[i+1].shape == sTitle && d.tags[i+1] == 0 && d.tok[i+1].start == t.end+1:
			d.mark(i, i+1, Person)
		}
	}
}

func (d *document) mark(from, to int, k Kind) {
	for i := from; i <= to; i++ {
		d.tags[i] = 2 + 2*uint8(k)
	}
	d.tags[from]--
	if to+1 < len(d.tok) && d.tags[to+1] != 0 && d.tags[to+1]%2 == 0 { // what went on there begins anew
		d.tags[to+1]--
	}
}

func capital(t *token) bool { return t.shape == sTitle || t.shape == sUpper || t.shape == sMixed }

// again marks the other places of a name that was found in the same text: a
// chat's speaker is the same person in every line.
func (d *document) again() {
	var found map[uint64]bool
	for i := range d.tok {
		if t := &d.tok[i]; d.tags[i] == beginPerson && t.shape == sTitle && t.flags&Common == 0 && t.end-t.start > 2 {
			if found == nil {
				found = map[uint64]bool{}
			}
			found[t.hash] = true
		}
	}
	if found == nil {
		return
	}
	for i := range d.tok {
		if t := &d.tok[i]; d.tags[i] == 0 && t.shape == sTitle && found[t.hash] {
			d.tags[i] = beginPerson
		}
	}
}

// slang: among words with capitals, one word in small letters is a name only if
// it is known as one of that kind and as nothing else.
func (d *document) slang(kind Kind, i, j int) bool {
	t := &d.tok[i]
	if j != i+1 || t.shape != sLower || d.lower || kind == Address {
		return false
	}
	need := [...]Flags{Given, Place | Country, Company, 0, Group}[kind]
	return t.flags&Common != 0 || t.flags&need == 0
}

// month: "in May" and "im Mai" name nobody.
func (d *document) month(i, j int) bool {
	return j == i+1 && months[d.hash(i)] && within[d.hash(i-1)]
}

// block reports whether an address is written as a block: it begins a line and
// goes over several.
func (d *document) block(i, j int) bool {
	if d.inLine[i]&1 == 0 && (i == 0 || d.inLine[i-1]&1 == 0 || d.tok[i-1].shape != sNumber) {
		return false
	}
	for k := i; k < j; k++ {
		if d.tok[k].shape == sLine {
			return true
		}
	}
	return j-i > 2 && d.tok[i].shape == sNumber && i > 0 && j < len(d.tok) && d.tok[j].shape == sLine
}

// lineParts takes a block apart: house number, street, unit and postcode are
// addresses, town and country are locations.
func (d *document) lineParts(out []Span, i, j int) []Span {
	for i < j {
		for i < j && (d.tok[i].shape == sLine || d.tok[i].shape == sPunct) {
			i++
		}
		k := i
		for k < j && d.tok[k].shape != sLine {
			k++
		}
		e := k
		for e > i && d.tok[e-1].shape == sPunct && d.tok[e-1].byte != '.' {
			e--
		}
		if i < e {
			out = d.linePart(out, i, e)
		}
		i = k
	}
	return out
}

func (d *document) linePart(out []Span, i, e int) []Span {
	add := func(kind Kind, a, b int) {
		if a < b {
			out = append(out, Span{Kind: kind, Start: int(d.tok[a].start), End: int(d.tok[b-1].end), Score: 0.8, one: b == a+1})
		}
	}
	numbers := 0
	for k := i; k < e; k++ {
		if s := d.tok[k].shape; s == sNumber || s == sCode {
			numbers++
		}
	}
	last := &d.tok[e-1]
	switch {
	case d.tok[i].shape == sNumber && e-i > 1 && last.end-d.tok[i].end > 3:
		add(Address, i, i+1)
		add(Address, i+1, e)
	case numbers == 0 && last.end-d.tok[i].start > 3:
		add(Location, i, e)
	case numbers == 1 && last.shape == sNumber && last.end-last.start >= 4 && e-i > 1:
		add(Location, i, e-1)
		add(Address, e-1, e)
	default:
		add(Address, i, e)
	}
	return out
}
