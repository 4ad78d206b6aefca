// Package policy joins what consent, law and the register say of a touch into
// one permit, or one refusal with every reason. It is pure: the same input
// gives the same answer, so that any decision can be replayed.
package policy

import (
	"maps"
	"slices"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/law"
	"fairtouch/touch"
)

// Input is everything that the answer depends on, beside the standing.
type Input struct {
	Kind          touch.Kind
	Channel       touch.Channel
	At            time.Time // of the touch
	KnownAt       time.Time // what this installation knew by then
	Jurisdictions []touch.Jurisdiction
	Roles         []string
	Facts         map[string]any     // subject.*, system.*, use.*, company.*, content.*; absent is unknown
	Register      []touch.Check      // ownership, literacy, state of the system: what the register says
	Discharged    map[string]string  // controls that later steps are bound to discharge, and by what
	Alternative   *touch.Alternative // what people get whom AI must not touch; nil: none declared
}

// Permit is the policy's yes. Only Decide makes one; the zero Permit is
// refused by every later step.
type Permit struct {
	decision   touch.DecisionID
	standing   consent.Standing
	checks     []touch.Check
	answer     law.Answer
	discharged map[string]string
}

// Refusal is the policy's no, with every reason and what the person gets instead.
type Refusal struct {
	Verdict     touch.Verdict
	Checks      []touch.Check
	Missing     []string
	Alternative *touch.Alternative
	Packs       []string
}

// Decide asks consent, law and the register, all of them, whatever the first
// says, and keeps every reason. One no or one missing fact refuses.
func Decide(s consent.Standing, in Input, ev *law.Evaluator) (Permit, *Refusal, error) {
	if s.Decision() == "" {
		return Permit{}, nil, touch.Errorf(touch.Internal, "policy was asked before consent")
	}
	answer := ev.Evaluate(law.Question{
		At: in.At, KnownAt: in.KnownAt, Jurisdictions: in.Jurisdictions, Kind: in.Kind,
		Channel: in.Channel, Roles: in.Roles, Facts: facts(s, in),
	})
	if s.NoPerson() {
		answer = withoutPerson(answer)
	}
	settled := law.Settle(answer, in.Discharged)
	checks := slices.Concat(s.Checks(), settled.Checks(), in.Register)
	verdict := s.Verdict()
	if verdict == "" {
		verdict = touch.Deny
	}
	verdict = touch.Stricter(verdict, settled.Verdict.Touch())
	for i := range in.Register {
		verdict = touch.Stricter(verdict, in.Register[i].Verdict)
	}
	if len(in.Jurisdictions) == 0 && !s.NoPerson() {
		verdict = touch.Stricter(verdict, touch.Gap)
		checks = append(checks, touch.Check{Step: touch.StepLaw, Rule: "law.jurisdiction", Verdict: touch.Gap,
			Reason:  "Where the person is isn't known, so whose law applies can't be told; every place was asked.",
			Missing: []string{"subject.country"}, Owner: "data"})
	}
	if verdict == touch.Allow && in.Alternative == nil && !s.NoPerson() {
		verdict = touch.Gap
		checks = append(checks, touch.Check{Step: touch.StepOwnership, Rule: "register.alternative", Verdict: touch.Gap,
			Reason:  "The system declares no alternative for people whom AI must not touch, so it may not launch.",
			Missing: []string{"system.alternative"}, Owner: "marketer"})
	}
	if verdict != touch.Allow {
		return Permit{}, refuse(s, in, verdict, checks, settled), nil
	}
	return Permit{decision: s.Decision(), standing: s, checks: checks, answer: settled, discharged: in.Discharged}, nil, nil
}

func refuse(s consent.Standing, in Input, v touch.Verdict, checks []touch.Check, a law.Answer) *Refusal {
	r := &Refusal{Verdict: v, Checks: checks, Packs: a.Packs}
	for i := range checks {
		for _, m := range checks[i].Missing {
			if !slices.Contains(r.Missing, m) {
				r.Missing = append(r.Missing, m)
			}
		}
	}
	for _, m := range a.Missing {
		if !slices.Contains(r.Missing, m.Name) {
			r.Missing = append(r.Missing, m.Name)
		}
	}
	slices.Sort(r.Missing)
	// After an objection to the marketing itself there is no alternative, but silence.
	if !s.Silence() {
		r.Alternative = in.Alternative
	}
	return r
}

// facts adds what the ledger knows to the facts of the touch. The ledger's
// word replaces whatever a client sent.
func facts(s consent.Standing, in Input) map[string]any {
	f := maps.Clone(in.Facts)
	if f == nil {
		f = map[string]any{}
	}
	maps.DeleteFunc(f, func(k string, _ any) bool { return len(k) > 8 && k[:8] == "consent." })
	if s.NoPerson() {
		return f
	}
	ai, ch := s.AI(), s.ByChannel()
	f["consent.basis"] = string(ai.Basis)
	f["consent.given"] = ai.Allowed && ai.Basis == consent.ByConsent
	f["consent.explicit"] = ai.Allowed && ai.Basis == consent.ByConsent && ai.Notice != ""
	f["consent.objected"] = ai.State == consent.Objected || ch.State == consent.Objected
	f["consent.withdrawn"] = ai.State == consent.Withdrawn || ai.State == consent.Refused || ai.State == consent.Revoked
	f["consent.channel_optin"] = ch.Allowed
	f["consent.gpc"] = ai.State == consent.OptedOut || ch.State == consent.OptedOut
	f["consent.opted_out_profiling"] = ai.State == consent.OptedOut
	f["consent.opted_out_sale"] = ai.State == consent.OptedOut || ch.State == consent.OptedOut
	f["consent.notice_shown"] = ai.Notice != ""
	return f
}

// Decision is the decision that the permit belongs to; "" for a zero Permit.
func (p Permit) Decision() touch.DecisionID { return p.decision }

// Standing is the consent that the permit rests on.
func (p Permit) Standing() consent.Standing { return p.standing }

// Checks lists everything that was asked and found.
func (p Permit) Checks() []touch.Check { return p.checks }

// Packs are the content hashes of the law that was asked.
func (p Permit) Packs() []string { return p.answer.Packs }

// Checked is how many rules were asked.
func (p Permit) Checked() int { return p.answer.Checked }
