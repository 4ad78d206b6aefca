package pages

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/disclose"
)

// Whoever reads a label in their language finds the pages in it, or is told in
// it that they aren't.
func TestEveryLanguageOfTheLabelsIsSpokenOrSaidToBeAbsent(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := disclose.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range texts.Locales() {
		_, absent := m.absent[l]
		if spoken := m.by[l] != nil; spoken == absent {
			t.Errorf("%s: spoken %v, absent %v", l, spoken, absent)
		}
		x, _ := texts.In(l)
		if m.by[l] != nil && (m.by[l]["dir"] == "rtl") != (x.Direction == "rtl") {
			t.Errorf("%s: the page reads from another side than the label", l)
		}
		if m.by[l] != nil && (m.by[l]["reviewed"] == "yes") != x.Reviewed {
			t.Errorf("%s: the page and the label disagree on whether a speaker reviewed the language", l)
		}
	}
}

func TestAPageSaysThatItIsNotInTheReadersLanguage(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"fi-FI,fi;q=0.9,en;q=0.5": "fi", "de,fi": "", "en-GB": "", "xx,hu;q=0.4": "hu", "": "", "ar": "",
	} {
		got := ""
		if a := m.Missing("", header); a != nil {
			got = a.Lang
		}
		if got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	if a := m.Missing("hu", "de"); a == nil || a.Lang != "hu" {
		t.Errorf("a language that was asked for is passed over: %+v", a)
	}
	if m.Missing("de", "fi") != nil {
		t.Error("who asked for German is told that there is no Finnish")
	}
}

// A date is written as the language writes it, with each part once.
func TestADateHasADayAMonthAndAYearInEveryLanguage(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range m.Locales() {
		got := m.day(l, time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
		if strings.Contains(got, "%!") || strings.Count(got, "2026") != 1 || strings.Count(got, "24") != 1 {
			t.Errorf("%s: %s", l, got)
		}
	}
	if got := m.day("zh", time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)); got != "2026年11月24日" {
		t.Errorf("Chinese: %s", got)
	}
}

func TestArabicIsLaidOutFromTheRight(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{messages: m}
	r := httptest.NewRequest("GET", "/p/why/x?lang=ar", nil)
	if l := p.locale(r, "en"); l != "ar" || m.by[l]["dir"] != "rtl" {
		t.Errorf("%s %s", l, m.by[l]["dir"])
	}
}
