package consent

import (
	"fmt"
	"time"

	"fairtouch/internal/pilot"
	"fairtouch/touch"
)

// CompanyBasis is a basis that the company declares for one purpose of one
// system, in place of a permission by each person: legitimate interest with
// its assessment, or a contract. An objection still stops it.
type CompanyBasis struct {
	Purpose    string         `json:"purpose"`
	System     touch.SystemID `json:"system"`
	Basis      Basis          `json:"basis"`
	Assessment string         `json:"assessment"` // reference of the balancing test, or of the contract
	Notice     string         `json:"notice"`     // hash of the notice that tells people
	By         string         `json:"by"`         // who declared it
	At         time.Time      `json:"at"`
}

// Question is what a touch asks of the ledger. A touch that faces no person
// asks with NoPerson.
type Question struct {
	Purpose  string
	System   touch.SystemID
	Channel  touch.Channel
	NoPerson bool
	// The AI system's supplier changed. Until somebody has judged whether what
	// people agreed to covers the new one, nothing does; then what was agreed to
	// before CountsFrom doesn't, unless it is zero.
	SupplierOpen bool
	CountsFrom   time.Time
}

// Standing is the ledger's answer to a touch: may this system use this
// person's data, on which ground, and on what evidence. Only Ask makes one;
// the zero Standing refuses.
type Standing struct {
	decision touch.DecisionID
	arm      pilot.Placement
	ai       Result
	channel  Result
	verdict  touch.Verdict
	checks   []touch.Check
	silence  bool
	noPerson bool
}

// Ask answers for a placed touch. Purposes are asked by name; nothing is
// inferred from another purpose, system or channel.
func Ask(p pilot.Placement, q Question, members []Member, bases []CompanyBasis, now time.Time) (Standing, error) {
	if !p.Valid() {
		return Standing{}, touch.Errorf(touch.Internal, "consent was asked before the pilot placed the touch")
	}
	s := Standing{decision: p.Decision(), arm: p, noPerson: q.NoPerson}
	if q.NoPerson {
		s.verdict = touch.Allow
		s.checks = []touch.Check{{Step: touch.StepConsent, Rule: "consent.no-person", Verdict: touch.Allow,
			Reason: "This system faces no person; nobody's data is used.", By: "register"}}
		return s, nil
	}
	s.ai = Evaluate(members, Scope{q.Purpose, q.System, q.Channel}, now)
	s.channel = Evaluate(members, Scope{q.Purpose, "", q.Channel}, now)
	if !s.ai.Allowed && !s.ai.State.Negative() {
		s.ai = companyBasis(s.ai, q, bases)
	}
	older := s.ai.Allowed && s.ai.Since.Before(q.CountsFrom)
	if older {
		s.ai = Result{State: Unknown, Basis: ByNone}
	}
	s.judge(q, members, now)
	s.supplier(q, older)
	return s, nil
}

func companyBasis(r Result, q Question, bases []CompanyBasis) Result {
	for i := range bases {
		b := &bases[i]
		if b.Purpose == q.Purpose && b.System == q.System && b.Assessment != "" && b.Notice != "" {
			return Result{State: r.State, Allowed: true, Basis: b.Basis, Notice: b.Notice, Since: b.At, Assessment: b.Assessment}
		}
	}
	return r
}

func (s *Standing) judge(q Question, members []Member, now time.Time) {
	rule := "consent." + q.Purpose
	c := touch.Check{Step: touch.StepConsent, Rule: rule, Verdict: touch.Deny, Citation: "GDPR Art. 6(1)"}
	switch {
	case s.ai.Allowed:
		c.Verdict, c.By = touch.Allow, string(s.ai.Evidence)
		c.Reason = fmt.Sprintf("Basis for this purpose and this system: %s.", basisWords(s.ai.Basis))
		if c.By == "" {
			c.By = s.ai.Assessment
		}
	case s.ai.Conflict:
		c.Citation = "CCPA regs § 7025"
		c.Reason = "The person's browser opts out, and that stands against an earlier permission. The no counts."
	case s.ai.State == Objected:
		c.Citation = "GDPR Art. 21(2)-(3)"
		c.Reason = "The person objected; the objection stands against this use."
	case s.ai.State == Expired:
		c.Reason = "The permission for this purpose and this system has expired."
		c.Owner = "marketer"
	case s.ai.State.Negative():
		c.Citation = "GDPR Art. 7(3)"
		c.Reason = "The person said no to this use, and has not said yes since."
	default:
		c.Reason = "There is no permission for this purpose and this system."
		c.Owner = "marketer"
	}
	s.verdict = c.Verdict
	s.checks = []touch.Check{c}
	s.silence = objectedToMarketing(members, q, now)
}

// supplier adds what a change of the supplier does to the answer. A no stays a no.
func (s *Standing) supplier(q Question, older bool) {
	switch {
	case q.SupplierOpen && s.verdict == touch.Allow:
		s.verdict = touch.Gap
		s.checks = append(s.checks, touch.Check{Step: touch.StepConsent, Rule: "consent.supplier", Verdict: touch.Gap, Citation: "GDPR Art. 13(1)(e)",
			Reason:  "The system's supplier changed, and nobody has judged yet whether the permission covers the new one.",
			Missing: []string{"system.supplier_covered"}, Owner: "privacy officer"})
	case older:
		s.checks[0].Reason = "The permission was given for another supplier of this system; the person has to be asked again."
	}
}

// objectedToMarketing reports whether the person objected to the marketing
// itself, not only to the AI in it: then there is no alternative, but silence.
func objectedToMarketing(members []Member, q Question, now time.Time) bool {
	r := Evaluate(members, Scope{q.Purpose, "", q.Channel}, now)
	return r.State == Objected || r.State == Withdrawn && !r.Allowed
}

func basisWords(b Basis) string {
	switch b {
	case ByConsent:
		return "the person's consent"
	case BySoftOptIn:
		return "an existing customer relationship (soft opt-in)"
	case ByLegitimateInterest:
		return "legitimate interest, with its assessment"
	case ByContract:
		return "a contract with the person"
	}
	return "none"
}

// Decision is the decision that the standing belongs to.
func (s Standing) Decision() touch.DecisionID { return s.decision }

// Placement is the pilot's placement that it was asked for.
func (s Standing) Placement() pilot.Placement { return s.arm }

// Verdict is Allow, or Deny. The zero Standing says "", which refuses.
func (s Standing) Verdict() touch.Verdict { return s.verdict }

// Checks lists what was asked and found.
func (s Standing) Checks() []touch.Check { return s.checks }

// AI is the ledger's answer for the use of this AI system.
func (s Standing) AI() Result { return s.ai }

// ByChannel is the ledger's answer for messages on this channel, AI or not.
func (s Standing) ByChannel() Result { return s.channel }

// Silence reports that the person objected to the marketing itself.
func (s Standing) Silence() bool { return s.silence }

// NoPerson reports that the touch faces no person.
func (s Standing) NoPerson() bool { return s.noPerson }
