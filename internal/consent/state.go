package consent

// State is the state of one permission, named as in the W3C Data Privacy
// Vocabulary (DPV 2, consent status). Objected and OptedOut are not consent
// states there; they stand for the rights of GDPR Art. 21 and of US state law.
type State string

// The states.
const (
	Given       State = "ConsentGiven"
	Renewed     State = "RenewedConsentGiven"
	Requested   State = "ConsentRequested"
	Deferred    State = "ConsentRequestDeferred"
	Refused     State = "ConsentRefused"
	Withdrawn   State = "ConsentWithdrawn" // by the person
	Revoked     State = "ConsentRevoked"   // by somebody else
	Expired     State = "ConsentExpired"
	Invalidated State = "ConsentInvalidated"
	Unknown     State = "ConsentUnknown"
	Objected    State = "ObjectionMade" // GDPR Art. 21
	OptedOut    State = "OptedOut"      // US state law, Global Privacy Control
)

// States lists all of them.
func States() []State {
	return []State{Given, Renewed, Requested, Deferred, Refused, Withdrawn, Revoked,
		Expired, Invalidated, Unknown, Objected, OptedOut}
}

// Positive reports whether the state is a valid consent in DPV's sense.
func (s State) Positive() bool { return s == Given || s == Renewed }

// Negative reports whether the state is a no that only the person can undo.
func (s State) Negative() bool {
	switch s {
	case Refused, Withdrawn, Revoked, Invalidated, Objected, OptedOut:
		return true
	}
	return false
}

// Known reports whether s is one of the states above.
func (s State) Known() bool {
	for _, k := range States() {
		if s == k {
			return true
		}
	}
	return false
}

// Basis is the ground on which a touch may happen (GDPR Art. 6(1), ePrivacy
// Directive Art. 13(2) for the soft opt-in).
type Basis string

// The four bases.
const (
	ByConsent            Basis = "consent"
	BySoftOptIn          Basis = "soft_optin"
	ByLegitimateInterest Basis = "legitimate_interest" // with its assessment
	ByContract           Basis = "contract"
	ByNone               Basis = "none"
)

// Actor is who caused an event.
type Actor string

// The actors. Only Self and Guardian can turn a no into a yes.
const (
	Self     Actor = "self"
	Guardian Actor = "guardian"
	Agent    Actor = "agent"  // with a mandate; may say no for the person, never yes
	Import   Actor = "import" // another system's word
	Signal   Actor = "signal" // a browser's, such as Global Privacy Control
	Operator Actor = "operator"
)

// Affirmative reports whether the actor's yes is an act of the person.
func (a Actor) Affirmative() bool { return a == Self || a == Guardian }

func (a Actor) known() bool {
	switch a {
	case Self, Guardian, Agent, Import, Signal, Operator:
		return true
	}
	return false
}
