package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

type row struct {
	Sex    *string  `parquet:"sex,optional,dict"`
	Age    *float64 `parquet:"age,optional"`
	Sent   *string  `parquet:"sent,optional"`
	Bought *bool    `parquet:"bought,optional"`
	Score  *float64 `parquet:"score,optional"`
	Weight float64  `parquet:"weight"`
}

func rows(n int) []row {
	p := func(s string) *string { return &s }
	f := func(x float64) *float64 { return &x }
	yes, no := true, false
	src := fairness.NewSource(2)
	sexes := []*string{nil, p(""), p("f"), p("F"), p("f "), p("é"), p("e\u0301"), p("NaN"), p("say \"x\",\n;"), p("NULL")}
	ages := []*float64{nil, f(17), f(18), f(29.5), f(30), f(1e20), f(.1)}
	out := make([]row, n)
	for i := range out {
		out[i] = row{sexes[src.Intn(len(sexes))], ages[src.Intn(len(ages))], []*string{p("yes"), p("no"), nil, p("")}[src.Intn(4)],
			[]*bool{&yes, &no, nil}[src.Intn(3)], []*float64{nil, f(0), f(1), f(.3), f(1. / 3), f(255. / 256)}[src.Intn(6)], float64(src.Intn(9)) / 8}
	}
	return out
}

func files(t *testing.T, rs []row) []string {
	t.Helper()
	dir := t.TempDir()
	var csv, pq bytes.Buffer
	csv.WriteString("sex,age,sent,bought,score,weight\n")
	cell := func(s *string) string {
		if s == nil {
			return ""
		}
		return `"` + string(bytes.ReplaceAll([]byte(*s), []byte(`"`), []byte(`""`))) + `"`
	}
	num := func(x *float64) string {
		if x == nil {
			return ""
		}
		return engine.FormatFloat(*x)
	}
	for _, r := range rs {
		b := ""
		if r.Bought != nil {
			b = fmt.Sprint(*r.Bought)
		}
		fmt.Fprintf(&csv, "%s,%s,%s,%s,%s,%s\n", cell(r.Sex), num(r.Age), cell(r.Sent), b, num(r.Score), num(&r.Weight))
	}
	w := parquet.NewGenericWriter[row](&pq)
	if _, err := w.Write(rs); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out := []string{filepath.Join(dir, "r.csv"), filepath.Join(dir, "r.parquet")}
	for i, b := range [][]byte{csv.Bytes(), pq.Bytes()} {
		if err := os.WriteFile(out[i], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func count(t testing.TB, e engine.Engine, file, rest string) engine.Result {
	t.Helper()
	s, err := engine.ParseSpec([]byte("data: {file: " + file + "}\n" + rest))
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Count(t.Context(), engine.Compile(&s))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestDuckDBCountsTheSameCells as the file engine, on hostile rows.
func TestDuckDBCountsTheSameCells(t *testing.T) {
	duck, done, err := openDuckDB("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for _, f := range files(t, rows(4000)) {
		for name, spec := range map[string]string{
			"texts":   "attributes: [sex]\nprediction: sent\nlabel: bought\nscore: score\n",
			"numbers": "attributes: [age, sex]\nprediction: sent\n",
			"bands":   "attributes: [{column: age, bands: [18, 30]}]\nprediction: bought\n",
			"weights": "attributes: [sex]\nprediction: sent\nlabel: bought\nweight: weight\n",
			"where":   "attributes: [sex]\nprediction: sent\nwhere: \"not age < 18 and sex <> 'F' and (bought = true or bought is null)\"\n",
		} {
			want, got := count(t, engine.File{}, f, spec), count(t, duck, f, spec)
			if diff := cmp.Diff(want.Cells, got.Cells); diff != "" || len(want.Cells) < 3 {
				t.Errorf("%s of %s:\n%.1500s\n%s", name, filepath.Ext(f), diff, got.Evidence.Statement)
			}
		}
	}
}

// TestSpeedBesideDuckDBsOwn prints both when FAIRTOUCH_BENCH_FILE names the
// Parquet file of the engine's benchmark.
func TestSpeedBesideDuckDBsOwn(t *testing.T) {
	file := os.Getenv("FAIRTOUCH_BENCH_FILE")
	if file == "" {
		file = files(t, rows(1000))[1]
	}
	duck, done, err := openDuckDB("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	region := ", age, region]"
	if os.Getenv("FAIRTOUCH_BENCH_FILE") == "" {
		region = "]"
	}
	spec := "attributes: [sex" + region + "\nprediction: sent\nlabel: bought\nscore: score\nmetrics: all\n"
	db := duck.(engine.DuckDB).DB
	own, ours, counted := time.Duration(1<<62), time.Duration(1<<62), time.Duration(0)
	for range 7 { // in turns, so that other load falls on both
		start := time.Now()
		q := "SELECT count(*), sum(n) FROM (SELECT sex, " + map[bool]string{true: "age, region, ", false: ""}[region != "]"] +
			"sent, bought, least(255, floor(score*256)) b, count(*) n FROM read_parquet('" + file + "') GROUP BY ALL)"
		var groups, n int64
		if err := db.QueryRow(q).Scan(&groups, &n); err != nil {
			t.Fatal(err)
		}
		own = min(own, time.Since(start))
		start = time.Now()
		r := count(t, duck, file, spec)
		count := time.Since(start)
		s, _ := engine.ParseSpec([]byte("data: x.parquet\n" + spec))
		fairness.Evaluate(s.Question(), r.Cells)
		if whole := time.Since(start); whole < ours {
			ours, counted = whole, count
		}
	}
	t.Logf("DuckDB's own finest GROUP BY %v, the whole audit %v (counting %v), ratio %s", own, ours, counted, strconv.FormatFloat(float64(ours)/float64(own), 'f', 2, 64))
}
