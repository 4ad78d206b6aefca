package gpp

import (
	"fmt"
	"slices"
	"time"
)

// Section is one section of a message: one law's or one framework's choices.
// It isn't safe for concurrent writing.
type Section struct {
	id     int
	layout *layout // nil: no layout is published
	raw    string
	segs   []*segment
	odd    []Oddity
	broken bool // a segment that can't be read, or a mandatory one that isn't there
}

// NewSection makes an empty section by its reference name, for instance
// "usnat": the newest version, its core segment only, no choice made.
func NewSection(name string) (*Section, error) {
	l := layoutByName(name)
	if l == nil {
		return nil, fmt.Errorf("%w: %q", ErrSection, name)
	}
	s := &Section{id: l.id, layout: l, segs: []*segment{newSegment(&l.segments[0])}}
	if l.name == tcfEU.name {
		s.segs[0].values[s.index(s.segs[0].layout, "IsServiceSpecific")] = true
	}
	return s, nil
}

// Names are the reference names of all published sections, in the order of
// their ids.
func Names() []string {
	out := make([]string, len(layouts))
	for i := range layouts {
		out[i] = layouts[i].name
	}
	return out
}

// ID is the section's number in the GPP's header.
func (s *Section) ID() int { return s.id }

// Name is the section's reference name ("tcfeuv2", "usnat"), or "section-N"
// where no layout is published.
func (s *Section) Name() string {
	if s.layout == nil {
		return fmt.Sprintf("section-%d", s.id)
	}
	return s.layout.name
}

// Raw is the section exactly as it was read; empty for one that was built.
func (s *Section) Raw() string { return s.raw }

// Odd lists what was odd when the section was read.
func (s *Section) Odd() []Oddity { return slices.Clone(s.odd) }

// Missing names the fields that the string should have had and hasn't. Their
// values are unknown, whatever Get returns for them.
func (s *Section) Missing() []string {
	var out []string
	for _, g := range s.segs {
		if g.layout != nil {
			for _, f := range g.layout.fields[g.known:] {
				out = append(out, f.name)
			}
		}
	}
	return out
}

// Complete reports whether everything that the section holds could be read. A
// gate treats an incomplete section as unknown, which is no consent and, for an
// opt-out, no permission either.
func (s *Section) Complete() bool { return s.layout != nil && !s.broken && len(s.Missing()) == 0 }

// Has reports whether a segment is there.
func (s *Section) Has(segment string) bool { return s.segment(segment) != nil }

func (s *Section) segment(name string) *segment {
	for _, g := range s.segs {
		if g.layout != nil && g.layout.name == name {
			return g
		}
	}
	return nil
}

func (s *Section) index(l *segmentLayout, name string) int {
	return slices.IndexFunc(l.fields, func(f field) bool { return f.name == name })
}

// Field is a field with its value.
type Field struct {
	Name  string
	Value any
}

// Fields returns every field of the section in the order of the specification,
// under the reference packages' names. Fields of segments that aren't there
// have their empty values, as in the reference packages; Has tells.
func (s *Section) Fields() []Field {
	if s.layout == nil {
		return nil
	}
	var out []Field
	for i := range s.layout.segments {
		l := &s.layout.segments[i]
		for _, f := range l.fields {
			v, _ := s.Get(f.name)
			out = append(out, Field{f.name, v})
		}
		if l.flag != "" {
			out = append(out, Field{l.flag, s.Has(l.name)})
		}
	}
	return out
}

// Get returns a field by its reference name: int, bool, string, []int, []bool,
// [time.Time], [IDs] or [][Restriction]. A field that is missing has its empty
// value; ask Missing or Complete.
func (s *Section) Get(name string) (any, bool) {
	if s.layout == nil {
		return nil, false
	}
	for i := range s.layout.segments {
		l := &s.layout.segments[i]
		if l.flag == name && name != "" {
			return s.Has(l.name), true
		}
		j := s.index(l, name)
		if j < 0 {
			continue
		}
		if g := s.segment(l.name); g != nil {
			return s.view(g, j), true
		}
		return l.fields[j].zero(), true
	}
	return nil, false
}

func clone(v any) any {
	switch v := v.(type) {
	case []int:
		return slices.Clone(v)
	case []bool:
		return append([]bool{}, v...)
	case IDs:
		return append(IDs{}, v...)
	case []Restriction:
		out := make([]Restriction, len(v))
		for i, r := range v {
			out[i] = Restriction{r.Purpose, r.Type, append(IDs{}, r.Vendors...)}
		}
		return out
	}
	return v
}

// Set sets a field by its reference name. The value has the type that Get
// returns and must be one that the specification allows. Setting a field of a
// segment that isn't there adds the segment; the field that says whether a
// segment is included adds or removes it. A section that was cut stays incomplete.
func (s *Section) Set(name string, value any) error {
	if s.layout == nil {
		return fmt.Errorf("%w: %q in %s", ErrField, name, s.Name())
	}
	for i := range s.layout.segments {
		l := &s.layout.segments[i]
		if l.flag == name && name != "" {
			on, ok := value.(bool)
			if !ok {
				return fmt.Errorf("%w: %s wants a bool", ErrValue, name)
			}
			return s.Include(l.name, on)
		}
		if j := s.index(l, name); j >= 0 {
			return s.setField(l, j, value)
		}
	}
	return fmt.Errorf("%w: %q in %s", ErrField, name, s.Name())
}

func (s *Section) setField(l *segmentLayout, j int, value any) error {
	g, v := s.segment(l.name), normal(value)
	if g == nil {
		g = newSegment(l)
	}
	f := &g.layout.fields[j]
	if err := f.fits(v); err != nil {
		return err
	}
	if err := f.allowed(v); err != nil {
		return err
	}
	if version, ok := v.(int); ok && j == 0 && !s.relayout(g, version) {
		return fmt.Errorf("%w: entries that version %d doesn't have are set", ErrValue, v)
	}
	if !s.Has(l.name) {
		s.insert(g)
	}
	g.values[j] = v
	g.raw = ""
	return nil
}

// normal accepts what a caller naturally writes for a set.
func normal(v any) any {
	switch v := v.(type) {
	case IDs:
		return IDs(append(IDs{}, v...))
	case RestrictionType:
		return int(v)
	case time.Time:
		return v.UTC()
	}
	return clone(v)
}

// Include adds an empty segment or removes one; the core can't be removed.
func (s *Section) Include(name string, on bool) error {
	if s.layout == nil {
		return fmt.Errorf("%w: %s has no segments", ErrSection, s.Name())
	}
	i := slices.IndexFunc(s.layout.segments, func(l segmentLayout) bool { return l.name == name })
	if i < 0 || i == 0 && !on {
		return fmt.Errorf("%w: %s can't have %q %v", ErrValue, s.Name(), name, on)
	}
	switch have := s.segment(name); {
	case on && have == nil:
		s.insert(newSegment(&s.layout.segments[i]))
	case !on && have != nil:
		s.segs = slices.DeleteFunc(s.segs, func(g *segment) bool { return g == have })
	default:
		return nil
	}
	return nil
}

// insert puts a segment where the layout's order wants it.
func (s *Section) insert(g *segment) {
	rank := func(g *segment) int {
		if g.layout == nil {
			return -1
		}
		return slices.IndexFunc(s.layout.segments, func(l segmentLayout) bool { return l.name == g.layout.name })
	}
	at := len(s.segs)
	for at > 0 && rank(s.segs[at-1]) > rank(g) {
		at--
	}
	s.segs = slices.Insert(s.segs, at, g)
}
