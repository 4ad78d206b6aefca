package onnx

import (
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// charsmap is SentencePiece's table of what characters become: a double-array
// trie (darts-clone's units of 32 bits) over UTF-8, and the texts that its
// values point into, each ended by a zero byte.
type charsmap struct {
	units []uint32
	texts []byte
}

var errCharsmap = errors.New("has a precompiled_charsmap that is damaged")

func readCharsmap(b64 string) (*charsmap, error) {
	raw, err := base64.StdEncoding.DecodeString(b64)
	if err != nil || len(raw) < 4 {
		return nil, errCharsmap
	}
	n := binary.LittleEndian.Uint32(raw)
	raw = raw[4:]
	if n%4 != 0 || uint64(n) > uint64(len(raw)) {
		return nil, errCharsmap
	}
	m := &charsmap{units: make([]uint32, n/4), texts: raw[n:]}
	for i := range m.units {
		m.units[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return m, nil
}

// shortest returns what the shortest entry that s begins with becomes.
func (m *charsmap) shortest(s string) (string, bool) {
	offset := func(u uint32) uint32 { return u >> 10 << (u & (1 << 9) >> 6) }
	if len(m.units) == 0 {
		return "", false
	}
	at := offset(m.units[0])
	for i := 0; i < len(s) && s[i] != 0; i++ {
		at ^= uint32(s[i])
		if at >= uint32(len(m.units)) {
			return "", false
		}
		u := m.units[at]
		if u&(1<<31|0xFF) != uint32(s[i]) {
			return "", false
		}
		at ^= offset(u)
		if u>>8&1 == 1 && at < uint32(len(m.units)) {
			return m.text(m.units[at] &^ (1 << 31))
		}
	}
	return "", false
}

func (m *charsmap) text(at uint32) (string, bool) {
	if at >= uint32(len(m.texts)) {
		return "", false
	}
	end := at
	for end < uint32(len(m.texts)) && m.texts[end] != 0 {
		end++
	}
	return string(m.texts[at:end]), true
}

// apply looks up what people see as one character as a whole, if it is short,
// and else its parts.
func (m *charsmap) apply(in []char) []char {
	out := make([]char, 0, len(in))
	for it, i := graphemes.FromString(joined(in)), 0; it.Next(); {
		g := it.Value()
		n := len([]rune(g))
		part := in[i : i+n]
		i += n
		if with, ok := m.shortest(g); ok && len(g) < 6 {
			out = become(out, with, part)
			continue
		}
		for k := range part {
			if with, ok := m.shortest(string(part[k].r)); ok {
				out = become(out, with, part[k:k+1])
			} else {
				out = append(out, part[k])
			}
		}
	}
	return out
}

func become(out []char, with string, part []char) []char {
	for _, r := range with {
		out = append(out, char{r, part[0].start, part[len(part)-1].end})
	}
	return out
}
