package consent

import (
	"testing"
	"time"

	"fairtouch/touch"
)

func rules(t *testing.T) *Rules {
	t.Helper()
	r, err := LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func TestEveryRuleOfPermissionsHasSourceDatesAndGrade(t *testing.T) {
	r := rules(t)
	if len(r.Lifetimes) < 4 || len(r.Confirmed) < 2 || len(r.Ages) < 10 {
		t.Fatalf("%d %d %d", len(r.Lifetimes), len(r.Confirmed), len(r.Ages))
	}
	broken := *r
	broken.Ages = append([]Age{}, r.Ages...)
	broken.Ages[0].Status = "reviewed" // on a secondary source
	if broken.check() == nil {
		t.Error("a rule on a secondary source passes as reviewed")
	}
	broken.Ages[0].Status, broken.Ages[0].Source = "draft", ""
	if broken.check() == nil {
		t.Error("a rule without a source passes")
	}
}

func TestAgesByPlaceAndDay(t *testing.T) {
	r := rules(t)
	for place, want := range map[string]int{"DE": 16, "AT": 14, "FR": 15, "DK": 15, "US": 13, "US-CA": 13, "gb": 13, "XX": 16, "": 16} {
		if got := r.AgeOf(place, today); got.Years != want {
			t.Errorf("%q: %d, want %d (%s)", place, got.Years, want, got.ID)
		}
	}
	if got := r.AgeOf("DK", time.Date(2023, 12, 31, 0, 0, 0, 0, time.UTC)); got.Years != 16 {
		t.Errorf("a rule counts before it applied: %+v", got)
	}
	age := Age{Years: 13}
	if got := age.Majority(time.Date(2012, 2, 29, 0, 0, 0, 0, time.UTC)); !got.Equal(time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
}

func TestAnUnknownPlaceTakesTheStrictest(t *testing.T) {
	r := rules(t)
	if l := r.Lasts("", true, today); l.Yes != 6 || l.No != 6 {
		t.Errorf("%+v", l)
	}
	if l := r.Lasts("CZ", true, today); l.Yes != 12 || l.No != 6 {
		t.Errorf("%+v", l)
	}
	if l := r.Lasts("FR", false, today); l.Yes != 24 || l.ID != "house" {
		t.Errorf("a rule on cookies counts for a person's permission: %+v", l)
	}
	mail := &Notice{Channel: touch.Email, Basis: ByConsent}
	if !r.AsksConfirmation(mail, "DE", today) || r.AsksConfirmation(mail, "PT", today) || r.AsksConfirmation(&Notice{Channel: touch.Call, Basis: ByConsent, Confirm: true}, "DE", today) {
		t.Error("confirmation by place and channel")
	}
	mail.Confirm = true
	if !r.AsksConfirmation(mail, "PT", today) {
		t.Error("the notice asks for it")
	}
}
