package inclusion_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"fairtouch/internal/inclusion"
)

func pack(t testing.TB, locale string) *inclusion.Pack {
	t.Helper()
	p, ok, err := inclusion.LoadPack(locale)
	if err != nil || !ok {
		t.Fatal(locale, ok, err)
	}
	return p
}

// TestPhrasesOfEveryPackAreFound: a rule that never matches protects nobody.
func TestPhrasesOfEveryPackAreFound(t *testing.T) {
	for _, l := range inclusion.Locales() {
		p := pack(t, l)
		found, all := 0, 0
		for _, r := range p.Rules {
			phrases := r.Phrases
			for ph := range r.Pairs {
				phrases = append(phrases, ph)
			}
			for _, ph := range phrases {
				all++
				text := "We wrote " + strings.ReplaceAll(ph, "*", "word") + " there."
				for _, n := range p.Check(text, inclusion.CheckOptions{Least: inclusion.Low}) {
					if n.Rule == r.ID {
						found++
						break
					}
				}
			}
		}
		if float64(found) < .95*float64(all) {
			t.Errorf("%s: %d of %d phrases are found", l, found, all)
		}
		t.Logf("%s: %s; %d of %d found", l, p.Count(), found, all)
	}
}

// TestCleanTextIsLeftAlone: a linter that cries wolf is switched off. The
// corpus is this project's own documentation.
func TestCleanTextIsLeftAlone(t *testing.T) {
	b, err := os.ReadFile("testdata/clean.txt")
	if err != nil {
		t.Fatal(err)
	}
	words := len(strings.Fields(string(b)))
	notes := pack(t, "en").Check(string(b), inclusion.CheckOptions{})
	if words < 5000 || len(notes)*1000 > words {
		t.Errorf("%d notes in %d words: %v", len(notes), words, notes)
	}
	t.Logf("%d notes in %d words", len(notes), words)
}

func TestBothGendersTogetherLeaveNobodyOut(t *testing.T) {
	p := pack(t, "en-GB")
	if n := p.Check("Ask our waiters and waitresses.", inclusion.CheckOptions{}); len(n) != 0 {
		t.Errorf("%v", n)
	}
	n := p.Check("Ask our waiters.\n\nOr a salesman on duty.", inclusion.CheckOptions{})
	if len(n) != 2 || n[1].Text != "salesman" || len(n[1].Instead) == 0 {
		t.Errorf("%v", n)
	}
}

func TestNamesCodeAndLinksAreNoProse(t *testing.T) {
	p := pack(t, "en")
	text := "Watch The Handyman Show, see https://x.example/salesman or `chairman` and <b title=\"fireman\">{{ salesman }}</b>, mail salesman@x.example."
	if n := p.Check(text, inclusion.CheckOptions{Allow: []string{"The Handyman Show"}}); len(n) != 0 {
		t.Errorf("%v", n)
	}
	if n := p.Check("Our handyman helps.", inclusion.CheckOptions{Allow: []string{"The Handyman Show"}}); len(n) != 1 {
		t.Errorf("%v", n)
	}
}

func TestALocaleWithoutRulesSaysSo(t *testing.T) {
	if _, ok, err := inclusion.LoadPack("pt-BR"); ok || err != nil {
		t.Error(ok, err)
	}
}

func FuzzCheck(f *testing.F) {
	p := pack(f, "en")
	f.Add("A salesman's\n\n`x")
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range p.Check(s, inclusion.CheckOptions{Least: inclusion.Low}) {
			if n.Start < 0 || n.End > len(s) || n.Start >= n.End || s[n.Start:n.End] != n.Text || utf8.ValidString(s) && !utf8.ValidString(n.Text) {
				t.Fatalf("%+v", n)
			}
		}
		inclusion.Read(s, "en")
		_, _ = inclusion.CheckEmail(s, s)
	})
}

func TestReadingLevelsAreThoseOfTheFormulas(t *testing.T) {
	// Six words, six syllables, one sentence: 206.835 − 1.015·6 − 84.6·1, and
	// 0.39·6 + 11.8·1 − 15.59.
	r := inclusion.Read("The cat sat on the mat.", "en")
	if r.Words != 6 || r.Sentences != 1 || r.Syllables != 6 || diff(r.Ease, 116.145) || diff(r.Grade, -1.45) {
		t.Errorf("%+v", r)
	}
	easy := inclusion.Read("We call you. You say no. We stop.", "en")
	hard := inclusion.Read("Notwithstanding the aforementioned stipulations, participating organisations are obligated to operationalise comprehensive communication methodologies.", "en")
	if easy.Grade >= hard.Grade || easy.Ease <= hard.Ease {
		t.Errorf("%v is not easier than %v", easy, hard)
	}
	for l, text := range map[string]string{"de": "Wir rufen Sie an. Sie sagen nein.", "fr": "Nous vous appelons. Vous dites non.", "es": "Le llamamos. Usted dice que no."} {
		if r := inclusion.Read(text, l); r.Sentences != 2 || !(r.Ease > 50) || r.Formula == "" {
			t.Errorf("%s: %+v", l, r)
		}
	}
	if r := inclusion.Read("", "en"); r.Words != 0 {
		t.Errorf("%+v", r)
	}
}

func diff(a, b float64) bool { return a-b > 1e-9 || b-a > 1e-9 }
