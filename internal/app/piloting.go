package app

import (
	"context"
	"time"

	"fairtouch/internal/pilot"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// NewPilot says what a pilot is to be.
type NewPilot struct {
	System  touch.SystemID
	Name    string
	Control float64   // of those covered, (0, 1)
	Steps   []float64 // percent, rising; none for the usual ones
	By      touch.UserID
}

// CreatePilot makes a draft for a registered system, with a random seed.
func (a *App) CreatePilot(ctx context.Context, ws touch.Workspace, n NewPilot) (pilot.Pilot, error) {
	if _, err := a.DB.System(ctx, ws, n.System); err != nil {
		if touch.CodeOf(err) == touch.Unknown {
			err = touch.Fielderr("system", "no system of this id is registered here; `fairtouch register check` lists them")
		}
		return pilot.Pilot{}, err
	}
	p, err := pilot.New(touch.NewPilotID(), n.System, n.Name, touch.RandomID(), n.Control)
	if err != nil {
		return p, err
	}
	p.Owner = n.By
	if len(n.Steps) > 0 {
		p.Steps = n.Steps
	}
	if err := p.Validate(); err != nil {
		return p, err
	}
	if err := a.DB.SavePilot(ctx, ws, p, pilot.Event{By: n.By}); err != nil {
		return p, err
	}
	return p, a.note(ctx, ws, record.PilotGate, map[string]any{"pilot": p.ID, "kind": "created", "system": p.System, "to": p.State, "by": n.By, "control_share": p.ControlShare, "steps": p.Steps})
}

// MovePilot takes a pilot through one transition, saves it and puts it on
// record with its event.
func (a *App) MovePilot(ctx context.Context, ws touch.Workspace, id touch.PilotID, by touch.UserID, reason string,
	how func(pilot.Pilot, pilot.Act) (pilot.Pilot, pilot.Event, error)) (pilot.Pilot, pilot.Event, error) {
	p, err := a.DB.Pilot(ctx, ws, id)
	if err != nil {
		return p, pilot.Event{}, err
	}
	next, e, err := how(p, pilot.Act{By: by, At: time.Now().UTC().Truncate(time.Microsecond), Reason: reason})
	if err != nil {
		return p, e, err
	}
	if err := a.DB.SavePilot(ctx, ws, next, e); err != nil {
		return p, e, err
	}
	if err := a.note(ctx, ws, record.PilotGate, e); err != nil {
		return next, e, touch.Wrap(touch.CodeOf(err), err, "the pilot is %s, but that could not be put on record; halt it", next.State)
	}
	return next, e, nil
}
