package pii

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// DefaultThreshold is the least score that a scan reports unless told.
const DefaultThreshold = 0.4

// Options say what a Scanner looks for. The zero value looks for every type
// at DefaultThreshold, names included.
type Options struct {
	// Types limits the scan; empty means all. Naming types also says that the
	// caller expects them: values with a weak checksum are then reported without
	// context, as Presidio's recognisers do.
	Types []Type
	// Threshold is the least score, 0 to 1; 0 means DefaultThreshold, a negative
	// number reports everything.
	Threshold float64
	// Thresholds replaces Threshold by type.
	Thresholds map[Type]float64
	// NoNames switches the name model off: structured types only.
	NoNames bool
	// Overlaps keeps findings of different types over the same bytes, as
	// Presidio's analyser does; unless set, each byte has one finding.
	Overlaps bool
	// NoContext leaves neighbouring words out of the score.
	NoContext bool
	// Strict refuses values that fail a checksum which some issued numbers lack
	// (DE_VAT_ID, KR_RRN, KR_FRN, DK_CPR).
	Strict bool
	// NoReserved leaves out example.com, 555-01xx and other values that are
	// reserved for documentation.
	NoReserved bool
	// Allow lists values that are never reported, compared without case.
	Allow []string
	// AllowPatterns are RE2 expressions; a value that one matches whole is never reported.
	AllowPatterns []string
	// Deny lists values that are always reported, as whole words.
	Deny []DenyList
	// Patterns are the caller's own, in RE2 syntax.
	Patterns []Pattern
	// Words adds context words to built-in types.
	Words []string
	// Model finds further names; nil means none. A scanner that has one is asked
	// by Find: Scan and ScanIn can't say that the model failed, and panic.
	Model Model
}

// DenyList names values that are always of a type.
type DenyList struct {
	Type   Type
	Values []string
	Score  float64 // 0 means 1
}

// Pattern is a recogniser of the caller's.
type Pattern struct {
	Type    Type
	Name    string
	Regexp  string // RE2
	Score   float64
	Context []string
}

// Context is what is known about a text from where it stands.
type Context struct {
	Column string // the column's header or the field's label
	Known  *Known // the person's own values
	Words  []string
	// Language of the text, BCP 47; only a Model reads it. Empty: unknown.
	Language string
}

// Scanner finds personal data. It is immutable and safe for concurrent use.
type Scanner struct {
	opts   Options
	want   map[Type]bool // nil means all
	asked  bool
	least  float64
	min    [typeCount]float64
	lib    *library
	names  bool
	allow  map[string]bool
	allowR []*regexp.Regexp
	deny   []denied
	custom []pattern
	extra  map[uint64]bool
}

// ErrPattern marks a pattern of the caller's that isn't RE2; the message says
// which. Correct it and make the scanner anew.
var ErrPattern = errors.New("pii: the pattern can't be read")

const typeCount = 192

// library is the built-in tables, made once and never changed.
type library struct {
	shapes shapes
	index  map[Type]int
	specs  []*spec
	lex    lexicon
	tlds   map[string]bool
}

var builtin = sync.OnceValue(func() *library {
	l := &library{shapes: shapes{rows: make([]bucket, 1)}, index: map[Type]int{}}
	for i, t := range Types() {
		l.index[t] = i
	}
	l.specs = slices.Concat(usSpecs(), deSpecs(), euSpecs(), worldSpecs(), moreSpecs())
	l.lex.init()
	for _, sp := range l.specs {
		sp.id = l.index[sp.typ]
		for _, f := range sp.forms {
			l.shapes.add(sp, f)
		}
		l.lex.addWords(sp.words, sp.id)
	}
	for t, words := range specialWords() {
		l.lex.addWords(words, l.index[t])
	}
	l.lex.addDeny(denyWords)
	l.lex.addVague(vagueWords)
	l.tlds = topLevels()
	return l
})

// New makes a scanner. It fails with ErrPattern where an expression isn't RE2,
// and where a score or threshold isn't between 0 and 1.
func New(o Options) (*Scanner, error) {
	s := &Scanner{opts: o, lib: builtin(), asked: len(o.Types) > 0, names: !o.NoNames}
	if s.asked {
		s.want = map[Type]bool{}
		for _, t := range o.Types {
			s.want[t] = true
		}
		s.names = s.names && slices.ContainsFunc(o.Types, isName)
	}
	if err := s.thresholds(o); err != nil {
		return nil, err
	}
	if err := s.lists(o); err != nil {
		return nil, err
	}
	s.extra = map[uint64]bool{}
	for _, w := range o.Words {
		eachWord(w, func(h uint64, _ string) { s.extra[h] = true })
	}
	return s, nil
}

func isName(t Type) bool {
	return t == Person || t == Location || t == Organization || t == NRP || t == Title || t == DateTime || t == Address
}

func (s *Scanner) thresholds(o Options) error {
	s.least = o.Threshold
	switch {
	case o.Threshold == 0:
		s.least = DefaultThreshold
	case o.Threshold < 0:
		s.least = 0
	case o.Threshold > 1:
		return errors.New("pii: a threshold is between 0 and 1")
	}
	for i := range s.min {
		s.min[i] = s.least
	}
	for t, x := range o.Thresholds {
		if x < 0 || x > 1 {
			return fmt.Errorf("pii: the threshold of %s is not between 0 and 1", t)
		}
		if i, ok := s.lib.index[t]; ok {
			s.min[i] = x
		}
	}
	return nil
}

// Scan returns what is personal in text, sorted by place.
func (s *Scanner) Scan(text string) []Finding { return s.ScanIn(text, Context{}) }

// ScanIn is Scan with what is known about the text: its column, and the
// person's own values.
func (s *Scanner) ScanIn(text string, in Context) []Finding {
	if s.asksModel() {
		panic("pii: a scanner with a model is asked by Find, which can say that the model failed")
	}
	fs, _ := s.all(text, in, nil) // fails only where a model does
	return fs
}

// all scans segment after segment. more, unless nil, finds further names in one.
func (s *Scanner) all(text string, in Context, more func(string) ([]Finding, error)) ([]Finding, error) {
	if len(text) <= segment {
		fs, err := s.scan(text, in, more)
		countRunes(text, fs)
		return fs, err
	}
	var out []Finding
	for at := 0; at < len(text); {
		end := cutAt(text, at)
		fs, err := s.scan(text[at:end], in, more)
		if err != nil {
			return nil, err
		}
		if at == 0 {
			out = make([]Finding, 0, (len(fs)+8)*(len(text)/end+2))
		}
		for _, f := range fs {
			f.Start, f.End = f.Start+at, f.End+at
			out = append(out, f)
		}
		at = end
	}
	countRunes(text, out)
	return out, nil
}

// segment is how much text is looked at at once. Longer texts are cut at a
// line's end, so that time and room stay in proportion.
const segment = 1 << 18

// cutAt returns where the segment that begins at i ends: after a line, else
// after a space, else after a whole character.
func cutAt(t string, i int) int {
	if len(t)-i <= segment {
		return len(t)
	}
	part := t[i : i+segment]
	for _, b := range []byte{'\n', ' '} {
		if k := strings.LastIndexByte(part, b); k > segment/2 {
			return i + k + 1
		}
	}
	k := segment
	for k > segment-4 && part[k-1]&0xC0 == 0x80 {
		k--
	}
	return i + max(k-1, 1)
}

// scan is ScanIn for one segment, with offsets in bytes alone.
func (s *Scanner) scan(text string, in Context, more func(string) ([]Finding, error)) ([]Finding, error) {
	v := normalise(text)
	sc := scans.Get().(*scan)
	defer sc.release()
	sc.s, sc.text, sc.in = s, text, in
	if v != nil {
		sc.text = v.text
	}
	sc.header()
	sc.structured()
	sc.judgeCards()
	sc.places()
	sc.users()
	if s.names {
		sc.people()
	}
	if in.Known != nil {
		sc.out = append(sc.out, in.Known.find(sc.text)...)
	}
	fs := s.keep(sc.text, sc.out)
	if v != nil {
		fs = v.back(fs)
	}
	if more != nil {
		named, err := more(text)
		if err != nil {
			return nil, err
		}
		fs = append(fs, s.keep(text, named)...)
	}
	if s.opts.Overlaps {
		fs = dropContained(fs)
	} else {
		fs = Resolve(fs)
	}
	return slices.Clone(fs), nil // what was used to find them is used again
}

// scans are reused: their tables are large and a scan is short.
var scans = sync.Pool{New: func() any { return new(scan) }}

// maxKept is how many findings of room a scan keeps for the next one.
const maxKept = 1 << 16

func (sc *scan) release() {
	out := sc.out[:0]
	clear(sc.out)
	if cap(out) > maxKept {
		out = nil
	}
	column, bare := sc.column[:0], sc.cards.bare[:0]
	sc.s, sc.text, sc.in, sc.out, sc.done = nil, "", Context{}, out, 0
	sc.words.valid, sc.column, sc.cards = false, column, tally{bare: bare}
	scans.Put(sc)
}

// Types lists what the scanner can report, in a fixed order.
func (s *Scanner) Types() []Type {
	var out []Type
	for _, t := range Types() {
		if s.wants(t) {
			out = append(out, t)
		}
	}
	for _, p := range s.custom {
		if !slices.Contains(out, p.typ) {
			out = append(out, p.typ)
		}
	}
	return out
}

func (s *Scanner) wants(t Type) bool { return s.want == nil || s.want[t] }
