package handoff

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"time"
)

//go:embed testdata/held.txt
var held string

// heldBack lists the phrasings: language, wish, text.
func heldBack(t testing.TB) (out [][3]string) {
	t.Helper()
	for line := range strings.Lines(held) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		p := strings.SplitN(line, "|", 3)
		if len(p) != 3 {
			t.Fatalf("a phrasing has another shape: %q", line)
		}
		out = append(out, [3]string{p[0], p[1], p[2]})
	}
	return out
}

// wish is what an intent says in the letters of the file; "hi" for both.
func wish(i Intent) string {
	w := ""
	if i.Human {
		w += "h"
	}
	if i.Identity {
		w += "i"
	}
	if w == "" {
		return "n"
	}
	return w
}

func TestACustomerIsHeardInTheirLanguage(t *testing.T) {
	if n := len(Languages()); n < 30 {
		t.Fatalf("only %d languages", n)
	}
	right, all := map[string]int{}, map[string]int{}
	for _, p := range heldBack(t) {
		all[p[0]+" "+p[1]]++
		all[p[1]]++
		got := wish(Detect(p[2], p[0]))
		if got == p[1] {
			right[p[0]+" "+p[1]]++
			right[p[1]]++
		} else {
			t.Errorf("%s: %q was heard as %q, not %q", p[0], p[2], got, p[1])
		}
	}
	for _, l := range Languages() {
		for _, w := range []string{"h", "i", "n"} {
			if all[l+" "+w] == 0 {
				t.Errorf("%s has no phrasing of %q", l, w)
			}
		}
	}
	t.Logf("held back: person %d of %d, identity %d of %d, neither %d of %d", right["h"], all["h"], right["i"], all["i"], right["n"], all["n"])
}

// Whose language is unknown is heard, too.
func TestACustomerIsHeardWithoutALocale(t *testing.T) {
	missed, total := 0, 0
	for _, p := range heldBack(t) {
		total++
		got := wish(Detect(p[2], ""))
		if p[1] == "n" && got != "n" || p[1] != "n" && !strings.Contains(got, p[1]) {
			missed++
			t.Logf("%s: %q was heard as %q, not %q", p[0], p[2], got, p[1])
		}
	}
	if missed*100 > 4*total {
		t.Errorf("%d of %d were heard wrongly without a locale", missed, total)
	}
}

func TestGraveMattersReachAPerson(t *testing.T) {
	for text, want := range map[string]Reason{
		"I'm going to sue you":                           ReasonLegal,
		"My lawyer will contact you":                     ReasonLegal,
		"Ich möchte mich beschweren":                     ReasonComplaint,
		"I just want to die":                             ReasonDistress,
		"delete all my personal data":                    ReasonErase,
		"Please unsubscribe me from this":                ReasonOptOut,
		"Supprimez mes données, s'il vous plaît":         ReasonErase,
		"no me envíen más correos":                       ReasonOptOut,
		"我要投诉":                                           ReasonComplaint,
		"Quiero poner una reclamación":                   ReasonComplaint,
		"I want to talk to a human":                      ReasonAsked,
		"What are your opening hours on public holidays": "",
	} {
		if got := Detect(text, "").Reason(); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func TestTheTruthIsToldInEveryLanguage(t *testing.T) {
	for _, l := range Languages() {
		text, lang, _ := Answer(l, "Lampert & Co")
		if lang != l || !strings.Contains(text, "Lampert & Co") || strings.Contains(text, "{") {
			t.Errorf("%s: %q", l, text)
		}
	}
	if _, lang, _ := Answer("nb-NO", "x"); lang != "no" {
		t.Error("Bokmål has no answer")
	}
	if _, lang, _ := Answer("tlh", "x"); lang != "en" {
		t.Error("an unknown language must get the English answer, and say so")
	}
}

func TestAnAliasOfPersonalDataIsNoWish(t *testing.T) {
	if got := wish(Detect("what is <PERSON_TKZML3> and <EMAIL_XZO2F6> and <PHONE_BJVAOJ> of it", "")); got != "n" {
		t.Errorf("heard as %q", got)
	}
	if got := wish(Detect("1 < 2, <b>talk to a human</b>", "")); got != "h" {
		t.Errorf("heard as %q", got)
	}
}

// In one breath, both wishes are heard.
func TestBothWishesInOneMessage(t *testing.T) {
	for _, s := range []string{"Are you a bot? I want to talk to a human.", "bist du ein Bot? Ich will einen Menschen"} {
		if got := wish(Detect(s, "")); got != "hi" {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func TestHearingIsFastEnoughForEveryTurn(t *testing.T) {
	long := strings.Repeat("my order hasn't arrived and I wonder where the robot vacuum is, ", 40)
	Detect(long, "")
	best := time.Hour // the fastest: others use the same cores
	for range 60 {
		at := time.Now()
		Detect(long, "")
		best = min(best, time.Since(at))
	}
	t.Logf("1,000 letters without a locale: %v", best)
	if best > 5*time.Millisecond {
		t.Errorf("a turn takes %v", best)
	}
}

func BenchmarkDetect(b *testing.B) {
	for _, locale := range []string{"en", "tr", ""} {
		b.Run(fmt.Sprintf("locale=%q", locale), func(b *testing.B) {
			for b.Loop() {
				Detect("Hello, my parcel has not arrived. Could I please talk to somebody from your team?", locale)
			}
		})
	}
}

func FuzzDetectNeverPanics(f *testing.F) {
	f.Add("I want a human", "en")
	f.Add("\xff\u0300é", "zh")
	f.Fuzz(func(t *testing.T, text, locale string) { Detect(text, locale) })
}
