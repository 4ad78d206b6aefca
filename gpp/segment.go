package gpp

import (
	"fmt"
	"strings"
)

// segment is one segment of a section, in the order of the string.
type segment struct {
	layout *segmentLayout // nil: unknown, kept as it is
	raw    string         // as read; empty once edited
	values []any          // one a field of the layout
	known  int            // how many of them were really read
}

func newSegment(l *segmentLayout) *segment {
	s := &segment{layout: l, known: len(l.fields), values: make([]any, len(l.fields))}
	for i := range l.fields {
		s.values[i] = l.fields[i].zero()
	}
	return s
}

// readSegment reads what it can and notes what was odd.
func readSegment(l *segmentLayout, raw string, p padding, fib bool, odd *notes) *segment {
	s := newSegment(l)
	s.raw = raw
	r, bad := newReader(strings.TrimRight(raw, "="))
	if bad >= 0 {
		odd.add(OddCharacter, fmt.Sprintf("character %d isn't base64url; what follows isn't read", bad+1))
	}
	if strings.ContainsAny(raw, "=+/") {
		odd.add(OddCharacter, "plain base64 instead of base64url")
	}
	custom := 0
	for i := range l.fields {
		f := &l.fields[i]
		odd.field = f.name
		v := f.read(r, custom, fib, odd)
		if r.short {
			s.known = i
			odd.add(OddTruncated, "missing, as is whatever follows in its segment")
			break
		}
		s.values[i] = v
		if f.name == numCustom {
			custom = v.(int)
		}
		if f.allowed(v) != nil {
			odd.add(OddValue, "the specification wants "+f.wants())
		}
	}
	odd.field = ""
	s.checkTail(r, p, bad >= 0, odd)
	return s
}

func (s *segment) checkTail(r *reader, p padding, cut bool, odd *notes) {
	allowed := 12
	if p == padQuantum {
		allowed = 24
	}
	switch {
	case s.known < len(s.layout.fields):
	case cut:
		s.known = 0
		odd.add(OddTruncated, "the segment is damaged")
	case r.left() >= allowed:
		odd.add(OddPadding, "more padding than any encoder writes")
		fallthrough
	default:
		if !r.zeroTail() {
			odd.add(OddTail, "bits other than zero after the last field")
		}
	}
}

// bits writes the segment's fields.
func (s *segment) bits(st style) *writer {
	w := &writer{}
	for i := range s.layout.fields {
		s.layout.fields[i].write(w, s.values[i], st)
	}
	return w
}

// readCA reads a segment of the Canadian section, whose sets older encoders
// wrote with 16-bit ranges. The reading whose re-encoding begins the input is
// the right one; if none does, the published one is kept.
func readCA(l *segmentLayout, raw string, odd *notes) *segment {
	fresh, old := notes{section: odd.section}, notes{section: odd.section}
	now := readSegment(l, raw, padByte, true, &fresh)
	if now.begins(style{fib: true}) {
		odd.list = append(odd.list, fresh.list...)
		return now
	}
	legacy := readSegment(l, raw, padByte, false, &old)
	if legacy.begins(style{merge: true}) {
		odd.list = append(odd.list, old.list...)
		odd.add(OddLegacy, "ranges of 16 bits, as older encoders wrote them")
		return legacy
	}
	odd.list = append(odd.list, fresh.list...)
	return now
}

// begins reports whether the re-encoded segment begins the segment as read.
func (s *segment) begins(st style) bool {
	if s.known < len(s.layout.fields) {
		return false
	}
	w := s.bits(st)
	r, bad := newReader(s.raw)
	if bad >= 0 || r.len() < w.n {
		return false
	}
	mine := reader{sextets: w.sextets}
	for n := w.n; n > 0; n -= 30 {
		if k := min(n, 30); mine.uint(k) != r.uint(k) {
			return false
		}
	}
	return true
}

// canonical writes the segment in the first of the styles that gives the bytes
// that were read, or else in the first: a string that a reference encoder wrote
// is canonical already.
func (s *segment) canonical(styles []style) (string, error) {
	if s.layout == nil {
		return s.raw, nil
	}
	if s.known < len(s.layout.fields) {
		return "", fmt.Errorf("%w: %s is missing", ErrIncomplete, s.layout.fields[s.known].name)
	}
	if err := s.fits(); err != nil {
		return "", err
	}
	first := ""
	for i, st := range styles {
		text := s.bits(st).text(st.pad)
		if text == s.raw {
			return text, nil
		}
		if i == 0 {
			first = text
		}
	}
	return first, nil
}

func (s *segment) fits() error {
	custom := -1
	for i := range s.layout.fields {
		f := &s.layout.fields[i]
		if err := f.fits(s.values[i]); err != nil {
			return err
		}
		if f.name == numCustom {
			custom = s.values[i].(int)
		}
		if f.kind == kindCustom && len(s.values[i].([]bool)) != custom {
			return fmt.Errorf("%w: %s wants %s", ErrValue, f.name, f.wants())
		}
	}
	return nil
}

// strict is fits and what the specification allows.
func (s *segment) strict() error {
	if err := s.fits(); err != nil {
		return err
	}
	for i := range s.layout.fields {
		if err := s.layout.fields[i].allowed(s.values[i]); err != nil {
			return err
		}
	}
	return nil
}
