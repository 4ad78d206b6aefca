package gpp

import "strings"

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// sextet returns the six bits of a base64url character, or -1. The two
// characters of plain base64 are read as well; the caller reports them.
func sextet(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case c >= '0' && c <= '9':
		return int(c-'0') + 52
	case c == '-' || c == '+':
		return 62
	case c == '_' || c == '/':
		return 63
	}
	return -1
}

// reader walks the bits of one base64url segment. Past the end it delivers
// zeros and remembers that it did.
type reader struct {
	sextets []byte
	pos     int
	short   bool
}

// newReader takes a segment up to the first character that isn't base64url;
// bad is that character's offset, or -1.
func newReader(s string) (r *reader, bad int) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		v := sextet(s[i])
		if v < 0 {
			return &reader{sextets: b}, i
		}
		b = append(b, byte(v))
	}
	return &reader{sextets: b}, -1
}

func (r *reader) len() int  { return len(r.sextets) * 6 }
func (r *reader) left() int { return r.len() - r.pos }

func (r *reader) bit() bool {
	if r.pos >= r.len() {
		r.short = true
		return false
	}
	b := r.sextets[r.pos/6] >> (5 - r.pos%6) & 1
	r.pos++
	return b == 1
}

// uint reads n bits, at most 62, as an unsigned number. If they aren't all
// there it reads none of them.
func (r *reader) uint(n int) int {
	if r.left() < n {
		r.short = true
		r.pos = r.len()
		return 0
	}
	v := 0
	for n > 0 {
		at := r.pos % 6
		take := min(6-at, n)
		part := int(r.sextets[r.pos/6]) >> (6 - at - take) & (1<<take - 1)
		v = v<<take | part
		r.pos += take
		n -= take
	}
	return v
}

// zeroTail reports whether nothing but zeros follows.
func (r *reader) zeroTail() bool {
	for r.left() > 0 {
		if r.uint(min(30, r.left())) != 0 {
			return false
		}
	}
	return true
}

// padding is how an encoder fills a segment up before it becomes characters.
type padding uint8

const (
	padByte    padding = iota // to whole bytes, then to characters: the IAB Tech Lab's GPP encoders
	padQuantum                // to 24 bits: TCF strings
	padChar                   // to characters: the text of the GPP specification
)

// writer collects bits as characters of six.
type writer struct {
	sextets []byte
	n       int
}

func (w *writer) bit(b bool) {
	if w.n%6 == 0 {
		w.sextets = append(w.sextets, 0)
	}
	if b {
		w.sextets[w.n/6] |= 1 << (5 - w.n%6)
	}
	w.n++
}

func (w *writer) uint(v, n int) {
	for i := n - 1; i >= 0; i-- {
		w.bit(v>>i&1 == 1)
	}
}

// text pads and returns the segment.
func (w *writer) text(p padding) string {
	n := w.n
	switch p {
	case padByte:
		n = (n + 7) / 8 * 8
	case padQuantum:
		n = (n + 23) / 24 * 24
	}
	chars := (n + 5) / 6
	var sb strings.Builder
	sb.Grow(chars)
	for i := range chars {
		v := byte(0)
		if i < len(w.sextets) {
			v = w.sextets[i]
		}
		sb.WriteByte(alphabet[v])
	}
	return sb.String()
}
