package disclose

import (
	"strings"
	"testing"

	"fairtouch/touch"
)

func texts(t *testing.T) *Texts {
	t.Helper()
	ts, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func TestEveryKindAndChannelHasALabelInEveryLocale(t *testing.T) {
	ts := texts(t)
	for _, locale := range ts.Locales() {
		seen := map[string]bool{}
		for _, k := range touch.Kinds() {
			for _, c := range append(touch.Channels(), "") {
				d, err := ts.Resolve(k, c, locale, "en")
				if err != nil {
					t.Fatal(err)
				}
				out, err := d.Render("m", Links{Human: "https://x/h"})
				if err != nil || out.Label.Text == "" || out.Label.Locale != locale || out.Human.URL == "" {
					t.Errorf("%s %s %s: %+v %v", locale, k, c, out, err)
				}
				if out.Mode == ModeNone {
					t.Errorf("%s %s claims that no AI was used", k, c)
				}
				seen[out.Label.Text] = true
			}
		}
		if len(seen) != len(slots) {
			t.Errorf("%s: %d different labels shown, %d written", locale, len(seen), len(slots))
		}
	}
}

func TestALocaleThatLacksALabelDoesNotLoad(t *testing.T) {
	b, err := files.ReadFile("texts/de.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range slots {
		var kept []string
		for _, line := range strings.Split(string(b), "\n") {
			if !strings.HasPrefix(line, "  "+s+":") {
				kept = append(kept, line)
			}
		}
		if _, err := parse(map[string][]byte{"de.yaml": []byte(strings.Join(kept, "\n"))}); err == nil {
			t.Errorf("texts without %q loaded", s)
		}
	}
}

func TestNoDisclosureWithoutAWayToAPerson(t *testing.T) {
	d, err := texts(t).Resolve(touch.LeadScoring, touch.Call, "de", "en")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Render("m", Links{}); touch.CodeOf(err) != touch.Missing {
		t.Fatalf("rendered without a human: %v", err)
	}
	if _, err := (Duty{}).Render("m", Links{Human: "x"}); err == nil {
		t.Fatal("a zero duty rendered")
	}
}

func TestUnknownLanguageSaysSo(t *testing.T) {
	d, err := texts(t).Resolve(touch.LeadScoring, touch.Call, "xx", "de")
	if err != nil || d.Locale != "de" || !d.Strict() {
		t.Fatalf("%+v %v", d, err)
	}
	if d, _ := texts(t).Resolve(touch.LeadScoring, touch.Call, "de-AT", "en"); d.Strict() || d.Locale != "de" {
		t.Fatalf("%+v", d)
	}
}

func TestAModelNameCannotForgeAHeader(t *testing.T) {
	h := headers(ModeMachine, "x\"\r\nSet-Cookie: a=b")["AI-Disclosure"]
	if strings.ContainsAny(h, "\r\n") || strings.Count(h, `"`) != 2 {
		t.Fatalf("%q", h)
	}
}
