package names

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"io"
	"sync"
)

//go:embed data/model.bin.gz
var packedModel []byte

// row is the weights of one feature, by tag. Sixteen of them, so that a row is
// half a cache line.
type row [16]int16

// Tagger labels tokens. It is immutable and safe for concurrent use.
type Tagger struct {
	lex     *Lexicon
	weights []row
}

// Default returns the tagger with the built-in lexicon and model.
var Default = sync.OnceValue(func() *Tagger {
	return &Tagger{lex: Words(), weights: unpack(packedModel)}
})

// unpack reads rows: count, then for each the distance to the last bucket, a
// mask of tags, and one signed byte a tag.
func unpack(b []byte) []row {
	w := make([]row, buckets)
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return w
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		panic("names: the embedded model is damaged: " + err.Error()) // the build is broken; a test holds it
	}
	at := 0
	for len(raw) > 0 {
		gap, n := binary.Uvarint(raw)
		raw = raw[n:]
		mask := binary.LittleEndian.Uint16(raw)
		raw = raw[2:]
		at += int(gap)
		for t := range tagCount {
			if mask>>t&1 == 1 {
				w[at][t] = int16(int8(raw[0])) * weightUnit
				raw = raw[1:]
			}
		}
	}
	return w
}

// weightUnit is what one step of a stored weight counts.
const weightUnit = 8

// Span is a name in a text, in bytes.
type Span struct {
	Kind       Kind
	Start, End int
	Score      float64 // 0.5 to 0.95

	one bool // a single word
}

// prepare tokenises and marks the tokens that need a look.
func (g *Tagger) prepare(text string, d *document) {
	d.text = text
	d.tok = split(text, g.lex, d.tok[:0])
	d.caseMode()
	d.lines()
	d.runs()
	d.phrases(g.lex)
	d.tags = append(d.tags[:0], make([]uint8, len(d.tok))...)
	for i := range d.tok {
		if d.warm(&d.tok[i]) {
			for k := max(0, i-2); k <= min(len(d.tok)-1, i+2); k++ {
				d.tok[k].hot = true
			}
		}
	}
}

// phrases marks words that together are an entry of the lexicon, such as New
// Zealand: the longest wins.
func (d *document) phrases(lex *Lexicon) {
	for i := range d.tok {
		t := &d.tok[i]
		if t.flags&Starts == 0 || t.flags&Inner != 0 || t.shape == sLower && !d.lower {
			continue
		}
		h, last, prev := t.raw, 0, t.end
		var found Flags
		for k := i + 1; k < min(len(d.tok), i+5) && d.tok[k].start == prev+1 && d.tok[k].shape != sPunct && d.tok[k].shape != sLine; k++ {
			u := &d.tok[k]
			h = joined(h, d.text[u.start:u.end])
			if f := lex.Of(mix(h)); f != 0 {
				last, found = k, f
			}
			prev = u.end
		}
		if last == 0 {
			continue
		}
		t.flags = t.flags&^Common | found | Head
		for k := i + 1; k <= last; k++ {
			d.tok[k].flags = d.tok[k].flags&^Common | found | Inner
		}
	}
}

// joined goes on with a phrase's hash by a space and a word.
func joined(h uint64, w string) uint64 {
	h = (h ^ ' ') * fnvPrime
	prev := byte(' ')
	for i := 0; i < len(w); i++ {
		h = (h ^ uint64(small(prev, w[i]))) * fnvPrime
		prev = w[i]
	}
	return h
}

// caseMode decides whether capitals mean anything.
func (d *document) caseMode() {
	var low, title, up int
	for i := range d.tok {
		switch d.tok[i].shape {
		case sLower:
			low++
		case sTitle, sMixed:
			title++
		case sUpper:
			up++
		}
	}
	d.lower = title+up == 0 && low > 0
	d.upper = up > 2 && up > 4*(low+title)
}

// lines notes for each token whether its line is short, and whether it begins
// the line.
func (d *document) lines() {
	d.inLine = append(d.inLine[:0], make([]uint8, len(d.tok))...)
	for i := 0; i < len(d.tok); {
		j := i
		for j < len(d.tok) && d.tok[j].shape != sLine {
			j++
		}
		n := uint8(min(j-i, 12) / 3)
		first := uint8(1) // marks such as > or - may stand before
		for k := i; k < j; k++ {
			d.inLine[k] = n<<1 | first
			if d.tok[k].shape != sPunct {
				first = 0
			}
		}
		if j < len(d.tok) {
			d.inLine[j] = 64
		}
		i = j + 1
	}
}

// warm reports whether a token can be part of a name or betray one. Running
// text in small letters is passed over.
func (d *document) warm(t *token) bool {
	switch t.shape {
	case sLower:
		return t.flags&(Given|Family|Place|City|Country|Group|Company) != 0 && (t.flags&Common == 0) || d.lower && t.flags&Common == 0
	case sTitle:
		return t.flags&^Starts != Common
	case sUpper:
		return !d.upper || t.flags&^Starts != Common
	case sPunct, sLine, sNumber:
		return false
	}
	return true
}

// tag labels the tokens from left to right.
func (g *Tagger) tag(d *document) {
	var feat [48]uint32
	prev, prev2, began := uint8(0), uint8(0), uint8(0)
	for i := range d.tok {
		best := uint8(0)
		if d.tok[i].hot || prev != 0 {
			best, _ = g.best(d.features(i, prev, prev2, began, feat[:0]), prev)
		}
		d.tags[i] = best
		began = d.begun(i, best, began)
		prev2, prev = prev, best
	}
}

// runs finds rows of capitalised words; one small word or mark such as "of",
// "van" or "&" may stand between. Where a text has no capitals, rows of words
// that aren't common ones count.
func (d *document) runs() {
	d.first = append(d.first[:0], make([]int32, len(d.tok))...)
	d.last = append(d.last[:0], make([]int32, len(d.tok))...)
	for i := range d.first {
		d.first[i] = -1
	}
	for i := 0; i < len(d.tok); i++ {
		if !d.named(i) {
			continue
		}
		e := i
		for k := i + 1; k < min(len(d.tok), i+9); k++ {
			if d.named(k) {
				e = k
			} else if t := &d.tok[k]; k > e+1 || !(t.shape == sLower && t.end-t.start <= 3 || t.byte == '&' || t.byte == '.' && d.tok[k-1].end == t.start && t.start-d.tok[k-1].start <= 2) {
				break
			}
		}
		for k := i; k <= e; k++ {
			d.first[k], d.last[k] = int32(i), int32(e)
		}
		i = e
	}
}

func (d *document) named(i int) bool {
	t := &d.tok[i]
	switch t.shape {
	case sTitle, sUpper, sMixed, sInitial:
		return true
	case sLower:
		return d.lower && t.flags&Common == 0
	}
	return false
}

// begun says where the entity began that token i, tagged tag, belongs to.
func (d *document) begun(i int, tag, before uint8) uint8 {
	switch {
	case tag == 0:
		return 0
	case tag%2 == 0:
		return before
	case d.inLine[i]&1 == 1:
		return 1
	}
	return 2
}

// best adds up the rows and picks the tag; margin is its lead over the next.
// A following tag needs a first or following one of its kind before.
func (g *Tagger) best(feat []uint32, prev uint8) (tag uint8, margin int) {
	var sum [16]int32
	for _, f := range feat {
		r := &g.weights[f]
		for t := range tagCount {
			sum[t] += int32(r[t])
		}
	}
	top, next := int32(-1<<30), int32(-1<<30)
	for t := range uint8(tagCount) {
		if t > 0 && t%2 == 0 && prev != t && prev != t-1 {
			continue
		}
		if sum[t] > top {
			top, next, tag = sum[t], top, t
		} else if sum[t] > next {
			next = sum[t]
		}
	}
	return tag, int(top - next)
}

var documents = sync.Pool{New: func() any { return new(document) }}

// Find returns the names in text, sorted, without overlaps.
func (g *Tagger) Find(text string) []Span {
	d := documents.Get().(*document)
	defer documents.Put(d)
	g.prepare(text, d)
	g.tag(d)
	return d.spans()
}
