package gpp

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// NewGPP makes a GPP message of sections, which it orders by their ids.
func NewGPP(sections ...*Section) *Message {
	m := alone(KindGPP, sections...)
	m.header = Header{ID: 3, Version: 1}
	for _, s := range m.sections {
		m.header.SectionIDs = append(m.header.SectionIDs, s.id)
	}
	return m
}

// NewTCF makes a TCF string by itself, of a section "tcfeuv2".
func NewTCF(s *Section) *Message { return alone(KindTCF, s) }

// NewUSP makes a US privacy string by itself, of a section "uspv1".
func NewUSP(s *Section) *Message { return alone(KindUSP, s) }

func alone(kind Kind, sections ...*Section) *Message {
	m := &Message{kind: kind}
	for _, s := range sections {
		if s != nil {
			m.sections = append(m.sections, s)
		}
	}
	slices.SortStableFunc(m.sections, func(a, b *Section) int { return cmp.Compare(a.id, b.id) })
	return m
}

// Encode writes the message strictly: every value must be one that the
// specification allows and the TCF's policy must hold; otherwise [ErrValue],
// [ErrPolicy], [ErrIncomplete] or [ErrSection] says what to correct.
func (m *Message) Encode() (string, error) {
	for _, s := range m.sections {
		if err := s.strict(); err != nil {
			return "", fmt.Errorf("%s: %w", s.Name(), err)
		}
	}
	return m.Canonical()
}

// Canonical writes the message as the reference encoders do, and leaves alone
// what one of them wrote: its sections in the order of their ids, each set as
// ranges or bits as the encoder chooses, without superfluous padding. Values
// that were read are written back even where the specification doesn't allow
// them; what is missing isn't made up: [ErrIncomplete].
func (m *Message) Canonical() (string, error) {
	if m.broken {
		return "", fmt.Errorf("%w: header and sections don't fit", ErrIncomplete)
	}
	if m.kind != KindGPP {
		want := map[Kind]int{KindTCF: tcfEU.id, KindUSP: usPrivacy.id}[m.kind]
		if len(m.sections) != 1 || m.sections[0].id != want {
			return "", fmt.Errorf("%w: a %s string has the one section %d", ErrSection, m.kind, want)
		}
		return m.sections[0].canonical(m.kind)
	}
	sections := slices.Clone(m.sections)
	slices.SortStableFunc(sections, func(a, b *Section) int { return cmp.Compare(a.id, b.id) })
	parts := make([]string, 1, len(sections)+1)
	var ids []int
	for i, s := range sections {
		if i > 0 && s.id == sections[i-1].id {
			return "", fmt.Errorf("%w: %s is there twice", ErrSection, s.Name())
		}
		text, err := s.canonical(KindGPP)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.Name(), err)
		}
		ids, parts = append(ids, s.id), append(parts, text)
	}
	parts[0] = m.writeHeader(ids)
	return strings.Join(parts, "~"), nil
}

// writeHeader keeps the padding of a header that was read: the text of the
// specification pads it to characters, its encoders to bytes first.
func (m *Message) writeHeader(ids []int) string {
	w := &writer{}
	w.uint(3, 6)
	w.uint(1, 6)
	writeRanges(w, NewIDs(ids...), true)
	if text := w.text(padChar); text == m.headerRaw {
		return text
	}
	return w.text(padByte)
}

// Encode writes the section strictly, as a section of a GPP string.
func (s *Section) Encode() (string, error) {
	if err := s.strict(); err != nil {
		return "", err
	}
	return s.canonical(KindGPP)
}

// Canonical writes the section as the reference encoder of the GPP does; see
// [Message.Canonical].
func (s *Section) Canonical() (string, error) { return s.canonical(KindGPP) }

func (s *Section) canonical(kind Kind) (string, error) {
	if s.layout == nil {
		return s.raw, nil
	}
	if !s.Complete() {
		return "", fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(s.Missing(), ", "))
	}
	if s.layout.id == usPrivacy.id {
		if err := s.segs[0].fits(); err != nil {
			return "", err
		}
		return s.writeUSP(), nil
	}
	styles := s.styles(kind)
	var parts []string
	for _, g := range s.segs {
		text, err := g.canonical(styles)
		if err != nil {
			return "", err
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "."), nil
}

// styles are the ways in which known encoders write the section, the one that
// writes new strings first.
func (s *Section) styles(kind Kind) []style {
	switch {
	case s.layout.id == tcfCA.id:
		return []style{{pad: padByte, fib: true}, {pad: padChar, fib: true}}
	case s.layout.id != tcfEU.id:
		return []style{{pad: padByte}, {pad: padChar}}
	}
	first, second := style{vendor: chooseGPP, merge: true}, style{vendor: chooseTCF}
	if kind == KindTCF {
		first, second = second, first
	}
	var out []style
	for _, p := range []padding{padQuantum, padByte, padChar} {
		for _, st := range []style{first, second, {vendor: chooseGPP}, {vendor: chooseTCF, merge: true}} {
			st.pad = p
			out = append(out, st)
		}
	}
	return out
}

func (s *Section) strict() error {
	if s.layout == nil {
		return fmt.Errorf("%w: no layout is published", ErrSection)
	}
	if !s.Complete() {
		return fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(s.Missing(), ", "))
	}
	for _, g := range s.segs {
		if g.layout == nil {
			return fmt.Errorf("%w: a segment that the specification doesn't know", ErrSection)
		}
		if err := g.strict(); err != nil {
			return err
		}
	}
	if odd := s.policyOddities(); len(odd) > 0 {
		return fmt.Errorf("%w: %s: %s", ErrPolicy, odd[0].Field, odd[0].Detail)
	}
	return nil
}
