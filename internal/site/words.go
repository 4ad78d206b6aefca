package site

import (
	"embed"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

//go:embed words/*.yaml
var wordFiles embed.FS

// Words are the banner's own words in one language; what is asked comes from the
// published notices.
type Words struct {
	Language   string `yaml:"language" json:"-"` // its own name
	Direction  string `yaml:"direction" json:"-"`
	Reviewed   bool   `yaml:"reviewed" json:"-"`
	Heading    string `yaml:"heading" json:"heading"`
	Intro      string `yaml:"intro" json:"intro"`
	Reject     string `yaml:"reject" json:"reject"`
	Allow      string `yaml:"allow" json:"allow"`
	Choose     string `yaml:"choose" json:"choose"`
	Save       string `yaml:"save" json:"save"`
	Yes        string `yaml:"yes" json:"yes"`
	No         string `yaml:"no" json:"no"`
	GPC        string `yaml:"gpc" json:"gpc"`
	Covered    string `yaml:"covered" json:"covered"`
	Fine       string `yaml:"fine" json:"fine"`
	Saved      string `yaml:"saved" json:"saved"`
	Failed     string `yaml:"failed" json:"failed"`
	Changed    string `yaml:"changed" json:"changed"`
	Policy     string `yaml:"policy" json:"policy"`
	Unreviewed string `yaml:"unreviewed" json:"-"`
}

// Book holds the words of every language.
type Book struct{ by map[string]Words }

// LoadWords reads the embedded words. A language that lacks one doesn't load, so
// that no banner falls back to another language unseen.
func LoadWords() (*Book, error) {
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the banner's words can't be read")
	}
	b := &Book{map[string]Words{}}
	for _, f := range files {
		raw, err := wordFiles.ReadFile(path.Join("words", f.Name()))
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the banner's words can't be read")
		}
		w := Words{Direction: "ltr"}
		if err := yaml.UnmarshalWithOptions(raw, &w, yaml.Strict()); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "words %s are not valid", f.Name())
		}
		if w.empty() {
			return nil, touch.Errorf(touch.Invalid, "words %s lack one", f.Name())
		}
		b.by[strings.TrimSuffix(f.Name(), ".yaml")] = w
	}
	if _, ok := b.by["en"]; !ok {
		return nil, touch.Errorf(touch.Invalid, "the English words are missing")
	}
	return b, nil
}

func (w *Words) empty() bool {
	return slices.ContainsFunc([]string{w.Language, w.Direction, w.Heading, w.Intro, w.Reject, w.Allow, w.Choose, w.Save, w.Yes, w.No, w.GPC,
		w.Covered, w.Fine, w.Saved, w.Failed, w.Changed, w.Policy, w.Unreviewed}, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// Languages lists them, sorted.
func (b *Book) Languages() []string {
	var out []string
	for l := range b.by {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// Of gives the words of a language, or false.
func (b *Book) Of(lang string) (Words, bool) { w, ok := b.by[lang]; return w, ok }

// Base is the primary subtag of a language tag, in lower case: de of de-AT.
func Base(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	return base
}
