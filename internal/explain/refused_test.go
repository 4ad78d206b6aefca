package explain

import (
	"testing"

	"fairtouch/touch"
)

// Whoever is refused must read why in their own language, each reason once.
func TestRefusedPersonReadsWhyInTheirLanguage(t *testing.T) {
	var all []touch.Check
	for _, step := range []touch.Step{touch.StepConsent, touch.StepLaw, touch.StepPilot, touch.StepOwnership, touch.StepProtect, touch.StepModel} {
		for _, rule := range []string{"law.jurisdiction", "pilot.control", "other"} {
			for _, v := range []touch.Verdict{touch.Deny, touch.Gap} {
				all = append(all, touch.Check{Step: step, Rule: rule, Verdict: v, Reason: "for the staff"})
			}
		}
	}
	for l, words := range refusals {
		if len(words) != len(refusals["en"]) {
			t.Fatalf("%s has %d reasons, English %d", l, len(words), len(refusals["en"]))
		}
		for i := range all {
			x := Refused([]touch.Check{all[i], all[i], {Step: touch.StepConsent, Verdict: touch.Allow}}, l+"-XX")
			if len(x.Sentences) != 1 || x.Locale != l || x.Sentences[0] == "for the staff" {
				t.Fatalf("%s %+v: %+v", l, all[i], x)
			}
			if l != "en" && x.Sentences[0] == Refused(all[i:i+1], "en").Sentences[0] {
				t.Errorf("%s: %q is English", l, x.Sentences[0])
			}
		}
	}
	if x := Refused(all, "ja"); x.Locale != "en" || len(x.Sentences) != MaxSentences {
		t.Fatalf("%+v", x)
	}
}
