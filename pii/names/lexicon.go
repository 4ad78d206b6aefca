package names

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// Flags say what a folded word can be.
type Flags uint16

// The flags, in the order of data/lexicon.txt.gz.
const (
	Given   Flags = 1 << iota // a given name in some country
	Family                    // a family name in some country
	Name                      // a name of either kind, rare
	Place                     // a populated place of 5,000 people or more, or a region
	City                      // one of 50,000 or more
	Country                   // a country in one of seven languages
	Common                    // a word that is also written small
	Group                     // nationality, religion, party
	Company                   // a well-known company
	Starts                    // a phrase of the lexicon begins with it
	Head                      // first word of a phrase, in a text
	Inner                     // a later word of one
)

//go:embed data/lexicon.txt.gz
var packed []byte

const tableSize = 1 << 19

// Lexicon is a hash table from folded words to flags. Words are known by 64
// bits of hash. It is immutable.
type Lexicon struct {
	keys  []uint32 // upper half of the hash; 0 is free
	flags []Flags
}

// Words returns the built-in lexicon; it is read at the first call.
var Words = sync.OnceValue(func() *Lexicon {
	l := &Lexicon{keys: make([]uint32, tableSize), flags: make([]Flags, tableSize)}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("names: the embedded lexicon is damaged: " + err.Error()) // the build is broken; a test holds it
	}
	for sc := bufio.NewScanner(z); sc.Scan(); {
		w, f, _ := strings.Cut(sc.Text(), "\t")
		if n, err := strconv.ParseUint(f, 16, 16); err == nil {
			l.put(hashFolded(w), Flags(n))
		}
	}
	return l
})

func (l *Lexicon) put(h uint64, f Flags) {
	key := uint32(h>>32) | 1
	i := h % tableSize
	for l.keys[i] != 0 && l.keys[i] != key {
		i = (i + 1) % tableSize
	}
	l.keys[i] = key
	l.flags[i] |= f
}

// Of returns the flags of a hash made by Hash.
func (l *Lexicon) Of(h uint64) Flags {
	key := uint32(h>>32) | 1
	for i := h % tableSize; l.keys[i] != 0; i = (i + 1) % tableSize {
		if l.keys[i] == key {
			return l.flags[i]
		}
	}
	return 0
}

const (
	fnvStart = 14695981039346656037
	fnvPrime = 1099511628211
)

func hashFolded(w string) uint64 {
	h := uint64(fnvStart)
	for i := 0; i < len(w); i++ {
		h = (h ^ uint64(w[i])) * fnvPrime
	}
	return mix(h)
}

// mix spreads the bits: FNV's upper half is weak for short words.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

// small folds the case of one byte, given the one before it: ASCII, Latin-1,
// Latin Extended-A, Greek and Cyrillic in UTF-8.
func small(prev, b byte) byte {
	switch {
	case b >= 'A' && b <= 'Z':
		return b + 32
	case prev == 0xC3 && b >= 0x80 && b <= 0x9E && b != 0x97:
		return b + 32
	case prev == 0xC4 || prev == 0xC5:
		return smallA(prev, b)
	}
	return b
}

// smallA folds Latin Extended-A, where capitals alternate with small letters:
// even in most of the block, odd in U+0139 to U+0148 and from U+0179.
func smallA(prev, b byte) byte {
	r := int(prev&0x1F)<<6 | int(b&0x3F)
	odd := r >= 0x139 && r <= 0x148 || r >= 0x179 && r <= 0x17E
	if r < 0x17F && r != 0x130 && r != 0x138 && r != 0x178 && (r%2 == 1) == odd && b != 0xBF {
		return b + 1
	}
	return b
}

// Hash folds and hashes a word.
func Hash(w string) uint64 {
	h, prev := uint64(fnvStart), byte(0)
	for i := 0; i < len(w); i++ {
		h = (h ^ uint64(small(prev, w[i]))) * fnvPrime
		prev = w[i]
	}
	return mix(h)
}
