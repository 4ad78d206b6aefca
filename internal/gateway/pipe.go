package gateway

import (
	"slices"
	"strings"
	"unicode/utf16"

	"fairtouch/internal/wire"
	"fairtouch/pii"
)

// pipe is what one run of text of an answer passes through: new personal data is
// masked where the binding asks, then aliases are restored. Its output is the
// same for every way of cutting its input.
type pipe struct {
	a       *answer
	mask    *pii.Masker   // nil: new findings pass
	restore *pii.Restorer // nil: aliases stay
}

func (a *answer) pipe(restore bool) *pipe {
	p := &pipe{a: a}
	if a.k.binding.Found == FoundMask || a.k.binding.Found == FoundBlock {
		p.mask = pii.NewMasker(a.k.ctx, a.k.scan, a.fresh)
	}
	if restore && a.live {
		p.restore = a.k.session.Restorer()
	}
	return p
}

// Write takes the next piece and returns what can be passed on.
func (p *pipe) Write(s string) string {
	if p.mask != nil {
		s = p.mask.Write(s)
		p.check()
	}
	if p.restore != nil {
		s = p.restore.Write(s)
	}
	return s
}

// check notes that a part of the answer could not be read.
func (p *pipe) check() {
	if err := p.mask.Err(); err != nil {
		p.a.unread = err
	}
}

// Flush returns the rest.
func (p *pipe) Flush() string {
	var out string
	if p.mask != nil {
		out = p.mask.Flush()
		p.check()
	}
	if p.restore != nil {
		out = p.restore.Write(out) + p.restore.Flush()
		for t, n := range p.restore.Restored() {
			p.a.restored[string(t)] += n
		}
		p.a.unrestored += p.restore.Refused()
		p.restore = p.a.k.session.Restorer()
	}
	return out
}

// Held is how many bytes are held back.
func (p *pipe) Held() int {
	n := 0
	if p.mask != nil {
		n += p.mask.Held()
	}
	if p.restore != nil {
		n += p.restore.Held()
	}
	return n
}

// fresh decides on a finding in an answer, whose own aliases it still has.
func (a *answer) fresh(f pii.Finding, v string) string {
	if !a.counts(f, v) {
		return v
	}
	if a.k.binding.Found == FoundBlock {
		a.blocked = true
	}
	a.masked = true
	return "[" + pii.Label(f.Type) + "]"
}

// counts notes a finding that the prompt did not hold.
func (a *answer) counts(f pii.Finding, v string) bool {
	if a.k.ignores(f.Type) || a.ours(v) || a.k.session.Has(f.Type, v) {
		return false
	}
	a.found[string(f.Type)]++
	return true
}

// ours reports whether what was found is a piece of an alias, or reaches into one.
func (a *answer) ours(v string) bool {
	return a.live && (strings.ContainsAny(v, "<>") || slices.ContainsFunc(a.k.aliases, func(x string) bool { return strings.Contains(x, v) }))
}

// writer is a pipe, or one that knows JSON.
type writer interface {
	Write(s string) string
	Flush() string
	Held() int
}

// jsonPipe passes the strings within a stream of JSON text through pipes, each
// by itself: their values are decoded before and escaped again after, so that
// nothing restored can end a string. What is not a string passes as it is.
type jsonPipe struct {
	a       *answer
	restore bool
	in      *pipe  // the open string's; nil outside
	esc     string // an escape that is not complete yet
}

// Write takes the next piece and returns what can be passed on.
func (j *jsonPipe) Write(s string) string {
	var b, run strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case j.in == nil:
			b.WriteByte(c)
			if c == '"' {
				j.in = j.a.pipe(j.restore)
			}
		case j.esc != "":
			j.esc += string(rune(c))
			if v, done := unescape(j.esc); done {
				run.WriteString(v)
				j.esc = ""
			}
		case c == '\\':
			j.esc = `\`
		case c == '"':
			b.WriteString(escaped(j.in.Write(run.String()) + j.in.Flush()))
			run.Reset()
			b.WriteByte(c)
			j.in = nil
		default:
			run.WriteByte(c)
		}
	}
	if j.in != nil && run.Len() > 0 {
		b.WriteString(escaped(j.in.Write(run.String())))
	}
	return b.String()
}

// Flush returns the rest of a text that broke off.
func (j *jsonPipe) Flush() string {
	out := ""
	if j.in != nil {
		out = escaped(j.in.Flush())
	}
	out += j.esc
	j.in, j.esc = nil, ""
	return out
}

// Held is how many bytes are held back.
func (j *jsonPipe) Held() int {
	if j.in == nil {
		return 0
	}
	return j.in.Held() + len(j.esc)
}

// unescape decodes one escape once it is whole. A high surrogate waits for the
// low one.
func unescape(e string) (string, bool) {
	if len(e) == 2 && e[1] != 'u' {
		if i := strings.IndexByte(`"\/bfnrt`, e[1]); i >= 0 {
			return "\"\\/\b\f\n\r\t"[i : i+1], true
		}
		return e[1:], true
	}
	switch len(e) {
	case 6:
		r := hex4(e[2:])
		if utf16.IsSurrogate(r) && r < 0xDC00 {
			return "", false
		}
		return string(r), true
	case 7:
		if e[6] != '\\' { // a lone surrogate
			return "\uFFFD" + e[6:], true
		}
	case 8:
		if e[7] != 'u' {
			v, _ := unescape(e[6:])
			return "\uFFFD" + v, true
		}
	case 12:
		return string(utf16.DecodeRune(hex4(e[2:6]), hex4(e[8:]))), true
	}
	return "", false
}

func hex4(s string) rune {
	var r rune
	for i := range len(s) {
		c := s[i] | 0x20
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		default:
			return '\uFFFD'
		}
	}
	return r
}

func escaped(s string) string {
	if s == "" {
		return s
	}
	q := wire.Quote(s)
	return string(q[1 : len(q)-1])
}
