package law

import (
	"embed"
	"io/fs"
	"slices"
	"sort"
	"time"

	"fairtouch/touch"
)

//go:embed packs/*.yaml
var packFiles embed.FS

// Embedded loads the packs that ship in the binary, by id.
func Embedded() ([]*Pack, error) {
	reg, err := EmbeddedRegistry()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(packFiles, "packs/*.yaml")
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the embedded law packs can't be listed")
	}
	var packs []*Pack
	for _, n := range names {
		data, err := packFiles.ReadFile(n)
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the embedded law pack %s can't be read", n)
		}
		p, err := reg.Load(data)
		if err != nil {
			return nil, err
		}
		packs = append(packs, p)
	}
	return packs, nil
}

// EmbeddedBook is the embedded packs, all activated at that time.
func EmbeddedBook(at time.Time) (*Book, error) {
	packs, err := Embedded()
	if err != nil {
		return nil, err
	}
	acts := make([]Activation, len(packs))
	for i, p := range packs {
		acts[i] = Activation{Pack: p, At: at, By: "installation"}
	}
	return NewBook(acts...)
}

// Activation is the logged act by which a named person put a pack to work here.
type Activation struct {
	Pack *Pack
	At   time.Time
	By   string
}

// Book is every pack that was ever activated here, with the times. It is
// immutable; activating another pack makes another book.
type Book struct {
	reg      *Registry
	editions []*Edition // by time
}

// NewBook orders activations into editions. It refuses packs written against
// different registries, and one rule id in two packs at once.
func NewBook(acts ...Activation) (*Book, error) {
	acts = slices.Clone(acts)
	slices.SortStableFunc(acts, func(a, b Activation) int { return a.At.Compare(b.At) })
	b := &Book{}
	current := map[string]*Pack{}
	for i, a := range acts {
		if a.Pack == nil || a.Pack.hash == "" {
			return nil, touch.Errorf(touch.Invalid, "activation %d names a pack that wasn't loaded", i)
		}
		if b.reg == nil {
			b.reg = a.Pack.reg
		}
		if b.reg.hash != a.Pack.reg.hash {
			return nil, touch.Errorf(touch.Invalid, "law pack %s was written against another registry of facts and controls", a.Pack.ID)
		}
		current[a.Pack.ID] = a.Pack
		if i+1 < len(acts) && acts[i+1].At.Equal(a.At) {
			continue
		}
		e, err := newEdition(b.reg, a.At, current)
		if err != nil {
			return nil, err
		}
		b.editions = append(b.editions, e)
	}
	return b, nil
}

// At returns the edition that was known at that time, nil if none was yet.
func (b *Book) At(known time.Time) *Edition {
	i := sort.Search(len(b.editions), func(i int) bool { return b.editions[i].since.After(known) })
	if i == 0 {
		return nil
	}
	return b.editions[i-1]
}

// Edition is the set of packs in force of knowledge between two activations.
type Edition struct {
	reg    *Registry
	since  time.Time
	packs  []*Pack
	rules  []*Rule // by id
	places []string
	cells  map[cell][]*Rule
	hashes []string
	asked  []int // indexes into reg.facts that some rule reads
}

type cell struct {
	kind    touch.Kind
	channel touch.Channel
}

func newEdition(reg *Registry, since time.Time, current map[string]*Pack) (*Edition, error) {
	e := &Edition{reg: reg, since: since, cells: map[cell][]*Rule{}, hashes: []string{reg.hash}}
	for _, p := range current {
		e.packs = append(e.packs, p)
	}
	slices.SortFunc(e.packs, func(a, b *Pack) int { return compare(a.ID, b.ID) })
	reads := map[string]bool{}
	for _, p := range e.packs {
		e.hashes = append(e.hashes, p.hash)
		for _, r := range p.Rules {
			if r.Status == "withdrawn" {
				continue
			}
			e.rules = append(e.rules, r)
			e.places = append(e.places, normalPlace(r.Jurisdiction))
			for _, f := range r.reads {
				reads[f] = true
			}
		}
	}
	slices.Sort(e.places)
	e.places = slices.Compact(e.places)
	slices.SortFunc(e.rules, func(a, b *Rule) int { return compare(a.ID, b.ID) })
	for i := 1; i < len(e.rules); i++ {
		if e.rules[i].ID == e.rules[i-1].ID {
			return nil, touch.Errorf(touch.Invalid, "rule %s is in two active packs", e.rules[i].ID)
		}
	}
	for i, f := range reg.facts {
		if reads[f.Name] {
			e.asked = append(e.asked, i)
		}
	}
	e.index()
	return e, nil
}

// index lists the rules of each (kind, channel); the empty kind and channel
// stand for unknown ones and hold every rule.
func (e *Edition) index() {
	for _, k := range append(touch.Kinds(), "") {
		for _, c := range append(touch.Channels(), "") {
			for _, r := range e.rules {
				if (k == "" || names(r.Kinds, string(k))) && (c == "" || names(r.Channels, string(c))) {
					e.cells[cell{k, c}] = append(e.cells[cell{k, c}], r)
				}
			}
		}
	}
}

func names(list []string, v string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, v)
}

// Rules lists the edition's rules by id.
func (e *Edition) Rules() []*Rule { return slices.Clone(e.rules) }

// Packs lists the edition's packs by id.
func (e *Edition) Packs() []*Pack { return slices.Clone(e.packs) }

// Editions lists the times at which what this installation knew changed.
func (b *Book) Editions() []time.Time {
	out := make([]time.Time, len(b.editions))
	for i, e := range b.editions {
		out[i] = e.since
	}
	return out
}

// Registry returns the facts and controls that the book's packs rest on.
func (b *Book) Registry() *Registry { return b.reg }
