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
	Locale   string
	exact    map[string]string
	patterns []pattern // the most literal first
}

// pattern is a message with places for what changes.
type pattern struct {
	parts   []string // the literal text around the places; one more than places
	literal int      // bytes of literal text
	out     string
}

const place = "{}"

// Load reads a message file. An error names the message that is wrong: one
// without text, or whose places differ from its key's.
func Load(locale string, file []byte) (*Catalogue, error) {
	var all map[string]string
	if err := yaml.Unmarshal(file, &all); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "messages %s are not valid YAML", locale)
	}
	c := &Catalogue{Locale: locale, exact: make(map[string]string, len(all))}
	for k, v := range all {
		n := strings.Count(k, place)
		if strings.TrimSpace(v) == "" || places(v) != n {
			return nil, touch.Errorf(touch.Invalid, "messages %s: %q must have a text with %d places", locale, k, n)
		}
		if n == 0 {
			c.exact[k] = v
			continue
		}
		parts := strings.Split(k, place)
		if slices.Contains(parts[1:n], "") || strings.TrimSpace(strings.Join(parts, "")) == "" {
			return nil, touch.Errorf(touch.Invalid, "messages %s: %q has two places that nothing parts, or no text", locale, k)
		}
		c.patterns = append(c.patterns, pattern{parts, len(k) - n*len(place), v})
	}
	slices.SortFunc(c.patterns, func(a, b pattern) int {
		if a.literal != b.literal {
			return b.literal - a.literal
		}
		return strings.Compare(a.out, b.out)
	})
	return c, nil
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

// Text translates a text. False: neither the text nor any sentence of it is in
// the catalogue, and it comes back as it was.
func (c *Catalogue) Text(s string) (string, bool) {
	if out, ok := c.whole(s, false); ok {
		return out, true
	}
	if out, ok := c.sentences(s); ok {
		return out, true
	}
	return c.whole(s, true)
}

var newSentence = regexp.MustCompile(`[.?!] +\p{Lu}`)

// whole translates a text by one message. Only if wide may what stands in a
// place begin a new sentence.
func (c *Catalogue) whole(s string, wide bool) (string, bool) {
	if out, ok := c.exact[s]; ok {
		return out, true
	}
	for _, p := range c.patterns {
		values, ok := p.match(s)
		if !ok || !wide && slices.ContainsFunc(values, newSentence.MatchString) {
			continue
		}
		for i, v := range values {
			values[i] = c.value(v)
		}
		return fill(p.out, values), true
	}
	if out := c.value(s); out != s {
		return out, true
	}
	return s, false
}

var sentenceEnd = regexp.MustCompile(`[.?!:;,)]+ +`)

// sentences translates what it can of a text of several sentences or clauses.
func (c *Catalogue) sentences(s string) (string, bool) {
	cuts := sentenceEnd.FindAllStringIndex(s, -1)
	for _, cut := range cuts {
		head, ok := c.whole(s[:cut[0]], false)
		mark := s[cut[0]:cut[1]]
		if !ok {
			// The mark may belong to the message.
			whole := strings.TrimRight(s[:cut[1]], " ")
			if head, ok = c.whole(whole, false); ok {
				mark = s[len(whole):cut[1]]
			}
		}
		if !ok {
			continue
		}
		tail, _ := c.Text(s[cut[1]:])
		return head + mark + tail, true
	}
	return s, false
}

// match gives what stands in the places, or false. A place holds at least a byte.
func (p *pattern) match(s string) ([]string, bool) {
	if len(s) < p.literal+len(p.parts)-1 || !strings.HasPrefix(s, p.parts[0]) {
		return nil, false
	}
	last := p.parts[len(p.parts)-1]
	s = s[len(p.parts[0]):]
	if !strings.HasSuffix(s, last) {
		return nil, false
	}
	s = s[:len(s)-len(last)]
	values := make([]string, 0, len(p.parts)-1)
	for _, lit := range p.parts[1 : len(p.parts)-1] {
		if s == "" {
			return nil, false
		}
		i := strings.Index(s[1:], lit)
		if i < 0 {
			return nil, false
		}
		values, s = append(values, s[:i+1]), s[i+1+len(lit):]
	}
	if s == "" {
		return nil, false
	}
	return append(values, s), true
}

func fill(out string, values []string) string {
	if strings.Contains(out, place) {
		for _, v := range values {
			out = strings.Replace(out, place, v, 1)
		}
		return out
	}
	return numbered.ReplaceAllStringFunc(out, func(m string) string {
		i := int(m[1] - '1')
		if i >= len(values) {
			return m
		}
		return values[i]
	})
}

var (
	grouped = regexp.MustCompile(`^[−-]?\d{1,3}(,\d{3})+$`)
	decimal = regexp.MustCompile(`^[−-]?\d+\.\d+( ?%)?$`)
	dated   = regexp.MustCompile(`^(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})(, \d\d:\d\d)?( UTC)?$`)
	counted = regexp.MustCompile(`^([−-]?[\d,.]+)( %|%| )(.*)$`)
)

// value translates what stands in a place: a word of the catalogue, a number, a
// date; anything else stays.
func (c *Catalogue) value(v string) string {
	if out, ok := c.exact[v]; ok {
		return out
	}
	if _, err := strconv.Atoi(v); err == nil {
		return v
	}
	switch {
	case grouped.MatchString(v):
		return strings.ReplaceAll(v, ",", c.or("thousands mark", ","))
	case decimal.MatchString(v):
		return strings.Replace(v, ".", c.or("decimal mark", "."), 1)
	}
	if m := dated.FindStringSubmatch(v); m != nil {
		return m[1] + c.or("day mark", "") + " " + c.or(m[2], m[2]) + " " + m[3] + m[4] + m[5]
	}
	if m := counted.FindStringSubmatch(v); m != nil {
		if unit, ok := c.exact["{n} "+m[3]]; ok && m[2] == " " {
			return c.value(m[1]) + " " + unit
		}
		if m[3] == "" {
			return c.value(m[1]) + m[2]
		}
	}
	return v
}

func (c *Catalogue) or(key, def string) string {
	if v, ok := c.exact[key]; ok {
		return v
	}
	return def
}
