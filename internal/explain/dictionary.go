package explain

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

// Words is a text by locale.
type Words map[string]string

// In returns the text in the locale or its parent, else in English.
func (w Words) In(locale string) string {
	if s, ok := w[strings.ToLower(locale)]; ok {
		return s
	}
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	if s, ok := w[base]; ok {
		return s
	}
	return w["en"]
}

// Dictionary says what a model's features mean to a person. It is versioned
// with the system; its hash is stored with each decision.
type Dictionary struct {
	Version  int       `yaml:"version"`
	Locales  []string  `yaml:"locales"`
	Concepts []Concept `yaml:"concepts"`
	Features []Feature `yaml:"features"`
	Held     []Held    `yaml:"held"`      // held about people, but not an input
	StandIn  Words     `yaml:"stand_in"`  // says that other inputs can stand for what is held
	StopList []string  `yaml:"stop_list"` // sensitive and proxy features: an alarm if they are inputs
	Changed  struct {
		Away   Words `yaml:"away"`   // "…, we would not have suggested this."
		Toward Words `yaml:"toward"` // "…, we would have suggested this."
		None   Words `yaml:"none"`   // no small change was found
	} `yaml:"changed"`
	hash string
}

// Concept is a group of features that a person knows as one thing.
type Concept struct {
	ID        string     `yaml:"id"`
	Name      Words      `yaml:"name"`
	Account   bool       `yaml:"account"` // facts about accounts: shown after a one-time code only
	General   Words      `yaml:"general"` // what is said in their place
	Sentences []Sentence `yaml:"sentences"`
}

// Sentence is used if its feature has one of the values, or always if it names
// none. The first that fits is taken.
type Sentence struct {
	Feature string   `yaml:"feature"`
	Is      []string `yaml:"is"`    // category values
	Above   *float64 `yaml:"above"` // numeric: value > above
	Below   *float64 `yaml:"below"` // numeric: value < below
	Toward  Words    `yaml:"toward"`
	Against Words    `yaml:"against"`
}

// Feature is one input of the model.
type Feature struct {
	Name      string           `yaml:"name"`
	Concept   string           `yaml:"concept"`
	Kind      string           `yaml:"kind"` // numeric, category
	Values    []string         `yaml:"values"`
	Immutable bool             `yaml:"immutable"` // never part of a counterfactual
	Direction string           `yaml:"direction"` // "", increase, decrease: the only way it can change
	Step      float64          `yaml:"step"`      // numeric: smallest change, 0 for none
	Min       *float64         `yaml:"min"`
	Max       *float64         `yaml:"max"`
	Change    Words            `yaml:"change"` // "If we had called you {to} times instead of {from}"
	ValueWord map[string]Words `yaml:"value_words"`
	Bands     []float64        `yaml:"bands"` // borders of the bands that are shown and stored
}

// Held is a fact about a person that is not an input.
type Held struct {
	Name  string `yaml:"name"`
	Words Words  `yaml:"words"`
}

// ParseDictionary reads and checks a dictionary for a model's features.
func ParseDictionary(b []byte, features []string) (*Dictionary, error) {
	d := &Dictionary{}
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(d); err != nil {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return nil, touch.Wrap(touch.Invalid, err, "the data dictionary is not right: %s", line)
	}
	h := sha256.Sum256(b)
	d.hash = hex.EncodeToString(h[:])
	if !slices.Contains(d.Locales, "en") {
		return nil, touch.Fielderr("locales", "a data dictionary has at least English")
	}
	if err := d.checkConcepts(); err != nil {
		return nil, err
	}
	return d, d.checkFeatures(features)
}

func (d *Dictionary) checkConcepts() error {
	for i := range d.Concepts {
		c := &d.Concepts[i]
		if len(c.Sentences) == 0 || c.Sentences[len(c.Sentences)-1].Feature != "" {
			return touch.Fielderr("concepts."+c.ID, "the last sentence of a concept fits always; it names no feature")
		}
		for _, s := range c.Sentences {
			if err := d.complete("concepts."+c.ID, s.Toward, s.Against); err != nil {
				return err
			}
		}
		if c.Account {
			if err := d.complete("concepts."+c.ID+".general", c.General); err != nil {
				return err
			}
		}
	}
	for _, h := range d.Held {
		if err := d.complete("held."+h.Name, h.Words); err != nil {
			return err
		}
	}
	return d.complete("changed", d.Changed.Away, d.Changed.Toward, d.Changed.None, d.StandIn)
}

func (d *Dictionary) complete(field string, texts ...Words) error {
	for _, w := range texts {
		for _, l := range d.Locales {
			if strings.TrimSpace(w[l]) == "" {
				return touch.Fielderr(field, "no text in %q", l)
			}
		}
	}
	return nil
}

func (d *Dictionary) checkFeatures(features []string) error {
	for _, name := range features {
		f := d.Feature(name)
		if f == nil {
			return touch.Fielderr("features."+name, "the model uses a feature that the dictionary doesn't explain")
		}
		if d.Concept(f.Concept) == nil {
			return touch.Fielderr("features."+name, "concept %q is not in the dictionary", f.Concept)
		}
		if !f.Immutable {
			if err := d.complete("features."+name+".change", f.Change); err != nil {
				return err
			}
		}
	}
	for _, h := range d.Held {
		if slices.Contains(features, h.Name) {
			return touch.Fielderr("held."+h.Name, "is said not to be an input, but the model uses it")
		}
	}
	return nil
}

// Hash is the content hash of the dictionary's file.
func (d *Dictionary) Hash() string { return d.hash }

// Feature returns the entry of a feature, or nil.
func (d *Dictionary) Feature(name string) *Feature {
	for i := range d.Features {
		if d.Features[i].Name == name {
			return &d.Features[i]
		}
	}
	return nil
}

// Concept returns a concept, or nil.
func (d *Dictionary) Concept(id string) *Concept {
	for i := range d.Concepts {
		if d.Concepts[i].ID == id {
			return &d.Concepts[i]
		}
	}
	return nil
}

// Alarms lists the model's inputs that stand on the stop-list. They are used,
// so they are reported, to the fairness audit and on the decision's page.
func (d *Dictionary) Alarms(features []string) []string {
	var out []string
	for _, f := range features {
		if slices.Contains(d.StopList, f) {
			out = append(out, f)
		}
	}
	return out
}
