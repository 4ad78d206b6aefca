package names

const (
	beginAddress = 1 + 2*uint8(Address)
	inAddress    = beginAddress + 1
)

// running mends addresses that stand within a line: the numbers before them
// belong to them, and so does what follows over a comma or a line's end.
func (d *document) running() {
	for i := 0; i < len(d.tok); i++ {
		if d.tags[i] != beginAddress || d.inLine[i]&1 == 1 {
			continue
		}
		e := d.addressEnd(i)
		e = d.goOn(i, e)
		if d.whole(i, e) {
			d.takeNumbers(i)
		}
		i = e
	}
}

// addressEnd is the last token of the address that begins at i.
func (d *document) addressEnd(i int) int {
	for i+1 < len(d.tok) && d.tags[i+1] == inAddress {
		i++
	}
	return i
}

// goOn takes in the next part of an address after token e, if between them
// stand only marks, a line's end and capitalised words, at most three.
func (d *document) goOn(i0, e int) int {
	for {
		words, line := 0, false
		k := e + 1
		for ; k < len(d.tok) && d.tags[k] == 0; k++ {
			switch t := &d.tok[k]; {
			case t.shape == sLine:
				line = true
			case t.shape == sPunct && (t.byte == ',' || t.byte == '.'):
			case capital(t) && t.flags&^Starts != Common || t.shape == sNumber:
				words++
			default:
				return e
			}
			if words > 3 {
				return e
			}
		}
		if k >= len(d.tok) || k == e+1 && d.tags[k] != beginAddress || !(d.tags[k] == beginAddress || line && d.tags[k] == 1+2*uint8(Location)) || d.tok[e].shape == sPunct && d.tok[e].byte != '.' {
			return e
		}
		if !line || e-i0 < 3 {
			return e
		}
		last := k
		for last+1 < len(d.tok) && d.tags[last+1] != 0 && d.tags[last+1]%2 == 0 {
			last++
		}
		for j := e + 1; j <= last; j++ {
			d.tags[j] = inAddress
		}
		e = last
	}
}

// whole reports an address that says more than a street.
func (d *document) whole(i, e int) bool {
	if e-i >= 4 {
		return true
	}
	for k := i; k <= e; k++ {
		if d.tok[k].shape == sLine || d.tok[k].byte == ',' {
			return true
		}
	}
	return false
}

// takeNumbers begins the address at the one or two numbers before it.
func (d *document) takeNumbers(i int) {
	k := i
	for k > 0 && i-k < 2 && d.tok[k-1].shape == sNumber && d.tok[k-1].end+1 == d.tok[k].start && d.tok[k-1].end-d.tok[k-1].start <= 5 && (d.tags[k-1] == 0 || d.tags[k-1] == beginAddress) {
		k--
	}
	if k < i {
		d.tags[k] = beginAddress
		for j := k + 1; j <= i; j++ {
			d.tags[j] = inAddress
		}
	}
}
