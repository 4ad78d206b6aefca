package consent

import (
	"sort"
	"time"

	"fairtouch/touch"
)

// Mark is what the projection keeps of an event that decides.
type Mark struct {
	Event      touch.EventID `json:"e"`
	State      State         `json:"t"`
	Basis      Basis         `json:"b,omitzero"`
	Notice     string        `json:"n,omitzero"`
	Assessment string        `json:"a,omitzero"`
	Source     string        `json:"o,omitzero"`
	Effective  time.Time     `json:"f"`
	Until      time.Time     `json:"u,omitzero"`
	Act        bool          `json:"y,omitzero"` // an affirmative act of the person
	Device     bool          `json:"d,omitzero"` // said by a browser: its yes counts there alone, its no wherever it was linked
}

// Entry is the standing of one scope: its latest no, its latest yes, and the
// latest yes that was an act of the person.
type Entry struct {
	Scope Scope `json:"k"`
	No    *Mark `json:"no,omitzero"`
	Yes   *Mark `json:"yes,omitzero"`
	Act   *Mark `json:"act,omitzero"`
	Other *Mark `json:"x,omitzero"` // requested, deferred, unknown: neither yes nor no
}

// Projection is one person's present permissions, sorted by scope. The zero
// value is a person of whom nothing is known.
type Projection struct {
	Entries []Entry `json:"entries"`
}

// Apply adds one event. The result does not depend on the order in which
// events arrive: each slot keeps the event with the latest effective time, and
// on a tie the one with the greater id, so that a replay gives the same bytes.
func (p *Projection) Apply(e *Event) {
	m := &Mark{
		Event: e.ID, State: e.State, Basis: e.Basis, Notice: e.Notice, Assessment: e.Assessment,
		Source: e.Source, Effective: e.Effective(), Until: e.ValidUntil, Act: e.Actor.Affirmative(), Device: e.Device,
	}
	en := p.entry(e.Scope)
	switch {
	case e.State.Negative():
		en.No = later(en.No, m)
	case e.State.Positive():
		en.Yes = later(en.Yes, m)
		if m.Act {
			en.Act = later(en.Act, m)
		}
	default:
		en.Other = later(en.Other, m)
	}
}

func (p *Projection) entry(s Scope) *Entry {
	i := sort.Search(len(p.Entries), func(i int) bool { return !less(p.Entries[i].Scope, s) })
	if i < len(p.Entries) && p.Entries[i].Scope == s {
		return &p.Entries[i]
	}
	p.Entries = append(p.Entries, Entry{})
	copy(p.Entries[i+1:], p.Entries[i:])
	p.Entries[i] = Entry{Scope: s}
	return &p.Entries[i]
}

func less(a, b Scope) bool {
	if a.Purpose != b.Purpose {
		return a.Purpose < b.Purpose
	}
	if a.System != b.System {
		return a.System < b.System
	}
	return a.Channel < b.Channel
}

func later(a, b *Mark) *Mark {
	switch {
	case a == nil:
		return b
	case b.Effective.After(a.Effective):
		return b
	case b.Effective.Equal(a.Effective) && b.Event > a.Event:
		return b
	}
	return a
}
