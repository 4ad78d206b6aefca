package audit_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
)

func examine(t *testing.T, text string) audit.Report {
	t.Helper()
	s, err := engine.ParseSpec([]byte(text))
	must(t, err)
	r, err := audit.Examine(t.Context(), &s, engine.File{})
	must(t, err)
	return r
}

// TestTheReportHasTheFormatThatScriptsRely on: a changed key breaks every CI
// that stops on a verdict.
func TestTheReportHasTheFormatThatScriptsRelyOn(t *testing.T) {
	path := biased(t, "p.csv", 3000, func(_ string, _ int, s float64) bool { return s > .5 })
	r := examine(t, spec(path))
	b, err := json.Marshal(r)
	must(t, err)
	var got struct {
		Verdict string
		Cells   []map[string]any
		Metrics []map[string]any
	}
	must(t, json.Unmarshal(b, &got))
	for _, k := range []string{"group", "n", "selected", "tp", "fp", "tn", "fn"} {
		if _, ok := got.Cells[0][k]; !ok {
			t.Errorf("a cell lacks %s", k)
		}
	}
	for _, k := range []string{"name", "attribute", "group", "reference", "value", "low", "high", "p", "n", "verdict"} {
		if _, ok := got.Metrics[0][k]; !ok {
			t.Errorf("a metric lacks %s", k)
		}
	}
	if got.Verdict != "fail" && got.Verdict != "pass" && got.Verdict != "inconclusive" {
		t.Errorf("verdict %q", got.Verdict)
	}
	if bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) {
		t.Error("the report holds what JSON doesn't know")
	}
}

func TestPanelsLeadWithWhatFailed(t *testing.T) {
	path := biased(t, "p.csv", 9000, func(_ string, _ int, s float64) bool { return s > .5 })
	r := examine(t, strings.Replace(spec(path), "[demographic_parity]", "all", 1))
	ps := r.Panels()
	if len(ps) < 8 || ps[0].Verdict != fairness.Fail || !strings.Contains(ps[0].Title, "differs") || len(r.Reliability) != 2 {
		t.Fatalf("%d panels, first %+v, %d calibrations", len(ps), ps[0], len(r.Reliability))
	}
	for _, p := range ps {
		for _, b := range p.Bars {
			if !(b.Low <= b.Value && b.Value <= b.High) {
				t.Errorf("%s: %v lies outside its own interval %v to %v", p.Metric, b.Value, b.Low, b.High)
			}
		}
	}
}

// TestWhatCannotBeToldIsNotTold: each of these has no fair answer.
func TestWhatCannotBeToldIsNotTold(t *testing.T) {
	for name, c := range map[string]struct{ csv, spec string }{
		"no rows":               {"g,p,y\n", ""},
		"one group":             {"g,p,y\n" + strings.Repeat("a,1,1\na,0,0\n", 100), ""},
		"labels all equal":      {"g,p,y\n" + strings.Repeat("a,1,0\nb,1,0\n", 100), "metrics: [equal_opportunity]\n"},
		"nobody selected":       {"g,p,y\n" + strings.Repeat("a,0,0\nb,0,1\n", 100), "metrics: [disparate_impact]\n"},
		"five people":           {"g,p,y\na,1,1\na,1,1\nb,0,1\nb,0,0\nb,0,1\n", ""},
		"decisions all unknown": {"g,p,y\n" + strings.Repeat("a,,1\nb,,0\n", 100), ""},
		"no such reference":     {"g,p,y\n" + strings.Repeat("a,1,1\nb,1,0\n", 500), "reference: {g: c}\n"},
	} {
		path := filepath.Join(t.TempDir(), "d.csv")
		must(t, os.WriteFile(path, []byte(c.csv), 0o600))
		r := examine(t, "data: {file: "+path+"}\nattributes: [g]\nprediction: p\nlabel: y\n"+c.spec)
		if r.Verdict != fairness.Inconclusive || !strings.Contains(r.Headline, "can't tell") && !strings.Contains(r.Headline, "Nothing can be said") {
			t.Errorf("%s: %s: %s", name, r.Verdict, r.Headline)
		}
	}
}

func TestSmallGroupsAreHiddenWithAComplement(t *testing.T) {
	cell := func(a, b string, n int64) fairness.Cell {
		return fairness.Cell{Group: []fairness.Value{{Text: a}, {Text: b}}, Stats: fairness.Stats{Rows: n, Counts: fairness.Counts{N: n}}}
	}
	cells := []fairness.Cell{cell("f", "x", 100), cell("f", "y", 3), cell("f", "z", 40), cell("m", "x", 90), cell("m", "y", 50), cell("m", "z", 60)}
	shown, hidden := engine.Suppress(cells, 5)
	left := map[string]int{}
	for _, c := range shown {
		if c.Rows < 5 {
			t.Errorf("a cell of %d people is shown", c.Rows)
		}
		left[c.Group[0].Text]++
		left[c.Group[1].Text]++
	}
	// Whoever knows a line's total must not be able to subtract: no line hides
	// exactly one cell.
	for line, want := range map[string]int{"f": 3, "m": 3, "x": 2, "y": 2, "z": 2} {
		if want-left[line] == 1 {
			t.Errorf("line %s hides one cell only, which its total gives away", line)
		}
	}
	if hidden < 4 {
		t.Errorf("%d cells hidden", hidden)
	}
}
