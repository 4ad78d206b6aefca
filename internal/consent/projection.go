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
	Guardian   bool          `json:"g,omitzero"` // a guardian's act: counts while the person is under age, and no longer
	Device     bool          `json:"d,omitzero"` // said by a browser: its yes counts there alone, its no wherever it was linked
}

// Entry is the standing of one scope: its latest no, its latest yes, and the
// latest yes that was an act of the person.
type Entry struct {
	Scope Scope  `json:"k"`
	No    *Mark  `json:"no,omitzero"`
	Yes   *Mark  `json:"yes,omitzero"`
	Act   *Mark  `json:"act,omitzero"`
	Minor *Minor `json:"minor,omitzero"` // in the entry of everything alone
	Other *Mark  `json:"x,omitzero"`     // requested, deferred, unknown: neither yes nor no
}

// Projection is one person's present permissions, sorted by scope. The zero
// value is a person of whom nothing is known.
type Projection struct {
	Entries []Entry `json:"entries"`
}

// Minor is until when the person is under age; nil: nobody ever said so.
func (p *Projection) Minor() *Minor {
	for i := range p.Entries {
		if m := p.Entries[i].Minor; m != nil {
			return m
		}
	}
	return nil
}

// Says reports whether anything was said about the entry's scope.
func (en *Entry) Says() bool { return en.No != nil || en.Yes != nil || en.Other != nil }

// Minor is until when somebody is under age, and which event says so.
type Minor struct {
	Until     time.Time     `json:"u"`
	Event     touch.EventID `json:"e"`
	Effective time.Time     `json:"f"`
}

// Apply adds one event. The result does not depend on the order in which
// events arrive: each slot keeps the event with the latest effective time, and
// on a tie the one with the greater id, so that a replay gives the same bytes.
func (p *Projection) Apply(e *Event) {
	if !e.MinorUntil.IsZero() {
		p.under(e)
		return
	}
	m := &Mark{
		Event: e.ID, State: e.State, Basis: e.Basis, Notice: e.Notice, Assessment: e.Assessment,
		Source: e.Source, Effective: e.Effective(), Until: e.ValidUntil, Act: e.Actor.Affirmative(), Device: e.Device, Guardian: e.Actor == Guardian,
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

// under keeps the latest word on somebody's age; on a tie the one with the
// greater id.
func (p *Projection) under(e *Event) {
	en := p.entry(Scope{Any, Any, Any})
	m := en.Minor
	if m == nil || e.Effective().After(m.Effective) || e.Effective().Equal(m.Effective) && e.ID > m.Event {
		en.Minor = &Minor{Until: e.MinorUntil, Event: e.ID, Effective: e.Effective()}
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
