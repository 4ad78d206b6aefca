package gateway

import (
	"strings"
	"testing"

	"fairtouch/internal/disclose"
)

// Who asks for a person in a language that has labels is answered in it.
func TestTheHandOverSpeaksEveryLanguageOfTheLabels(t *testing.T) {
	texts, err := disclose.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range texts.Locales() {
		w := wordsIn(l + "-XX")
		if w.locale != l || w.person == "" || seen[w.person] || !strings.ContainsAny(w.person[len(w.person)-3:], ":：") {
			t.Errorf("%s: %+v", l, w)
		}
		seen[w.person] = true
	}
	if w := wordsIn("xx"); w.locale != "en" {
		t.Errorf("an unknown language: %+v", w)
	}
}
