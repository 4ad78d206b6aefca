package gpp

import (
	"fmt"
	"strings"
)

// Kind is what a string is as a whole.
type Kind string

// The three kinds of string.
const (
	KindGPP Kind = "gpp"
	KindTCF Kind = "tcf" // a TCF string by itself
	KindUSP Kind = "usp" // a US privacy string by itself
)

// Header is the GPP's table of contents.
type Header struct {
	ID         int   `json:"Id"`      // 3
	Version    int   `json:"Version"` // 1
	SectionIDs []int `json:"SectionIds"`
}

// Message is a whole string: one section, or a header and its sections.
type Message struct {
	kind      Kind
	raw       string
	header    Header
	headerRaw string
	sections  []*Section
	odd       []Oddity
	broken    bool
}

// Decode reads a GPP string, a TCF v2 string or a US privacy string. It reads
// what it can and lists what was odd; an error means that nothing was read:
// [ErrUnknown] or [ErrTooLong].
func Decode(s string) (*Message, error) {
	if len(s) > MaxLength {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(s), MaxLength)
	}
	m := &Message{raw: s}
	text := strings.TrimSpace(s)
	if text != s {
		m.note(OddWhitespace, "white space around the string")
	}
	switch {
	case looksUSP(text):
		m.kind = KindUSP
		m.sections = []*Section{readUSP(text)}
	case strings.HasPrefix(text, "DB"):
		m.kind = KindGPP
		m.readGPP(text)
	case strings.HasPrefix(text, "C") && len(text) > 1:
		m.kind = KindTCF
		m.sections = []*Section{readSection(&tcfEU, text)}
	default:
		return nil, ErrUnknown
	}
	return m, nil
}

func (m *Message) note(code Code, detail string) {
	m.odd = append(m.odd, Oddity{Code: code, Detail: detail})
}

// readGPP reads the header and pairs its ids with the sections that follow.
func (m *Message) readGPP(text string) {
	head, rest, more := strings.Cut(text, "~")
	var parts []string
	if more {
		parts = strings.Split(rest, "~")
	}
	m.headerRaw = head
	ids := m.readHeader(head)
	for i, id := range ids {
		if i >= len(parts) {
			m.broken = true
			m.note(OddHeader, fmt.Sprintf("section %d is in the header and not in the string", id))
			break
		}
		m.header.SectionIDs = append(m.header.SectionIDs, id)
		m.sections = append(m.sections, readNumbered(id, parts[i]))
	}
	if len(parts) > len(ids) {
		m.broken = true
		m.note(OddHeader, "the string has more sections than its header names; they aren't read")
	}
}

func readNumbered(id int, raw string) *Section {
	l := layoutByID(id)
	switch {
	case l == nil:
		return &Section{id: id, raw: raw, odd: []Oddity{{fmt.Sprintf("section-%d", id), "", OddSection, "no layout of this section is published; its bytes are kept"}}}
	case l.id == usPrivacy.id:
		return readUSP(raw)
	}
	return readSection(l, raw)
}

// readHeader reads type, version and the ids. No more ids are listed than the
// string can hold sections, whatever range the header claims.
func (m *Message) readHeader(raw string) []int {
	first, extra, _ := strings.Cut(raw, ".")
	r, bad := newReader(first)
	m.header = Header{ID: r.uint(6), Version: r.uint(6), SectionIDs: []int{}}
	odd := &notes{}
	set := readRanges(r, true, odd)
	m.odd = append(m.odd, odd.list...)
	if bad >= 0 || r.short {
		m.broken = true
		m.note(OddTruncated, "the header is cut or damaged")
	}
	if extra != "" {
		m.note(OddHeader, "the header has a further segment, which isn't read")
	}
	var ids []int
	for id := range set.All() {
		if len(ids) > strings.Count(m.raw, "~") {
			break
		}
		ids = append(ids, id)
	}
	return ids
}

// readSection reads a section of segments.
func readSection(l *layout, raw string) *Section {
	s := &Section{id: l.id, layout: l, raw: raw}
	odd := &notes{section: l.name}
	parts := strings.Split(raw, ".")
	for i, part := range parts {
		switch {
		case part == "":
			odd.add(OddSegment, "an empty segment")
			s.broken = s.broken || !l.plain && i < len(parts)-1 // its place says what it was
			s.segs = append(s.segs, &segment{raw: part})
		case i == 0 && s.sectionHeader(part):
			odd.add(OddLegacy, "a section header before the core, as the text of the specification has it")
			s.segs = append(s.segs, &segment{raw: part})
		default:
			s.readPart(part, odd)
		}
	}
	if s.segment(SegmentCore) == nil {
		s.broken = true
		odd.add(OddUndecodable, "there is no core segment")
		s.segs = append([]*segment{{layout: &l.segments[0], values: newSegment(&l.segments[0]).values}}, s.segs...)
	}
	s.settle(odd)
	s.odd = append(s.odd, odd.list...)
	s.odd = append(s.odd, s.policyOddities()...)
	return s
}

// sectionHeader reports whether the first segment is the section header that
// the text of md, in, ky and ri describes and that encoders leave out: its six
// first bits are the section's id, where the core has the MSPA's version.
func (s *Section) sectionHeader(part string) bool {
	return s.layout.segments[0].fields[0].name == "MspaVersion" && sextet(part[0]) == s.id
}

func (s *Section) readPart(part string, odd *notes) {
	l := s.which(part)
	if l == nil || s.segment(l.name) != nil {
		odd.add(OddSegment, "an unknown or repeated segment, which isn't read")
		if _, bad := newReader(part); bad >= 0 {
			s.broken = true
			odd.add(OddUndecodable, "a damaged segment, which may have been a known one")
		}
		s.segs = append(s.segs, &segment{raw: part})
		return
	}
	if s.layout.id == tcfCA.id {
		s.segs = append(s.segs, readCA(l, part, odd))
		return
	}
	if l.name == SegmentCore && s.layout.legacy != nil && firstVersion(part) {
		l = s.layout.legacy
	}
	s.segs = append(s.segs, readSegment(l, part, s.layout.pad, false, odd))
}

// which finds the layout of a segment: by its type in TCF sections, where any
// order is allowed, and by its place elsewhere.
func (s *Section) which(part string) *segmentLayout {
	if s.layout.plain {
		v := sextet(part[0])
		for i := range s.layout.segments {
			if v >= 0 && s.layout.segments[i].kind == v>>3 {
				return &s.layout.segments[i]
			}
		}
		return nil
	}
	n := 0
	for _, g := range s.segs {
		if g.layout != nil {
			n++
		}
	}
	if n < len(s.layout.segments) {
		return &s.layout.segments[n]
	}
	return nil
}

// Kind says which of the three strings it was.
func (m *Message) Kind() Kind { return m.kind }

// Raw is the string exactly as it was read. Pass on this, never a re-encoding.
func (m *Message) Raw() string { return m.raw }

// Header is the GPP's header; the zero Header for other strings.
func (m *Message) Header() Header { return m.header }

// Sections are the sections in the order of the string.
func (m *Message) Sections() []*Section { return append([]*Section(nil), m.sections...) }

// Section finds a section by its reference name.
func (m *Message) Section(name string) (*Section, bool) {
	for _, s := range m.sections {
		if s.Name() == name {
			return s, true
		}
	}
	return nil, false
}

// Odd lists everything odd, of the whole and of its sections.
func (m *Message) Odd() []Oddity {
	out := append([]Oddity(nil), m.odd...)
	for _, s := range m.sections {
		out = append(out, s.odd...)
	}
	return out
}

// Complete reports whether the whole string could be read.
func (m *Message) Complete() bool {
	ok := !m.broken
	for _, s := range m.sections {
		ok = ok && s.Complete()
	}
	return ok
}
