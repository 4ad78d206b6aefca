// Package feed checks a product feed against what merchants' platforms ask of
// content that AI made. It reads XML (RSS 2.0 and Atom 1.0) and text (TSV, CSV).
package feed

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"fairtouch/touch"
)

// Rule is what a platform asks, with where that was read.
type Rule struct {
	ID      string `json:"id"`
	Words   string `json:"words"`
	From    string `json:"from"`    // since when
	Checked string `json:"checked"` // when it was compared with the source
	Grade   string `json:"grade"`   // primary: the platform's own reference; secondary: somebody's account. All are drafts
	Source  string `json:"source"`
}

const (
	googleAPI = "https://docs.cloud.google.com/php/docs/reference/shopping-merchant-products/latest/V1beta.ProductStructuredTitle"
	account   = "https://feedarmy.com/kb/new-title-descriptions-requirements-for-ai-content-in-google-merchant-center/"
	formats   = "https://help.lengow.com/hc/articles/19042213518236-Google-Shopping-via-URL-Attributes-Specific-settings"
)

// Rules are the rules that Lint asks: Google's, for its Merchant Center.
func Rules() []Rule {
	r := func(id, grade, source, words string) Rule {
		return Rule{ID: id, Words: words, From: "2024-04-10", Checked: "2026-11-24", Grade: grade, Source: source}
	}
	return []Rule{
		r("google-source-known", "secondary", formats, "digital_source_type is default or trained_algorithmic_media."),
		r("google-source-said", "secondary", account, "A structured title or description without a digital source type counts as not made by AI."),
		r("google-content", "secondary", formats, "A structured title or description has content."),
		r("google-both", "secondary", account, "Where the plain attribute is there too, it is used, and what the structured one says of AI is lost."),
		r("google-length", "primary", googleAPI, "A title has at most 150 characters, a description 5000."),
		r("google-undeclared", "secondary", account, "A title or description that AI made stands in the structured attribute, with trained_algorithmic_media."),
	}
}

// Finding is something that a platform would refuse or misread.
type Finding struct {
	Rule  string `json:"rule"`
	Item  string `json:"item"` // the product's id; "#3" for the third where it has none
	Field string `json:"field"`
	Words string `json:"words"`
}

// Report is what Lint found.
type Report struct {
	Items    int       `json:"items"`
	Declared int       `json:"declared"` // fields that say that AI made them
	Findings []Finding `json:"findings"`
}

// structured is a structured title or description.
type structured struct{ source, content string }

type item struct {
	id    string
	plain map[string]string
	rich  map[string]structured
}

var fields = []string{"title", "description"}

// longest is how many characters a field may have.
var longest = map[string]int{"title": 150, "description": 5000}

const generated = "trained_algorithmic_media"

// maxFeed bounds a feed, in bytes.
const maxFeed = 256 << 20

// Lint reads a feed. made reports whether a text is known to be made by AI; nil
// where nothing is known. A feed that can't be read is Invalid.
func Lint(r io.Reader, made func(text string) (bool, error)) (Report, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFeed+1))
	if err != nil {
		return Report{}, touch.Wrap(touch.Invalid, err, "the feed can't be read")
	}
	if len(b) > maxFeed {
		return Report{}, touch.Errorf(touch.TooLarge, "the feed is larger than 256 MB; check it in parts")
	}
	read := readText
	if head := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n"); bytes.HasPrefix(head, []byte("<")) {
		read = readXML
	}
	items, err := read(b)
	if err != nil {
		return Report{}, err
	}
	if len(items) == 0 {
		return Report{}, touch.Errorf(touch.Invalid, "the feed holds no product: no item, no entry, no line under the header")
	}
	out := Report{Items: len(items), Findings: []Finding{}}
	for i := range items {
		if items[i].id == "" {
			items[i].id = fmt.Sprintf("#%d", i+1)
		}
		if err := out.check(&items[i], made); err != nil {
			return Report{}, err
		}
	}
	return out, nil
}

func (r *Report) check(it *item, made func(string) (bool, error)) error {
	add := func(rule, field, words string) { r.Findings = append(r.Findings, Finding{rule, it.id, field, words}) }
	for _, f := range fields {
		plain, hasPlain := it.plain[f]
		rich, hasRich := it.rich[f]
		name := "structured_" + f
		if hasRich {
			source := strings.ToLower(rich.source)
			switch source {
			case generated:
				r.Declared++
			case "default":
			case "":
				add("google-source-said", name, "says nothing of its source, so it counts as not made by AI; add "+generated+" if AI made it")
			default:
				add("google-source-known", name, "has a digital source type that isn't known; use "+generated+" or default")
			}
			if rich.content == "" {
				add("google-content", name, "has no content")
			}
			if hasPlain {
				add("google-both", f, "stands beside "+name+" and takes its place; leave the plain one out")
			}
		}
		for where, text := range map[string]string{f: plain, name: rich.content} {
			if n := utf8.RuneCountInString(text); n > longest[f] {
				add("google-length", where, fmt.Sprintf("has %d characters; %d is the most", n, longest[f]))
			}
		}
		declared := hasRich && strings.EqualFold(rich.source, generated)
		for _, text := range []string{plain, rich.content} {
			if text == "" || declared && text == rich.content || made == nil {
				continue
			}
			known, err := made(text)
			if err != nil {
				return err
			}
			if known {
				add("google-undeclared", f, "was made by AI here, and the feed doesn't say so; move it to "+name+" with "+generated)
				break
			}
		}
	}
	return nil
}

// readXML reads items and entries, whatever prefix Google's namespace has.
func readXML(b []byte) ([]item, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	var out []item
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, touch.Errorf(touch.Invalid, "the feed is no well-formed XML")
		}
		if s, ok := tok.(xml.StartElement); ok && (s.Name.Local == "item" || s.Name.Local == "entry") {
			var e struct {
				Fields []struct {
					XMLName xml.Name
					Text    string `xml:",chardata"`
					Source  string `xml:"digital_source_type"`
					Content string `xml:"content"`
				} `xml:",any"`
			}
			if err := d.DecodeElement(&e, &s); err != nil {
				return nil, touch.Errorf(touch.Invalid, "a product of the feed is no well-formed XML")
			}
			it := item{plain: map[string]string{}, rich: map[string]structured{}}
			for _, f := range e.Fields {
				name := f.XMLName.Local
				if bare, ok := strings.CutPrefix(name, "structured_"); ok {
					it.rich[bare] = structured{strings.TrimSpace(f.Source), strings.TrimSpace(f.Content)}
				} else {
					it.put(name, strings.TrimSpace(f.Text))
				}
			}
			out = append(out, it)
		}
	}
}

func (it *item) put(name, value string) {
	switch {
	case name == "id" && it.id == "":
		it.id = value
	case slices.Contains(fields, name) && value != "":
		it.plain[name] = value
	}
}

// readText reads a table with a header; its columns may be parted by tabs or
// commas. A structured value is "source:content".
func readText(b []byte) ([]item, error) {
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	if line, _, _ := bytes.Cut(b, []byte("\n")); bytes.IndexByte(line, '\t') >= 0 {
		c.Comma = '\t'
	}
	head, err := c.Read()
	if err != nil {
		return nil, touch.Errorf(touch.Invalid, "the feed is neither XML nor a table with a header")
	}
	for i := range head {
		head[i] = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(head[i])), " ", "_")
	}
	if !slices.ContainsFunc(head, func(h string) bool {
		return slices.Contains(fields, strings.TrimPrefix(h, "structured_"))
	}) {
		return nil, touch.Errorf(touch.Invalid, "the feed has no column title, description, structured_title or structured_description")
	}
	var out []item
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, touch.Errorf(touch.Invalid, "line %d of the feed can't be read", len(out)+2)
		}
		it := item{plain: map[string]string{}, rich: map[string]structured{}}
		for i, v := range row[:min(len(row), len(head))] {
			v = strings.TrimSpace(v)
			if bare, ok := strings.CutPrefix(head[i], "structured_"); ok && v != "" {
				source, content, parted := strings.Cut(v, ":")
				if !parted || strings.ContainsAny(source, " \"") { // no source was given
					source, content = "", v
				}
				it.rich[bare] = structured{strings.TrimSpace(source), strings.Trim(strings.TrimSpace(content), `"`)}
			} else {
				it.put(head[i], v)
			}
		}
		out = append(out, it)
	}
}
