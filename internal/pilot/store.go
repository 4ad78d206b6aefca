package pilot

import (
	"context"

	"fairtouch/touch"
)

// Store keeps pilots. Errors: Unknown where there is none, Unavailable where
// the store can't say; a caller takes either as outside.
type Store interface {
	// Pilot reads one pilot.
	Pilot(ctx context.Context, ws touch.Workspace, id touch.PilotID) (Pilot, error)
	// PilotOf reads the system's pilot: the one that isn't a draft, if any.
	// It never serves a stale one: a halt that was acknowledged is seen.
	PilotOf(ctx context.Context, ws touch.Workspace, system touch.SystemID) (Pilot, error)
	// Pilots lists the workspace's pilots by id.
	Pilots(ctx context.Context, ws touch.Workspace) ([]Pilot, error)
	// SavePilot writes a pilot and its event in one transaction. It fails with
	// Conflict unless the stored version is p.Version-1 (0: none is stored).
	SavePilot(ctx context.Context, ws touch.Workspace, p Pilot, e Event) error
	// PilotEvents lists a pilot's events, oldest first.
	PilotEvents(ctx context.Context, ws touch.Workspace, id touch.PilotID) ([]Event, error)
}
