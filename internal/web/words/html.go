package words

import (
	"bytes"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// spoken are the attributes that are read to people.
var spoken = map[string]bool{"aria-label": true, "placeholder": true, "title": true, "alt": true, "data-th": true, "label": true}

// silent are the elements whose text nobody translates.
var silent = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Textarea: true, atom.Pre: true, atom.Code: true, atom.Kbd: true, atom.Samp: true}

// void elements have no end.
var void = map[atom.Atom]bool{atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Source: true, atom.Track: true, atom.Wbr: true}

// HTML translates a page: its texts, the attributes that are read out, and the
// language it says it has. What isn't in the catalogue stays, marked lang="en"
// where it is English prose.
func (c *Catalogue) HTML(page []byte) []byte {
	t := tr{c: c, z: html.NewTokenizer(bytes.NewReader(page))}
	t.out.Grow(len(page) + len(page)/4)
	for {
		switch t.z.Next() {
		case html.ErrorToken:
			return t.out.Bytes()
		case html.TextToken:
			t.text()
		case html.StartTagToken, html.SelfClosingTagToken:
			t.start()
		case html.EndTagToken:
			t.out.Write(t.z.Raw())
			t.end()
		default:
			t.out.Write(t.z.Raw())
		}
	}
}

// tr is one page on its way.
type tr struct {
	c    *Catalogue
	z    *html.Tokenizer
	out  bytes.Buffer
	open []element
}

type element struct {
	name   string
	silent bool // neither translated nor anything within
	flat   bool // holds text only: title, option, SVG's text
}

func (t *tr) top() element {
	if len(t.open) == 0 {
		return element{}
	}
	return t.open[len(t.open)-1]
}

func (t *tr) start() {
	raw := bytes.Clone(t.z.Raw())
	tok := t.z.Token()
	self := tok.Type == html.SelfClosingTagToken || void[tok.DataAtom]
	up := t.top()
	e := element{name: tok.Data, silent: up.silent || silent[tok.DataAtom],
		flat: up.flat || tok.DataAtom == atom.Title || tok.DataAtom == atom.Option || tok.DataAtom == atom.Svg}
	changed, valued := false, false
	for i, a := range tok.Attr {
		switch {
		case a.Key == "translate" && a.Val == "no":
			e.silent = true
		case a.Key == "value":
			valued = true
		case a.Key == "lang" && tok.DataAtom == atom.Html:
			tok.Attr[i].Val, changed = t.c.Locale, true
		case a.Key == "lang" && a.Val != "en":
			e.silent = true // a text in a language of its own
		}
	}
	if tok.DataAtom == atom.Option && !valued {
		e.silent = true // its text is what the form sends
	}
	for i, a := range tok.Attr {
		// A cell's head is ours even where the cell isn't.
		if spoken[a.Key] && (!e.silent || a.Key == "data-th" && !up.silent) {
			if s, ok := t.c.Text(a.Val); ok {
				tok.Attr[i].Val, changed = s, true
			}
		}
	}
	if changed {
		t.out.WriteString(tok.String())
	} else {
		t.out.Write(raw)
	}
	if !self {
		t.open = append(t.open, e)
	}
}

func (t *tr) end() {
	name, _ := t.z.TagName()
	for i := len(t.open) - 1; i >= 0; i-- {
		if t.open[i].name == string(name) {
			t.open = t.open[:i]
			return
		}
	}
}

// prose tells English sentences from names, ids and figures.
var prose = regexp.MustCompile(`(^|[\s(“])(([Tt]he|[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Oo]f|[Aa]nd|[Oo]r|[Tt]o|[Ff]or|[Nn]ot|[Ww]ith|[Ww]ithout|[Bb]y|[Ii]n|[Oo]n|[Aa]t|[Tt]his|[Tt]hat|[Ii]t|[Ii]ts|[Yy]our|[Yy]ou|[Ff]rom|[Ww]ho|[Ww]hom|[Ww]hat|[Ww]hich|[Ww]hen|[Ww]here|[Hh]ow|[Hh]as|[Hh]ave|[Cc]an|[Mm]ust|[Bb]e|[Bb]een|[Nn]obody|[Nn]othing|[Ss]omebody|[Ee]verybody|[Pp]eople)([\s,;:)”]|[.?!]?$|[.?!] )|[Aa]n?\s+\w)`)

func (t *tr) text() {
	raw := t.z.Raw()
	up := t.top()
	s := html.UnescapeString(string(raw))
	core := strings.TrimSpace(s)
	if core == "" || up.silent {
		t.out.Write(raw)
		return
	}
	i := strings.Index(s, core)
	before, after := s[:i], s[i+len(core):]
	t.out.WriteString(before)
	for _, p := range t.c.Parts(strings.Join(strings.Fields(core), " ")) {
		if !p.Known && !up.flat && prose.MatchString(p.Text) {
			t.out.WriteString(`<span lang="en">` + html.EscapeString(p.Text) + "</span>")
			continue
		}
		t.out.WriteString(html.EscapeString(p.Text))
	}
	t.out.WriteString(after)
}
