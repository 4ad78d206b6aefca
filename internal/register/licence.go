package register

import (
	_ "embed"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"

	"fairtouch/touch"
)

//go:embed licences.yaml
var licencesYAML []byte

// maxLicence bounds a licence field in bytes; longer text is no expression.
const maxLicence = 300

// LicenceClass is what one licence allows.
type LicenceClass struct {
	ID          string   `json:"id" yaml:"id"`
	Commercial  bool     `json:"commercial" yaml:"commercial"`
	Derivatives bool     `json:"derivatives" yaml:"derivatives"`
	ShareAlike  bool     `json:"share_alike" yaml:"share_alike"`
	Attribution bool     `json:"attribution" yaml:"attribution"`
	Aliases     []string `json:"aliases,omitzero" yaml:"aliases"`
}

// Licences normalises licence text and knows what licences allow.
type Licences struct {
	classes map[string]LicenceClass
	alias   map[string]string // folded text -> id
}

// SeedLicences returns the table that ships in the binary.
func SeedLicences() (*Licences, error) { return ParseLicences(licencesYAML) }

// ParseLicences reads a YAML table of licence classes.
func ParseLicences(data []byte) (*Licences, error) {
	var list []LicenceClass
	if err := decode(data, &list); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the licence table can't be read: %s", firstLine(err))
	}
	l := &Licences{classes: map[string]LicenceClass{}, alias: map[string]string{}}
	for _, c := range list {
		l.classes[c.ID] = c
		for _, a := range append([]string{c.ID}, c.Aliases...) {
			l.alias[fold(a)] = c.ID
		}
	}
	return l, nil
}

// fold makes near-SPDX text comparable: case, separators and the words around a
// name don't count, versions and everything else do.
func fold(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimSuffix(strings.TrimSuffix(s, "/"), "/legalcode")
	s = strings.Replace(s, "http://", "https://", 1)
	if strings.HasPrefix(s, "https://") {
		return s
	}
	s = strings.NewReplacer("-", " ", "_", " ", ",", " ").Replace(s)
	var words []string
	for _, w := range strings.Fields(s) {
		switch w {
		case "license", "licence", "the", "version":
			continue
		}
		if len(w) > 1 && w[0] == 'v' && w[1] >= '0' && w[1] <= '9' {
			w = w[1:]
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// Normalise gives the SPDX licences that a text names, in canonical form. It
// never guesses upward: "other", "unknown", "public", "CC BY" without a version,
// a URL that isn't a known licence's, and empty text name none.
func (l *Licences) Normalise(text string) (ids []string, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxLicence || strings.EqualFold(text, "none") || strings.EqualFold(text, "noassertion") {
		return nil, false
	}
	if id, known := l.alias[fold(text)]; known {
		return []string{id}, true
	}
	return spdx(text)
}

func spdx(text string) (ids []string, ok bool) {
	defer func() {
		if recover() != nil { // a licence field that breaks the parser names no licence
			ids, ok = nil, false
		}
	}()
	ids, err := spdxexp.ExtractLicenses(text)
	return ids, err == nil && len(ids) > 0
}

// Meet gives what all of the licences allow together. An expression that offers
// a choice counts as its strictest part, for nothing says which was chosen.
// unknown names licences that the table doesn't hold.
func (l *Licences) Meet(ids []string) (c LicenceClass, unknown []string) {
	c = LicenceClass{ID: strings.Join(ids, " AND "), Commercial: true, Derivatives: true}
	for _, id := range ids {
		k, ok := l.classes[id]
		if !ok {
			unknown = append(unknown, id)
			continue
		}
		c.Commercial = c.Commercial && k.Commercial
		c.Derivatives = c.Derivatives && k.Derivatives
		c.ShareAlike = c.ShareAlike || k.ShareAlike
		c.Attribution = c.Attribution || k.Attribution
	}
	return c, unknown
}
