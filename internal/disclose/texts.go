package disclose

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"path"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

//go:embed texts/*.yaml
var files embed.FS

// Text is the disclosure of one locale.
type Text struct {
	Locale  string            `yaml:"locale"`
	Label   map[string]string `yaml:"label"`
	Human   string            `yaml:"human"`
	Refusal string            `yaml:"refusal"`
	// Reviewed says whether a speaker of the language has reviewed the words; the
	// English source counts as reviewed. Pages say so where it is false.
	Reviewed  bool   `yaml:"reviewed"`
	Direction string `yaml:"direction"` // "rtl", or "" for left to right
	Hash      string `yaml:"-"`         // content hash of the file, stored with each decision
}

// slots are the labels that every locale must have; a locale that lacks one
// doesn't load, so that no label falls back to English unseen.
var slots = []string{"score", "email", "call", "chat", "voice", "generated", "image", "price"}

// Texts holds the labels by locale.
type Texts struct {
	byLocale map[string]*Text
	locales  []string
	hash     string
}

// Load reads the embedded texts. An error means that the build is broken.
func Load() (*Texts, error) {
	entries, err := files.ReadDir("texts")
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the disclosure texts can't be read")
	}
	all := map[string][]byte{}
	for _, e := range entries {
		b, err := files.ReadFile(path.Join("texts", e.Name()))
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the disclosure texts can't be read")
		}
		all[e.Name()] = b
	}
	return parse(all)
}

func parse(all map[string][]byte) (*Texts, error) {
	ts := &Texts{byLocale: map[string]*Text{}}
	sum := sha256.New()
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		t := &Text{}
		if err := yaml.UnmarshalWithOptions(all[n], t, yaml.Strict()); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "disclosure text %s is not valid YAML", n)
		}
		if err := t.complete(n); err != nil {
			return nil, err
		}
		h := sha256.Sum256(all[n])
		t.Hash = hex.EncodeToString(h[:])
		sum.Write(h[:])
		ts.byLocale[t.Locale] = t
		ts.locales = append(ts.locales, t.Locale)
	}
	ts.hash = hex.EncodeToString(sum.Sum(nil))
	return ts, nil
}

func (t *Text) complete(file string) error {
	for _, s := range slots {
		if strings.TrimSpace(t.Label[s]) == "" {
			return touch.Errorf(touch.Invalid, "disclosure text %s lacks the label %q", file, s)
		}
	}
	if t.Direction != "" && t.Direction != "rtl" {
		return touch.Errorf(touch.Invalid, "disclosure text %s has another direction than rtl", file)
	}
	if t.Locale == "" || t.Human == "" || t.Refusal == "" {
		return touch.Errorf(touch.Invalid, "disclosure text %s lacks locale, human or refusal", file)
	}
	return nil
}

// Locales lists the locales that have a text, sorted.
func (ts *Texts) Locales() []string { return ts.locales }

// Hash is the content hash over all texts.
func (ts *Texts) Hash() string { return ts.hash }

// In returns the text for a BCP 47 locale, trying its parents ("de-AT", then
// "de"), or false: the caller must not fall back unseen.
func (ts *Texts) In(locale string) (*Text, bool) {
	for l := strings.ToLower(locale); l != ""; {
		if t, ok := ts.byLocale[l]; ok {
			return t, true
		}
		i := strings.LastIndexByte(l, '-')
		if i < 0 {
			break
		}
		l = l[:i]
	}
	return nil, false
}
