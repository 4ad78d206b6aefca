package treeshap

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"compress/gzip"
)

// readNamed reads rows whose categories are text, by the model's own names.
func readNamed(t *testing.T, m *Model, path string) [][]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	recs, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, 0, len(recs))
	for _, rec := range recs[1:] {
		row := make([]float64, len(rec))
		for j, s := range rec {
			row[j] = named(t, m, j, s)
		}
		out = append(out, row)
	}
	return out
}

func named(t *testing.T, m *Model, feature int, s string) float64 {
	t.Helper()
	if s == "" {
		return math.NaN()
	}
	if c, ok := m.Category(feature, strings.TrimSuffix(s, ".0")); ok {
		return c
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatalf("the model doesn't know %q of %s", s, m.Features()[feature])
	}
	return x
}

// same as the trainer: margins, predictions, contributions.
func agreesWithTrainer(t *testing.T, model string, tol float64) {
	t.Helper()
	m, err := Load(unzip(t, model))
	if err != nil {
		t.Fatal(err)
	}
	base := model[:strings.Index(model, ".model.")]
	rows := readNamed(t, m, base+".X.csv.gz")
	margins := readCSV(t, base+".margin.csv.gz", false, nil)
	preds := readCSV(t, base+".pred.csv.gz", false, nil)
	want := readCSV(t, base+".contribs.csv.gz", false, nil)
	s, got := m.NewScratch(), make([]float64, m.Classes()*(len(m.Features())+1))
	worst := 0.0
	for i, row := range rows {
		if err := m.Explain(s, row, got); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, off(t, s.Margins(), margins[i]), relative(t, m.Predict(nil, row), preds[i]), off(t, got, want[i]))
	}
	if len(rows) != 120 || !(worst <= tol) {
		t.Errorf("%s: off by %g over %d rows, at most %g wanted", base, worst, len(rows), tol)
	}
	t.Logf("%d trees, %d leaves: off by %.2g", m.Trees(), m.Leaves(), worst)
}

func TestAgreesWithItsTrainer(t *testing.T) {
	for _, c := range []struct {
		pattern string
		count   int
		tol     float64
	}{{"testdata/lightgbm/*.model.txt.gz", 13, 1e-9}, {"testdata/xgboost32/*.model.*.gz", 20, 1e-5}} {
		files, err := filepath.Glob(c.pattern)
		if err != nil || len(files) != c.count {
			t.Fatalf("%s: %d files, %d expected (%v)", c.pattern, len(files), c.count, err)
		}
		for _, f := range files {
			t.Run(strings.TrimSuffix(filepath.Base(f), ".gz"), func(t *testing.T) { agreesWithTrainer(t, f, c.tol) })
		}
	}
}
