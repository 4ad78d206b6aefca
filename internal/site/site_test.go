package site

import (
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

func TestOriginsAreWhatBrowsersSend(t *testing.T) {
	for in, want := range map[string]string{
		"https://Www.Example.com/": "https://www.example.com", "https://example.com:443": "https://example.com", " https://example.com:8443 ": "https://example.com:8443",
		"http://localhost:3000": "http://localhost:3000", "http://127.0.0.1:80": "http://127.0.0.1", "https://[::1]:9000": "https://[::1]:9000",
		"http://example.com": "", "https://*.example.com": "", "https://example.com/shop": "", "https://user@example.com": "", "example.com": "", "null": "", "": "", "javascript:alert(1)": "",
	} {
		got, err := Origin(in)
		if got != want || (want == "") != (err != nil) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func TestEveryLanguageHasEveryWordAndSaysWhetherItWasReviewed(t *testing.T) {
	b, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Languages()) < 30 {
		t.Fatalf("only %v", b.Languages())
	}
	for _, l := range b.Languages() {
		w, _ := b.Of(l)
		if w.Reviewed != (l == "en") {
			t.Errorf("%s: reviewed is %v; name the reviewer in docs/design/sites.md first", l, w.Reviewed)
		}
		if (w.Direction == "rtl") != (l == "ar") {
			t.Errorf("%s is written %s", l, w.Direction)
		}
	}
}

func notice(key, locale string) consent.Notice {
	n := consent.Notice{Key: key, Locale: locale, Purpose: key, Channel: touch.Web, Title: key + " " + locale, Text: "t", Basis: consent.ByConsent, Published: time.Unix(1, 0)}
	if n.Validate() != nil {
		panic("a notice of the test")
	}
	return n
}

// A banner speaks one language where it can, and never asks by an unpublished text.
func TestBannerSpeaksOneLanguage(t *testing.T) {
	b, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	draft := notice("c", "en")
	draft.Published = time.Time{}
	all := []consent.Notice{notice("a", "en"), notice("a", "de"), notice("a", "ar"), notice("b", "en"), notice("b", "de"), draft}
	s := &Site{Choices: []Choice{{Notice: "a"}, {Notice: "b"}, {Notice: "c"}}}
	for _, c := range []struct {
		want  []string
		house string
		lang  string
		asks  int
	}{{[]string{"de-CH"}, "en", "de", 2}, {[]string{"ar", "de"}, "en", "de", 2}, {[]string{"tlh", "xx"}, "de", "de", 2}, {nil, "", "en", 2}} {
		got, err := b.Write(s, all, c.want, c.house)
		if err != nil || got.Lang != c.lang || len(got.Asks) != c.asks {
			t.Errorf("%v: %s %d %v", c.want, got.Lang, len(got.Asks), err)
		}
		for _, a := range got.Asks {
			if a.Text.Locale != got.Lang {
				t.Errorf("%v: one text is in %s, the banner in %s", c.want, a.Text.Locale, got.Lang)
			}
		}
	}
	if _, err := b.Write(&Site{Choices: []Choice{{Notice: "c"}}}, all, nil, "en"); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("asked by a text that was never published: %v", err)
	}
}

// A yes ends and a no is left in peace, both for the same time; silence is open.
func TestAnswersLastSixMonths(t *testing.T) {
	at := time.Date(2026, 8, 31, 12, 0, 0, 0, time.UTC)
	n := notice("a", "en")
	b := Banner{Lang: "en", Asks: []Ask{{Choice{Notice: "a"}, n}}}
	for _, yes := range []bool{true, false} {
		p := &consent.Projection{}
		for i, e := range b.Events(map[string]bool{"a": yes}, false, "banner", at) {
			e.ID, e.ReceivedAt, e.Device = touch.EventID(rune('a'+i)), at, true
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			p.Apply(&e)
		}
		end := Until(at)
		before, after := b.Asks[0].Standing(p, []consent.Notice{n}, false, end.Add(-time.Second)), b.Asks[0].Standing(p, []consent.Notice{n}, false, end)
		if !before.Answered || before.Yes != yes || after.Answered || after.Yes {
			t.Errorf("yes %v: before %+v, after %+v", yes, before, after)
		}
	}
	if s := b.Asks[0].Standing(nil, []consent.Notice{n}, false, at); s.Answered || s.Yes {
		t.Errorf("silence: %+v", s)
	}
}

// The visitor's place is unknown, so the strictest rule for browsers counts.
func TestTheBannersTimeIsTheStrictestRules(t *testing.T) {
	r, err := consent.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	if l := r.Lasts("", true, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)); l.Yes != Months || l.No != Months {
		t.Errorf("rules say %d and %d months, the banner %d", l.Yes, l.No, Months)
	}
}
