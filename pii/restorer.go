package pii

import (
	"maps"
	"slices"
	"strings"
)

// Restorer puts values back into a stream of decoded text that is cut anywhere.
// It is a transducer: Write returns what can be said by now and holds back at
// most MaxAlias-1 bytes; Flush returns the rest. Concatenated, the output is the
// same for every way of cutting the input.
//
// Only aliases of its session are restored. Inside an address (a scheme and two
// slashes, or two slashes alone) an alias is restored only if the request held
// that very address up to the alias; elsewhere a model could be made to carry
// values out through a link or an image.
//
// A Restorer belongs to one stream and one goroutine.
type Restorer struct {
	values   map[string]minted
	sorted   []string // the aliases
	roots    map[string]bool
	pending  string
	watch    addressWatch
	restored map[Type]int
	refused  int
	anywhere bool
}

// Restorer makes one for a stream. It knows the aliases that were minted until
// now, not later ones.
func (s *Session) Restorer() *Restorer {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &Restorer{values: make(map[string]minted, len(s.values)), roots: make(map[string]bool, len(s.roots)), restored: map[Type]int{}}
	for k, v := range s.values {
		r.values[k] = v
	}
	r.sorted = slices.Sorted(maps.Keys(s.values))
	for k := range s.roots {
		r.roots[k] = true
	}
	return r
}

// Anywhere lets aliases be restored inside any address. Use it only for text
// that was not produced by a model.
func (r *Restorer) Anywhere() *Restorer {
	r.anywhere = true
	return r
}

// Write takes the next piece of the stream and returns what can be passed on.
func (r *Restorer) Write(chunk string) string {
	in := r.pending + chunk
	r.pending = ""
	if len(r.values) == 0 {
		return in
	}
	i := strings.IndexByte(in, '<')
	if i < 0 {
		r.watch.feed(in)
		return in
	}
	var b strings.Builder
	b.Grow(len(in))
	for done := 0; ; {
		r.pass(&b, in[done:i])
		end, whole, open := tokenAt(in, i, MaxAlias)
		switch {
		case whole:
			r.put(&b, in[i:end])
			done = end
		case open && r.begins(in[i:]):
			r.pending = in[i:]
			return b.String()
		default:
			r.pass(&b, "<")
			done = i + 1
		}
		k := strings.IndexByte(in[done:], '<')
		if k < 0 {
			r.pass(&b, in[done:])
			return b.String()
		}
		i = done + k
	}
}

// Flush returns what was held back, at the end of the stream.
func (r *Restorer) Flush() string {
	out := r.pending
	r.pending = ""
	return out
}

// Held is how many bytes are held back now.
func (r *Restorer) Held() int { return len(r.pending) }

// Restored counts what was put back, by type.
func (r *Restorer) Restored() map[Type]int { return r.restored }

// Refused counts aliases that stood in an address and were left as they were.
func (r *Restorer) Refused() int { return r.refused }

// begins reports whether some alias begins with s.
func (r *Restorer) begins(s string) bool {
	i, found := slices.BinarySearch(r.sorted, s)
	return found || i < len(r.sorted) && strings.HasPrefix(r.sorted[i], s)
}

func (r *Restorer) pass(b *strings.Builder, s string) {
	b.WriteString(s)
	r.watch.feed(s)
}

// put writes what a whole token stands for. What is not ours stays.
func (r *Restorer) put(b *strings.Builder, tok string) {
	v, ok := r.values[tok]
	if !ok {
		r.pass(b, tok)
		return
	}
	if r.watch.inside && !r.anywhere && !r.roots[r.watch.root()] {
		r.refused++
		r.pass(b, tok)
		return
	}
	r.restored[v.typ]++
	r.pass(b, v.value)
}

// addressWatch follows whether the text stands inside an address. An address
// begins at two slashes (backslashes count, browsers read them so) and ends at
// white space, at the quote or bracket that it was opened with, or, standing
// free, at a quote or angle bracket.
type addressWatch struct {
	inside bool
	opener byte
	depth  int
	text   []byte // the address up to here; outside of one, the last bytes
}

// longestScheme bounds what is kept of text that is no address.
const longestScheme = 64

// root is the address up to here.
func (w *addressWatch) root() string { return string(w.text) }

func (w *addressWatch) feed(s string) {
	for i := 0; i < len(s); i++ {
		w.byte(s[i])
	}
}

func (w *addressWatch) byte(b byte) {
	if b <= ' ' || w.inside && w.closes(b) {
		w.inside, w.opener, w.depth, w.text = false, 0, 0, w.text[:0]
		if b > ' ' {
			w.text = append(w.text, b)
		}
		return
	}
	if !w.inside && len(w.text) == longestScheme {
		w.text = append(w.text[:0], w.text[longestScheme/2:]...)
	}
	w.text = append(w.text, b)
	if n := len(w.text); !w.inside && n >= 2 && slash(w.text[n-1]) && slash(w.text[n-2]) {
		w.begin()
	}
}

func slash(b byte) bool { return b == '/' || b == '\\' }

// begin notes what stands before the scheme and forgets the rest.
func (w *addressWatch) begin() {
	k := len(w.text) - 2
	for k > 0 && (isAlnum(w.text[k-1]) || w.text[k-1] == ':' || w.text[k-1] == '+' || w.text[k-1] == '-' || w.text[k-1] == '.') {
		k--
	}
	w.inside, w.opener, w.depth = true, 0, 0
	if k > 0 {
		w.opener = w.text[k-1]
	}
	w.text = append(w.text[:0], w.text[k:]...)
}

func (w *addressWatch) closes(b byte) bool {
	switch w.opener {
	case '"', '\'', '`':
		return b == w.opener
	case '<':
		return b == '>'
	case '(':
		switch b {
		case '(':
			w.depth++
		case ')':
			w.depth--
			return w.depth < 0
		}
		return false
	}
	return b == '"' || b == '<' || b == '>' || b == '`'
}
