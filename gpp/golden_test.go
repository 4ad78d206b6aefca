package gpp_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fairtouch/gpp"
)

// golden is one string and what the reference packages make of it; see
// goldens/README.md.
type golden struct {
	From      string                    `json:"from"`
	S         string                    `json:"s"`
	Bare      string                    `json:"bare"`
	Header    *gpp.Header               `json:"header"`
	Sections  map[string]map[string]any `json:"sections"`
	Canonical string                    `json:"canonical"`
}

// goldenDir is testdata, or a directory with other strings by the same script.
func goldenDir() string {
	if dir := os.Getenv("GPP_GOLDENS"); dir != "" {
		return dir
	}
	return "testdata"
}

func goldens(t testing.TB, name string) []golden {
	t.Helper()
	f, err := os.Open(filepath.Join(goldenDir(), name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []golden
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var g golden
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	return out
}

var goldenFiles = []string{"us", "tcfeu", "tcfca", "core", "mixed"}

func TestEveryChoiceReadsAsTheReferencesReadIt(t *testing.T) {
	total := 0
	for _, name := range goldenFiles {
		t.Run(name, func(t *testing.T) {
			for i, g := range goldens(t, name) {
				total++
				if !agrees(t, g) {
					t.Fatalf("line %d of %s (%s)", i+1, name, g.From)
				}
			}
		})
	}
	if total < 5000 {
		t.Errorf("%d strings, want at least 5000", total)
	}
}

func agrees(t *testing.T, g golden) bool {
	t.Helper()
	m, err := gpp.Decode(g.S)
	if err != nil {
		t.Errorf("not read: %v", err)
		return false
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var got golden
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(g.Header, got.Header); diff != "" {
		t.Error(diff)
	}
	if len(got.Sections) != len(g.Sections) || !m.Complete() {
		t.Errorf("sections %v, complete %v, odd %v", len(got.Sections), m.Complete(), m.Odd())
	}
	for name, fields := range g.Sections {
		for field, want := range fields {
			if diff := cmp.Diff(want, got.Sections[name][field]); diff != "" {
				t.Errorf("%s.%s: %s", name, field, diff)
			}
		}
	}
	return !t.Failed()
}

func TestAStringPassedOnIsByteForByteWhatTheReferencesWrite(t *testing.T) {
	same, legacy := 0, 0
	for _, name := range goldenFiles {
		for i, g := range goldens(t, name) {
			m, err := gpp.Decode(g.S)
			if err != nil {
				t.Fatal(err)
			}
			got, err := m.Canonical()
			if err != nil || got != g.Canonical || m.Raw() != g.S {
				t.Fatalf("line %d of %s (%s):\n in %s\ngot %s\nref %s\nerr %v", i+1, name, g.From, g.S, got, g.Canonical, err)
			}
			if g.S == g.Canonical {
				same++
			} else {
				legacy++
			}
		}
	}
	t.Logf("%d strings come back byte for byte, %d older ones as the reference migrates them", same, legacy)
}

func TestAStringByItselfReadsLikeItsSection(t *testing.T) {
	for _, g := range goldens(t, "us") {
		if g.Bare == "" {
			continue
		}
		m, err := gpp.Decode(g.Bare)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.Canonical(); err != nil || got != g.Bare || m.Kind() != gpp.KindUSP {
			t.Errorf("%s: %s, %v, %v", g.Bare, got, m.Kind(), err)
		}
	}
}
