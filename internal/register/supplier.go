package register

import (
	"time"

	"fairtouch/touch"
)

// Answers to a change of supplier.
const (
	StillCovered = "covered"   // what people agreed to covers the new supplier too
	AskAnew      = "ask_again" // only what people agree to from then on counts
)

// SupplierChange is that a system's vendor was replaced. People agreed to what
// their notice said, which may have named the former one: until a privacy
// officer has said whether their permission still covers the use, it doesn't
// (GDPR Art. 4(11) and 7(1), Art. 13(1)(e)).
type SupplierChange struct {
	From   string       `json:"from"` // "" was ourselves
	To     string       `json:"to"`
	At     time.Time    `json:"at"`
	By     touch.UserID `json:"by"`
	Answer string       `json:"answer,omitzero"` // "" waits
	Name   string       `json:"answered_by,omitzero"`
	On     time.Time    `json:"answered_on,omitzero"`
	Reason string       `json:"reason,omitzero"`
}

// Open reports that nobody has answered yet.
func (c *SupplierChange) Open() bool { return c != nil && c.Answer == "" }

// CountsFrom is when permissions begin to count; zero for any time.
func (c *SupplierChange) CountsFrom() time.Time {
	if c == nil || c.Answer != AskAnew {
		return time.Time{}
	}
	return c.At
}

// Follow takes over what only the register may say: a new version of a system
// neither forgets a change of supplier nor answers it by itself.
func (s *System) Follow(old *System, by touch.UserID, now time.Time) {
	switch {
	case s.Vendor != old.Vendor:
		s.Supplier = &SupplierChange{From: old.Vendor, To: s.Vendor, At: now.UTC(), By: by}
	case old.Supplier == nil:
		s.Supplier = nil
	case s.Supplier == nil || !s.Supplier.answers(old.Supplier):
		s.Supplier = old.Supplier
	}
}

// answers reports that c is old with an answer, by somebody else than made the change.
func (c *SupplierChange) answers(old *SupplierChange) bool {
	return c.From == old.From && c.To == old.To && c.At.Equal(old.At) && c.By == old.By && c.Answer != ""
}

// AnswerSupplier says whether people's permission covers the new supplier. who
// changed the supplier can't answer.
func (s *System) AnswerSupplier(answer, reason, name string, by touch.UserID, now time.Time) error {
	switch {
	case !s.Supplier.Open():
		return touch.Errorf(touch.Conflict, "this was answered already, or the supplier never changed")
	case by == s.Supplier.By:
		return touch.Errorf(touch.Forbidden, "whoever changed the supplier can't say that the permission still covers it; ask somebody else")
	case answer != StillCovered && answer != AskAnew:
		return touch.Fielderr("covered", "say whether the permission still covers it, or people are asked again")
	case reason == "":
		return touch.Fielderr("reason", "say what the judgement rests on, such as the words of the notice")
	}
	c := *s.Supplier
	c.Answer, c.Reason, c.Name, c.On = answer, reason, name, now.UTC()
	s.Supplier = &c
	return nil
}
