package pii

import "strings"

// Words around a value decide what it is. They are compared whole, without
// case, five on either side; the nearest one counts.
const reach = 5

// mask is a set of type numbers.
type mask [3]uint64

func (m *mask) set(i int)      { m[i>>6] |= 1 << (i & 63) }
func (m *mask) has(i int) bool { return m[i>>6]>>(i&63)&1 == 1 }

// entry is what a word speaks for, and whether it speaks against personal data.
type entry struct {
	hash  uint64
	types mask
	deny  bool
	vague bool // says little: any other word decides first
	word  string
}

const lexSize = 1 << 12

// lexicon is an open-addressing table of context words.
type lexicon struct {
	slot    [lexSize]uint16
	entries []entry
}

func (l *lexicon) init() { l.entries = make([]entry, 1, 1200) }

func (l *lexicon) find(h uint64) *entry {
	for i := h % lexSize; ; i = (i + 1) % lexSize {
		k := l.slot[i]
		if k == 0 {
			return nil
		}
		if l.entries[k].hash == h {
			return &l.entries[k]
		}
	}
}

func (l *lexicon) at(h uint64, w string) *entry {
	if e := l.find(h); e != nil {
		return e
	}
	i := h % lexSize
	for l.slot[i] != 0 {
		i = (i + 1) % lexSize
	}
	l.entries = append(l.entries, entry{hash: h, word: w})
	l.slot[i] = uint16(len(l.entries) - 1)
	return &l.entries[len(l.entries)-1]
}

func (l *lexicon) addWords(words string, id int) {
	eachWord(words, func(h uint64, w string) { l.at(h, w).types.set(id) })
}

func (l *lexicon) addVague(words string) {
	eachWord(words, func(h uint64, w string) { l.at(h, w).vague = true })
}

func (l *lexicon) addDeny(words string) {
	eachWord(words, func(h uint64, w string) { l.at(h, w).deny = true })
}

// letterByte reports whether a byte belongs to a word: ASCII letters and
// everything beyond ASCII.
func letterByte(b byte) bool { return b >= 0x80 || kind[b]&isLetter != 0 }

const (
	fnvStart = 14695981039346656037
	fnvPrime = 1099511628211
)

// hashWord folds ASCII and the Latin-1 capitals, and hashes (FNV-1a).
func hashWord(w string) uint64 {
	h := uint64(fnvStart)
	for i := 0; i < len(w); i++ {
		b := lower(w[i])
		if i > 0 && w[i-1] == 0xC3 && b >= 0x80 && b <= 0x9E {
			b += 0x20
		}
		h = (h ^ uint64(b)) * fnvPrime
	}
	return h
}

func eachWord(s string, f func(h uint64, w string)) {
	for i := 0; i < len(s); {
		if !letterByte(s[i]) {
			i++
			continue
		}
		j := i
		for j < len(s) && letterByte(s[j]) {
			j++
		}
		f(hashWord(s[i:j]), strings.ToLower(s[i:j]))
		i = j
	}
}

// neighbour is a context word near a value.
type neighbour struct {
	e    *entry
	dist int8
}

// window holds the context words around one place; it is filled at most once
// for a start and an end.
type window struct {
	start, end int
	before     [reach + 3]neighbour
	after      [reach + 3]neighbour
	nb, na     int
	valid      bool
}

func (l *lexicon) lookup(w string) *entry {
	if len(w) > 40 {
		return nil
	}
	if e := l.find(hashWord(w)); e != nil {
		return e
	}
	if n := len(w) - 1; n > 2 && w[n]|32 == 's' {
		return l.find(hashWord(w[:n]))
	}
	return nil
}

// around fills the window for a value.
func (sc *scan) around(start, end int) *window {
	w := &sc.words
	if w.valid && w.start == start && w.end == end {
		return w
	}
	if !w.valid || w.start != start {
		w.nb = sc.look(start, -1, w.before[:])
	}
	if !w.valid || w.end != end {
		w.na = sc.look(end, 1, w.after[:])
	}
	w.start, w.end, w.valid = start, end, true
	return w
}

// look reads words away from byte i. Going forward it stops at the line's end:
// the next line's label is not this value's.
func (sc *scan) look(i, dir int, out []neighbour) int {
	t, n := sc.text, 0
	stop := max(0, i-160)
	if dir > 0 {
		stop = min(len(t), i+120)
	}
	for d := int8(1); d <= reach; d++ {
		var a, b int
		if dir < 0 {
			for i > stop && !wordByte(t[i-1]) {
				if i--; t[i] == '\n' && (d > 1 || !label(t, i)) {
					return n // another line's words
				}
			}
			b = i
			for i > stop && wordByte(t[i-1]) {
				i--
			}
			a = i
		} else {
			for i < stop && !wordByte(t[i]) {
				if t[i] == '\n' {
					return n
				}
				i++
			}
			a = i
			for i < stop && wordByte(t[i]) {
				i++
			}
			b = i
		}
		if a == b {
			return n
		}
		n = sc.note(t[a:b], d, dir, out, n)
	}
	return n
}

func wordByte(b byte) bool { return b >= 0x80 || kind[b]&(isLetter|isDigit) != 0 }

// note looks a word up, and where it is unknown its parts: taxId, phone2.
func (sc *scan) note(w string, d int8, dir int, out []neighbour, n int) int {
	add := func(e *entry) {
		if e != nil && n < len(out) {
			out[n] = neighbour{e, d * int8(dir)}
			n++
		}
	}
	if e := sc.s.lib.lex.lookup(w); e != nil {
		add(e)
		return n
	}
	if len(w) > 40 {
		return n
	}
	from, cut := 0, false
	for i := 1; i <= len(w); i++ {
		if i == len(w) && !cut {
			break
		}
		if i == len(w) || digitAt(w[i]) != digitAt(w[i-1]) || w[i] >= 'A' && w[i] <= 'Z' && w[i-1] >= 'a' && w[i-1] <= 'z' {
			cut = true
			if i-from >= 3 && (w[from+1] >= 'a' || w[from+1] == '_') {
				add(sc.s.lib.lex.lookup(w[from:i]))
			}
			from = i
		}
	}
	return n
}

// header reads the words of the column's name and of the caller.
func (sc *scan) header() {
	for _, s := range append([]string{sc.in.Column}, sc.in.Words...) {
		for s != "" {
			i := 0
			for i < len(s) && !wordByte(s[i]) {
				i++
			}
			j := i
			for j < len(s) && wordByte(s[j]) {
				j++
			}
			if i < j {
				var out [4]neighbour
				for _, nb := range out[:sc.note(s[i:j], 0, 1, out[:], 0)] {
					sc.column = append(sc.column, nb.e)
				}
			}
			s = s[j:]
		}
	}
}

// support finds the word that decides for or against type id: the column's
// header first, then the nearest; a word before counts as nearer than one
// after.
func (sc *scan) support(id, start, end int) (nb neighbour, ok, against bool) {
	for _, e := range sc.column {
		if e.types.has(id) {
			return neighbour{e, 0}, true, false
		}
	}
	best, w := 100, sc.around(start, end)
	consider := func(n neighbour, cost int) {
		pro := n.e.types.has(id)
		if n.e.vague {
			cost += 30
		}
		if cost < best && (pro || n.e.deny) {
			best, nb, ok, against = cost, n, pro, !pro
		}
	}
	for _, n := range w.before[:w.nb] {
		consider(n, int(-n.dist)*2)
	}
	for _, n := range w.after[:w.na] {
		consider(n, int(n.dist)*2+3)
	}
	if best == 100 {
		for _, e := range sc.column {
			if e.deny {
				return neighbour{e, 0}, false, true
			}
		}
	}
	return nb, ok, against
}

// label reports whether the line that ends at byte i is a label for the next:
// short, or closed by a colon.
func label(t string, i int) bool {
	k := i
	for k > 0 && t[k-1] != '\n' && i-k < 40 {
		k--
		if digitAt(t[k]) {
			return t[i-1] == ':'
		}
	}
	return i > 0 && (t[i-1] == ':' || i-k < 24)
}
