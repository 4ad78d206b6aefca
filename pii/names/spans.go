package names

// spans joins tags into spans, after the rules that the tags of single tokens
// can't say.
func (d *document) spans() []Span {
	d.mend()
	d.numbers()
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
		if s := d.tok[i].shape; kind == Address && d.block(i, j) {
			out = d.lineParts(out, i, j)
		} else if s != sPunct && s != sLine {
			out = append(out, Span{kind, int(d.tok[i].start), int(d.tok[j-1].end), 0.85})
		}
		i = j - 1
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

// numbers joins a house number within a line to the street that follows it.
func (d *document) numbers() {
	const begin = 1 + 2*uint8(Address)
	for i := 1; i+1 < len(d.tok); i++ {
		if d.tok[i].shape == sNumber && d.inLine[i]&1 == 0 && d.tags[i] == begin && d.tags[i+1] == begin && d.tok[i].end+1 == d.tok[i+1].start {
			d.tags[i+1] = begin + 1
		}
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
	return false
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
			out = append(out, Span{kind, int(d.tok[a].start), int(d.tok[b-1].end), 0.8})
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
