package api

import (
	"context"
	"io"
	"log/slog"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/pii"
	"fairtouch/touch"
)

// DefaultMaxBody is the largest request body in bytes where Config says none.
const DefaultMaxBody = 1 << 20

// Config is what the API is made of. Everything but AllowedHosts, MaxBody,
// Logger, Now, Ready and LogDir is needed.
type Config struct {
	Desk      Desk
	Decider   Decider
	Record    Record
	Decisions Decisions
	Ledger    Ledger
	People    People
	Systems   Systems
	Pilots    Pilots
	Law       func(ctx context.Context) (*law.Evaluator, error)

	// Chats makes a link to a new conversation with a person; nil: none is made.
	Chats func(ctx context.Context, ws touch.Workspace, external string) (url string, err error)

	Copy         CopyDesk  // nil: no copy needs an approval
	Rights       Rights    // nil: nobody's requests are taken
	Outputs      Outputs   // nil: nothing is marked or recognised
	Confirmer    Confirmer // nil: nothing is confirmed by mail
	Names        pii.Model // finds names beside the detector's own; nil: none
	Tokens       Tokens    // nil: nothing is replaced by tokens, and nothing restored
	LogDir       string    // holds one folder of tiles a workspace; "" serves none
	MaxBody      int64     // bytes; 0 is DefaultMaxBody
	AllowedHosts []string  // host names without port; empty: this machine's own; "*": any
	Logger       *slog.Logger
	Now          func() time.Time
	Ready        func(ctx context.Context) error // nil: always ready
}

// Desk knows keys. access.Desk is one.
type Desk interface {
	ByKey(ctx context.Context, secret string) (access.Principal, error)
	CreateKey(ctx context.Context, ws touch.Workspace, owner touch.UserID, name string, scopes []access.Scope) (access.Key, string, error)
	Keys(ctx context.Context, ws touch.Workspace) ([]access.Key, error)
	RevokeKey(ctx context.Context, ws touch.Workspace, id touch.KeyID) error
}

// Decider takes touches. govern.Path is one.
type Decider interface {
	Decide(ctx context.Context, c govern.Caller, t touch.Touch, key string) (touch.Decision, error)
}

// Record is the part of the record that is read here, and Append for what a
// pilot's step leaves. record.Recorder is one.
type Record interface {
	Append(ctx context.Context, ws touch.Workspace, e record.Entry) (touch.Receipt, error)
	Opening(ctx context.Context, ws touch.Workspace, id touch.EventID) (record.Opening, error)
	Receipt(ctx context.Context, ws touch.Workspace, id touch.EventID) (touch.Receipt, error)
	Proof(ctx context.Context, ws touch.Workspace, id touch.EventID) (string, error)
	Leaf(ctx context.Context, ws touch.Workspace, id touch.EventID) ([]byte, error)
	Keys(ctx context.Context, ws touch.Workspace) (logKey, receiptKey string, err error)
}

// Filter picks decisions; zero values pick all. They come newest first by id.
type Filter struct {
	Verdict touch.Verdict
	System  touch.SystemID
	Step    touch.Step       // at which it was stopped
	From    time.Time        // at or after
	To      time.Time        // before
	After   touch.DecisionID // only ids below this one: the last of the page before
	Limit   int              // 1 to 201
}

// Decisions finds decisions by what may be filtered without a key.
type Decisions interface {
	// EventOf returns the decision's event, or touch.Unknown.
	EventOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (touch.EventID, error)
	// List returns at most f.Limit rows, by id, the highest first.
	List(ctx context.Context, ws touch.Workspace, f Filter) ([]record.DecisionRow, error)
}

// Ledger keeps permissions. consent.Ledger is one.
type Ledger interface {
	Record(ctx context.Context, ws touch.Workspace, external string, events ...consent.Event) (touch.Receipt, error)
	Lookup(ws touch.Workspace, external string) (string, error)
	Look(ctx context.Context, ws touch.Workspace, external string) (consent.Known, bool, error)
	ByID(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (consent.Known, error)
	History(ctx context.Context, ws touch.Workspace, id touch.SubjectID) ([]consent.Event, error)
}

// Confirmer confirms permissions at an e-mail address (double opt-in).
type Confirmer interface {
	// MustConfirm reports whether a permission counts only once it was confirmed at
	// the address.
	MustConfirm(ctx context.Context, ws touch.Workspace, e *consent.Event) (bool, error)
	// AskConfirmation records the request, which permits nothing, and sends the link.
	AskConfirmation(ctx context.Context, ws touch.Workspace, external, notice, email string) error
	// MarkBorn records until when a person is under age; link is their guardian's, ""
	// for who is of age. The date itself is kept nowhere.
	MarkBorn(ctx context.Context, ws touch.Workspace, external, born, country string) (until time.Time, link string, err error)
}

// People finds a person without making one.
type People interface {
	Person(ctx context.Context, ws touch.Workspace, lookup string) (p consent.Person, epoch int64, ok bool, err error)
}

// Systems reads the register.
type Systems interface {
	System(ctx context.Context, ws touch.Workspace, id touch.SystemID) (register.System, error)
	Systems(ctx context.Context, ws touch.Workspace) ([]register.System, error)
}

// Pilots keeps pilots.
type Pilots interface {
	Pilot(ctx context.Context, ws touch.Workspace, id touch.PilotID) (pilot.Pilot, error)
	Pilots(ctx context.Context, ws touch.Workspace) ([]pilot.Pilot, error)
	SavePilot(ctx context.Context, ws touch.Workspace, p pilot.Pilot, e pilot.Event) error
}

func (c Config) withDefaults() Config {
	if c.MaxBody <= 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if len(c.AllowedHosts) == 0 {
		c.AllowedHosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	return c
}
