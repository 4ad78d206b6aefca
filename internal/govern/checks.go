package govern

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fairtouch/internal/consent"
	"fairtouch/internal/explain"
	"fairtouch/internal/model"
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
	"fairtouch/internal/protect"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// discharged are the controls that the later steps of this path carry out for
// every answer, and by what. A step that then fails, fails the decision.
func discharged(b *Bound) map[string]string {
	m := map[string]string{
		"human_handoff": "the link to a person on every answer", "why_link": "the link to the reasons",
		"notice_to_person": "the label and the reasons page", "visible_label": "the label of the answer",
		"disclose_before_first_turn": "the label, resolved before the model is called", "machine_mark": "the AI-Disclosure header",
		"unsubscribe": "the stop buttons behind the link", "first_contact_notice": "the right to object, first on the reasons page",
		"consent_receipt": "the ledger's event", "minimise": "the protection step", "record_shown": "the record",
		"log_retention": "the record, kept by its schedule",
	}
	if b.Text {
		m["answer_truthfully_if_asked"] = "the gateway, which answers that question in the model's place"
	}
	if b.Kit != nil || !b.Plan.Scores() {
		m["decision_explanation"] = "the reasons, from the decision itself"
	}
	return m
}

func stepChecks(e *entry, a admitted, answer model.Answer, x explain.Explained) []touch.Check {
	return []touch.Check{
		{Step: touch.StepProtect, Rule: "protect.minimise", Verdict: touch.Allow, By: "registration of the system",
			Reason: fmt.Sprintf("%d inputs reached the model, %d were left out; no identifier did.", reached(a.safe), len(a.safe.Dropped()))},
		answeredCheck(e, answer),
		explainedCheck(e, x),
		{Step: touch.StepDisclose, Rule: "disclose." + a.duty.Slot, Verdict: touch.Allow, By: "label in " + a.duty.Locale,
			Reason: "The use of AI is acknowledged, with a way to a person."},
	}
}

// reached counts the inputs that were not kept from the model.
func reached(s protect.Safe) int {
	n := len(s.Names())
	for _, d := range s.Dropped() {
		if slices.Contains(s.Names(), d.Feature) {
			n--
		}
	}
	return n
}

// correctedCheck says that an audit's correction had a part in the answer.
func correctedCheck(b *Bound, human bool) touch.Check {
	c := touch.Check{Step: touch.StepModel, Rule: "model.corrected", Verdict: touch.Allow, By: b.Correction,
		Reason: "The line between acting and not acting is a correction's, after an audit for bias."}
	if len(b.Plan.Withheld) > 0 {
		c.Reason = fmt.Sprintf("Kept from the model, after an audit for bias: %s.", strings.Join(slices.Sorted(maps.Keys(b.Plan.Withheld)), ", "))
	}
	if human {
		c.Verdict, c.Reason, c.Owner = touch.Human, "The score is too close to call; after an audit for bias a human decides.", "reviewer"
	}
	return c
}

func answeredCheck(e *entry, answer model.Answer) touch.Check {
	if e.bound.System.Mode == register.Advised {
		return touch.Check{Step: touch.StepModel, Rule: "model.imported", Verdict: touch.Allow, By: "the vendor's result",
			Reason: "A vendor's AI answered elsewhere; its result was imported."}
	}
	return touch.Check{Step: touch.StepModel, Rule: "model.answered", Verdict: touch.Allow,
		By: "sha256:" + answer.Raw().Hash[:min(12, len(answer.Raw().Hash))], Reason: "The registered model answered."}
}

func explainedCheck(e *entry, x explain.Explained) touch.Check {
	if e.bound.Kit == nil {
		return touch.Check{Step: touch.StepExplain, Rule: "explain.none", Verdict: touch.Allow, Reason: "The supplier gives no reasons; the page says so."}
	}
	return touch.Check{Step: touch.StepExplain, Rule: "explain.additive", Verdict: touch.Allow,
		Reason: fmt.Sprintf("The reasons add up to the answer; off by %.1g.", x.Stored().Residual)}
}

// outsidePilot turns a permit into the control path for whoever the pilot does
// not treat. What consent and law found stays among the reasons.
func outsidePilot(e *entry, s consent.Standing, in policy.Input, permit policy.Permit, r *policy.Refusal) *policy.Refusal {
	if e.arm.Treated() {
		return r
	}
	c := touch.Check{Step: touch.StepPilot, Rule: "pilot." + e.arm.Arm(), Verdict: touch.Deny,
		Reason: "The AI system is being tried on a part of the people; this person is not among them and gets the alternative."}
	if e.arm.Arm() == pilot.ArmControl {
		c.Reason = "This person is in the control group of the pilot and gets the alternative."
	}
	if r == nil {
		r = &policy.Refusal{Verdict: touch.Deny, Checks: permit.Checks(), Packs: permit.Packs()}
		if !s.Silence() {
			r.Alternative = in.Alternative
		}
	}
	r.Checks = append([]touch.Check{c}, r.Checks...)
	r.Verdict = touch.Stricter(r.Verdict, touch.Deny)
	return r
}
