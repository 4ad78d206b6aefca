package inclusion

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fairtouch/touch"
)

// Severity is how much a word asks for a second look.
type Severity string

// The severities. Low words often mean something harmless; they are shown on
// request only.
const (
	High   Severity = "high"
	Medium Severity = "medium"
	Low    Severity = "low"
)

func (s Severity) rank() int { return slices.Index([]Severity{Low, Medium, High}, s) }

// Rule is one thing that a text may say otherwise.
type Rule struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Phrases  []string `json:"phrases,omitempty"`
	// Pairs are phrases by gender; with both genders in one paragraph ("waiters
	// and waitresses") nobody is left out, and nothing is reported.
	Pairs   map[string]string `json:"pairs,omitempty"`
	Instead []string          `json:"instead,omitempty"`
	When    string            `json:"when,omitempty"`
}

//go:embed packs/*.json
var packs embed.FS

// Pack is the rules of one language, ready to match.
type Pack struct {
	Locale string // "en"
	Rules  []Rule
	root   *step
}

// step is a place in the tree of phrases, word by word.
type step struct {
	next   map[string]*step
	any    *step // for a word that may be any
	phrase string
	gender string
	rule   int // index+1; 0 is none
}

// Locales lists the languages that there are rules for.
func Locales() []string { return []string{"en", "de", "fr", "es"} }

// LoadPack reads the rules of a locale such as "de-AT". ok is false where there
// are none for its language.
func LoadPack(locale string) (p *Pack, ok bool, err error) {
	lang, _, _ := strings.Cut(strings.ToLower(locale), "-")
	if !slices.Contains(Locales(), lang) {
		return nil, false, nil
	}
	b, err := packs.ReadFile("packs/" + lang + ".json")
	if err != nil {
		return nil, false, touch.Wrap(touch.Internal, err, "the rules of %s can't be read", lang)
	}
	p = &Pack{Locale: lang}
	if err := json.Unmarshal(b, &p.Rules); err != nil {
		return nil, false, touch.Wrap(touch.Internal, err, "the rules of %s can't be read", lang)
	}
	return p, true, p.build()
}

func (p *Pack) build() error {
	p.root = &step{}
	ids := map[string]bool{}
	for i, r := range p.Rules {
		if r.ID == "" || ids[r.ID] || r.Severity.rank() < 0 || len(r.Phrases)+len(r.Pairs) == 0 {
			return touch.Errorf(touch.Internal, "rule %d of %s has no id of its own, no severity or no phrase", i+1, p.Locale)
		}
		ids[r.ID] = true
		for _, ph := range r.Phrases {
			p.root.add(ph, "", i)
		}
		for ph, gender := range r.Pairs {
			p.root.add(ph, gender, i)
		}
	}
	return nil
}

func (s *step) add(phrase, gender string, rule int) {
	at := s
	for _, w := range strings.Fields(phrase) {
		if w == "*" {
			if at.any == nil {
				at.any = &step{}
			}
			at = at.any
			continue
		}
		w = plain(w)
		if at.next == nil {
			at.next = map[string]*step{}
		}
		if at.next[w] == nil {
			at.next[w] = &step{}
		}
		at = at.next[w]
	}
	if at.rule == 0 {
		at.phrase, at.gender, at.rule = phrase, gender, rule+1
	}
}

// plain is a word as rules compare it: lower case, without hyphens,
// apostrophes and full stops.
func plain(w string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', '\'', '’', '.', '‑', '–':
			return -1
		}
		return r
	}, strings.ToLower(w))
}

// Count is how many rules and phrases a pack has.
func (p *Pack) Count() string {
	n := 0
	for _, r := range p.Rules {
		n += len(r.Phrases) + len(r.Pairs)
	}
	return fmt.Sprintf("%d rules, %d phrases", len(p.Rules), n)
}
