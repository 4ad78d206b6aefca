package onnx

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// char is one character on its way through normalisation, with the bytes of the
// text that it came from.
type char struct {
	r          rune
	start, end int
}

// chars takes a text apart. A byte that is no UTF-8 becomes U+FFFD, one byte long.
func chars(text string) []char {
	out := make([]char, 0, len(text))
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		out = append(out, char{r, i, i + n})
		i += n
	}
	return out
}

func joined(cs []char) string {
	b := make([]byte, 0, len(cs)+8)
	for _, c := range cs {
		b = utf8.AppendRune(b, c.r)
	}
	return string(b)
}

// normaliser rewrites characters; each result keeps the bytes it came from.
type normaliser func([]char) []char

// each makes a normaliser of a rule for single characters.
func each(rule func(r rune, put func(rune))) normaliser {
	return func(in []char) []char {
		out := make([]char, 0, len(in))
		for _, c := range in {
			rule(c.r, func(r rune) { out = append(out, char{r, c.start, c.end}) })
		}
		return out
	}
}

func lowercase(r rune, put func(rune)) {
	if r == 'İ' { // the one letter whose small form is two characters
		put('i')
		put(0x307)
		return
	}
	put(unicode.ToLower(r))
}

func noMarks(r rune, put func(rune)) {
	if !unicode.Is(unicode.Mn, r) {
		put(r)
	}
}

// decompose applies a form that only takes characters apart; the order of marks
// is left as it was.
func decompose(f norm.Form) func(rune, func(rune)) {
	return func(r rune, put func(rune)) {
		for _, x := range f.String(string(r)) {
			put(x)
		}
	}
}

// compose applies a form to each stretch that it may join.
func compose(f norm.Form) normaliser {
	return func(in []char) []char {
		out := make([]char, 0, len(in))
		for i := 0; i < len(in); {
			j := i + 1
			for j < len(in) && !f.PropertiesString(string(in[j].r)).BoundaryBefore() {
				j++
			}
			was, is := joined(in[i:j]), f.String(joined(in[i:j]))
			if was == is {
				out = append(out, in[i:j]...)
			} else {
				for _, r := range is {
					out = append(out, char{r, in[i].start, in[j-1].end})
				}
			}
			i = j
		}
		return out
	}
}

// clean drops control characters and makes every space a space, as BERT's
// reference tokeniser does.
func clean(r rune, put func(rune)) {
	switch {
	case r == 0 || r == utf8.RuneError:
	case r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.White_Space, r):
		put(' ')
	case !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z): // C, and what isn't assigned
	default:
		put(r)
	}
}

// apart puts spaces around ideographs, so that each is a word.
func apart(r rune, put func(rune)) {
	if ideograph(r) {
		put(' ')
		put(r)
		put(' ')
		return
	}
	put(r)
}

// ideograph reports the blocks of CJK ideographs that BERT's reference names.
func ideograph(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x2A6DF || r >= 0x2A700 && r <= 0x2B73F ||
		r >= 0x2B740 && r <= 0x2B81F || r >= 0x2B920 && r <= 0x2CEAF || r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}

// mark reports what BERT's reference counts as punctuation: every ASCII sign,
// and Unicode's P.
func mark(r rune) bool {
	return r < 128 && (r >= 33 && r <= 47 || r >= 58 && r <= 64 || r >= 91 && r <= 96 || r >= 123 && r <= 126) || unicode.Is(unicode.P, r)
}
