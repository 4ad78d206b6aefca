package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairtouch/internal/cli"
	"fairtouch/internal/storetest"
)

const leadDir = "testdata/lead"

var cluster storetest.Postgres

// stopCluster ends PostgreSQL after the tests.
type stopCluster struct{ m *testing.M }

// Run runs the tests.
func (s stopCluster) Run() int {
	code := s.m.Run()
	if err := cluster.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

type shell struct {
	t   *testing.T
	dir string
}

func (s shell) run(want int, args ...string) string {
	s.t.Helper()
	var out, errs bytes.Buffer
	got := cli.Run(s.t.Context(), args, cli.Env{In: strings.NewReader(""), Out: &out, Err: &errs, Dir: s.dir,
		Lookup: func(k string) (string, bool) { return "DE", k == "FAIRTOUCH_COMPANY_COUNTRY" }})
	if got != want {
		s.t.Fatalf("fairtouch %s: exit status %d, want %d\n%s%s", strings.Join(args, " "), got, want, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// A company that outgrows SQLite takes its record along, whole, and goes on
// writing it where it stopped.
func TestCopyKeepsTheRecordAndGoesOn(t *testing.T) {
	url, err := cluster.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := shell{t, t.TempDir()}
	for _, f := range []string{"register.yaml", "consents.csv", "touch.json"} {
		b, err := os.ReadFile(filepath.Join(leadDir, f))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(s.dir, f), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.run(1, "db", "copy", "--to", url) // there is nothing to copy yet
	s.run(0, "register", "import", "register.yaml")
	s.run(0, "consent", "import", "consents.csv")
	for range 3 {
		s.run(1, "decide", "-f", "touch.json") // no model: refused, and on record
	}
	s.run(0, "rights", "erase", "omar@example.com", "--yes")
	before := s.run(0, "record", "verify")

	out := s.run(0, "db", "copy", "--to", url)
	if !strings.Contains(out, "record of main: 3 decisions: ") {
		t.Fatalf("the copy was not verified:\n%s", out)
	}
	if again := s.run(1, "db", "copy", "--to", url); !strings.Contains(again, "empty database") {
		t.Fatalf("a copy went into a database that holds data: %s", again)
	}
	if after := s.run(0, "--database", url, "record", "verify"); lastLine(after) != lastLine(before) {
		t.Fatalf("the copy's record is another one:\n%s\n%s", before, after)
	}
	s.run(1, "--database", url, "consent", "show", "omar@example.com")
	s.run(0, "--database", url, "consent", "show", "jane@example.com")
	s.run(1, "--database", url, "decide", "-f", "touch.json")
	if last := lastLine(s.run(0, "--database", url, "record", "verify")); !strings.HasPrefix(last, "4 decisions") {
		t.Fatalf("the copy's record does not go on: %s", last)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
