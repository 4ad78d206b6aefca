package feed

import (
	"slices"
	"strings"
	"testing"

	"fairtouch/touch"
)

const head = `<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title><item><g:id>A1</g:id>`
const tail = `</item></channel></rss>`

func rules(t *testing.T, doc string, made func(string) (bool, error)) []string {
	t.Helper()
	r, err := Lint(strings.NewReader(doc), made)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, f := range r.Findings {
		if f.Item != "A1" {
			t.Errorf("item %q", f.Item)
		}
		out = append(out, f.Rule)
	}
	slices.Sort(out)
	return out
}

func TestAFeedSaysWhichTextsAIMade(t *testing.T) {
	known := func(s string) (bool, error) { return s == "Shoes that sing", nil }
	said := `<g:structured_title><g:digital_source_type>trained_algorithmic_media</g:digital_source_type><g:content>Shoes that sing</g:content></g:structured_title>`
	for name, c := range map[string]struct {
		doc  string
		want []string
	}{
		"declared":            {head + said + tail, []string{}},
		"undeclared":          {head + `<g:title>Shoes that sing</g:title>` + tail, []string{"google-undeclared"}},
		"written by people":   {head + `<title>Shoes</title><description>Red</description>` + tail, []string{}},
		"both":                {head + `<title>Shoes</title>` + said + tail, []string{"google-both"}},
		"no source":           {head + strings.Replace(said, "<g:digital_source_type>trained_algorithmic_media</g:digital_source_type>", "", 1) + tail, []string{"google-source-said", "google-undeclared"}},
		"unknown source":      {head + strings.Replace(said, "trained_", "", 1) + tail, []string{"google-source-known", "google-undeclared"}},
		"no content":          {head + strings.Replace(said, "Shoes that sing", "", 1) + tail, []string{"google-content"}},
		"too long":            {head + `<g:title>` + strings.Repeat("ü", 151) + `</g:title>` + tail, []string{"google-length"}},
		"longest":             {head + `<g:title>` + strings.Repeat("ü", 150) + `</g:title>` + tail, []string{}},
		"a table":             {"id\tstructured title\tdescription\nA1\ttrained_algorithmic_media:\"Shoes that sing\"\tRed\n", []string{}},
		"a table, no source":  {"id\tstructured_title\nA1\t:Shoes\n", []string{"google-source-said"}},
		"a table with commas": {"id,title\nA1,Shoes that sing\n", []string{"google-undeclared"}},
	} {
		if got := rules(t, c.doc, known); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAFeedThatCantBeReadIsRefused(t *testing.T) {
	for _, doc := range []string{"", "<rss><item>", "a,b\n1,2\n", head[:40] + "</rss>", "<rss/>"} {
		if _, err := Lint(strings.NewReader(doc), nil); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

func TestEachRuleHasASourceADateAndAGrade(t *testing.T) {
	for _, r := range Rules() {
		if r.ID == "" || r.Words == "" || !strings.HasPrefix(r.Source, "https://") || len(r.From) != 10 || len(r.Checked) != 10 || r.Grade != "primary" && r.Grade != "secondary" {
			t.Errorf("%+v", r)
		}
	}
}
