package gateway

import (
	"fmt"
	"strings"
	"sync"
	"unicode"

	"fairtouch/internal/inclusion"
	"fairtouch/touch"
)

// copyReader looks at text that is meant to be published: how it speaks of
// people, how hard it is to read, and whether it claims what needs proof. What
// it finds goes into the decision as advice; it stops nothing and changes no
// letter.
type copyReader struct {
	mu    sync.Mutex // guards packs
	packs map[string]*inclusion.Pack
}

func newCopyReader() *copyReader { return &copyReader{packs: map[string]*inclusion.Pack{}} }

// CopyChecks reads a text that is meant to be published, in the language that
// its locale begins with. The findings are advice; none of them refuses.
func CopyChecks(text, locale string) []touch.Check { return newCopyReader().checks(text, locale) }

// checks are the findings on a text. Placeholders in it are passed over.
func (c *copyReader) checks(text, locale string) []touch.Check {
	lang, _, _ := strings.Cut(strings.ToLower(locale), "-")
	var out []touch.Check
	add := func(rule, format string, args ...any) {
		out = append(out, touch.Check{Step: touch.StepModel, Rule: rule, Verdict: touch.Allow, Reason: fmt.Sprintf(format, args...), Owner: "marketer"})
	}
	if p := c.pack(lang); p != nil {
		if notes := p.Check(text, inclusion.CheckOptions{}); len(notes) > 0 {
			add("copy.language", "%d places speak of people in a way that a reviewer should look at: %s.", len(notes), phrasesOf(notes))
		}
	}
	if r := inclusion.Read(text, lang); r.Words >= 30 && r.Grade == r.Grade && r.Grade > 10 {
		add("copy.reading", "The text asks for about %.0f years of school (%s); its longest sentence has %d words.", r.Grade, r.Formula, r.Longest)
	}
	if found := claims(text); len(found) > 0 {
		add("copy.claims", "The text speaks of health, safety or sustainability (%s): have the proof at hand before it is published.", strings.Join(found, ", "))
	}
	if n := unseen(text); n > 0 {
		add("copy.invisible", "The text holds %d invisible signs, which can make it read otherwise than it looks: have them taken out.", n)
	}
	return out
}

// unseen counts signs that show nothing themselves: controls, and format signs
// such as those that turn the direction of writing. The joiners that emoji and
// some scripts need are left out.
func unseen(text string) int {
	n := 0
	for _, r := range text {
		if r != '\n' && r != '\r' && r != '\t' && r != '\u200d' && r != '\u200c' && (unicode.Is(unicode.Cf, r) || unicode.IsControl(r)) {
			n++
		}
	}
	return n
}

func (c *copyReader) pack(lang string) *inclusion.Pack {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, seen := c.packs[lang]
	if !seen {
		var err error
		if p, _, err = inclusion.LoadPack(lang); err != nil {
			p = nil
		}
		if len(c.packs) < 50 {
			c.packs[lang] = p
		}
	}
	return p
}

// phrasesOf lists at most five phrases of the rules' own.
func phrasesOf(notes []inclusion.Note) string {
	var out []string
	for _, n := range notes[:min(5, len(notes))] {
		s := `"` + n.Text + `"`
		if len(n.Instead) > 0 {
			s += " (" + n.Instead[0] + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// claimWords begin words or phrases that make such a claim, in small letters.
var claimWords = [...]string{"carbon neutral", "carbon-neutral", "climate neutral", "climate-neutral", "co2 neutral", "co2-neutral", "eco-friendly", "environmentally friendly", "sustainable", "sustainably", "biodegradable", "zero emission", "green energy",
	"clinically proven", "clinically tested", "cures", "heals", "boosts your immune", "doctor recommended", "risk-free", "completely safe", "no side effects", "lose weight",
	"klimaneutral", "nachhaltig", "umweltfreundlich", "klinisch bestätigt", "klinisch getestet", "heilt", "risikofrei", "ohne nebenwirkungen",
	"neutre en carbone", "écologique", "durable", "respectueux de l'environnement", "cliniquement prouvé", "sans risque", "guérit",
	"neutro en carbono", "sostenible", "ecológico", "clínicamente probado", "sin riesgo", "cura"}

// claims lists the claim words of a text, each once, at most five.
func claims(text string) []string {
	s := " " + strings.Join(strings.Fields(strings.ToLower(text)), " ")
	var out []string
	for _, w := range claimWords {
		if len(out) < 5 && begins(s, w) {
			out = append(out, `"`+w+`"`)
		}
	}
	return out
}

// begins finds a phrase at the beginning of a word, and whole but for an ending
// of at most two letters.
func begins(s, phrase string) bool {
	for at := 0; ; {
		i := strings.Index(s[at:], phrase)
		if i < 0 {
			return false
		}
		at += i + len(phrase)
		before := []rune(s[max(0, at-len(phrase)-4) : at-len(phrase)])
		rest, n := s[at:], 0
		for _, c := range rest {
			if !unicode.IsLetter(c) {
				break
			}
			n++
		}
		if n <= 2 && (len(before) == 0 || !unicode.IsLetter(before[len(before)-1])) {
			return true
		}
	}
}
