package consent

import (
	"time"

	"fairtouch/touch"
)

// Assurance is how sure we are that the act was the person's.
type Assurance string

// From weakest to strongest.
const (
	ByDevice      Assurance = "device"
	ByEmail       Assurance = "verified_email"
	ByDoubleOptIn Assurance = "double_opt_in"
	ByLogin       Assurance = "login"
)

// Event is one entry of the ledger. It is stored sealed under the person's key.
type Event struct {
	ID          touch.EventID `json:"id"`
	Scope       Scope         `json:"scope"`
	State       State         `json:"state"`
	Basis       Basis         `json:"basis"`
	Notice      string        `json:"notice,omitzero"`      // content hash of the exact text shown
	Locale      string        `json:"locale,omitzero"`      // of that text
	Assessment  string        `json:"assessment,omitzero"`  // for legitimate interest: its reference
	Surface     string        `json:"surface,omitzero"`     // where: preference centre, form, call
	Method      string        `json:"method,omitzero"`      // how: checkbox, button, import file
	Source      string        `json:"source,omitzero"`      // which system said so
	Signals     string        `json:"signals,omitzero"`     // raw bytes of TCF, GPP, GPC, kept as they came
	Device      bool          `json:"device,omitzero"`      // said by a browser that nobody signed in on, see EvaluateDevice
	MinorUntil  time.Time     `json:"minor_until,omitzero"` // somebody under age, until then; a time that is past: not under age. The event says nothing else
	Actor       Actor         `json:"actor"`
	Assurance   Assurance     `json:"assurance,omitzero"`
	Confirmed   time.Time     `json:"confirmed_at,omitzero"` // elsewhere, at the address; with ConfirmedBy
	ConfirmedBy string        `json:"confirmed_by,omitzero"` // where that can be looked up
	OccurredAt  time.Time     `json:"occurred_at"`
	ReceivedAt  time.Time     `json:"received_at"`
	ValidUntil  time.Time     `json:"valid_until,omitzero"`
}

// Effective is when the event counts from: when it occurred, but never later
// than when it was received, so that a fast clock can't outrun a withdrawal.
func (e *Event) Effective() time.Time {
	if e.OccurredAt.IsZero() || e.OccurredAt.After(e.ReceivedAt) {
		return e.ReceivedAt
	}
	return e.OccurredAt
}

// Validate reports what is wrong with an event before it enters the ledger.
func (e *Event) Validate() error {
	switch {
	case !e.State.Known():
		return touch.Fielderr("state", "unknown state; use one of the DPV consent states, such as ConsentGiven or ConsentWithdrawn")
	case !e.Actor.known():
		return touch.Fielderr("actor", "unknown actor; use self, guardian, agent, import, signal or operator")
	case e.ReceivedAt.IsZero():
		return touch.Fielderr("received_at", "an event says when it was received")
	}
	if !e.MinorUntil.IsZero() && (e.State != Unknown || e.Actor != Operator && e.Actor != Import) {
		return touch.Fielderr("minor_until", "that somebody is under age is said by the company, in an event that says nothing else")
	}
	if err := e.Scope.validFor(e.State); err != nil {
		return err
	}
	if err := e.validateConfirmed(); err != nil {
		return err
	}
	if !e.State.Positive() {
		return nil
	}
	return e.validateYes()
}

// Shown reports whether the event itself says when and where it was confirmed at
// the address (double opt-in).
func (e *Event) Shown() bool { return !e.Confirmed.IsZero() && e.ConfirmedBy != "" }

// validateConfirmed refuses half a proof, and one of another time: a confirmation
// follows what it confirms.
func (e *Event) validateConfirmed() error {
	switch {
	case e.Confirmed.IsZero() && e.ConfirmedBy == "":
		return nil
	case !e.State.Positive():
		return touch.Fielderr("confirmed_at", "only a yes is confirmed")
	case e.Confirmed.IsZero():
		return touch.Fielderr("confirmed_at", "say when it was confirmed")
	case e.ConfirmedBy == "":
		return touch.Fielderr("confirmed_by", "say where the confirmation can be looked up, such as a form's log")
	case e.Confirmed.After(e.ReceivedAt):
		return touch.Fielderr("confirmed_at", "lies in the future")
	case e.Confirmed.Before(e.OccurredAt):
		return touch.Fielderr("confirmed_at", "lies before the permission that it confirms")
	}
	return nil
}

func (e *Event) validateYes() error {
	switch e.Basis {
	case ByConsent:
		if e.Notice == "" {
			return touch.Fielderr("notice", "consent needs the hash of the exact text that was shown")
		}
	case ByLegitimateInterest:
		if e.Assessment == "" {
			return touch.Fielderr("assessment", "legitimate interest needs the reference of its assessment")
		}
	case BySoftOptIn, ByContract:
	default:
		return touch.Fielderr("basis", "a permission rests on consent, soft_optin, legitimate_interest or contract")
	}
	switch e.Actor {
	case Agent, Signal, Operator:
		return touch.Fielderr("actor", "only the person, a guardian or an import can bring a permission; an agent, a signal or an operator can only refuse")
	}
	return nil
}
