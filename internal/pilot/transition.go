package pilot

import (
	"encoding/json"
	"slices"
	"time"

	"fairtouch/touch"
)

// Event is one transition with the evidence it rested on, for the record.
type Event struct {
	Pilot    touch.PilotID   `json:"pilot"`
	Kind     string          `json:"kind"` // started, stepped, scaled, halted, reopened
	From     State           `json:"from"`
	To       State           `json:"to"`
	Epoch    int             `json:"epoch"`
	Step     int             `json:"step"`
	Coverage float64         `json:"coverage"`
	By       touch.UserID    `json:"by,omitzero"` // empty: the software itself, as for an automatic halt
	At       time.Time       `json:"at"`
	Reason   string          `json:"reason"`
	Evidence json.RawMessage `json:"evidence,omitzero"` // counts and bounds as they were
}

// Act says who moves a pilot, when, why, and on which evidence (JSON).
type Act struct {
	By       touch.UserID
	At       time.Time
	Reason   string
	Evidence json.RawMessage
}

// Start takes a draft to its first step.
func (p Pilot) Start(a Act) (Pilot, Event, error) {
	if p.State != Draft {
		return p, Event{}, p.refuse("started")
	}
	return p.move("started", Running, 0, a, true)
}

// Advance takes a running pilot one step further. Steps can't be skipped.
func (p Pilot) Advance(a Act) (Pilot, Event, error) {
	if p.State != Running {
		return p, Event{}, p.refuse("stepped")
	}
	if p.Step+1 >= len(p.Steps) {
		return p, Event{}, touch.Errorf(touch.Conflict, "pilot %s is on its last step; scale it or halt it", p.ID)
	}
	return p.move("stepped", Running, p.Step+1, a, true)
}

// Scale ends a pilot on its last step: everybody meets the AI.
func (p Pilot) Scale(a Act) (Pilot, Event, error) {
	if p.State != Running || p.Step+1 != len(p.Steps) {
		return p, Event{}, p.refuse("scaled")
	}
	return p.move("scaled", Scaled, p.Step, a, true)
}

// Halt sends everybody to the control path at once. It needs no person and no
// evidence, and halting a halted pilot changes nothing but is an event.
func (p Pilot) Halt(a Act) (Pilot, Event, error) {
	if p.State == Draft {
		return p, Event{}, p.refuse("halted")
	}
	return p.move("halted", Halted, p.Step, a, false)
}

// Reopen takes a halted pilot back to draft with another epoch. The seed must
// never have been used, or the same people would return to the same arm.
func (p Pilot) Reopen(seed string, a Act) (Pilot, Event, error) {
	if p.State != Halted {
		return p, Event{}, p.refuse("reopened")
	}
	if seed == "" || slices.Contains(p.UsedSeeds, seed) || seed == p.Epoch.Seed {
		return p, Event{}, touch.Fielderr("seed", "a reopened pilot needs a seed that it never had")
	}
	p.UsedSeeds = append(slices.Clone(p.UsedSeeds), seed)
	p.Epoch = Epoch{Number: p.Epoch.Number + 1, Seed: seed, HashVersion: 2, Weights: [2]float64{1 - p.ControlShare, p.ControlShare}}
	return p.move("reopened", Draft, 0, a, true)
}

func (p Pilot) move(kind string, to State, step int, a Act, person bool) (Pilot, Event, error) {
	if a.Reason == "" || a.At.IsZero() {
		return p, Event{}, touch.Fielderr("reason", "say why, and when")
	}
	if person && a.By == "" {
		return p, Event{}, touch.Fielderr("by", "only a named person may widen a pilot")
	}
	if len(a.Evidence) > 0 && !json.Valid(a.Evidence) {
		return p, Event{}, touch.Fielderr("evidence", "the evidence must be JSON")
	}
	from := p.State
	p.State, p.Step, p.Version = to, step, p.Version+1
	if to == Running {
		p.Epoch.Coverage = p.Steps[step] / 100
	}
	if err := p.Validate(); err != nil {
		return p, Event{}, err
	}
	return p, Event{Pilot: p.ID, Kind: kind, From: from, To: to, Epoch: p.Epoch.Number, Step: step,
		Coverage: p.Epoch.Coverage, By: a.By, At: a.At, Reason: a.Reason, Evidence: slices.Clone(a.Evidence)}, nil
}

func (p Pilot) refuse(what string) error {
	return touch.Errorf(touch.Conflict, "pilot %s is %s on step %d of %d, so it can't be %s", p.ID, p.State, p.Step+1, len(p.Steps), what)
}
