package touch

import (
	"crypto/rand"
	"encoding/hex"

	"go.jetify.com/typeid"
)

// Ids are distinct types, so that one can't be passed for another. All but
// Workspace are TypeIDs ("dec_01j…"): a prefix and a UUIDv7 in base 32, sorted
// by the time they were made. They are opaque to clients.
type (
	// Workspace separates companies, or a demo from the real thing. Every
	// store method takes it first, and it always comes from the credential.
	Workspace string
	// SubjectID names a person by a random id, never by an identifier.
	SubjectID string
	// SystemID names a registered AI system; an operator chooses it ("lead-scorer").
	SystemID string
	// DecisionID names a decision.
	DecisionID string
	// EventID names an event of the consent ledger or of the record.
	EventID string
	// PilotID names a pilot.
	PilotID string
	// UserID names a member of the staff.
	UserID string
	// KeyID names an API key; the secret is not in it.
	KeyID string
	// CampaignID names a campaign.
	CampaignID string
)

// NewDecisionID makes a fresh decision id from the clock and the system's randomness.
func NewDecisionID() DecisionID { return DecisionID(newID("dec")) }

// NewSubjectID makes a fresh subject id.
func NewSubjectID() SubjectID { return SubjectID(newID("sub")) }

// NewEventID makes a fresh event id.
func NewEventID() EventID { return EventID(newID("evt")) }

// NewPilotID makes a fresh pilot id.
func NewPilotID() PilotID { return PilotID(newID("pil")) }

// NewUserID makes a fresh user id.
func NewUserID() UserID { return UserID(newID("usr")) }

// NewKeyID makes a fresh API key id.
func NewKeyID() KeyID { return KeyID(newID("key")) }

// NewCampaignID makes a fresh campaign id.
func NewCampaignID() CampaignID { return CampaignID(newID("cmp")) }

// NewID makes a TypeID with the given prefix of lower-case ASCII letters.
func NewID(prefix string) string { return newID(prefix) }

// IDFrom makes the TypeID of 128 given bits: the same for the same bits. It says
// nothing of a time, and is as hard to guess as the bits are.
func IDFrom(prefix string, bits [16]byte) string {
	id, err := typeid.FromUUIDBytesWithPrefix(prefix, bits[:])
	if err != nil {
		panic("touch: no id can be made: " + err.Error()) // only a malformed prefix gets here
	}
	return id.String()
}

func newID(prefix string) string {
	id, err := typeid.WithPrefix(prefix)
	if err != nil {
		// Only a malformed prefix or a broken random source gets here; neither may go on.
		panic("touch: no id can be made: " + err.Error())
	}
	return id.String()
}

// RandomID returns 128 bits from the system's randomness as hex. Unlike a
// TypeID it says nothing of the time; leaves of the transparency log use it.
func RandomID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("touch: no randomness: " + err.Error())
	}
	return hex.EncodeToString(b[:])
}
