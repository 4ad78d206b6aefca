// Package archtest holds the import table of the design as a test, with the
// calls that are forbidden and the size that a file may have.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// libraries stand alone: they import nothing of the rest, touch included.
var libraries = []string{"pii", "treeshap", "fairness", "kanon", "gpp"}

// may says which rooms a room may import. A room that isn't listed here fails
// the test, so that a new room comes with its place in the table. A change of
// the table is a change of docs/design/way.md, with its reason.
var may = map[string][]string{
	"touch":                   {},
	"internal/seal":           {"touch"},
	"internal/pilot":          {"touch"},
	"internal/law":            {"touch"},
	"internal/register":       {"touch"},
	"internal/consent":        {"touch", "internal/pilot", "internal/seal", "internal/record"}, // the ledger's events are the record's
	"internal/policy":         {"touch", "internal/consent", "internal/law", "internal/register"},
	"internal/protect":        {"touch", "internal/policy", "internal/register", "pii"},
	"internal/model":          {"touch", "internal/protect"},
	"internal/explain":        {"touch", "internal/model", "internal/policy", "treeshap"},
	"internal/disclose":       {"touch", "internal/explain", "internal/law"},
	"internal/disclose/marks": {"touch"}, // image formats and content credentials; they know nothing of decisions
	"internal/record":         {"touch", "internal/seal"},
	"internal/govern": {"touch", "internal/seal", "internal/pilot", "internal/law", "internal/register", "internal/consent",
		"internal/policy", "internal/protect", "internal/model", "internal/explain", "internal/disclose", "internal/record"},
	"internal/access": {"touch"},
	"internal/tables": {"touch"},
	"internal/wire":   {"touch"},
	"demo/models":     {},
	"demo":            {"demo/models"},
	"internal/engine": {"touch", "fairness"},
	"internal/campaign": {"touch", "internal/seal", "internal/pilot", "internal/law", "internal/register", "internal/consent",
		"internal/policy", "internal/protect", "internal/model", "internal/explain", "internal/disclose", "internal/record"},
	"internal/audit":     {"touch", "internal/seal", "internal/record", "internal/register", "internal/law", "internal/engine", "fairness", "treeshap"},
	"internal/inclusion": {"touch", "fairness"}, // reach has intervals
	"internal/rights":    {"touch", "internal/seal", "internal/record", "internal/consent", "internal/law", "internal/register"},
	"internal/handoff":   {"touch", "internal/seal", "internal/record"},
	"internal/lexicon":   {"touch"},
	"internal/statement": {"touch", "internal/register", "internal/lexicon"}, // the policy's section is written from the register
	"internal/site":      {"touch", "internal/consent", "internal/lexicon"},  // a banner shows notices
}

// govern's work reaches adapters through these; adapters never meet each other.
var domain = []string{"touch", "internal/seal", "internal/pilot", "internal/law", "internal/register", "internal/consent",
	"internal/policy", "internal/protect", "internal/model", "internal/explain", "internal/disclose", "internal/record",
	"internal/govern", "internal/access", "internal/wire", "internal/tables", "internal/campaign", "internal/audit", "internal/inclusion",
	"internal/rights", "internal/handoff", "internal/site", "internal/statement"}

var adapters = []string{"internal/sqlstore", "internal/provider", "internal/gateway", "internal/api", "internal/web",
	"internal/events", "internal/mail", "internal/connectors"}

// pure rooms and the libraries read no clock and no global randomness, and
// import none of these directly.
var (
	pure      = []string{"internal/policy", "internal/protect", "internal/explain", "internal/disclose", "internal/law", "internal/inclusion", "internal/wire"}
	impure    = []string{"net", "net/http", "os", "database/sql", "log/slog", "math/rand", "math/rand/v2", "crypto/rand"}
	forbidden = []string{"time.Now", "time.Since"}
)

const maxLines = 500

type file struct {
	path, room string
	ast        *ast.File
	lines      int
	test       bool
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func sources(t *testing.T) []file {
	t.Helper()
	top := root(t)
	var out []file
	fset := token.NewFileSet()
	err := filepath.WalkDir(top, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") && p != top) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(top, p)
		src, err := os.ReadFile(p)
		out = append(out, file{path: rel, room: filepath.ToSlash(filepath.Dir(rel)), ast: f,
			lines: strings.Count(string(src), "\n"), test: strings.HasSuffix(name, "_test.go")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatal("no Go files found: the test would assert nothing")
	}
	return out
}

func (f file) imports() []string {
	var out []string
	for _, i := range f.ast.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

// in reports whether a room lies in one of the rooms, or below it.
func in(room string, rooms []string) bool {
	return slices.ContainsFunc(rooms, func(r string) bool { return room == r || strings.HasPrefix(room, r+"/") })
}

func TestImportsGoOneWay(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, imp := range f.imports() {
			rel, ours := strings.CutPrefix(imp, "fairtouch/")
			if ours && !allowed(f.room, rel) {
				t.Errorf("%s imports %s, which the import table doesn't allow", f.path, rel)
			}
		}
	}
}

func allowed(room, imp string) bool {
	if room == imp || strings.HasPrefix(imp, room+"/") || in(room, libraries) && in(imp, []string{strings.Split(room, "/")[0]}) {
		return true
	}
	for r := room; r != "." && r != ""; r = strings.TrimSuffix(r[:max(0, strings.LastIndexByte(r, '/'))], "/") {
		if list, ok := may[r]; ok {
			return slices.Contains(list, imp) || imp == r
		}
	}
	switch {
	case in(room, libraries):
		return false
	case in(room, adapters):
		own := adapters[slices.IndexFunc(adapters, func(a string) bool { return in(room, []string{a}) })]
		return in(imp, domain) || in(imp, []string{own}) || imp == "treeshap" || imp == "pii" || imp == "gpp"
	case room == "internal/storetest":
		return in(imp, append([]string{"internal/sqlstore"}, domain...))
	case room == "internal/app", room == "internal/cli":
		return imp != "internal/cli"
	case room == "cmd/fairtouch":
		return imp == "internal/cli"
	case room == "cmd/fairtouch-duckdb": // a module of its own, for its C++ driver
		return imp == "internal/cli" || imp == "internal/engine" || imp == "touch"
	case strings.HasPrefix(room, "e2e"), room == "demo/models", strings.HasPrefix(room, "demo/"), room == "internal/archtest":
		return true
	}
	return false
}

func TestEveryRoomHasItsPlaceInTheTable(t *testing.T) {
	for _, f := range sources(t) {
		_, listed := may[f.room]
		if i := strings.LastIndexByte(f.room, '/'); !listed && i > 0 {
			_, listed = may[f.room[:i]]
		}
		known := listed || in(f.room, libraries) || in(f.room, adapters) || f.room == "internal/storetest" ||
			f.room == "internal/app" || f.room == "internal/cli" || f.room == "cmd/fairtouch" || f.room == "cmd/fairtouch-duckdb" ||
			f.room == "internal/archtest" || in(f.room, []string{"e2e", "demo"})
		if !known {
			t.Errorf("%s lies in a room that the import table doesn't know", f.path)
		}
	}
}

func TestPureRoomsReadNoClockNoDiskNoNetwork(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || !in(f.room, pure) && !in(f.room, libraries) {
			continue
		}
		for _, imp := range f.imports() {
			if slices.Contains(impure, imp) {
				t.Errorf("%s imports %s, but its room is pure: pass it in", f.path, imp)
			}
		}
		for _, call := range calls(f.ast) {
			if slices.Contains(forbidden, call) {
				t.Errorf("%s calls %s, but its room is pure: pass the time in", f.path, call)
			}
		}
	}
}

func calls(f *ast.File) []string {
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if s, ok := c.Fun.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					out = append(out, x.Name+"."+s.Sel.Name)
				}
			}
		}
		return true
	})
	return out
}

func TestNoInitAndNoSkip(t *testing.T) {
	for _, f := range sources(t) {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init: build the value where it is used", f.path)
			}
		}
		for _, c := range calls(f.ast) {
			if c == "t.Skip" || c == "t.Skipf" || c == "t.SkipNow" || c == "b.Skip" {
				t.Errorf("%s skips a test: a skipped test is a promise nobody keeps", f.path)
			}
		}
	}
}

func TestFilesAreRoomsOneCanSeeAtOnce(t *testing.T) {
	for _, f := range sources(t) {
		if !f.test && f.lines > maxLines {
			t.Errorf("%s has %d lines; over %d it is more than one room", f.path, f.lines, maxLines)
		}
	}
}

func TestNoPackageIsCalledAfterNothing(t *testing.T) {
	for _, f := range sources(t) {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "helper", "manager", "misc"}, strings.TrimSuffix(f.ast.Name.Name, "_test")) {
			t.Errorf("%s: package %s says nothing of what is in it", f.path, f.ast.Name.Name)
		}
	}
}
