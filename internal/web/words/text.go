package words

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part is a stretch of a translated text.
type Part struct {
	Text  string
	Known bool // it is in the catalogue's language; otherwise it came back as it was
}

// Text translates a text. False: no part of it is in the catalogue.
func (c *Catalogue) Text(s string) (string, bool) {
	var out strings.Builder
	known := false
	for _, p := range c.Parts(s) {
		out.WriteString(p.Text)
		known = known || p.Known
	}
	return out.String(), known
}

// Parts translates a text: as a whole by one message, else sentence by sentence,
// else a sentence clause by clause. A sentence with an English clause that has
// no message stays English altogether.
func (c *Catalogue) Parts(s string) []Part {
	if out, ok := c.phrase(s, strict); ok {
		return out
	}
	ends := sentenceEnds(s)
	var out []Part
	for from := 0; from < len(ends)-1; {
		to, parts := c.longest(s, ends, from, c.sentence)
		if parts == nil {
			to, parts = from+1, []Part{{Text: s[ends[from]:ends[from+1]]}}
		}
		out, from = append(out, parts...), to
	}
	if !slices.ContainsFunc(out, func(p Part) bool { return p.Known }) {
		if wide, ok := c.phrase(s, wide); ok {
			return wide
		}
	}
	return merged(out)
}

// merged joins neighbours that are alike.
func merged(in []Part) []Part {
	var out []Part
	for _, p := range in {
		if n := len(out); n > 0 && out[n-1].Known == p.Known {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

// longest translates the longest run of pieces that f knows, from the piece
// `from` on, and says which piece comes next.
func (c *Catalogue) longest(s string, ends []int, from int, f func(string) ([]Part, bool)) (int, []Part) {
	for to := len(ends) - 1; to > from; to-- {
		piece := s[ends[from]:ends[to]]
		core := strings.TrimRight(piece, " ")
		if parts, ok := f(core); ok {
			return to, append(parts, Part{piece[len(core):], true})
		}
	}
	return from, nil
}

var (
	sentenceEnd = regexp.MustCompile(`[.?!]+[”)]* +`)
	clauseEnd   = regexp.MustCompile(`[:;,)]+ +| \(| · `)
	newSentence = regexp.MustCompile(`[.?!] +\p{Lu}`)
	shortened   = regexp.MustCompile(`\b(Art|No|Nr|e\.g|i\.e|vs|approx|Sec)\. +$`)
)

// mostPieces bounds how many pieces of a text are tried together.
const mostPieces = 16

// sentenceEnds are the places where sentences begin, and the text's end.
func sentenceEnds(s string) []int {
	ends := []int{0}
	for _, m := range sentenceEnd.FindAllStringIndex(s, mostPieces) {
		if !shortened.MatchString(s[:m[1]]) {
			ends = append(ends, m[1])
		}
	}
	return append(ends, len(s))
}

// sentence translates by one message, or clause by clause.
func (c *Catalogue) sentence(s string) ([]Part, bool) {
	if out, ok := c.phrase(s, strict); ok {
		return out, true
	}
	ends := []int{0}
	for _, m := range clauseEnd.FindAllStringIndex(s, mostPieces) {
		ends = append(ends, m[1])
	}
	if len(ends) == 1 || newSentence.MatchString(s) {
		return nil, false
	}
	ends = append(ends, len(s))
	var out []Part
	known := false
	for from := 0; from < len(ends)-1; {
		to, parts := c.longest(s, ends, from, func(s string) ([]Part, bool) { return c.phrase(s, strict) })
		if parts == nil {
			piece := s[ends[from]:ends[from+1]]
			if prose.MatchString(piece) {
				return nil, false
			}
			to, parts = from+1, []Part{{piece, false}}
		} else {
			known = true
		}
		out, from = append(out, parts...), to
	}
	return out, known
}

// How much may stand in a place of a message.
const (
	strict = iota // names, figures, and what has a message itself
	wide          // anything, in a message with enough literal text
)

// leastLiteral is how many bytes of literal text tell a message from another's
// words, where anything may stand in its places.
const leastLiteral = 9

// Marks that may stand around a message: none, those between sentences, all.
var (
	openers = []string{"", ` :;,.·/(“"–`}
	closers = []string{"", ` :;,.?!`, ` :;,.?!·/)”"–(`}
)

// phrase translates a text by one message, whatever marks stand around it and
// whether or not it begins a sentence.
func (c *Catalogue) phrase(s string, how int) ([]Part, bool) {
	seen := [6]string{}
	for i, open := range openers {
		for j, closing := range closers {
			left := strings.TrimLeft(s, open)
			core := strings.TrimRight(left, closing)
			if core == "" || slices.Contains(seen[:], core) {
				continue
			}
			seen[i*len(closers)+j] = core
			if out, ok := c.message(core, how); ok {
				return slices.Concat([]Part{{s[:len(s)-len(left)], true}}, out, []Part{{left[len(core):], true}}), true
			}
		}
	}
	return nil, false
}

// message translates a text by one message. A text that begins with a capital
// may be a message that begins with a small letter.
func (c *Catalogue) message(s string, how int) ([]Part, bool) {
	if out, ok := c.cased(s, how); ok {
		return out, true
	}
	first, n := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) {
		return nil, false
	}
	out, ok := c.cased(string(unicode.ToLower(first))+s[n:], how)
	if !ok {
		return nil, false
	}
	for i := range out {
		if out[i].Text != "" {
			r, n := utf8.DecodeRuneInString(out[i].Text)
			out[i].Text = string(unicode.ToUpper(r)) + out[i].Text[n:]
			break
		}
	}
	return out, true
}

func (c *Catalogue) cased(s string, how int) ([]Part, bool) {
	if out, ok := c.exact[s]; ok {
		return []Part{{out, true}}, true
	}
	if out, ok := c.figure(s); ok {
		return []Part{{out, true}}, true
	}
	if !strings.Contains(s, " ") {
		return nil, false // one word: an id, a name
	}
	for _, k := range []string{beginning(s), ""} {
		for i := range c.begin[k] {
			if out, ok := c.filled(&c.begin[k][i], s, how); ok {
				return out, true
			}
		}
	}
	return nil, false
}

// filled translates a text by a message with places. The mark that ends a text
// never belongs to what stands in a place.
func (c *Catalogue) filled(p *pattern, s string, how int) ([]Part, bool) {
	if how == wide && p.literal < leastLiteral || len(s) < p.literal || !strings.HasPrefix(s, p.parts[0]) {
		return nil, false
	}
	core := s
	if p.parts[len(p.parts)-1] == "" {
		core = strings.TrimRight(s, closers[1])
	}
	if !strings.HasSuffix(core, p.parts[len(p.parts)-1]) {
		return nil, false
	}
	for _, literal := range p.parts[1:] {
		if !strings.Contains(core, literal) {
			return nil, false
		}
	}
	var out []Part
	ok := p.match(core, func(values []string) bool {
		translated, ok := c.values(p, values, how)
		if ok {
			out = fill(p.out, translated)
		}
		return ok
	})
	if !ok {
		return nil, false
	}
	return append(out, Part{s[len(core):], true}), true
}

// values translates what stands in a message's places. False: something there is
// English prose without a message, which only wide allows.
func (c *Catalogue) values(p *pattern, values []string, how int) ([][]Part, bool) {
	out := make([][]Part, len(values))
	for i, v := range values {
		if how == strict && newSentence.MatchString(v) {
			return nil, false
		}
		if quoted(p, i) {
			out[i] = []Part{{v, true}}
			continue
		}
		out[i] = c.value(v, how)
		if how == strict && slices.ContainsFunc(out[i], func(x Part) bool { return !x.Known && prose.MatchString(x.Text) }) {
			return nil, false
		}
	}
	return out, true
}

// quoted tells whether a place stands in quotation marks. Then it holds a name,
// or somebody's own words, in whatever language.
func quoted(p *pattern, i int) bool {
	return strings.HasSuffix(p.parts[i], "“") && strings.HasPrefix(p.parts[i+1], "”")
}

// value translates what stands in a place: one text, a list of texts, or what
// has a message of its own; anything else stays.
func (c *Catalogue) value(v string, how int) []Part {
	if out, ok := c.exact[v]; ok {
		return []Part{{out, true}}
	}
	if out, ok := c.figure(v); ok {
		return []Part{{out, true}}
	}
	if prose.MatchString(v) {
		if out, ok := c.phrase(v, how); ok {
			return out
		}
	}
	for _, sep := range []string{"; ", ", "} {
		if out, ok := c.items(strings.Split(v, sep), sep); ok {
			return out
		}
	}
	return []Part{{v, false}}
}

// items translates a list. False: it is no list, or one of its items is English
// prose without a message, and then the list stays English altogether.
func (c *Catalogue) items(list []string, sep string) ([]Part, bool) {
	if len(list) == 1 {
		return nil, false
	}
	var out []Part
	for i, item := range list {
		if i > 0 {
			out = append(out, Part{sep, true})
		}
		for _, p := range c.value(item, strict) {
			if !p.Known && prose.MatchString(p.Text) {
				return nil, false
			}
			out = append(out, p)
		}
	}
	return out, true
}

var hole = regexp.MustCompile(`\{[1-9]?\}`)

// fill puts values into a translation's places.
func fill(out string, values [][]Part) []Part {
	var parts []Part
	at, next := 0, 0
	for _, m := range hole.FindAllStringIndex(out, -1) {
		i := next
		if m[1]-m[0] > 2 {
			i = int(out[m[0]+1] - '1')
		}
		next++
		parts = append(parts, Part{out[at:m[0]], true})
		at = m[1]
		if i < len(values) {
			parts = append(parts, values[i]...)
		} else {
			parts = append(parts, Part{out[m[0]:m[1]], true})
		}
	}
	return append(parts, Part{out[at:], true})
}
