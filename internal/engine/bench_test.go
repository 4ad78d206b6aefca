package engine_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// person is a row of the benchmark's table: three attributes, decision, label
// and score.
type person struct {
	Sex    *string `parquet:"sex,optional,dict"`
	Age    string  `parquet:"age,dict"`
	Region string  `parquet:"region,dict"`
	Sent   int64   `parquet:"sent,dict"`
	Bought bool    `parquet:"bought"`
	Score  float64 `parquet:"score"`
}

// people draws rows, always the same.
func people(n int, each func(p *person) error) error {
	src := fairness.NewSource(1)
	sexes, ages := []string{"female", "male"}, []string{"18-24", "25-34", "35-44", "45-54", "55-64", "65+"}
	regions := make([]string, 16)
	for i := range regions {
		regions[i] = fmt.Sprintf("region %02d", i)
	}
	for range n {
		p := person{Age: ages[src.Intn(6)], Region: regions[src.Intn(16)], Score: float64(src.Intn(1_000_001)) / 1e6}
		if k := src.Intn(50); k > 0 {
			p.Sex = &sexes[k%2]
		}
		if p.Score > .7 {
			p.Sent = 1
		}
		p.Bought = src.Float64() < p.Score
		if err := each(&p); err != nil {
			return err
		}
	}
	return nil
}

func writeCSV(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "sex,age,region,sent,bought,score")
	var line []byte
	err = people(n, func(p *person) error {
		line = line[:0]
		if p.Sex != nil {
			line = append(line, *p.Sex...)
		}
		line = append(append(append(line, ','), p.Age...), ',')
		line = append(append(line, p.Region...), ',')
		line = append(strconv.AppendInt(line, p.Sent, 10), ',')
		line = append(strconv.AppendBool(line, p.Bought), ',')
		line = append(strconv.AppendFloat(line, p.Score, 'f', -1, 64), '\n')
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

func writeParquet(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := parquet.NewGenericWriter[person](f, parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(1<<20))
	var buf []person
	flush := func() error {
		_, err := w.Write(buf)
		buf = buf[:0]
		return err
	}
	err = people(n, func(p *person) error {
		if buf = append(buf, *p); len(buf) == 4096 {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return w.Close()
}

const wholeAudit = `
data: {file: %q}
attributes: [sex, age, region]
prediction: sent
label: bought
score: score
reference: {sex: male}
metrics: all
`

// BenchmarkAudit audits a file with everything: all metrics, pairs of
// attributes, intervals and 1,000 replicates. FAIRTOUCH_BENCH_ROWS sets the
// rows (200,000; the promise is about 10,000,000), and FAIRTOUCH_BENCH_DIR
// keeps the files.
func BenchmarkAudit(b *testing.B) {
	rows := 200_000
	if s := os.Getenv("FAIRTOUCH_BENCH_ROWS"); s != "" {
		rows, _ = strconv.Atoi(s)
	}
	dir := os.Getenv("FAIRTOUCH_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	for _, kind := range []string{"parquet", "csv"} {
		path := filepath.Join(dir, fmt.Sprintf("people-%d.%s", rows, kind))
		if _, err := os.Stat(path); err != nil {
			write := writeCSV
			if kind == "parquet" {
				write = writeParquet
			}
			if err := write(path, rows); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(kind, func(b *testing.B) { benchFile(b, path, rows) })
	}
}

func benchFile(b *testing.B, path string, rows int) {
	s, err := engine.ParseSpec(fmt.Appendf(nil, wholeAudit, path))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		start := time.Now()
		r, err := engine.File{}.Count(context.Background(), engine.Compile(&s))
		if err != nil {
			b.Fatal(err)
		}
		counted := time.Since(start)
		a := fairness.Evaluate(s.Question(), r.Cells)
		if r.Rows != int64(rows) || len(a.Measures) == 0 {
			b.Fatalf("%d rows, %d measures", r.Rows, len(a.Measures))
		}
		b.ReportMetric(counted.Seconds(), "s-count/op")
		b.ReportMetric(time.Since(start).Seconds(), "s/op")
	}
}

// BenchmarkJudge is the arithmetic of the same audit alone: cells that were
// counted, to verdicts.
func BenchmarkJudge(b *testing.B) {
	path := filepath.Join(b.TempDir(), "people.csv")
	if err := writeCSV(path, 200_000); err != nil {
		b.Fatal(err)
	}
	s, err := engine.ParseSpec(fmt.Appendf(nil, wholeAudit, path))
	if err != nil {
		b.Fatal(err)
	}
	r, err := engine.File{}.Count(context.Background(), engine.Compile(&s))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if a := fairness.Evaluate(s.Question(), r.Cells); len(a.Measures) == 0 {
			b.Fatal("nothing was measured")
		}
	}
}
