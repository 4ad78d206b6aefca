package engine_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/internal/storetest"
	"fairtouch/touch"
)

type cluster struct{ storetest.Postgres }

var postgres = &cluster{}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := postgres.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// nasty is a row; nil is NULL.
type nasty struct {
	ID     int64    `parquet:"id" json:"id"`
	Sex    *string  `parquet:"sex,optional,dict" json:"sex"`
	City   *string  `parquet:"city,optional" json:"city"`
	Age    *string  `parquet:"age,optional" json:"age"` // numbers as text, NaN and nothing
	Sent   *string  `parquet:"sent,optional,dict" json:"sent"`
	Bought *bool    `parquet:"bought,optional" json:"bought"`
	Score  *float64 `parquet:"score,optional" json:"score"`
	Weight float64  `parquet:"weight" json:"weight"`
}

// rows are full of what makes engines differ: NULL beside the empty text, NaN,
// case and accents that collations merge, trailing blanks, quotes, separators
// and line ends, numbers on the edge of a bin.
func rows() []nasty {
	p := func(s string) *string { return &s }
	f := func(x float64) *float64 { return &x }
	sexes := []*string{nil, p(""), p("f"), p("F"), p("f "), p("é"), p("e\u0301"), p("NaN"), p("NULL")}
	cities := []*string{p("Köln"), p("KÖLN"), p("a,b"), p("say \"hi\""), p("two\nlines"), p("o'Brien"), p(`back\slash`), nil}
	ages := []*string{p("17"), p("18"), p("29.5"), p("30"), p("NaN"), p("nan"), p(""), nil, p("3e1"), p(" 45 ")}
	sent := []*string{p("yes"), p("no"), nil, p("")}
	scores := []*float64{f(0), f(1), f(.5), f(.25), f(255. / 256), f(1. / 3), f(.1), f(.30000000000000004), nil, f(.9999999999)}
	yes, no := true, false
	bought := []*bool{&yes, &no, nil}
	src := fairness.NewSource(9)
	var out []nasty
	for i := range 3000 {
		out = append(out, nasty{int64(i), sexes[src.Intn(len(sexes))], cities[src.Intn(len(cities))], ages[src.Intn(len(ages))],
			sent[src.Intn(len(sent))], bought[src.Intn(len(bought))], scores[src.Intn(len(scores))], float64(src.Intn(40)) / 8})
	}
	return out
}

func csvCell(s *string) string {
	if s == nil {
		return ""
	}
	return `"` + strings.ReplaceAll(*s, `"`, `""`) + `"`
}

func text[T any](v *T) string {
	if v == nil {
		return ""
	}
	if x, ok := any(*v).(float64); ok {
		return engine.FormatFloat(x)
	}
	return fmt.Sprint(*v)
}

func write(t *testing.T, name string, f func(b *bytes.Buffer)) string {
	t.Helper()
	var b bytes.Buffer
	f(&b)
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sources writes the rows in every form and returns a data clause for each.
func sources(t *testing.T) map[string]string {
	all := rows()
	csv := write(t, "n.csv", func(b *bytes.Buffer) {
		b.WriteString("\xef\xbb\xbfid,sex,city,age,sent,bought,score,weight\r\n")
		for _, r := range all {
			fmt.Fprintf(b, "%d,%s,%s,%s,%s,%s,%s,%s\r\n", r.ID, csvCell(r.Sex), csvCell(r.City), csvCell(r.Age), csvCell(r.Sent), text(r.Bought), text(r.Score), engine.FormatFloat(r.Weight))
		}
	})
	jsonl := write(t, "n.jsonl", func(b *bytes.Buffer) {
		for _, r := range all {
			line, _ := json.Marshal(r)
			b.Write(append(line, '\n'))
		}
	})
	pq := write(t, "n.parquet", func(b *bytes.Buffer) {
		w := parquet.NewGenericWriter[nasty](b, parquet.MaxRowsPerRowGroup(700), parquet.PageBufferSize(512))
		if _, err := w.Write(all); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
	url, err := postgres.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	load(t, url, all)
	return map[string]string{"csv": "{file: " + csv + "}", "jsonl": "{file: " + jsonl + "}", "parquet": "{file: " + pq + "}",
		"postgres": "{database: \"" + url + "\", table: public.nasty}"}
}

func load(t *testing.T, url string, all []nasty) {
	t.Helper()
	db := open(t, url)
	for _, q := range []string{
		`CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`,
		`CREATE TABLE nasty (id bigint, sex text COLLATE loose, city varchar(40) COLLATE loose, age text, sent text, bought boolean, score double precision, weight numeric(9,3))`,
		`CREATE TABLE person (id text, sex2 text)`, `CREATE TABLE twice (id text, sex2 text)`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if _, err := tx.Exec(`INSERT INTO nasty VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`, r.ID, r.Sex, r.City, r.Age, r.Sent, r.Bought, r.Score, r.Weight); err != nil {
			t.Fatal(err)
		}
		if r.ID%3 > 0 {
			if _, err := tx.Exec(`INSERT INTO person VALUES ($1,$2)`, fmt.Sprint(r.ID), r.Sex); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := tx.Exec(`INSERT INTO twice VALUES ('1','f'),('1','f'),('2',NULL),(NULL,'f'),(NULL,'f')`); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func run(t *testing.T, data, rest string) (engine.Result, error) {
	t.Helper()
	s, err := engine.ParseSpec([]byte("data: " + data + "\n" + rest))
	if err != nil {
		t.Fatalf("%v in\n%s", err, rest)
	}
	var e engine.Engine = engine.File{}
	if s.Data.Database != "" {
		e = engine.Postgres{URL: s.Data.Database}
	}
	return e.Count(context.Background(), engine.Compile(&s))
}

// TestEveryEngineCountsTheSameCells: an audit whose answer depends on where the
// data lie is no evidence.
func TestEveryEngineCountsTheSameCells(t *testing.T) {
	data := sources(t)
	for name, spec := range map[string]string{
		"attributes": "attributes: [sex, city]\nprediction: sent\nlabel: bought\n",
		"scores":     "attributes: [sex]\nprediction: sent\nlabel: bought\nscore: score\n",
		"range":      "attributes: [city]\nscore: {column: score, low: -1, high: 3}\nlabel: bought\n",
		"bands":      "attributes: [{column: age, bands: [18, 30]}, sex]\nprediction: sent\n",
		"weights":    "attributes: [sex]\nprediction: sent\nlabel: bought\nweight: weight\n",
		"boolean":    "attributes: [sent]\nprediction: bought\npositive: true\n",
		"positive":   "attributes: [sex]\nprediction: sent\nlabel: bought\npositive: {prediction: no, label: [false]}\n",
		"where":      "attributes: [sex]\nprediction: sent\nwhere: \"not (age < 18 or city = 'o''Brien') and (score >= 0.25 or bought is null) and city not in ('Köln', 'back\\\\slash') and sex <> 'F'\"\n",
		"equalities": "attributes: [city]\nprediction: sent\nwhere: {sex: [f, 'é'], bought: true}\n",
	} {
		want, err := run(t, data["csv"], spec)
		if err != nil {
			t.Fatalf("%s: csv: %v", name, err)
		}
		if len(want.Cells) < 3 || want.Kept == 0 {
			t.Fatalf("%s: %d cells of %d rows assert nothing", name, len(want.Cells), want.Kept)
		}
		for e, d := range data {
			got, err := run(t, d, spec)
			if err != nil {
				t.Errorf("%s: %s: %v (%v)", name, e, err, touch.AsError(err).Err)
				continue
			}
			if diff := cmp.Diff(want.Cells, got.Cells); diff != "" {
				t.Errorf("%s: %s counts other cells than csv:\n%.1500s\n%s", name, e, diff, got.Evidence.Statement)
			}
			if diff := cmp.Diff(want.Notes, got.Notes); diff != "" {
				t.Errorf("%s: %s notes something else: %s", name, e, diff)
			}
		}
	}
}

// TestJoinedPeopleCountOnce: a protected-attribute table with two rows for a
// person would count their decisions twice.
func TestJoinedPeopleCountOnce(t *testing.T) {
	data := sources(t)
	person := write(t, "person.csv", func(b *bytes.Buffer) {
		b.WriteString("id,sex2\n")
		for _, r := range rows() {
			if r.ID%3 > 0 {
				fmt.Fprintf(b, "%d,%s\n", r.ID, csvCell(r.Sex))
			}
		}
	})
	double := write(t, "twice.csv", func(b *bytes.Buffer) { b.WriteString("id,sex2\n1,f\n1,f\n2,\n,f\n,f\n") })
	spec := "attributes: [sex2, sent]\nprediction: bought\nlabel: sent\n"
	with := func(kind, file, table string) string {
		if kind == "postgres" {
			return strings.Replace(data[kind], "}", ", join: {table: "+table+", on: id}}", 1)
		}
		return strings.Replace(data[kind], "}", ", join: {file: "+file+", on: id}}", 1)
	}
	want, err := run(t, with("csv", person, ""), spec)
	if err != nil || want.Rows != 3000 {
		t.Fatalf("%d rows, %v", want.Rows, err)
	}
	for kind := range data {
		got, err := run(t, with(kind, person, "person"), spec)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if diff := cmp.Diff(want.Cells, got.Cells); diff != "" {
			t.Errorf("%s joins other people:\n%.800s", kind, diff)
		}
		if _, err := run(t, with(kind, double, "twice"), spec); touch.CodeOf(err) != touch.Invalid || !strings.Contains(err.Error(), "1 people have more than one row") {
			t.Errorf("%s: a person with two rows gives %v", kind, err)
		}
	}
}
