package gpp

import "strings"

// Choice is what a field of a US section says of the person's will.
type Choice int

// The choices. Unknown is the zero value: missing, cut, undecodable or a value
// that the specification doesn't have. NotApplicable is the company's claim
// that it doesn't do this, not a permission.
const (
	ChoiceUnknown Choice = iota
	ChoiceNotApplicable
	ChoiceRefused // opted out, or no consent
	ChoiceAllowed // did not opt out, or consented
)

// refused12 are the fields where 1 is a refusal and 2 isn't: the opt-outs, and
// the lists of sensitive data and of known children, whether they are
// opt-outs (ca, ut, ia) or consents. Source: the GPP section specifications.
var refused12 = []string{"SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut", "SensitiveDataProcessing",
	"KnownChildSensitiveDataConsents", "PersonalDataConsents", "AdditionalDataProcessingConsent"}

// Choices reads a field of a US section as choices, one an entry. It is nil for
// fields that aren't choices (notices, the MSPA) and for sections of the TCF.
// In an incomplete section every choice is unknown but the refusals.
func (s *Section) Choices(name string) []Choice {
	if s.id == usPrivacy.id && name == "OptOutSale" {
		v, _ := s.Get(name)
		return []Choice{s.known(map[any]Choice{"Y": ChoiceRefused, "N": ChoiceAllowed, "-": ChoiceNotApplicable}[v])}
	}
	if s.layout == nil || s.id <= usPrivacy.id {
		return nil
	}
	for _, n := range refused12 {
		if v, ok := s.Get(name); ok && n == name {
			return s.twoBits(v)
		}
	}
	return nil
}

func (s *Section) twoBits(v any) []Choice {
	list, ok := v.([]int)
	if !ok {
		n, _ := v.(int)
		list = []int{n}
	}
	out := make([]Choice, len(list))
	for i, n := range list {
		if n >= 0 && n <= 2 {
			out[i] = s.known(Choice(n + 1))
		}
	}
	return out
}

// known keeps a choice only where it is sure: a refusal counts even in a string
// that is damaged elsewhere, anything else doesn't.
func (s *Section) known(c Choice) Choice {
	if c != ChoiceRefused && !s.Complete() {
		return ChoiceUnknown
	}
	return c
}

// Refusal is one recorded no, with the field that is its evidence.
type Refusal struct {
	Section string `json:"section"`
	Field   string `json:"field"`
	Entry   int    `json:"entry,omitempty"` // counted from 1 in lists
}

// Refusals lists every no of the US sections, the GPC sub-section included. An
// empty list is no permission: ask Complete, and for opt-in laws the ledger.
func (m *Message) Refusals() []Refusal {
	var out []Refusal
	for _, s := range m.sections {
		for _, f := range s.Fields() {
			if on, ok := f.Value.(bool); ok && f.Name == "Gpc" && on {
				out = append(out, Refusal{Section: s.Name(), Field: f.Name})
			}
			choices := s.Choices(f.Name)
			for i, c := range choices {
				if c != ChoiceRefused {
					continue
				}
				r := Refusal{Section: s.Name(), Field: f.Name}
				if len(choices) > 1 {
					r.Entry = i + 1
				}
				out = append(out, r)
			}
		}
	}
	return out
}

// forAds reports whether a refusal concerns advertising: sale, sharing,
// targeted advertising, or the browser's signal.
func (r Refusal) forAds() bool {
	return r.Field == "Gpc" || strings.Contains(r.Field, "Sale") || strings.HasPrefix(r.Field, "Sharing") ||
		strings.HasPrefix(r.Field, "TargetedAdvertising")
}
