package wire

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"fairtouch/touch"
)

// Step is one step of a path: a member's name, or an element's place.
type Step struct {
	Key   string // "" for an element of an array
	Index int    // of an element
}

// Path says where a value lies. It is valid during the call that it is passed to.
type Path []Step

// Last is the name of the nearest member above the value: of messages.0.content
// it is content, and of stop.1 it is stop.
func (p Path) Last() string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].Key != "" {
			return p[i].Key
		}
	}
	return ""
}

// Is reports whether the path has these names; "*" stands for any element of
// an array.
func (p Path) Is(names ...string) bool {
	return len(p) == len(names) && p.Under(names...)
}

// Under reports whether the path begins with these names.
func (p Path) Under(names ...string) bool {
	if len(p) < len(names) {
		return false
	}
	for i, n := range names {
		if n == "*" && p[i].Key != "" || n != "*" && p[i].Key != n {
			return false
		}
	}
	return true
}

// Has reports whether some member on the path has the name.
func (p Path) Has(name string) bool {
	return slices.ContainsFunc(p, func(s Step) bool { return s.Key == name })
}

// Leaf is a scalar of a JSON text.
type Leaf struct {
	Kind       jsontext.Kind // '"', '0', 't', 'f' or 'n'
	Start, End int           // of the literal, quotes included
	Name       bool          // a member's name, not a value
	raw        []byte
}

// Text is the decoded string, or the literal of what isn't one.
func (l Leaf) Text() string {
	if l.Kind != '"' {
		return string(l.raw)
	}
	if inner := l.raw[1 : len(l.raw)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	// What Walk let through can be unquoted; broken UTF-8 becomes U+FFFD.
	b, _ := jsontext.AppendUnquote(nil, l.raw)
	return string(b)
}

// maxDepth bounds how deep a text may nest.
const maxDepth = 256

// Walk calls f with every scalar and every member's name of one JSON text, in
// order. Strict, it refuses a name that stands twice in one object and broken
// UTF-8. Errors are Invalid and hold nothing of the text.
func Walk(src []byte, strict bool, f func(p Path, l Leaf) error) error {
	var w Walker
	return w.Walk(src, strict, f)
}

// Walker walks many texts, one after the other, in the same memory. The zero
// value is ready. It is for one goroutine.
type Walker struct {
	src  []byte
	buf  bytes.Buffer
	dec  *jsontext.Decoder
	f    func(p Path, l Leaf) error
	path Path
}

// Walk is as the function of this name.
func (w *Walker) Walk(src []byte, strict bool, f func(p Path, l Leaf) error) error {
	w.src, w.f, w.path, w.buf = src, f, w.path[:0], *bytes.NewBuffer(src)
	dup, broken := jsontext.AllowDuplicateNames(!strict), jsontext.AllowInvalidUTF8(!strict)
	if w.dec == nil {
		w.dec = jsontext.NewDecoder(&w.buf, dup, broken)
	} else {
		w.dec.Reset(&w.buf, dup, broken)
	}
	if err := w.value(); err != nil {
		return clear(err)
	}
	if _, err := w.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return touch.Errorf(touch.Invalid, "the JSON has something after its end")
	}
	return nil
}

// token reads one token and finds where it begins: between two tokens stand
// only white space, commas and colons.
func (w *Walker) token() (jsontext.Kind, Leaf, error) {
	at := int(w.dec.InputOffset())
	tok, err := w.dec.ReadToken()
	if err != nil {
		return 0, Leaf{}, err
	}
	end := int(w.dec.InputOffset())
	for at < end && strings.IndexByte(" \t\r\n,:", w.src[at]) >= 0 {
		at++
	}
	k := tok.Kind()
	return k, Leaf{Kind: k, Start: at, End: end, raw: w.src[at:end]}, nil
}

func (w *Walker) value() error {
	k, l, err := w.token()
	switch {
	case err != nil:
		return err
	case k == '{' || k == '[':
		if len(w.path) >= maxDepth {
			return touch.Errorf(touch.Invalid, "the JSON is nested deeper than %d", maxDepth)
		}
		return w.inside(k)
	}
	return w.f(w.path, l)
}

func (w *Walker) inside(k jsontext.Kind) error {
	w.path = append(w.path, Step{})
	top := len(w.path) - 1
	for i := 0; ; i++ {
		if next := w.dec.PeekKind(); next == '}' || next == ']' {
			_, _, err := w.token()
			w.path = w.path[:top]
			return err
		}
		w.path[top] = Step{Index: i}
		if k == '{' {
			_, name, err := w.token()
			if err != nil {
				return err
			}
			name.Name = true
			w.path[top] = Step{Key: name.Text()}
			if err := w.f(w.path, name); err != nil {
				return err
			}
		}
		if err := w.value(); err != nil {
			return err
		}
	}
}

func clear(err error) error {
	var e *touch.Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, jsontext.ErrDuplicateName):
		return touch.Wrap(touch.Invalid, err, "the JSON has a key twice; send each once")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return touch.Wrap(touch.Invalid, err, "the JSON ends too early")
	}
	return touch.Wrap(touch.Invalid, err, "the JSON is not well formed")
}

// Edit replaces the bytes from Start to End.
type Edit struct {
	Start, End int
	By         []byte
}

// Splice applies edits, which must not overlap, in coordinates of src. Without
// an edit it returns src itself.
func Splice(src []byte, edits []Edit) []byte {
	if len(edits) == 0 {
		return src
	}
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	size := len(src)
	for _, e := range edits {
		size += len(e.By)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(out, src[at:e.Start]...)
		out = append(out, e.By...)
		at = e.End
	}
	return append(out, src[at:]...)
}

// Quote writes a string as a JSON literal, with as few escapes as can be.
func Quote(s string) []byte {
	b, err := jsontext.AppendQuote(make([]byte, 0, len(s)+2), s)
	if err != nil { // broken UTF-8 was replaced
		b, _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "\uFFFD"))
	}
	return b
}
