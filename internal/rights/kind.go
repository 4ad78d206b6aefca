package rights

import "slices"

// Kind is what a person asks for.
type Kind string

// The kinds. The article is the GDPR's; other laws have their like.
const (
	Access      Kind = "access"      // Art. 15(1): a copy of what is held
	Portability Kind = "portability" // Art. 20: the same, for machines
	Correction  Kind = "correction"  // Art. 16
	Erasure     Kind = "erasure"     // Art. 17
	Restriction Kind = "restriction" // Art. 18
	Objection   Kind = "objection"   // Art. 21: to marketing it is absolute
	NoSale      Kind = "no_sale"     // opt-out of sale
	NoSharing   Kind = "no_sharing"  // opt-out of sharing for ads across contexts
	NoProfiling Kind = "no_profiling"
	NoTraining  Kind = "no_training"
	Explanation Kind = "explanation" // Art. 15(1)(h): how decisions were made
	HumanReview Kind = "human_review"
	Appeal      Kind = "appeal" // against a refused request
)

// Kinds lists all of them, in the order in which pages show them.
func Kinds() []Kind {
	return []Kind{Access, Explanation, Portability, Correction, Erasure, Restriction, Objection,
		NoProfiling, NoTraining, NoSale, NoSharing, HumanReview, Appeal}
}

// Known reports whether k is one of the kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// OptOut reports whether the request is a no: it is carried out on an
// identifier alone, because proof would only stand in its way (11 CCR
// §7026(d); GDPR Art. 12(2)).
func (k Kind) OptOut() bool {
	switch k {
	case Objection, NoSale, NoSharing, NoProfiling, NoTraining, Restriction:
		return true
	}
	return false
}

// Discloses reports whether the answer shows data, so that it must not go to
// anybody but the person.
func (k Kind) Discloses() bool {
	switch k {
	case Access, Portability, Explanation:
		return true
	}
	return false
}

// NeedsIdentity reports whether the person must be known for sure first: where
// the answer shows data or can't be undone.
func (k Kind) NeedsIdentity() bool { return k.Discloses() || k == Erasure || k == Correction }

// ByPerson reports whether a member of the staff carries the request out, and
// not the machine.
func (k Kind) ByPerson() bool { return k == Correction || k == HumanReview || k == Appeal }

// Words names the kind for the staff.
func (k Kind) Words() string {
	switch k {
	case Access:
		return "A copy of the data"
	case Portability:
		return "The data for another company"
	case Correction:
		return "Correct the data"
	case Erasure:
		return "Erase everything"
	case Restriction:
		return "Keep the data, use nothing"
	case Objection:
		return "No marketing"
	case NoSale:
		return "No sale of data"
	case NoSharing:
		return "No sharing for advertising"
	case NoProfiling:
		return "No profiling"
	case NoTraining:
		return "No training of AI"
	case Explanation:
		return "Why decisions were made"
	case HumanReview:
		return "A human looks again"
	case Appeal:
		return "Appeal against a refusal"
	}
	return string(k)
}
