package cli_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
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

// fill writes the shared files of testdata/lead.
func (s shell) fill() {
	s.t.Helper()
	if err := os.CopyFS(s.dir, os.DirFS(leadDir)); err != nil {
		s.t.Fatal(err)
	}
}

func (s shell) run(want int, args ...string) string {
	s.t.Helper()
	out, errs := s.both(want, args...)
	return out + errs
}

// both runs a command and gives what it wrote to standard output and error.
func (s shell) both(want int, args ...string) (string, string) {
	s.t.Helper()
	var out, errs bytes.Buffer
	got := cli.Run(s.t.Context(), args, cli.Env{In: strings.NewReader(""), Out: &out, Err: &errs, Dir: s.dir,
		Lookup: func(k string) (string, bool) { return "DE", k == "FAIRTOUCH_COMPANY_COUNTRY" }})
	if got != want {
		s.t.Fatalf("fairtouch %s: exit status %d, want %d\n%s%s", strings.Join(args, " "), got, want, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// A company that outgrows SQLite takes its record along, whole, and goes on
// writing it where it stopped.
func TestCopyKeepsTheRecordAndGoesOn(t *testing.T) {
	url, err := cluster.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := shell{t, t.TempDir()}
	s.fill()
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
	planned(t, url)
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

// planned fails if the database has no statistics of what was loaded: queries
// over a copied record would then take too long to be answered.
func planned(t *testing.T, url string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows float64
	if err := db.QueryRowContext(t.Context(), "SELECT reltuples FROM pg_class WHERE relname = 'events'").Scan(&rows); err != nil || rows < 1 {
		t.Fatalf("the copy has statistics of %v events: %v", rows, err)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
