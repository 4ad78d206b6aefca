package engine_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// TestBadDataGivesOneLineThatSaysWhatToDo: nobody can mend what isn't named,
// and a number that looks sure on bad data accuses people.
func TestBadDataGivesOneLineThatSaysWhatToDo(t *testing.T) {
	const plain = "attributes: [sex]\nprediction: sent\nlabel: bought\nscore: p\n"
	good := "sex,sent,bought,p\nf,1,0,.5\nm,0,1,.25\n"
	for name, c := range map[string]struct{ csv, spec, want string }{
		"a column is missing":      {"sex,sent\nf,1\n", plain, "missing: bought, p"},
		"nothing":                  {"", plain, "has no header line"},
		"words nobody declared":    {"sex,sent,bought,p\nf,maybe,0,.5\n", plain, "say which mean yes"},
		"a score of text":          {"sex,sent,bought,p\nf,1,0,high\n", plain, "isn't a number"},
		"a score off its range":    {"sex,sent,bought,p\nf,1,0,7\n", plain, "give its range"},
		"too few cells in a row":   {good + "f,1\n", plain, "line 4: has 2 columns, not 4"},
		"too many cells in a row":  {good + "f,1,0,.5,9\n", plain, "line 4: has more columns"},
		"a stray quote":            {good + "f,1\"x,0,.5\n", plain, "line 4: is not right CSV"},
		"a quote never closed":     {good + "\"f,1,0,.5\n", plain, "line 4: is not right CSV"},
		"not UTF-8":                {good + "\xff\xfe,1,0,.5\n", plain, "is not UTF-8"},
		"two columns of a name":    {"sex,sex,sent,bought,p\n", plain, "same name"},
		"a column of many groups":  {manyGroups(), "attributes: [sex]\nprediction: sent\nlimits: {cells: 50}\n", "over 50 groups"},
		"bands of words":           {good, "attributes: [{column: sex, bands: [1]}]\nprediction: sent\n", "can't be cut into bands"},
		"a weight that is missing": {"sex,sent,w\nf,1,\n", "attributes: [sex]\nprediction: sent\nweight: w\n", "must hold a number from 0"},
		"a weight below zero":      {"sex,sent,w\nf,1,-1\n", "attributes: [sex]\nprediction: sent\nweight: w\n", "must hold a number from 0"},
		"more rows than allowed":   {good, plain + "limits: {rows: 1}\n", "over the limit of 1"},
		"more bytes than allowed":  {good, plain + "limits: {bytes: 1}\n", "over the limit of 1"},
	} {
		path := write(t, "d.csv", func(b *bytes.Buffer) { b.WriteString(c.csv) })
		_, err := run(t, "{file: "+path+"}", c.spec)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), c.want) || touch.CodeOf(err) == touch.Internal {
			t.Errorf("%s: %v, want one line with %q", name, err, c.want)
		}
	}
}

func manyGroups() string {
	var b strings.Builder
	b.WriteString("sex,sent\n")
	for i := range 60 {
		b.WriteString(strings.Repeat("x", i+1) + ",1\n")
	}
	return b.String()
}

func TestBadSpecificationsAreRefusedByName(t *testing.T) {
	for spec, want := range map[string]string{
		"attributes: [a]\nprediction: b\n":                                            "name one source",
		"data: {file: x, table: y}\nattributes: [a]\nprediction: b\n":                 "name one source",
		"data: {file: x}\nprediction: b\n":                                            "attributes",
		"data: {file: x}\nattributes: [a]\n":                                          "name the column of the decision",
		"data: {file: x}\nattributes: [a]\nprediction: b\nmetrics: [fairness]\n":      "is none",
		"data: {file: x}\nattributes: [a]\nprediction: b\nalpha: 5\n":                 "alpha",
		"data: {file: x}\nattributes: [a]\nprediction: b\ncolour: red\n":              "colour",
		"data: {file: x}\nattributes: [a]\nprediction: b\nreference: {b: 1}\n":        "not among the attributes",
		"data: {file: x}\nattributes: [a]\nprediction: b\nwhere: \"a = \"\n":          "ends too early",
		"data: {file: x}\nattributes: [a]\nprediction: b\nwhere: \"drop table a\"\n":  "isn't understood",
		"data: {file: x}\nattributes: [a]\nscore: {column: s, low: 2, high: 1}\n":     "low must be below high",
		"data: {file: x}\nattributes: [a, a]\nprediction: b\n":                        "no two the same name",
		"data: {table: x}\nattributes: [a]\nprediction: b\ntolerance: {nothing: 1}\n": "tolerance",
		"{{{":              "can't be read",
		"data: !!binary x": "",
	} {
		_, err := engine.ParseSpec([]byte(spec))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want one line with %q", spec, err, want)
		}
	}
}

func TestADatabaseThatFailsSaysHow(t *testing.T) {
	url, err := postgres.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	load(t, url, rows()[:50])
	for name, c := range map[string]struct{ data, spec, want string }{
		"no table":     {"{database: \"" + url + "\", table: nowhere}", "", "no such table"},
		"no column":    {"{database: \"" + url + "\", table: nasty}", "label: gender\n", "missing: gender"},
		"no database":  {"{database: \"postgres://127.0.0.1:1/x\", table: nasty}", "", "can't be reached"},
		"an injection": {"{database: \"" + url + "\", table: 'nasty\"; DROP TABLE nasty; --'}", "", "no such table"},
		"too slow":     {"{database: \"" + url + "\", table: slow}", "limits: {seconds: 0.3}\n", "longer than the audit's time"},
		"too large":    {"{database: \"" + url + "\", table: nasty}", "limits: {bytes: 1}\n", "over the limit"},
	} {
		if name == "too slow" {
			exec(t, url, "CREATE VIEW slow AS SELECT sex, CASE WHEN pg_sleep(1) IS NULL THEN 'yes' ELSE sent END AS sent FROM nasty")
		}
		_, err := run(t, c.data, "attributes: [sex]\nprediction: sent\n"+c.spec)
		if err == nil || !strings.Contains(err.Error(), c.want) || touch.CodeOf(err) == touch.Internal {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if r, err := run(t, "{database: \""+url+"\", table: nasty}", "attributes: [sex]\nprediction: sent\n"); err != nil || r.Evidence.Statement == "" || r.Evidence.Snapshot == "" {
		t.Errorf("%v; evidence %+v", err, r.Evidence)
	}
}

func exec(t *testing.T, url, q string) {
	t.Helper()
	db := open(t, url)
	if _, err := db.ExecContext(context.Background(), q); err != nil {
		t.Fatal(err)
	}
}

func FuzzWhere(f *testing.F) {
	for _, s := range []string{"a = 1", "not (a in ('x', 2) or b is not null)", "\"a b\" <> 'it''s'", "((((", "a not in (1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := engine.ParseWhere(s); err != nil && touch.CodeOf(err) != touch.Invalid {
			t.Fatal(err)
		}
	})
}

func FuzzSpec(f *testing.F) {
	f.Add([]byte(goldenSpec))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := engine.ParseSpec(b)
		if err != nil && touch.CodeOf(err) != touch.Invalid {
			t.Fatal(err)
		}
		if err == nil {
			engine.Compile(&s)
		}
	})
}

// FuzzCSV: whatever the bytes, an audit ends with cells or one error.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("sex,sent,p\nf,1,.5\n\"m\n\",0,\n"))
	f.Add([]byte("sex;sent;p\r\n\"a\"\"b\";yes;1e-3\r\n\r\n"))
	s, err := engine.ParseSpec([]byte("data: {file: x.csv}\nattributes: [sex]\nprediction: sent\nscore: p\npositive: [1]\n"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := s
		s.Data.File = write(t, "x.csv", func(w *bytes.Buffer) { w.Write(b) })
		if _, err := (engine.File{}).Count(context.Background(), engine.Compile(&s)); err != nil && touch.CodeOf(err) == touch.Internal {
			t.Fatal(err)
		}
	})
}
