package console

import (
	"html"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"fairtouch/internal/web/view"
	"fairtouch/internal/web/words"
)

// mostVariants bounds how many texts the branches of one element can make.
const mostVariants = 512

// texts are what a template can say: each text between two tags, each attribute
// that is read out and each label of a form, along every branch. What an action
// writes is a place.
type texts struct {
	found map[string]bool
}

const (
	somebody = "Ω"
	brand    = "Fairtouch"
)

func (x *texts) list(l *parse.ListNode, in []string) []string {
	if l == nil {
		return in
	}
	for _, n := range l.Nodes {
		in = x.node(n, in)
	}
	return in
}

func (x *texts) node(n parse.Node, in []string) []string {
	switch n := n.(type) {
	case *parse.TextNode:
		return x.flush(add(in, string(n.Text)))
	case *parse.ActionNode:
		if c := n.Pipe.Cmds[0]; len(c.Args) == 4 && c.Args[0].String() == "plural" {
			return append(add(in, "1 "+literal(c.Args[2])), add(in, "2 "+literal(c.Args[3]))...)
		}
		return add(in, x.pipe(n.Pipe))
	case *parse.TemplateNode:
		if n.Pipe != nil {
			x.pipe(n.Pipe)
		}
		if n.Name == "v" || strings.HasSuffix(n.Name, "state") || strings.HasSuffix(n.Name, "verdict") || n.Name == "field" {
			return x.flush(add(in, "<span></span>"))
		}
		return add(in, somebody)
	case *parse.IfNode:
		return x.branch(n.List, n.ElseList, in)
	case *parse.WithNode:
		return x.branch(n.List, n.ElseList, in)
	case *parse.RangeNode:
		return x.branch(n.List, n.ElseList, in)
	}
	return in
}

func (x *texts) branch(yes, no *parse.ListNode, in []string) []string {
	out := append(x.list(yes, slices.Clone(in)), x.list(no, slices.Clone(in))...)
	slices.Sort(out)
	return slices.Compact(out)
}

func add(in []string, s string) []string {
	out := make([]string, len(in))
	for i := range in {
		out[i] = in[i] + s
	}
	return out
}

// pipe is what an action writes; the words among its arguments are texts of
// their own.
func (x *texts) pipe(p *parse.PipeNode) string {
	if len(p.Decl) > 0 {
		return ""
	}
	c := p.Cmds[0]
	if inner, ok := c.Args[0].(*parse.PipeNode); ok {
		return x.pipe(inner)
	}
	name := ""
	if id, ok := c.Args[0].(*parse.IdentifierNode); ok {
		name = id.Ident
	}
	switch name {
	case "input":
		for i, a := range c.Args {
			if s, ok := a.(*parse.StringNode); ok && (i == 3 || i > 4) && !kinds[s.Text] {
				x.found[s.Text] = true
			}
			if sub, ok := a.(*parse.PipeNode); ok {
				x.pipe(sub)
			}
		}
	case "opts":
		for _, a := range c.Args[1:] {
			if sub, ok := a.(*parse.PipeNode); ok {
				x.pipe(sub)
			}
		}
	case "opt":
		if s, ok := c.Args[2].(*parse.StringNode); ok {
			x.found[s.Text] = true
		}
	case "num", "pct", "score", "add", "len", "mul", "px":
		return "7"
	case "clock":
		return "3 May 2026, 10:00 UTC"
	case "day":
		return "3 May 2026"
	}
	return somebody
}

var kinds = map[string]bool{"password": true, "date": true, "area": true, "number": true, "email": true, "search": true}

func literal(n parse.Node) string {
	if s, ok := n.(*parse.StringNode); ok {
		return s.Text
	}
	return somebody
}

var (
	oneTag   = regexp.MustCompile(`<(!|/?[a-zA-Z])([^<>"]|"[^"]*")*>`)
	readOut  = regexp.MustCompile(`\b(aria-label|placeholder|title|alt|data-th|label)="([^"]*)"`)
	ownWords = regexp.MustCompile(`(translate="no"[^>]*|<(code|pre)\b[^>]*)>$`)
)

// flush takes what is complete, and leaves each variant's last text or the tag
// that isn't closed yet.
func (x *texts) flush(in []string) []string {
	rest := map[string]bool{}
	for _, s := range in {
		tags := oneTag.FindAllStringIndex(s, -1)
		at := 0
		for _, m := range tags {
			if !ownWords.MatchString(s[:at]) {
				x.keep(s[at:m[0]])
			}
			for _, a := range readOut.FindAllStringSubmatch(s[m[0]:m[1]], -1) {
				x.keep(a[2])
			}
			at = m[1]
		}
		if len(tags) > 0 {
			// The tag stays, so that translate="no" is seen.
			last := tags[len(tags)-1]
			if ownWords.MatchString(s[last[0]:at]) {
				rest[`<i translate="no">`+s[at:]] = true
				continue
			}
		}
		rest[s[at:]] = true
	}
	out := make([]string, 0, len(rest))
	for s := range rest {
		out = append(out, s)
	}
	slices.Sort(out)
	return out[:min(len(out), mostVariants)]
}

func (x *texts) keep(s string) {
	s = strings.Join(strings.Fields(html.UnescapeString(s)), " ")
	if s != somebody+brand && strings.IndexFunc(strings.ReplaceAll(s, somebody, ""), isLetter) >= 0 {
		x.found[s] = true
	}
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// sourceTexts are the texts of all templates of a file system.
func sourceTexts(t *testing.T, files fs.FS, glob string) []string {
	t.Helper()
	x := texts{map[string]bool{}}
	names, err := fs.Glob(files, glob)
	if err != nil || len(names) == 0 {
		t.Fatalf("no templates in %s: %v", glob, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		tmpl, err := template.New(name).Funcs(template.FuncMap(view.Funcs())).Parse(string(b))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range tmpl.Templates() {
			if one.Tree != nil {
				x.flush(add(x.list(one.Root, []string{"<p>"}), "</p>"))
			}
		}
	}
	out := make([]string, 0, len(x.found))
	for s := range x.found {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// A text of a template without German would reach a German reader in English.
func TestEveryTextOfATemplateHasGerman(t *testing.T) {
	c, err := loadMessages("de")
	if err != nil {
		t.Fatal(err)
	}
	all := append(sourceTexts(t, templateFiles, "templates/*.html"), sourceTexts(t, os.DirFS("../view"), "templates/*.html")...)
	if len(all) < 600 {
		t.Fatalf("only %d texts were found", len(all))
	}
	for _, s := range all {
		if left := untranslated(c.Parts(s)); left != "" {
			t.Errorf("no German for %q (left: %q)", s, left)
		}
	}
}

func untranslated(parts []words.Part) string {
	var left []string
	for _, p := range parts {
		if !p.Known && strings.IndexFunc(strings.ReplaceAll(p.Text, somebody, ""), isLetter) >= 0 {
			left = append(left, p.Text)
		}
	}
	return strings.Join(left, " | ")
}
