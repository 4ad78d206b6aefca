package site

import (
	"embed"
	"slices"
	"strings"

	"fairtouch/internal/lexicon"
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
	by, err := lexicon.Load(wordFiles, Words{Direction: "ltr"}, (*Words).whole)
	return &Book{by}, err
}

func (w *Words) whole() bool {
	return !slices.ContainsFunc([]string{w.Language, w.Direction, w.Heading, w.Intro, w.Reject, w.Allow, w.Choose, w.Save, w.Yes, w.No, w.GPC,
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
