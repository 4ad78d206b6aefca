package names

// spans joins tags into spans, after the rules that the tags of single tokens
// can't say.
func (d *document) spans() []Span {
	d.mend()
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
		if s := d.tok[i].shape; s != sPunct && s != sLine {
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
