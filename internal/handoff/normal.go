package handoff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes bounds what is looked at: whoever wants a person says so in fewer.
const maxRunes = 1000

// folded are letters that have no decomposition, or one that people leave out.
var folded = strings.NewReplacer("ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "æ", "ae", "œ", "oe",
	"ħ", "h", "ġ", "g", "أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه", "ς", "σ", "ё", "е")

// fold brings a text into the form that texts are compared in: NFKC, lower
// case, Latin, Greek and Cyrillic letters without their marks, Arabic without
// vowels. Marks of other scripts are letters and stay.
func fold(s string) string {
	s = norm.NFD.String(strings.ToLower(norm.NFKC.String(s)))
	var b strings.Builder
	b.Grow(len(s))
	n := 0
	for _, r := range s {
		if r >= 0x300 && r <= 0x36f || r >= 0x64b && r <= 0x652 || r == 0x640 || r >= 0x200b && r <= 0x200f || r == 0xad {
			continue
		}
		if n++; n > maxRunes {
			break
		}
		b.WriteRune(r)
	}
	return folded.Replace(norm.NFC.String(b.String()))
}

// untagged blanks what stands between angle brackets without a space: aliases of
// personal data (<PERSON_K3X>) and markup are nobody's words.
func untagged(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		j := strings.IndexAny(s[i+1:], "<> \n")
		if j < 0 || s[i+1+j] != '>' {
			b.WriteString(s[:i+1])
			s = s[i+1:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteByte(' ')
		s = s[i+j+2:]
	}
	return b.String() + s
}

// sentences cuts a folded text where a sentence ends; the full stop of a short
// word ("pr. person") ends none.
func sentences(s string) (out []string) {
	from, letters := 0, 0
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case r == '.' && letters > 0 && letters < 3:
			letters = 0
		case strings.ContainsRune(".!?;\n…。！？;؟।", r):
			out = append(out, s[from:i])
			from, letters = i+utf8.RuneLen(r), 0
		default:
			letters = 0
		}
	}
	return append(out, s[from:])
}

// words cuts a sentence into words: letters, marks and digits.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
}

// shortest is the shortest word that may hold a typo.
const shortest = 5

// near reports whether a was meant as b: the same first letter, and at most one
// typo (a letter too many, too few, another, or two swapped) in a word of five
// letters or more, two in one of ten or more. Shorter words must be equal.
func near(a, b []rune) bool {
	if len(a) < shortest || len(b) < shortest || a[0] != b[0] {
		return false
	}
	limit := 1
	if len(b) >= 10 {
		limit = 2
	}
	if d := len(a) - len(b); d > limit || -d > limit {
		return false
	}
	return distance(a, b) <= limit
}

// distance is the optimal string alignment distance of two words.
func distance(a, b []rune) int {
	if len(b) > 62 {
		return len(b)
	}
	var rows [3][64]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
