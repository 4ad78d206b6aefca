package register

import (
	"context"

	"fairtouch/touch"
)

// Store keeps the register. Errors: Unknown where there is no such thing,
// Unavailable where the store can't say; a caller takes either as a refusal.
type Store interface {
	// System reads a system's newest version.
	System(ctx context.Context, ws touch.Workspace, id touch.SystemID) (System, error)
	// Systems lists the newest version of every system, retired ones included, by id.
	Systems(ctx context.Context, ws touch.Workspace) ([]System, error)
	// SaveSystem writes a new version; Conflict unless the stored one is s.Version-1.
	SaveSystem(ctx context.Context, ws touch.Workspace, s System, by touch.UserID) error
	// Chains reads the ownership graph's content as of the newest change.
	Chains(ctx context.Context, ws touch.Workspace) (Parts, error)
	// SaveChains adds or replaces parties, assets, edges and rights by id, in one
	// transaction. Nothing is ever deleted: a right ends by its dates.
	SaveChains(ctx context.Context, ws touch.Workspace, p Parts, by touch.UserID) error
	// Judgements reads the significance assessments and literacy attestations.
	Judgements(ctx context.Context, ws touch.Workspace) ([]Significance, []Attestation, error)
	// SaveJudgements appends assessments and attestations.
	SaveJudgements(ctx context.Context, ws touch.Workspace, s []Significance, a []Attestation) error
}
