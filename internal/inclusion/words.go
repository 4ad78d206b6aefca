package inclusion

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a text, by byte offsets.
type word struct {
	start, end int
	paragraph  int
}

// words finds the words of a text that are prose: code, tags, placeholders,
// links, addresses and file names are passed over.
func words(text string) []word {
	var out []word
	paragraph, from, kinds := 0, 0, brackets()
	for i := 0; i < len(text); {
		end := i
		switch c := text[i]; {
		case c == '`' || c == '<' || c == '{':
			end = bracketed(text, i, kinds)
		case c > ' ' && (i == 0 || text[i-1] <= ' ' || text[i-1] == '(' || text[i-1] == '>'):
			end = address(text, i)
		}
		if end == i {
			i++
			continue
		}
		out, paragraph = wordsIn(out, text, from, i, paragraph)
		i, from = end, end
	}
	out, _ = wordsIn(out, text, from, len(text), paragraph)
	return out
}

// bracket is a kind of passage that is no prose.
type bracket struct {
	open, shut string
	lines      bool // may span lines
	next       int  // where the next shut lies that was looked for; len(text) for none
}

func brackets() []bracket {
	return []bracket{{open: "```", shut: "```", lines: true}, {open: "`", shut: "`"}, {open: "{{", shut: "}}", lines: true},
		{open: "<!--", shut: "-->", lines: true}, {open: "<", shut: ">"}}
}

// bracketed is the end of code, a tag or a placeholder that begins here, or at
// itself where none does. What was looked for is remembered, so that a text of
// opening brackets alone is still read once.
func bracketed(text string, at int, kinds []bracket) int {
	for i := range kinds {
		b := &kinds[i]
		if !strings.HasPrefix(text[at:], b.open) {
			continue
		}
		from := at + len(b.open)
		if b.next < from {
			if b.next = strings.Index(text[from:], b.shut); b.next < 0 {
				b.next = len(text)
			} else {
				b.next += from
			}
		}
		if b.next < len(text) && (b.lines || b.next-at < maxInline && !strings.Contains(text[at:b.next], "\n")) {
			return b.next + len(b.shut)
		}
	}
	return at
}

// maxInline bounds a tag or a piece of code within a line.
const maxInline = 2000

// address is the end of a link, an e-mail address or a file name that begins
// here, or at itself where none does.
func address(text string, at int) int {
	end := at
	for end < len(text) && text[end] > ' ' && text[end] != '<' && text[end] != ')' {
		end++
	}
	chunk := strings.TrimRight(text[at:end], ".,;:!?\"'")
	dot := strings.LastIndexByte(chunk, '.')
	switch {
	case dot <= 0 || dot+1 == len(chunk):
		return at
	case strings.Contains(chunk, "://"), strings.HasPrefix(chunk, "www."), strings.IndexByte(chunk, '@') >= 0, ending(chunk[dot+1:]):
		return at + len(chunk)
	}
	return at
}

func ending(s string) bool {
	switch s {
	case "com", "org", "net", "io", "de", "fr", "es", "at", "ch", "eu", "htm", "html", "png", "jpg", "jpeg", "gif", "pdf", "go", "js", "py", "md":
		return true
	}
	return false
}

func wordsIn(out []word, text string, from, to, paragraph int) ([]word, int) {
	start, breaks := -1, 0
	for i := from; i < to; {
		r, n := utf8.DecodeRuneInString(text[i:to])
		joins := start >= 0 && (r == '\'' || r == '’' || r == '-' || r == '‑') && i+n < to && isLetter(text[i+n:to])
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || joins:
			if start < 0 {
				start = i
			}
			breaks = 0
		default:
			if start >= 0 {
				out = append(out, word{start, i, paragraph})
				start = -1
			}
			if r == '\n' {
				if breaks++; breaks == 2 {
					paragraph++
				}
			}
		}
		i += n
	}
	if start >= 0 {
		out = append(out, word{start, to, paragraph})
	}
	return out, paragraph
}

func isLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}
