package pii

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Value is one thing that is known of a person.
type Value struct {
	Type Type
	Text string
}

// Known finds a person's own values in text: the cheapest precise detector
// there is. It is an Aho-Corasick automaton over folded bytes, immutable once
// made and safe for concurrent use.
type Known struct {
	next   []map[byte]int32
	fail   []int32
	out    []int32 // index of the value that ends here, -1 for none
	up     []int32 // the next state on the failure path that ends a value
	values []Value
}

// ErrKnown marks a value that is too short to search for; leave it out.
var ErrKnown = errors.New("pii: a known value has fewer than 2 letters or is not UTF-8")

// NewKnown builds the automaton. Values are compared without case; phone
// numbers and ids also without their separators' spelling.
func NewKnown(values []Value) (*Known, error) {
	k := &Known{}
	k.state()
	for _, v := range values {
		if utf8.RuneCountInString(strings.TrimSpace(v.Text)) < 2 || !utf8.ValidString(v.Text) {
			return nil, ErrKnown
		}
		k.insert(Value{v.Type, strings.TrimSpace(v.Text)})
	}
	k.link()
	return k, nil
}

func (k *Known) state() int32 {
	k.next = append(k.next, map[byte]int32{})
	k.fail, k.out, k.up = append(k.fail, 0), append(k.out, -1), append(k.up, -1)
	return int32(len(k.next) - 1)
}

// fold makes letters small: ASCII and the Latin-1 range.
func fold(prev, b byte) byte {
	if prev == 0xC3 && b >= 0x80 && b <= 0x9E && b != 0x97 {
		return b + 0x20
	}
	return lower(b)
}

func (k *Known) insert(v Value) {
	s, prev := int32(0), byte(0)
	for i := 0; i < len(v.Text); i++ {
		b := fold(prev, v.Text[i])
		prev = v.Text[i]
		n, ok := k.next[s][b]
		if !ok {
			n = k.state()
			k.next[s][b] = n
		}
		s = n
	}
	if k.out[s] < 0 {
		k.values = append(k.values, v)
		k.out[s] = int32(len(k.values) - 1)
	}
}

// link sets the failure links breadth first.
func (k *Known) link() {
	var queue []int32
	for _, n := range k.next[0] {
		queue = append(queue, n)
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for b, n := range k.next[s] {
			f := k.fail[s]
			for f != 0 {
				if _, ok := k.next[f][b]; ok {
					break
				}
				f = k.fail[f]
			}
			if x, ok := k.next[f][b]; ok && x != n {
				k.fail[n] = x
			}
			k.up[n] = k.up[k.fail[n]]
			if k.out[k.fail[n]] >= 0 {
				k.up[n] = k.fail[n]
			}
			queue = append(queue, n)
		}
	}
}

// find reports every whole-word occurrence.
func (k *Known) find(t string) (fs []Finding) {
	s, prev := int32(0), byte(0)
	for i := 0; i < len(t); i++ {
		b := fold(prev, t[i])
		prev = t[i]
		for {
			if n, ok := k.next[s][b]; ok {
				s = n
				break
			}
			if s == 0 {
				break
			}
			s = k.fail[s]
		}
		for e := s; e > 0; e = k.up[e] {
			if v := k.out[e]; v >= 0 {
				start := i + 1 - len(k.values[v].Text)
				if freeEdge(t, start, i+1) {
					fs = append(fs, Finding{Type: k.values[v].Type, Start: start, End: i + 1, Score: 1, Base: 1, Detector: "known value", proof: known})
				}
			}
		}
	}
	return fs
}
