package words

import (
	"strings"
	"testing"
)

func load(t *testing.T, file string) *Catalogue {
	t.Helper()
	c, err := Load("de", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const file = `
"Campaigns": "Kampagnen"
"thousands mark": "."
"decimal mark": ","
"day mark": "."
"May": "Mai"
"Of {} people, AI may be used for {}": "Bei {2} von {1} Menschen darf KI eingesetzt werden"
"Rehearsed on {} from {}": "Geprobt am {} aus {}"
"No model was called.": "Kein Modell wurde aufgerufen."
"{} is out": "{} läuft"
`

func TestTextTranslates(t *testing.T) {
	c := load(t, file)
	for in, want := range map[string]string{
		"Campaigns": "Kampagnen",
		"Of 45,211 people, AI may be used for 12":                             "Bei 12 von 45.211 Menschen darf KI eingesetzt werden",
		"Rehearsed on 3 May 2026, 10:00 UTC from a.csv. No model was called.": "Geprobt am 3. Mai 2026, 10:00 UTC aus a.csv. Kein Modell wurde aufgerufen.",
		"Campaigns is out": "Kampagnen läuft",
		"12.5 %":           "12,5 %",
	} {
		if got, ok := c.Text(in); !ok || got != want {
			t.Errorf("%q became %q, %v; want %q", in, got, ok, want)
		}
	}
	if got, ok := c.Text("Spring deposit"); ok || got != "Spring deposit" {
		t.Errorf("a name was translated: %q", got)
	}
}

func TestPageKeepsWhatPeopleWrote(t *testing.T) {
	c := load(t, file)
	in := `<html lang="en"><title>Campaigns</title><p>Campaigns &amp; <b>the rest of it</b></p><q translate="no">Campaigns</q><textarea>Campaigns</textarea>` +
		`<td data-th="Campaigns">x<br>Campaigns</td><select><option>Campaigns</option><option value="c">Campaigns</option></select><p lang="fr">Campaigns</p><input value="Campaigns">`
	want := `<html lang="de"><title>Kampagnen</title><p>Campaigns &amp; <b><span lang="en">the rest of it</span></b></p><q translate="no">Campaigns</q><textarea>Campaigns</textarea>` +
		`<td data-th="Kampagnen">x<br>Kampagnen</td><select><option>Campaigns</option><option value="c">Kampagnen</option></select><p lang="fr">Campaigns</p><input value="Campaigns">`
	if got := string(c.HTML([]byte(in))); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBadMessagesAreRefused(t *testing.T) {
	for _, bad := range []string{`"Of {} people": "von Menschen"`, `"a": ""`, `"{}": "{}"`, `"{}{} x": "{} {}"`, `- x`} {
		if _, err := Load("de", []byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	if _, err := Load("de", []byte(`"a": "b"`), []byte(`"a": "c"`)); err == nil {
		t.Error("a message given twice was taken")
	}
}

func TestASentenceIsTranslatedWholeOrNotAtAll(t *testing.T) {
	c := load(t, file+`
"open": "offen"
"late": "überfällig"
"by {}, {} of {} is {}": "nach {1}: {2} bei {3} ist {4}"
"the share of the right ones": "der Anteil der Richtigen"
"Edit “{}”": "„{}“ bearbeiten"
"Asks for: {}": "Verlangt: {}"
" to ": " bis "
`)
	for in, want := range map[string]string{
		"Open, unless the law says no.":                      "Open, unless the law says no.",
		"Spring: late":                                       "Spring: überfällig",
		"By age, the share of the right ones of 60+ is 0.25": "Nach age: der Anteil der Richtigen bei 60+ ist 0,25",
		"Edit “The end of the day”":                          "„The end of the day“ bearbeiten",
		"+0.25 to 1.50":                                      "+0,25 bis 1,50",
		"(late).":                                            "(überfällig).",
	} {
		if got, _ := c.Text(in); got != want {
			t.Errorf("%q became %q; want %q", in, got, want)
		}
	}
	got := string(c.HTML([]byte("<p>Asks for: a label that people can read</p>")))
	if want := `<p>Verlangt: <span lang="en">a label that people can read</span></p>`; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

// What a page holds is never lost, whatever it holds.
func FuzzHTML(f *testing.F) {
	c, err := Load("de", []byte(file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("<p>Campaigns</p>")
	f.Add("<option>x<svg/><title>a</title></p>")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "<>&") {
			c.HTML([]byte(s))
			return
		}
		c.Text(s)
	})
}
