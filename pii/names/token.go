package names

import (
	"strings"
	"unicode/utf8"
)

// shape is how a token is written.
type shape uint8

const (
	sLower   shape = iota // word
	sTitle                // Word
	sUpper                // WORD
	sMixed                // McWord, iPhone
	sInitial              // W or W.
	sNumber               // 12
	sCode                 // 12b, A12
	sPunct                // , . -
	sLine                 // a line break
	sOther                // scripts without case
)

// token is a piece of text: a word with its inner hyphens and apostrophes, a
// number, a mark, or a line break.
type token struct {
	start, end int32
	hash       uint64
	raw        uint64 // the hash before mixing, to go on with a phrase
	flags      Flags
	shape      shape
	byte       byte // of a mark
	hot        bool
}

var class = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		switch {
		case b >= 'a' && b <= 'z':
			t[c] = 1
		case b >= 'A' && b <= 'Z':
			t[c] = 2
		case b >= '0' && b <= '9':
			t[c] = 3
		case b >= 0x80:
			t[c] = 4
		case b == '\n' || b == '\r':
			t[c] = 5
		case b <= ' ':
			t[c] = 6
		}
	}
	return t
}()

// split cuts text into tokens and looks them up. The slice is reused.
func split(text string, lex *Lexicon, out []token) []token {
	for i := 0; i < len(text); {
		switch class[text[i]] {
		case 6:
			i++
		case 5:
			j := i + 1
			for j < len(text) && (class[text[j]] >= 5) {
				j++
			}
			out = append(out, token{start: int32(i), end: int32(i + 1), shape: sLine, byte: '\n'})
			i = j
		case 0:
			out = append(out, token{start: int32(i), end: int32(i + 1), shape: sPunct, byte: text[i]})
			i++
		default:
			t := word(text, i, lex)
			out = append(out, t)
			i = int(t.end)
		}
	}
	return out
}

// word reads a word or number at i.
func word(text string, i int, lex *Lexicon) token {
	start := i
	h, prev := uint64(fnvStart), byte(0)
	var lower, upper, digits, letters, n int
	var b byte
	var c uint8
	for i < len(text) {
		b = text[i]
		c = class[b]
		if c == 0 {
			// an apostrophe or hyphen between letters stays inside, but for elisions
			if b == '\'' && elision(text, start, i, 1) {
				i++
				goto done
			}
			if (b == '\'' || b == '-') && i > start && i+1 < len(text) && isLetter(text[i+1]) && class[text[i-1]] != 3 && !possessive(text, i) {
				h, prev = (h^uint64(b))*fnvPrime, b
				i++
				continue
			}
			goto done
		}
		if c >= 5 {
			goto done
		}
		n = 1
		switch c {
		case 1:
			lower++
		case 2:
			upper++
		case 3:
			digits++
		case 4:
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == '’' && i > start && i+size < len(text) && isLetter(text[i+size]) && class[text[i-1]] != 3 && !possessive(text, i+size-1) {
				if elision(text, start, i, size) {
					i += size
					goto done
				}
				h, prev = (h^'\'')*fnvPrime, '\'' // as a typewriter's
				i += size
				continue
			}
			if !wordRune(r) {
				if i == start {
					return token{start: int32(start), end: int32(i + size), shape: sPunct, byte: b}
				}
				goto done
			}
			n = size
			switch runeCase(r) {
			case 1:
				lower++
			case 2:
				upper++
			}
		}
		if c != 3 {
			letters++
		}
		for k := i; k < i+n; k++ {
			h = (h ^ uint64(small(prev, text[k]))) * fnvPrime
			prev = text[k]
		}
		i += n
	}
done:
	t := token{start: int32(start), end: int32(i), hash: mix(h), raw: h}
	t.shape = shapeOf(text[start:i], lower, upper, digits, letters)
	if letters > 0 {
		t.flags = lex.Of(t.hash)
	}
	return t
}

// elision reports an article or the like that lost its vowel, at text[start:i]
// before an apostrophe of size bytes: l'adresse, J'habite, dell'azienda. D'Angelo and O'Neill,
// two capitals, are one name.
func elision(text string, start, i, size int) bool {
	n := i - start
	next := i + size
	if n == 0 || n > 6 || next >= len(text) || !isLetter(text[next]) {
		return false
	}
	if class[text[start]] == 2 && class[text[next]] != 1 && !(class[text[next]] == 4 && smallRune(text[next:])) {
		return false
	}
	switch n {
	case 1:
		return strings.IndexByte("cdjlmnstCDJLMNST", text[start]) >= 0
	case 2:
		return text[start+1] == 'u' && text[start]|32 == 'q' || text[start+1] == 'n' && text[start]|32 == 'u'
	}
	switch text[start+1 : i] {
	case "ell", "all", "ull", "uell", "usqu", "orsqu", "uisqu", "oll":
		return true
	}
	return text[start:i] == "all" || text[start:i] == "All"
}

func smallRune(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return runeCase(r) == 1
}

// possessive: 's at the end of a word is not part of the name.
func possessive(text string, i int) bool {
	if text[i] != '\'' && text[i] != 0x99 || i+1 >= len(text) || text[i+1]|32 != 's' {
		return false
	}
	return i+2 >= len(text) || !isLetter(text[i+2])
}

func isLetter(b byte) bool { c := class[b]; return c == 1 || c == 2 || c == 4 }

// wordRune excludes typographic quotes, dashes, bullets and other symbols.
func wordRune(r rune) bool {
	switch {
	case r < 0xC0 && r != 0xAA && r != 0xB5 && r != 0xBA, r == 0xD7, r == 0xF7, r >= 0x2000 && r <= 0x2BFF, r >= 0x3000 && r <= 0x303F, r >= 0x1F000, r == utf8.RuneError:
		return false
	}
	return true
}

// runeCase is 1 for small letters, 2 for capitals, 0 where there is no case.
func runeCase(r rune) int {
	switch {
	case r >= 0xDF && r <= 0xFF:
		return 1
	case r >= 0xC0 && r <= 0xDE:
		return 2
	case r >= 0x100 && r <= 0x17F:
		odd := r >= 0x139 && r <= 0x148 || r >= 0x179 && r <= 0x17E
		if (r%2 == 1) == odd {
			return 2
		}
		return 1
	case r >= 0x391 && r <= 0x3AB, r >= 0x386 && r <= 0x38F, r >= 0x400 && r <= 0x42F:
		return 2
	case r >= 0x3AC && r <= 0x3CE, r >= 0x430 && r <= 0x45F:
		return 1
	}
	return 0
}

func shapeOf(s string, lower, upper, digits, letters int) shape {
	switch {
	case letters == 0:
		return sNumber
	case digits > 0:
		return sCode
	case lower+upper == 0:
		return sOther
	case upper == 0:
		return sLower
	case letters == 1:
		return sInitial
	case lower == 0:
		return sUpper
	}
	r, n := utf8.DecodeRuneInString(s)
	if upper == 1 && runeFirst(r) {
		return sTitle
	}
	if runeFirst(r) && hyphenTitle(s[n:]) {
		return sTitle
	}
	return sMixed
}

func runeFirst(r rune) bool { return r >= 'A' && r <= 'Z' || runeCase(r) == 2 }

// hyphenTitle: capitals stand only after a hyphen or an apostrophe.
func hyphenTitle(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' && (i == 0 || s[i-1] != '-' && s[i-1] != '\'') {
			return false
		}
	}
	return true
}
