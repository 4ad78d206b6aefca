package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

// Catalogue is one language's message file. It is safe for many goroutines.
type Catalogue struct {
	Locale string
	exact  map[string]string
	begin  map[string][]pattern // by their first bytes, the most literal first
}

// pattern is a message with places for what changes.
type pattern struct {
	parts   []string // the literal text around the places; one more than places
	literal int      // bytes of literal text
	out     string
}

const place = "{}"

// Load reads a language's message files. An error names the message that is
// wrong: one without text, one given twice, or one whose places differ from its
// key's.
func Load(locale string, files ...[]byte) (*Catalogue, error) {
	c := &Catalogue{Locale: locale, exact: map[string]string{}, begin: map[string][]pattern{}}
	seen := map[string]bool{}
	for _, file := range files {
		var all map[string]string
		if err := yaml.Unmarshal(file, &all); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "messages %s are not valid YAML", locale)
		}
		for k, v := range all {
			if seen[k] {
				return nil, touch.Errorf(touch.Invalid, "messages %s: %q is given twice", locale, k)
			}
			seen[k] = true
			if err := c.add(k, v); err != nil {
				return nil, err
			}
		}
	}
	for _, ps := range c.begin {
		slices.SortFunc(ps, func(a, b pattern) int {
			if a.literal != b.literal {
				return b.literal - a.literal
			}
			return strings.Compare(a.out, b.out)
		})
	}
	return c, nil
}

func (c *Catalogue) add(k, v string) error {
	n := strings.Count(k, place)
	if strings.TrimSpace(v) == "" || places(v) != n {
		return touch.Errorf(touch.Invalid, "messages %s: %q must have a text with %d places", c.Locale, k, n)
	}
	if n == 0 {
		c.exact[k] = v
		return nil
	}
	parts := strings.Split(k, place)
	if slices.Contains(parts[1:n], "") || strings.TrimSpace(strings.Join(parts, "")) == "" {
		return touch.Errorf(touch.Invalid, "messages %s: %q has two places that nothing parts, or no text", c.Locale, k)
	}
	b := beginning(parts[0])
	c.begin[b] = append(c.begin[b], pattern{parts, len(k) - n*len(place), v})
	return nil
}

// beginning is what patterns are found by: the first bytes of a text, "" for a
// pattern that begins with less.
func beginning(s string) string {
	if len(s) < 3 {
		return ""
	}
	return s[:3]
}

var numbered = regexp.MustCompile(`\{[1-9]\}`)

// places counts the places of a translation: {} in order, or {1}, {2} where
// another language wants another order.
func places(v string) int {
	if n := strings.Count(v, place); n > 0 {
		return n
	}
	seen := map[string]bool{}
	for _, m := range numbered.FindAllString(v, -1) {
		seen[m] = true
	}
	return len(seen)
}

// mostSplits bounds how many ways to fill a message's places are tried.
const mostSplits = 64

// match calls fits with what may stand in the places, one way after another,
// until it takes one. A place holds at least a byte; the shortest come first.
// The text begins and ends as the message does.
func (p *pattern) match(s string, fits func(values []string) bool) bool {
	last := p.parts[len(p.parts)-1]
	if len(s) < p.literal+len(p.parts)-1 {
		return false
	}
	tries := mostSplits
	return p.split(1, s[len(p.parts[0]):len(s)-len(last)], nil, &tries, fits)
}

// split fills the place before the literal text number i, and those after it.
func (p *pattern) split(i int, s string, values []string, tries *int, fits func([]string) bool) bool {
	if i == len(p.parts)-1 {
		*tries--
		return s != "" && fits(append(values, s))
	}
	for from := 1; from < len(s) && *tries > 0; {
		at := strings.Index(s[from:], p.parts[i])
		if at < 0 {
			return false
		}
		if p.split(i+1, s[from+at+len(p.parts[i]):], append(values, s[:from+at]), tries, fits) {
			return true
		}
		from += at + 1
	}
	return false
}

var (
	grouped = regexp.MustCompile(`^[+−-]?\d{1,3}(,\d{3})+$`)
	decimal = regexp.MustCompile(`^[+−-]?\d+\.\d+( ?%)?$`)
	dated   = regexp.MustCompile(`^(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})(, \d\d:\d\d)?( UTC)?$`)
	counted = regexp.MustCompile(`^([+−-]?[\d,.]+)( %|%| )(.*)$`)
	ranged  = regexp.MustCompile(`^([+−-]?[\d,.]+)( to | ± )([+−-]?[\d,.]+)$`)
)

// figure translates a number, a date, or a count with its unit; false for
// anything else.
func (c *Catalogue) figure(v string) (string, bool) {
	if _, err := strconv.Atoi(v); err == nil {
		return v, true
	}
	switch {
	case grouped.MatchString(v):
		return strings.ReplaceAll(v, ",", c.or("thousands mark", ",")), true
	case decimal.MatchString(v):
		return strings.Replace(v, ".", c.or("decimal mark", "."), 1), true
	}
	if m := dated.FindStringSubmatch(v); m != nil {
		return m[1] + c.or("day mark", "") + " " + c.or(m[2], m[2]) + " " + m[3] + m[4] + m[5], true
	}
	if m := ranged.FindStringSubmatch(v); m != nil {
		from, _ := c.figure(m[1])
		to, _ := c.figure(m[3])
		return from + c.or(m[2], m[2]) + to, true
	}
	m := counted.FindStringSubmatch(v)
	if m == nil {
		return v, false
	}
	n, ok := c.figure(m[1])
	if unit, is := c.exact["{n} "+m[3]]; is && m[2] == " " {
		return n + " " + unit, true
	}
	return n + m[2] + m[3], ok && m[3] == ""
}

func (c *Catalogue) or(key, def string) string {
	if v, ok := c.exact[key]; ok {
		return v
	}
	return def
}
