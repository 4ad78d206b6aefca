package inclusion

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"fairtouch/touch"
)

// Problem is one thing in an e-mail that shuts people out.
type Problem struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	What     string   `json:"what"` // in one sentence, with what to do
	Where    string   `json:"where,omitzero"`
	Standard string   `json:"standard"` // the success criterion, WCAG 2.2
}

// maxEmail bounds an e-mail's HTML; clients clip far below.
const maxEmail = 2 << 20

// CheckEmail checks an e-mail's HTML and its text part ("" for none).
func CheckEmail(page, text string) ([]Problem, error) {
	if len(page) > maxEmail {
		return nil, touch.Errorf(touch.TooLarge, "the e-mail is over 2 MB; mail programs cut it far below")
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the e-mail's HTML can't be read")
	}
	c := &emailCheck{}
	c.walk(root, style{color: black, back: white, size: 16})
	c.whole(text)
	return c.out, nil
}

type emailCheck struct {
	out      []Problem
	lang     bool
	title    bool
	heading  int // level of the last heading
	headings int
	images   int
	prose    int // letters of text outside links and images
}

func (c *emailCheck) say(rule string, s Severity, standard, where, format string, args ...any) {
	c.out = append(c.out, Problem{rule, s, fmt.Sprintf(format, args...), where, standard})
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val), true
		}
	}
	return "", false
}

func (c *emailCheck) walk(n *html.Node, s style) {
	if n.Type == html.ElementNode {
		if hiddenElement(n) {
			return
		}
		s = s.within(n)
		c.element(n, s)
	}
	if n.Type == html.TextNode {
		c.textNode(n, s)
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.walk(k, s)
	}
}

func hiddenElement(n *html.Node) bool {
	st, _ := attr(n, "style")
	h, ok := attr(n, "aria-hidden")
	return n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Template || ok && h == "true" ||
		strings.Contains(strings.ReplaceAll(st, " ", ""), "display:none")
}

func (c *emailCheck) element(n *html.Node, s style) {
	switch n.DataAtom {
	case atom.Html:
		l, _ := attr(n, "lang")
		c.lang = l != ""
	case atom.Title:
		c.title = strings.TrimSpace(contents(n)) != ""
	case atom.Img:
		c.image(n)
	case atom.A:
		c.link(n)
	case atom.Table:
		c.table(n)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		level := int(n.Data[1] - '0')
		if level > c.heading+1 {
			c.say("heading-order", Low, "1.3.1", n.Data, "A heading of level %d follows one of level %d; go down one level at a time.", level, c.heading)
		}
		if strings.TrimSpace(contents(n)) == "" {
			c.say("heading-empty", Medium, "2.4.6", n.Data, "A heading has no text; remove it, or say what follows.")
		}
		c.heading, c.headings = level, c.headings+1
	}
}

func (c *emailCheck) image(n *html.Node) {
	c.images++
	alt, has := attr(n, "alt")
	src, _ := attr(n, "src")
	w, _ := attr(n, "width")
	h, _ := attr(n, "height")
	file := src[strings.LastIndexByte(src, '/')+1:]
	switch {
	case !has && w == "1" && h == "1":
		c.say("image-alt", Low, "1.1.1", file, "A one-pixel image needs alt=\"\", so that screen readers pass it over.")
	case !has:
		c.say("image-alt", High, "1.1.1", file, "An image has no alt text; say what it shows, or alt=\"\" if it only decorates.")
	case alt != "" && (strings.EqualFold(alt, file) || hasAny(strings.ToLower(alt), ".png", ".jpg", ".jpeg", ".gif") || strings.EqualFold(alt, "image") || strings.EqualFold(alt, "logo")):
		c.say("image-alt-useless", Medium, "1.1.1", file, "The alt text names the file or says nothing; say what the image shows.")
	case len(alt) > 250:
		c.say("image-alt-long", Low, "1.1.1", file, "The alt text is longer than 250 bytes; put long text into the e-mail itself.")
	}
}

func hasAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

func (c *emailCheck) link(n *html.Node) {
	href, has := attr(n, "href")
	if !has {
		return
	}
	name := strings.TrimSpace(contents(n))
	label, _ := attr(n, "aria-label")
	if label != "" {
		name = label
	}
	plainName := strings.ToLower(strings.Trim(name, " .!>»→"))
	switch {
	case name == "":
		c.say("link-name", High, "2.4.4", where(href), "A link has no text, and its images no alt text; say where it leads.")
	case vague(plainName):
		c.say("link-vague", Medium, "2.4.4", where(href), "A link says only \"%s\"; say where it leads, since links are read out alone.", name)
	case strings.HasPrefix(plainName, "http") || strings.HasPrefix(plainName, "www."):
		c.say("link-url", Low, "2.4.4", where(href), "A link's text is its address; say where it leads.")
	}
}

// where keeps a link's host and path: what follows may name a person.
func where(href string) string {
	href, _, _ = strings.Cut(href, "?")
	href, _, _ = strings.Cut(href, "#")
	if strings.HasPrefix(strings.ToLower(href), "mailto:") {
		return "mailto:"
	}
	return href
}

func vague(s string) bool {
	switch s {
	case "here", "click here", "click", "more", "read more", "learn more", "link", "this", "details", "go", "hier", "hier klicken", "klick hier",
		"mehr", "mehr erfahren", "weiterlesen", "ici", "cliquez ici", "cliquer ici", "en savoir plus", "lire la suite", "aquí", "haz clic aquí",
		"clic aquí", "más", "leer más", "más información":
		return true
	}
	return false
}

func (c *emailCheck) table(n *html.Node) {
	role, _ := attr(n, "role")
	if role == "presentation" || role == "none" || find(n, atom.Th) {
		return
	}
	c.say("table-layout", Medium, "1.3.1", "table", "A table without header cells is read out cell by cell; add role=\"presentation\" if it only lays out, or th if it holds data.")
}

// find looks for an element below, not inside nested tables.
func find(n *html.Node, a atom.Atom) bool {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k.DataAtom == a || k.DataAtom != atom.Table && find(k, a) {
			return true
		}
	}
	return false
}

// contents is the text that a screen reader says for an element.
func contents(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Img:
			alt, _ := attr(n, "alt")
			b.WriteString(" " + alt + " ")
		case n.Type == html.ElementNode && hiddenElement(n):
			return
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			walk(k)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (c *emailCheck) textNode(n *html.Node, s style) {
	t := strings.TrimSpace(n.Data)
	if t == "" || n.Parent != nil && (n.Parent.DataAtom == atom.Title || n.Parent.DataAtom == atom.Head) {
		return
	}
	c.prose += len(t)
	least := 4.5
	if s.size >= 24 || s.bold && s.size >= 18.66 {
		least = 3
	}
	if r := contrast(s.color, s.back); s.known && r < least {
		c.say("contrast", High, "1.4.3", short(t), "Text has a contrast of %.1f to 1 with its background; at least %.1f is readable.", r, least)
	}
	if s.size < 12 {
		c.say("font-size", Medium, "1.4.4", short(t), "Text of %.0f pixels is hard to read; use at least 14.", s.size)
	}
}

func short(t string) string {
	if r := []rune(t); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return t
}

// whole is what only the end of the e-mail shows.
func (c *emailCheck) whole(text string) {
	if !c.lang {
		c.say("language", High, "3.1.1", "html", "The e-mail doesn't say its language; screen readers then pronounce it wrong. Add lang to html.")
	}
	if !c.title {
		c.say("title", Medium, "2.4.2", "title", "The e-mail has no title; add one, as for its subject.")
	}
	if c.images > 0 && c.prose < 40 {
		c.say("image-only", High, "1.4.5", "body", "The message is in images; who can't see or load them gets nothing. Write it as text.")
	}
	if len(strings.TrimSpace(text)) < 20 {
		c.say("text-part", Medium, "1.1.1", "text/plain", "There is no text part; add one that says the same.")
	}
	if c.prose > 1500 && c.headings == 0 {
		c.say("headings", Low, "2.4.6", "body", "A long e-mail without headings can't be skimmed by ear; add some.")
	}
}

// style is what text inherits.
type style struct {
	color, back rgb
	size        float64 // CSS pixels
	bold        bool
	known       bool // a colour was set inline: only then is contrast judged
}

type rgb [3]float64

var black, white = rgb{}, rgb{255, 255, 255}

func (s style) within(n *html.Node) style {
	if v, ok := attr(n, "bgcolor"); ok {
		s.set("background-color", v)
	}
	if v, ok := attr(n, "color"); ok {
		s.set("color", v)
	}
	switch n.DataAtom {
	case atom.B, atom.Strong, atom.H1, atom.H2, atom.H3, atom.Th:
		s.bold = true
	}
	if size, ok := map[atom.Atom]float64{atom.H1: 32, atom.H2: 24, atom.H3: 18.72, atom.Small: 13}[n.DataAtom]; ok {
		s.size = size
	}
	v, _ := attr(n, "style")
	for _, d := range strings.Split(v, ";") {
		k, v, _ := strings.Cut(d, ":")
		s.set(strings.ToLower(strings.TrimSpace(k)), strings.ToLower(strings.TrimSpace(strings.ReplaceAll(v, "!important", ""))))
	}
	return s
}

func (s *style) set(k, v string) {
	switch k {
	case "color":
		if c, ok := colour(v); ok {
			s.color, s.known = c, true
		}
	case "background-color", "background":
		if strings.Contains(v, "url(") || strings.Contains(v, "gradient") {
			s.known = false // an image lies behind: nothing can be said
		} else if c, ok := colour(strings.Fields(v + " x")[0]); ok {
			s.back, s.known = c, true
		}
	case "font-size":
		s.size = pixels(v, s.size)
	case "font-weight":
		w, err := strconv.Atoi(v)
		s.bold = strings.HasPrefix(v, "bold") || err == nil && w >= 700
	}
}

func pixels(v string, now float64) float64 {
	for _, u := range []struct {
		unit string
		f    float64
	}{{"px", 1}, {"pt", 4. / 3}, {"rem", 16}, {"em", now}, {"%", now / 100}} {
		num, ok := strings.CutSuffix(v, u.unit)
		if x, err := strconv.ParseFloat(num, 64); ok && err == nil && x > 0 {
			return x * u.f
		}
	}
	return now
}

func colour(v string) (c rgb, ok bool) {
	if named, is := names()[v]; is {
		v = named
	}
	if inner, is := strings.CutPrefix(v, "rgb("); is {
		parts := strings.Split(strings.TrimSuffix(inner, ")"), ",")
		if len(parts) != 3 {
			return c, false
		}
		for i, p := range parts {
			x, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
			if err != nil || x < 0 || x > 255 {
				return c, false
			}
			c[i] = x
		}
		return c, true
	}
	h, is := strings.CutPrefix(v, "#")
	if len(h) == 3 {
		h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
	}
	n, err := strconv.ParseUint(h, 16, 32)
	if !is || len(h) != 6 || err != nil {
		return c, false
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, true
}

func names() map[string]string {
	return map[string]string{"black": "#000000", "white": "#ffffff", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0", "red": "#ff0000",
		"blue": "#0000ff", "green": "#008000", "yellow": "#ffff00", "orange": "#ffa500", "navy": "#000080", "lightgray": "#d3d3d3",
		"lightgrey": "#d3d3d3", "darkgray": "#a9a9a9", "darkgrey": "#a9a9a9", "purple": "#800080", "teal": "#008080", "maroon": "#800000"}
}

// contrast is WCAG's contrast ratio, 1 to 21.
func contrast(a, b rgb) float64 {
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + .05) / (math.Min(la, lb) + .05)
}

func luminance(c rgb) float64 {
	lin := func(v float64) float64 {
		v /= 255
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*lin(c[0]) + .7152*lin(c[1]) + .0722*lin(c[2])
}
