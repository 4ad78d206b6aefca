package models_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
)

// The trainer's own numbers: 200 rows with inputs, margin, probability, contributions.
func TestTheTrainersNumbersAddUp(t *testing.T) {
	for _, m := range card(t).Models {
		n := len(m.Features)
		rows := golden(t, m.ID)
		if len(rows) != 200 {
			t.Fatalf("%s: %d rows", m.ID, len(rows))
		}
		for _, r := range rows {
			if at := int(r[0]); at < card(t).Split.Test.From {
				t.Fatalf("%s: row %d is not of the test slice", m.ID, at)
			}
			x, margin, p, contribs := r[1:1+n], r[1+n], r[2+n], r[3+n:]
			sum := 0.0
			for _, c := range contribs {
				sum += c
			}
			if math.Abs(sum-margin) > 1e-5 || math.Abs(m.Calibration.Probability(margin)-p) > 1e-12 {
				t.Fatalf("%s: row %v: contributions %g, margin %g, chance %g", m.ID, r[0], sum, margin, p)
			}
			for i, f := range m.Features {
				if f.Kind == "numeric" && (x[i] < *f.Min || x[i] > *f.Max) || f.Kind == "category" && int(x[i]) >= len(f.Values) {
					t.Fatalf("%s: row %v: %s = %g is not accepted", m.ID, r[0], f.Name, x[i])
				}
			}
		}
	}
}

func golden(t *testing.T, id string) [][]float64 {
	t.Helper()
	f, err := os.Open("testdata/golden-" + id + ".csv.gz")
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
	var out [][]float64
	for _, rec := range recs[1:] {
		row := make([]float64, len(rec))
		for i, s := range rec {
			if row[i], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, row)
	}
	return out
}
