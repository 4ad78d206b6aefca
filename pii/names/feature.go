package names

// The tags: outside, and first and following tokens of each kind.
const (
	kinds    = 5
	tagCount = 1 + 2*kinds
)

// Kind is what a span is.
type Kind uint8

// The kinds.
const (
	Person Kind = iota
	Location
	Organization
	Address
	Nationality
)

// buckets is the size of the weight table; features are hashed into it.
const buckets = 1 << 19

// document is a text on its way through the tagger.
type document struct {
	text   string
	tok    []token
	tags   []uint8
	lower  bool // no capitals worth the name: case says nothing
	upper  bool // hardly any small letters
	inLine []uint8
	first  []int32 // of the run of capitalised words that a token is in; -1 for none
	last   []int32
}

func (d *document) at(i int) *token {
	if i < 0 || i >= len(d.tok) {
		return &edge
	}
	return &d.tok[i]
}

var edge = token{shape: sLine, byte: '\n', hash: 0x9E3779B97F4A7C15}

// ident is a token's word as a feature: words that are names of somebody or some
// place count by their flags alone, so that the model learns contexts, not a
// list of names.
func (t *token) ident() uint64 {
	switch {
	case t.shape == sPunct || t.shape == sLine:
		return uint64(t.byte) + 1
	case t.shape == sNumber:
		return 1000 + uint64(min(t.end-t.start, 6))
	case t.flags&Common == 0 && t.flags&(Given|Family|Name|Place|City|Country) != 0:
		return 2000 + uint64(t.flags)
	}
	return t.hash
}

// what is shape and flags together.
func (t *token) what() uint64 { return uint64(t.shape)<<16 | uint64(t.flags) }

// tail hashes the last n bytes of a word, folded.
func (d *document) tail(t *token, n int32) uint64 {
	h := uint64(n)
	for k := max(t.start, t.end-n); k < t.end; k++ {
		b := d.text[k]
		if b >= 'A' && b <= 'Z' {
			b += 32
		}
		h = h*131 + uint64(b)
	}
	return h
}

// features writes the buckets of token i's features. Everything that depends on
// the text alone comes first; prev and prev2 are the tags before, began is where
// the entity before began: 0 there is none, 1 at the line's start, 2 within it.
func (d *document) features(i int, prev, prev2, began uint8, out []uint32) []uint32 {
	t, l, r := d.at(i), d.at(i-1), d.at(i+1)
	l2, r2 := d.at(i-2), d.at(i+2)
	caseMode := uint64(0)
	if d.lower {
		caseMode = 1
	} else if d.upper {
		caseMode = 2
	}
	w, wl, wr := t.ident(), l.ident(), r.ident()
	k, kl, kr := t.what(), l.what(), r.what()
	line := uint64(d.inLine[i])
	p, q := uint64(prev), uint64(prev2)
	add := func(id uint64, a, b uint64) {
		h := (id*0x9E3779B97F4A7C15 ^ a) * 0xff51afd7ed558ccd
		h = (h ^ h>>29 ^ b) * 0xc4ceb9fe1a85ec53
		out = append(out, uint32(h>>40)%buckets)
	}
	add(1, w, caseMode)
	add(2, k, caseMode)
	add(3, wl, uint64(t.shape))
	add(4, wr, uint64(t.shape))
	add(5, l2.ident(), uint64(t.shape))
	add(6, r2.ident(), uint64(t.shape))
	add(7, kl, k)
	add(8, k, kr)
	add(9, l2.what(), k)
	add(10, r2.what(), k)
	add(11, d.tail(t, 3), uint64(t.shape))
	add(12, d.tail(t, 4), uint64(t.flags&Common))
	add(13, p, k)
	add(14, p*16+q, uint64(t.shape))
	add(15, p, w)
	add(16, wl, l2.ident())
	add(17, wr, r2.ident())
	add(18, line, k)
	add(19, p, wr)
	add(20, p, wl)
	add(21, p*16+q, kr)
	add(22, p, d.tail(t, 2))
	add(23, wl, wr)
	add(24, line, p)
	add(25, p, k<<20^kr)
	add(26, d.at(i-3).ident(), uint64(t.shape))
	if f := d.first[i]; f >= 0 {
		e := d.last[i]
		n, pos := uint64(min(e-f, 4)), uint64(min(int32(i)-f, 3))
		head, tip := &d.tok[f], &d.tok[e]
		add(32, tip.ident(), pos<<8|n)
		add(33, head.what(), pos<<8|n)
		add(34, n<<8|pos, k)
		add(35, tip.what(), head.what())
		add(36, d.at(int(f)-1).ident(), pos)
		add(37, d.at(int(e)+1).ident(), pos)
		add(38, p, tip.ident())
	}
	pb := p*4 + uint64(began)
	add(28, pb, k)
	add(29, pb, line)
	add(30, pb, w)
	add(31, pb, kr<<24^line)
	add(27, uint64(t.shape), uint64(l.shape)<<8|uint64(r.shape))
	return out
}
