package handoff

import (
	"embed"
	"sort"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

//go:embed lang/*.yaml
var langFiles embed.FS

// words of a language, by what they mean. An entry is one word or several; a
// word that ends in * stands for every word that begins so.
type language struct {
	Language string             `yaml:"language"`
	Joined   bool               `yaml:"joined"`   // written without spaces, or with particles joined to words: compared by letters
	VerbLast bool               `yaml:"verblast"` // the wish may follow what is wished
	Answer   string             `yaml:"answer"`   // the truthful answer
	Reviewed bool               `yaml:"reviewed"` // by a speaker of the language; the English source counts as reviewed
	Words    map[concept]string `yaml:"words"`    // entries separated by |
	entries  []entry
	exact    map[string][]int // entries by their first word
	stems    map[rune][]int   // entries whose first word is a stem, by its first letter
	long     map[rune][]int   // entries whose first word may hold a typo, by its first letter
}

// concept is what a group of words means.
type concept string

// The concepts. Every language has each of them.
const (
	person  concept = "person"  // a human being
	agent   concept = "agent"   // who works there: agent, advisor, customer service
	someone concept = "someone" // weaker: with a verb of talking alone
	bot     concept = "bot"
	contact concept = "contact" // talk, connect, call
	want    concept = "want"    // want, need, give me
	frame   concept = "frame"   // are you, am I talking to
	refuse  concept = "refuse"  // no, not, instead of, tired of
	other   concept = "other"   // what only looks like it: human resources
	filler  concept = "filler"  // please, now, a
	asks    concept = "asks"    // whole ways to ask for a person
	whether concept = "whether" // whole ways to ask what one talks to

	complaint concept = "complaint"
	legal     concept = "legal"
	distress  concept = "distress"
	optout    concept = "optout"
	erase     concept = "erase"
)

var concepts = [...]concept{person, agent, someone, bot, contact, want, frame, refuse, other, filler, asks, whether, complaint, legal, distress, optout, erase}

// entry is a parsed entry: words, or the letters of a joined language.
type entry struct {
	is    concept
	text  string
	words []word
}

type word struct {
	text  string
	runes []rune
	stem  bool
}

type lexicons struct {
	by    map[string]*language
	names []string
}

// lexicon parses the embedded words once; it is never changed after that.
var lexicon = sync.OnceValues(loadLexicons)

func loadLexicons() (*lexicons, error) {
	files, err := langFiles.ReadDir("lang")
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the words can't be read")
	}
	ls := &lexicons{by: map[string]*language{}}
	for _, f := range files {
		b, err := langFiles.ReadFile("lang/" + f.Name())
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the words can't be read")
		}
		l := &language{}
		if err := yaml.UnmarshalWithOptions(b, l, yaml.Strict()); err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the words in %s are not valid YAML", f.Name())
		}
		if err := l.parse(f.Name()); err != nil {
			return nil, err
		}
		ls.by[l.Language] = l
		ls.names = append(ls.names, l.Language)
	}
	sort.Strings(ls.names)
	return ls, nil
}

func (l *language) parse(file string) error {
	l.exact, l.stems, l.long = map[string][]int{}, map[rune][]int{}, map[rune][]int{}
	for _, c := range concepts {
		n := len(l.entries)
		for part := range strings.SplitSeq(l.Words[c], "|") {
			if e := l.entry(c, part); e.text != "" {
				l.entries = append(l.entries, e)
				l.index(len(l.entries) - 1)
			}
		}
		if n == len(l.entries) {
			return touch.Errorf(touch.Internal, "%s has no words for %q", file, c)
		}
	}
	if l.Language+".yaml" != file || !strings.Contains(l.Answer, "{company}") || len(l.Words) != len(concepts) {
		return touch.Errorf(touch.Internal, "%s lacks its language, its answer, or has words for something unknown", file)
	}
	return nil
}

func (l *language) entry(c concept, part string) entry {
	if l.Joined {
		return entry{is: c, text: squeeze(fold(part))}
	}
	e := entry{is: c}
	for _, w := range strings.Fields(strings.NewReplacer("'", " ", "’", " ", "-", " ").Replace(part)) {
		text := fold(strings.TrimSuffix(w, "*"))
		e.words = append(e.words, word{text: text, runes: []rune(text), stem: strings.HasSuffix(w, "*")})
		e.text += text + " "
	}
	return e
}

func (l *language) index(i int) {
	if l.Joined {
		return
	}
	w := &l.entries[i].words[0]
	if w.stem {
		l.stems[w.runes[0]] = append(l.stems[w.runes[0]], i)
	} else {
		l.exact[w.text] = append(l.exact[w.text], i)
	}
	if len(w.runes) >= shortest {
		l.long[w.runes[0]] = append(l.long[w.runes[0]], i)
	}
}

// squeeze leaves letters, marks and digits alone.
func squeeze(s string) string { return strings.Join(words(s), "") }

// Languages lists the languages that are heard, as BCP 47 codes.
func Languages() []string {
	ls, err := lexicon()
	if err != nil {
		return nil
	}
	return ls.names
}

// Loaded reports whether the embedded words are whole; an error means that the
// build is broken. A program calls it once when it starts.
func Loaded() error {
	_, err := lexicon()
	return err
}
