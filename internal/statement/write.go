package statement

import (
	"embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/lexicon"
)

//go:embed words/*.yaml
var wordFiles embed.FS

// words are the sentences of one language; {x} and {n} are filled in.
type words struct {
	Language    string `yaml:"language"`
	Direction   string `yaml:"direction"`
	Reviewed    bool   `yaml:"reviewed"`
	Heading     string `yaml:"heading"`
	None        string `yaml:"none"`
	Count       string `yaml:"count"`
	For         string `yaml:"for"`
	Uses        string `yaml:"uses"`
	NotUsed     string `yaml:"notused"`
	Human       string `yaml:"human"`
	Machine     string `yaml:"machine"`
	Profiling   string `yaml:"profiling"`
	Vendor      string `yaml:"vendor"`
	Alternative string `yaml:"alternative"`
	Choice      string `yaml:"choice"`
	Stop        string `yaml:"stop"`
	Rights      string `yaml:"rights"`
	Contact     string `yaml:"contact"`
	Complain    string `yaml:"complain"`
	Day         string `yaml:"day"`
	Outdated    string `yaml:"outdated"`
	Unreviewed  string `yaml:"unreviewed"`
}

// Book holds the sentences of every language.
type Book struct{ by map[string]words }

// Load reads the embedded sentences. A language that lacks one, or its place for
// a value, doesn't load.
func Load() (*Book, error) {
	by, err := lexicon.Load(wordFiles, words{Direction: "ltr"}, (*words).whole)
	return &Book{by}, err
}

func (w *words) whole() bool {
	for _, s := range []string{w.Language, w.Heading, w.None, w.Human, w.Machine, w.Profiling, w.Choice, w.Stop, w.Rights, w.Outdated, w.Unreviewed} {
		if strings.TrimSpace(s) == "" || strings.Contains(s, "{") {
			return false
		}
	}
	for _, s := range []string{w.For, w.Uses, w.NotUsed, w.Vendor, w.Alternative, w.Contact, w.Complain, w.Day} {
		if strings.Count(s, "{x}") != 1 {
			return false
		}
	}
	return strings.Count(w.Count, "{n}") == 1
}

// Languages lists the languages, sorted.
func (b *Book) Languages() []string {
	var out []string
	for l := range b.by {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// Section is the statement in one language.
type Section struct {
	Lang     string   `json:"lang"`
	Dir      string   `json:"dir"`
	Name     string   `json:"language"` // its own name
	Reviewed bool     `json:"reviewed"`
	Note     string   `json:"note,omitzero"` // that nobody reviewed the translation
	Heading  string   `json:"heading"`
	Lede     string   `json:"lede"`
	Systems  []System `json:"systems"`
	Rights   []string `json:"rights"`
	Day      string   `json:"day"`
	Outdated string   `json:"outdated"` // what to say once it is
}

// System is what one system does, in sentences.
type System struct {
	Name      string   `json:"name"`
	Sentences []string `json:"sentences"`
}

// Write writes the statement in every language, as of a day. Names, purposes and
// data stand as they are registered: nothing is translated by guess.
func (b *Book) Write(f *Facts, day time.Time) map[string]Section {
	out := map[string]Section{}
	for l, w := range b.by {
		out[l] = w.section(l, f, day.UTC().Format(time.DateOnly))
	}
	return out
}

// fill puts a value into its place. In a language that is written from right to
// left it is isolated (U+2068 to U+2069), so that a date or an address keeps its order.
func (w *words) fill(s, x string) string {
	if w.Direction == "rtl" {
		x = "\u2068" + x + "\u2069"
	}
	return strings.Replace(s, "{x}", x, 1)
}

func (w *words) section(lang string, f *Facts, day string) Section {
	s := Section{Lang: lang, Dir: w.Direction, Name: w.Language, Reviewed: w.Reviewed, Heading: w.Heading, Lede: w.None, Systems: []System{}, Day: w.fill(w.Day, day), Outdated: w.Outdated}
	if !w.Reviewed {
		s.Note = w.Unreviewed
	}
	if n := len(f.Systems); n > 0 {
		s.Lede = strings.Replace(w.Count, "{n}", strconv.Itoa(n), 1)
	}
	for i := range f.Systems {
		s.Systems = append(s.Systems, System{f.Systems[i].Name, w.sentences(&f.Systems[i])})
	}
	s.Rights = []string{w.Choice, w.Stop, w.Rights}
	if c := strings.Join(present(f.Company.Name, f.Company.Address, strings.TrimPrefix(f.Company.Contact, "mailto:")), ", "); c != "" {
		s.Rights = append(s.Rights, w.fill(w.Contact, c))
	}
	if f.Company.Authority != "" {
		s.Rights = append(s.Rights, w.fill(w.Complain, f.Company.Authority))
	}
	return s
}

func present(xs ...string) []string {
	return slices.DeleteFunc(xs, func(s string) bool { return s == "" })
}

// sentences leaves out what the register doesn't say.
func (w *words) sentences(f *Fact) []string {
	var out []string
	list := func(s string, xs []string) {
		if len(xs) > 0 {
			out = append(out, w.fill(s, strings.Join(xs, ", ")))
		}
	}
	list(w.For, f.Purposes)
	list(w.Uses, f.Uses)
	list(w.NotUsed, f.NotUsed)
	if f.Profiling == "yes" {
		out = append(out, w.Profiling)
	}
	switch f.Decides {
	case "person":
		out = append(out, w.Human)
	case "program":
		out = append(out, w.Machine)
	}
	list(w.Vendor, present(f.Vendor))
	list(w.Alternative, present(f.Alternative))
	return out
}
