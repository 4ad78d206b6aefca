package chart

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
)

func figures() []Figure {
	evil := `<script>alert("x")</script>`
	return []Figure{
		Flow(evil, 10000, 9412, []Stop{{Station: evil, Reached: 10000, Stopped: 371, Verdict: "deny", Word: evil, Reason: evil}, {Station: "Law", Reached: 9629}}),
		Flow("nothing asked", 0, 0, nil),
		Intervals(evil, "Rate", 1, "1.0", []Bar{{Label: evil, Value: .53, Low: .47, Hi: .6, N: 1204, Class: "bad"}, {Label: "b", Value: 1, Low: 1, Hi: 1, Class: "unsure"}}),
		Intervals("empty", "Rate", 1, "1.0", nil),
		Attribution(evil, -1, .5, 1e-16, []Part{{Label: evil, Value: 1.5, Given: evil}, {Label: "b", Value: -.2}}),
		Attribution("empty", 0, 0, 0, nil),
		Line(evil, "Rate", []Point{{Label: evil, Value: .1, Low: .05, Hi: .2, N: 5}, {Label: "b", Value: .3, Low: .2, Hi: .4}}),
		Line("empty", "Rate", nil),
		Line("not a number", "Rate", []Point{{Label: "a", Value: math.NaN()}}),
		Reliability(evil, []Point{{Value: .3, Low: .2, Hi: .4, N: 10}, {Value: .9, Low: .85, Hi: .95}}, []float64{.31, .5}),
	}
}

func TestNoTextOfAChartBecomesMarkup(t *testing.T) {
	for _, f := range figures() {
		s := string(f.SVG)
		if strings.Contains(s, "<script") || strings.Contains(s, "style=") || strings.Contains(s, "NaN") {
			t.Errorf("%s: %s", f.Title, s)
		}
		d := xml.NewDecoder(strings.NewReader(s))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s is not well formed: %v", f.Title, err)
			}
		}
	}
}

func TestEveryChartSaysItsFindingAndHasItsTable(t *testing.T) {
	for _, f := range figures() {
		if f.Title == "" || !strings.Contains(string(f.SVG), `role="img"`) || len(f.Table.Head) == 0 {
			t.Errorf("%q lacks title, role or table", f.Title)
		}
		for _, r := range f.Table.Rows {
			if len(r) != len(f.Table.Head) {
				t.Errorf("%q: a row of %d cells under %d heads", f.Title, len(r), len(f.Table.Head))
			}
		}
	}
}

func TestOnePersonAmongTenThousandIsStillDrawn(t *testing.T) {
	f := Flow("x", 10000, 9999, []Stop{{Station: "Consent", Reached: 10000, Stopped: 1, Verdict: "deny"}})
	if !strings.Contains(string(f.SVG), `class="branch b-deny" stroke-width="2"`) {
		t.Fatal(f.SVG)
	}
}
