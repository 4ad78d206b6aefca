package record

import (
	"encoding/json"
	"time"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Kind is what happened. It is in the leaf, so it must say nothing of anyone.
type Kind string

// The kinds of events.
const (
	Opened       Kind = "opened"      // a streamed answer is about to begin
	Closed       Kind = "closed"      // a decision is complete
	Interrupted  Kind = "interrupted" // an opened one that never closed, written at restart
	Grant        Kind = "grant"       // consent or another basis changed
	Permit       Kind = "permit-override"
	Ownership    Kind = "ownership-override"
	PilotGate    Kind = "pilot-gate"
	Erasure      Kind = "erasure"
	Export       Kind = "export"
	View         Kind = "view"      // a member of the staff looked at a person
	Explained    Kind = "explained" // a counterfactual was computed later
	Register     Kind = "register"  // a system, an asset or a right changed
	CampaignMove Kind = "campaign"  // a campaign was started, stopped, approved or refused
	CopyMove     Kind = "copy"      // a text was put up for approval, approved or sent back
	Review       Kind = "review"    // a person confirmed or overturned a decision; a decision of its own
	Withheld     Kind = "withheld"  // a closed answer, or its end, did not leave after all
	Settings     Kind = "settings"  // the configuration, a law pack or a key changed
)

// Outcome says how a closed event ended.
type Outcome string

// The outcomes of Closed.
const (
	Answered   Outcome = "answered"
	Refused    Outcome = "refused"
	Failed     Outcome = "failed"
	ClientGone Outcome = "client_gone"
)

// Subject is the person that an event concerns, with the key opened for this
// request.
type Subject struct {
	ID  touch.SubjectID
	Key seal.SubjectKey
}

// Guard makes an append conditional: it is committed only while the person's
// version is still the one the decision was made under.
type Guard struct {
	Version int64
	Epoch   int64 // of the workspace: nothing of it has changed since; 0 asks for nothing
}

// Idempotency keeps a reply for a retry with the same key.
type Idempotency struct {
	KeyHash string // a hash of the client's key; never the key
	Reply   []byte // the decision's JSON without its receipt; sealed before it is stored
}

// Entry is one event to put on record.
type Entry struct {
	Kind      Kind
	Outcome   Outcome         // for Closed
	At        time.Time       // zero for now
	Subject   *Subject        // nil where no person is concerned
	Guard     *Guard          // nil: committed whatever the person's version, unless erased
	Payload   json.RawMessage // any JSON; made canonical (RFC 8785)
	Canonical bool            // Payload was written by record.Canonical, so that it need not be ordered again
	Closes    touch.EventID   // the Opened event that this one ends

	Decision    *DecisionRow // for Closed: what may be filtered without a key
	Idempotency *Idempotency

	State []byte        // for Grant: the person's sealed projection after the event; changes the person's version
	Lines []ConsentLine // for Grant: what was said, without who
}

// ConsentLine is what a permission's change adds to the counts: nothing of whom.
type ConsentLine struct {
	Purpose, System, Channel, State, Basis, Notice string
}

// DecisionRow is the part of a decision that says nothing about a person.
type DecisionRow struct {
	ID           touch.DecisionID
	EventID      touch.EventID // set by the recorder
	System       touch.SystemID
	Purpose      string
	Channel      touch.Channel
	Verdict      touch.Verdict
	StoppedAt    touch.Step
	Reason       string // the rule that stopped it
	Arm          string
	Jurisdiction string
	Band         string
	Campaign     touch.CampaignID
	At           time.Time
}

// Row is an event as the store keeps it.
type Row struct {
	Seq        int64 // set by the store
	Workspace  touch.Workspace
	ID         touch.EventID
	LeafID     string // random; the only id in the leaf
	Kind       Kind
	SealedFor  string // ForSubject or ForWorkspace
	At         time.Time
	Commitment [32]byte
	CipherHash [32]byte // of the ciphertext, bound to id, key, time and decision
	Cipher     []byte

	Subject  touch.SubjectID // "" for none
	Guard    *Guard
	Decision *DecisionRow
	Closes   touch.EventID
	KeyHash  string // "" for none
	Reply    []byte // sealed
	State    []byte // see Entry
	Lines    []ConsentLine
}

// Under whose key a row's payload is sealed.
const (
	ForSubject   = "subject"
	ForWorkspace = "workspace"
)

// Stored is a row as it is read back, with its place in the log.
type Stored struct {
	Row
	Index   int64   // -1 while it isn't in the log
	Again   []int64 // further places, which a crash made
	Wrapped []byte  // the person's wrapped key; empty once erased
}

// Opening is what opens a commitment while the key lives.
type Opening struct {
	Salt    [32]byte
	Payload json.RawMessage
}
