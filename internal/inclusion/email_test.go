package inclusion_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fairtouch/internal/inclusion"
)

const good = `<!doctype html><html lang="en"><head><title>Your offer</title></head><body style="background:#fff;color:#222;font-size:16px">
<table role="presentation"><tr><td><h1>Spring offer</h1><p>Dear Sam, your rate is fixed for two years. Call us or answer this message.</p>
<h2>Details</h2><img src="a.png" alt="A family at a lake"><img src="line.png" alt=""><a href="https://x.example/offer">See the offer in full</a>
<table><tr><th>Term</th><th>Rate</th></tr><tr><td>2 years</td><td>3 %</td></tr></table></td></tr></table></body></html>`

func rules(t *testing.T, page, text string) []string {
	t.Helper()
	ps, err := inclusion.CheckEmail(page, text)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range ps {
		if p.What == "" || p.Standard == "" {
			t.Errorf("%s says nothing", p.Rule)
		}
		out = append(out, p.Rule)
	}
	return out
}

func TestAnEmailThatEverybodyCanUseHasNoProblems(t *testing.T) {
	if got := rules(t, good, "Your rate is fixed for two years."); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// TestWhatShutsPeopleOutIsNamed: each change makes one problem.
func TestWhatShutsPeopleOutIsNamed(t *testing.T) {
	text := "Your rate is fixed for two years."
	for want, page := range map[string]string{
		"language":          strings.Replace(good, ` lang="en"`, "", 1),
		"title":             strings.Replace(good, "Your offer", "", 1),
		"image-alt":         strings.Replace(good, ` alt="A family at a lake"`, "", 1),
		"image-alt-useless": strings.Replace(good, "A family at a lake", "a.png", 1),
		"link-vague":        strings.Replace(good, "See the offer in full", "Click here!", 1),
		"link-name":         strings.Replace(good, "See the offer in full", "<img src=b.png alt=''>", 1),
		"table-layout":      strings.Replace(good, ` role="presentation"`, "", 1),
		"heading-order":     strings.ReplaceAll(good, "h2>", "h4>"),
		"contrast":          strings.Replace(good, "color:#222", "color:#aaa", 1),
		"font-size":         strings.Replace(good, "<p>", "<p style='font-size:9px'>", 1),
		"image-only":        `<html lang=en><title>x</title><body><img src=all.png alt="Everything is in here">`,
	} {
		if got := rules(t, page, text); !slices.Contains(got, want) {
			t.Errorf("%s: %v", want, got)
		}
	}
	if got := rules(t, good, ""); !slices.Equal(got, []string{"text-part"}) {
		t.Errorf("no text part: %v", got)
	}
	// WCAG's own figures: #777 on white fails at 4.48, #767676 passes at 4.54.
	for c, fails := range map[string]bool{"#777777": true, "#767676": false} {
		got := rules(t, strings.Replace(good, "#222", c, 1), text)
		if slices.Contains(got, "contrast") != fails {
			t.Errorf("%s on white: %v", c, got)
		}
	}
}

func TestALinkIsNamedWithoutWhatMayNameAPerson(t *testing.T) {
	ps, err := inclusion.CheckEmail(`<html lang=en><a href="https://x.example/o?email=jane@x.example">here</a>`, "")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(ps); strings.Contains(s, "jane") {
		t.Error(s)
	}
}

// BenchmarkEmail: 10 KB in at most 5 ms.
func BenchmarkEmail(b *testing.B) {
	page := good
	for len(page) < 10_000 {
		page = strings.Replace(page, "<h2>", "<p>Our waiters and salesmen answer you within a day; see <a href=x>the terms</a>.</p><h2>", 1)
	}
	p := pack(b, "en")
	for b.Loop() {
		if _, err := inclusion.CheckEmail(page, page); err != nil {
			b.Fatal(err)
		}
		p.Check(page, inclusion.CheckOptions{})
		inclusion.Read(page, "en")
	}
}
