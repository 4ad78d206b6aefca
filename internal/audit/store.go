package audit

import (
	"context"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Store keeps runs, findings and corrections, every version of each. Save
// fails with Conflict unless the stored version is one less than the value's
// (0: none is stored). Errors: Unknown where there is none.
type Store interface {
	SaveRun(ctx context.Context, ws touch.Workspace, r Run) error
	Run(ctx context.Context, ws touch.Workspace, id string) (Run, error)
	Runs(ctx context.Context, ws touch.Workspace) ([]Run, error) // by id, which is by time
	SaveFinding(ctx context.Context, ws touch.Workspace, f Finding, by touch.UserID) error
	Finding(ctx context.Context, ws touch.Workspace, id string) (Finding, error)
	Findings(ctx context.Context, ws touch.Workspace) ([]Finding, error)
	SaveCorrection(ctx context.Context, ws touch.Workspace, c Correction, by touch.UserID) error
	Correction(ctx context.Context, ws touch.Workspace, id string) (Correction, error)
}

// Plans keeps what is audited again and again. Save is as Store's.
type Plans interface {
	SavePlan(ctx context.Context, ws touch.Workspace, p Plan, by touch.UserID) error
	Plan(ctx context.Context, ws touch.Workspace, id string) (Plan, error)
	Plans(ctx context.Context, ws touch.Workspace) ([]Plan, error)
}

// Protected keeps people's protected attributes apart from everything else,
// each person's under that person's key. Nothing but an audit reads them.
type Protected interface {
	// PutProtected replaces the sealed attributes of people.
	PutProtected(ctx context.Context, ws touch.Workspace, rows []SealedAttributes) error
	// EachProtected calls f with each person's sealed attributes and wrapped key.
	EachProtected(ctx context.Context, ws touch.Workspace, f func(SealedAttributes) error) error
	// PutOutcomes keeps what came true of decisions; a later one replaces.
	PutOutcomes(ctx context.Context, ws touch.Workspace, rows []Outcome) error
	// Outcomes returns what came true, by decision.
	Outcomes(ctx context.Context, ws touch.Workspace) (map[touch.DecisionID]string, error)
	// CountProtected counts the people of whom attributes are kept.
	CountProtected(ctx context.Context, ws touch.Workspace) (int64, error)
}

// SealedAttributes are one person's, sealed; Wrapped is the person's key, empty
// once erased.
type SealedAttributes struct {
	Subject touch.SubjectID
	Sealed  []byte
	Wrapped []byte
}

// Outcome is what came true of one decision, such as bought or not.
type Outcome struct {
	Decision touch.DecisionID
	Label    string
	At       time.Time
}

// Recorder puts events on record. record.Recorder implements it.
type Recorder interface {
	Append(ctx context.Context, ws touch.Workspace, e record.Entry) (touch.Receipt, error)
}

// Holder stops what a finding is about. Both are idempotent and must be durable
// when they return.
type Holder interface {
	HaltPilot(ctx context.Context, ws touch.Workspace, id touch.PilotID, by touch.UserID, reason string) error
	HaltSystem(ctx context.Context, ws touch.Workspace, id touch.SystemID, by touch.UserID, reason string) error
}

// The kinds of events that audits put on record.
const (
	EventAudit      record.Kind = "audit"
	EventFinding    record.Kind = "finding"
	EventCorrection record.Kind = "correction"
	EventAttributes record.Kind = "protected-attributes"
)
