package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

// An auditor who asks the law again about an old decision must get the answer
// of that day, also after the person has changed their mind since.
func TestExplainedAgainIsWhatWasDecided(t *testing.T) {
	s := shell{t, t.TempDir()}
	s.fill()
	s.run(0, "register", "import", "register.yaml")
	s.run(0, "register", "model", "--system", "lead-scorer", "--file", "model.txt", "--spec", "spec.json", "--dictionary", "dictionary.yaml")
	s.run(0, "consent", "import", "consents.csv")
	var d touch.Decision
	s.json(&d, 1, "decide", "-f", "touch.json") // outside any pilot, so refused; the law was asked all the same
	decided := lawChecks(d)
	if len(decided) == 0 {
		t.Fatal("the decision names no rule of law, so nothing can be compared")
	}
	if got := s.explained(string(d.ID)); !slices.Equal(got, decided) {
		t.Fatalf("decided on %v, explained by %v", decided, got)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "stop.json"),
		[]byte(`{"scope":{"p":"*","s":"*","c":"*"},"state":"ObjectionMade","actor":"self"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(0, "consent", "record", "jane@example.com", "-f", "stop.json")
	if got := s.explained(string(d.ID)); !slices.Equal(got, decided) {
		t.Fatalf("after an objection: decided on %v, explained by %v", decided, got)
	}
	var now touch.Decision
	s.json(&now, 1, "decide", "-f", "touch.json")
	if slices.Equal(lawChecks(now), decided) {
		t.Fatal("the objection changed nothing, so the comparison says nothing")
	}
	if got := s.explained(string(now.ID)); !slices.Equal(got, lawChecks(now)) {
		t.Fatalf("decided on %v, explained by %v", lawChecks(now), got)
	}
}

func lawChecks(d touch.Decision) (ids []string) {
	for _, c := range d.Checks {
		if c.Step == touch.StepLaw {
			ids = append(ids, c.Rule)
		}
	}
	return ids
}

func (s shell) explained(id string) (ids []string) {
	s.t.Helper()
	var a law.Answer
	s.json(&a, 0, "--json", "law", "explain", "--decision", id)
	for _, c := range a.Checks() {
		ids = append(ids, c.Rule)
	}
	return ids
}

func (s shell) json(v any, want int, args ...string) {
	s.t.Helper()
	out, _ := s.both(want, args...)
	if err := json.Unmarshal([]byte(out), v); err != nil {
		s.t.Fatalf("%v: %v\n%s", args, err, out)
	}
}
