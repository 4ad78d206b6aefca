package treeshap

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

func unzip(t testing.TB, path string) []byte {
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
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readCSV(t testing.TB, path string, header bool, cats map[string][]string) [][]float64 {
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
	var head []string
	if header {
		head, recs = recs[0], recs[1:]
	}
	out := make([][]float64, len(recs))
	for i, rec := range recs {
		out[i] = make([]float64, len(rec))
		for j, s := range rec {
			if s == "" {
				out[i][j] = math.NaN()
				continue
			}
			if head != nil && cats[head[j]] != nil {
				out[i][j] = float64(slices.Index(cats[head[j]], s))
				continue
			}
			if out[i][j], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

func agree(t *testing.T, m *Model, dir, name string, tol float64) {
	t.Helper()
	var cats map[string][]string
	if name == "adult_categorical_d5_t30" {
		cats = codes(t, filepath.Join(dir, name+".categories.json.gz"))
	}
	rows := readCSV(t, filepath.Join(dir, name+".X.csv.gz"), true, cats)
	margins := readCSV(t, filepath.Join(dir, name+".margin.csv.gz"), false, nil)
	preds := readCSV(t, filepath.Join(dir, name+".pred.csv.gz"), false, nil)
	want := readCSV(t, filepath.Join(dir, name+".contribs.csv.gz"), false, nil)
	if len(rows) < 100 {
		t.Fatalf("only %d rows", len(rows))
	}
	s, got := m.NewScratch(), make([]float64, m.Classes()*(len(m.Features())+1))
	worst := 0.0
	for i, row := range rows {
		if err := m.Explain(s, row, got); err != nil {
			t.Fatal(err)
		}
		if s.Residual() > 1e-12*math.Max(1, math.Abs(s.Margins()[0])) {
			t.Errorf("row %d: residual %g", i, s.Residual())
		}
		worst = max(worst, off(t, m.Margin(nil, row), margins[i]), relative(t, m.Predict(nil, row), preds[i]), off(t, got, want[i]))
	}
	if worst > tol {
		t.Errorf("%s is off by %g, more than %g", name, worst, tol)
	}
	t.Logf("%s: %d trees, %d leaves, off by at most %.2g", name, m.Trees(), m.Leaves(), worst)
}

func off(t *testing.T, got, want []float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values, not %d", len(got), len(want))
	}
	worst := 0.0
	for i := range got {
		worst = max(worst, math.Abs(got[i]-want[i]))
	}
	return worst
}

// relative compares predictions, some of which are exponentials.
func relative(t *testing.T, got, want []float64) float64 {
	t.Helper()
	worst := 0.0
	for i := range got {
		worst = max(worst, off(t, got[i:i+1], want[i:i+1])/math.Max(1, math.Abs(want[i])))
	}
	return worst
}

// codes reads the categories that stand for each text column of a golden.
func codes(t testing.TB, path string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	if err := json.Unmarshal(unzip(t, path), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAgreesWithXGBoost(t *testing.T) {
	dir := "testdata/xgboost"
	for _, name := range []string{"adult_d6_t100_missing", "adult_dart_d4_t20", "adult_categorical_d5_t30", "adult_multi_d4_t10", "adult_poisson_d4_t20"} {
		t.Run(name, func(t *testing.T) {
			for _, ext := range []string{".model.json.gz", ".model.ubj.gz"} {
				m, err := Load(unzip(t, filepath.Join(dir, name+ext)))
				if err != nil {
					t.Fatal(err)
				}
				agree(t, m, dir, name, 1e-5)
			}
		})
	}
}
