package pages

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

//go:embed messages/*.yaml
var messageFiles embed.FS

// absent says of each label language that the pages don't speak, in that
// language, that they don't: an English page must not pretend.
//
//go:embed absent.yaml
var absentFile []byte

// Absent is a language that the pages don't speak yet.
type Absent struct {
	Lang string `yaml:"-"`
	Dir  string `yaml:"dir"`
	Text string `yaml:"text"`
}

// Messages holds the words of the pages by locale. Every locale has the same
// keys with the same arguments, or it doesn't load: no page falls back to
// another language unseen.
type Messages struct {
	by      map[string]map[string]string
	locales []string
	absent  map[string]Absent
}

// LoadMessages reads the embedded messages; an error means that the build is broken.
func LoadMessages() (*Messages, error) {
	entries, err := messageFiles.ReadDir("messages")
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the pages' messages can't be read")
	}
	m := &Messages{by: map[string]map[string]string{}}
	for _, e := range entries {
		b, err := messageFiles.ReadFile(path.Join("messages", e.Name()))
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the pages' messages can't be read")
		}
		one := map[string]string{}
		if err := yaml.Unmarshal(b, &one); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "messages %s are not valid YAML", e.Name())
		}
		l := strings.TrimSuffix(e.Name(), ".yaml")
		m.by[l], m.locales = one, append(m.locales, l)
	}
	if err := yaml.UnmarshalWithOptions(absentFile, &m.absent, yaml.Strict()); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the list of absent languages is not valid YAML")
	}
	return m, m.complete()
}

func (m *Messages) complete() error {
	en := m.by["en"]
	if en == nil {
		return touch.Errorf(touch.Invalid, "the English messages are missing")
	}
	for l, a := range m.absent {
		if m.by[l] != nil || !direction(a.Dir) || strings.TrimSpace(a.Text) == "" {
			return touch.Errorf(touch.Invalid, "the absent language %s is spoken, or lacks its direction or its text", l)
		}
	}
	for _, l := range m.locales {
		if !direction(m.by[l]["dir"]) || m.by[l]["reviewed"] != "yes" && m.by[l]["reviewed"] != "no" {
			return touch.Errorf(touch.Invalid, "messages %s don't say their direction, or whether a speaker has reviewed them", l)
		}
		for k, v := range en {
			got, ok := m.by[l][k]
			if !ok || strings.TrimSpace(got) == "" {
				return touch.Errorf(touch.Invalid, "messages %s lack the key %q", l, k)
			}
			if strings.Count(got, "%") != strings.Count(v, "%") {
				return touch.Errorf(touch.Invalid, "messages %s: key %q takes other arguments than in English", l, k)
			}
		}
		for k := range m.by[l] {
			if _, ok := en[k]; !ok {
				return touch.Errorf(touch.Invalid, "messages %s have a key %q that English lacks", l, k)
			}
		}
	}
	return nil
}

func direction(s string) bool { return s == "ltr" || s == "rtl" }

// Missing is the language that a person asked for, or prefers to every one that
// is spoken here, and that the pages lack; nil for none.
func (m *Messages) Missing(asked, header string) *Absent {
	for _, part := range append([]string{asked}, strings.Split(header, ",")...) {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if m.by[base] != nil {
			return nil
		}
		if a, ok := m.absent[base]; ok {
			a.Lang = base
			return &a
		}
	}
	return nil
}

// Locales lists the languages, sorted.
func (m *Messages) Locales() []string { return m.locales }

// Has reports whether a message exists.
func (m *Messages) Has(key string) bool { _, ok := m.by["en"][key]; return ok }

// Pick chooses a language: the one asked for, then the first of the browser's
// that we speak, then the company's, then English.
func (m *Messages) Pick(asked, header, fallback string) string {
	if slices.Contains(m.locales, asked) {
		return asked
	}
	for _, part := range strings.Split(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if slices.Contains(m.locales, base) {
			return base
		}
	}
	if slices.Contains(m.locales, fallback) {
		return fallback
	}
	return "en"
}

// Text is a message in a language that Pick gave, for mail that belongs to a page.
func (m *Messages) Text(locale, key string, args ...any) (string, error) {
	return m.text(locale, key, args)
}

func (m *Messages) text(locale, key string, args []any) (string, error) {
	s, ok := m.by[locale][key]
	if !ok {
		return "", fmt.Errorf("no message %q in %q", key, locale)
	}
	if len(args) == 0 {
		return s, nil
	}
	return fmt.Sprintf(s, args...), nil
}

// day writes a date in the language.
func (m *Messages) day(locale string, t time.Time) string {
	if t.IsZero() {
		return m.by[locale]["date.never"]
	}
	months := strings.Split(m.by[locale]["date.months"], "|")
	if len(months) != 12 {
		return t.UTC().Format("2006-01-02")
	}
	return fmt.Sprintf(m.by[locale]["date.form"], t.UTC().Day(), months[t.UTC().Month()-1], t.UTC().Year())
}
