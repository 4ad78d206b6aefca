package disclose

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

//go:embed matrix.yaml
var matrixFile []byte

// Rule says what has to be said in one jurisdiction over some channels.
type Rule struct {
	ID           string   `yaml:"id"`
	Law          string   `yaml:"law"` // the rule of the law packs whose disclosure side this is; "" for none
	Jurisdiction string   `yaml:"jurisdiction"`
	Citation     string   `yaml:"citation"`
	Channels     []string `yaml:"channels"` // "*" for all
	Content      []string `yaml:"content"`  // "*", score, copy, image, pricing, chatbot, voice_agent
	Duty         string   `yaml:"duty"`     // inform, label, mark, human, answer, preserve, forbid
	When         string   `yaml:"when"`     // what the duty hangs on; "always" for nothing
	Placement    []string `yaml:"placement"`
	Timing       string   `yaml:"timing"`
	Words        string   `yaml:"words"`   // the duty in plain words, ours
	Text         string   `yaml:"text"`    // a sentence that the law prescribes word for word; "" for none
	From         string   `yaml:"from"`    // applies from, YYYY-MM-DD
	Checked      string   `yaml:"checked"` // compared with the source on
	Grade        string   `yaml:"grade"`   // of the source: primary, copy, secondary
	Draft        bool     `yaml:"draft"`   // no named reviewer has compared it with the primary source
	Source       string   `yaml:"source"`
}

// Matrix holds the rules. They are never changed once they are loaded.
type Matrix struct {
	rules []Rule

	mu    sync.Mutex // guards plans
	plans map[planKey]*plan
}

// Words that a rule may use; another one is an error in the file.
var (
	duties     = []string{"forbid", "human", "answer", "inform", "label", "mark", "preserve"} // the strictest first
	grades     = []string{"primary", "copy", "secondary"}
	contents   = []string{"*", "score", "copy", "image", "pricing", "chatbot", "voice_agent"}
	placements = []string{"first_message", "badge", "spoken", "beside_content", "in_content", "metadata", "next_to_price", "human_option"}
	timings    = []string{"before_use", "before_contract", "before_delivery", "first_contact", "each_message", "on_request"} // the earliest first
)

// LoadMatrix reads the embedded rules. An error means that the build is broken.
func LoadMatrix() (*Matrix, error) { return parseMatrix(matrixFile) }

func parseMatrix(b []byte) (*Matrix, error) {
	var f struct {
		Rules []Rule `yaml:"rules"`
	}
	if err := yaml.UnmarshalWithOptions(b, &f, yaml.Strict()); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the disclosure rules are not valid YAML")
	}
	seen := map[string]bool{}
	for i := range f.Rules {
		r := &f.Rules[i]
		if err := r.sound(); err != nil {
			return nil, err
		}
		if seen[r.ID] {
			return nil, touch.Errorf(touch.Invalid, "disclosure rule %s is there twice", r.ID)
		}
		seen[r.ID] = true
	}
	slices.SortStableFunc(f.Rules, func(a, b Rule) int { return slices.Index(duties, a.Duty) - slices.Index(duties, b.Duty) })
	return &Matrix{rules: f.Rules, plans: map[planKey]*plan{}}, nil
}

// sound refuses a rule without a source, a date or a grade, or with a word that
// nothing understands: such a rule would be passed over unseen.
func (r *Rule) sound() error {
	for _, day := range []string{r.From, r.Checked} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return touch.Errorf(touch.Invalid, "disclosure rule %s has no date %q", r.ID, day)
		}
	}
	known := slices.Contains(duties, r.Duty) && slices.Contains(grades, r.Grade) && len(r.Channels) > 0 && len(r.Content) > 0 && len(r.Placement) > 0
	for _, c := range r.Content {
		known = known && slices.Contains(contents, c)
	}
	for _, p := range r.Placement {
		known = known && slices.Contains(placements, p)
	}
	_, conditional := conditions[r.When]
	known = known && (conditional || slices.Contains(standing, r.When)) && slices.Contains(timings, r.Timing)
	for _, c := range r.Channels {
		known = known && (c == "*" || slices.Contains(touch.Channels(), touch.Channel(c)))
	}
	if r.ID == "" || r.Jurisdiction == "" || r.Citation == "" || r.Words == "" || r.When == "" || r.Timing == "" || !strings.HasPrefix(r.Source, "https://") && !strings.HasPrefix(r.Source, "http://") || !known {
		return touch.Errorf(touch.Invalid, "disclosure rule %q lacks a part or has one that is unknown", r.ID)
	}
	return nil
}

// Rules lists all rules, the strictest duties first.
func (m *Matrix) Rules() []Rule { return slices.Clone(m.rules) }

// Ruling is what the matrix says of one use.
type Ruling struct {
	Rules []Rule // that may ask for something, the strictest duties first
	// Strict says that the jurisdiction, the channel or the kind was unknown, and
	// that every rule was asked that could be meant.
	Strict bool
	Drafts int // how many of the rules are drafts
}

// Asks reports whether a duty is among the rules.
func (r Ruling) Asks(duty string) bool {
	return slices.ContainsFunc(r.Rules, func(x Rule) bool { return x.Duty == duty })
}

// Look lists the rules for a channel, a kind of system and a jurisdiction
// ("DE", "US-CA", "EU") on a day. What is unknown widens the answer: no channel
// means all of them, a jurisdiction "" means all, "US" means all its states. A
// place that is known and has no rule gets an empty ruling. It reads no clock.
func (m *Matrix) Look(ch touch.Channel, kind touch.Kind, place string, on time.Time) Ruling {
	day := on.Format(time.DateOnly)
	content, known := contentOf(kind)
	out := Ruling{Strict: place == "" || !known || !slices.Contains(touch.Channels(), ch)}
	for _, r := range m.rules {
		if r.From > day || place != "" && !inPlace(r.Jurisdiction, strings.ToUpper(place)) {
			continue
		}
		if slices.Contains(touch.Channels(), ch) && !has(r.Channels, string(ch)) {
			continue
		}
		if known && !slices.ContainsFunc(content, func(c string) bool { return has(r.Content, c) }) {
			continue
		}
		out.Rules = append(out.Rules, r)
		if r.Draft {
			out.Drafts++
		}
	}
	return out
}

func has(list []string, s string) bool { return slices.Contains(list, "*") || slices.Contains(list, s) }

// contentOf maps kinds of system to the contents of rules.
func contentOf(k touch.Kind) ([]string, bool) {
	switch k {
	case touch.CopyGen:
		return []string{"copy"}, true
	case touch.ImageGen:
		return []string{"image"}, true
	case touch.Pricing:
		return []string{"pricing", "score"}, true
	case touch.Chatbot:
		return []string{"chatbot", "copy"}, true
	case touch.VoiceAgent:
		return []string{"voice_agent", "copy"}, true
	case touch.LeadScoring, touch.NextOffer, touch.Segmentation, touch.AdsTargeting:
		return []string{"score"}, true
	}
	return nil, false
}

// union are the states in which EU rules are asked: the Member States and the
// three of the EEA, as in the law packs.
const union = " AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO EU "

// inPlace reports whether a jurisdiction's rules are asked for a place: the place
// itself, what it is part of, and its parts when only the whole is known.
func inPlace(rules, place string) bool {
	if rules == place || strings.HasPrefix(place, rules+"-") || strings.HasPrefix(rules, place+"-") {
		return true
	}
	country, _, _ := strings.Cut(place, "-")
	if rules == "EU" {
		return strings.Contains(union, " "+country+" ")
	}
	return place == "EU" && strings.Contains(union, " "+rules+" ")
}
