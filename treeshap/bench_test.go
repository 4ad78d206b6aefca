package treeshap

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// forest draws a model as a learner makes it: trees of 31 leaves grown leaf by
// leaf over 13 features.
func forest(tb testing.TB, trees, leaves, features int) *Model {
	tb.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	m := &Model{classes: 1, base: []float64{0}, transform: logistic, sigmoid: 1}
	for i := range features {
		m.features = append(m.features, fmt.Sprint("f", i))
	}
	raws := make([]rawTree, trees)
	for i := range raws {
		raws[i] = leafwise(r, leaves, features)
	}
	m, err := newModel(m, raws)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func leafwise(r *rand.Rand, leaves, features int) rawTree {
	var t rawTree
	t.alloc(2*leaves - 1)
	open, next := []int32{0}, int32(1)
	t.left[0], t.cover[0] = -1, 10_000
	for len(open) < leaves {
		k := r.IntN(len(open))
		i := open[k]
		share := 0.1 + 0.8*r.Float64()
		t.feature[i], t.threshold[i], t.kind[i] = int32(r.IntN(features)), r.NormFloat64(), lessEqualNaN
		t.left[i], t.right[i] = next, next+1
		t.left[next], t.left[next+1] = -1, -1
		t.cover[next], t.cover[next+1] = t.cover[i]*share, t.cover[i]*(1-share)
		t.value[next], t.value[next+1] = r.NormFloat64(), r.NormFloat64()
		open[k] = next
		open = append(open, next+1)
		next += 2
	}
	return t
}

func BenchmarkExplain100x31(b *testing.B) {
	m := forest(b, 100, 31, 13)
	s, out := m.NewScratch(), make([]float64, 14)
	rows := make([][]float64, 64)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range rows {
		rows[i] = make([]float64, 13)
		for j := range rows[i] {
			rows[i][j] = r.NormFloat64()
		}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := m.Explain(s, rows[n%64], out); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n)/float64(m.Leaves()), "ns/leaf")
}

func TestExplainingAllocatesNothing(t *testing.T) {
	m := forest(t, 20, 31, 13)
	s, row, out := m.NewScratch(), make([]float64, 13), make([]float64, 14)
	if n := testing.AllocsPerRun(100, func() {
		if err := m.Explain(s, row, out); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Fatalf("%v allocations a row", n)
	}
}

func TestBatchEqualsSingleRows(t *testing.T) {
	m := forest(t, 20, 31, 5)
	r := rand.New(rand.NewPCG(5, 6))
	rows, got := make([][]float64, 101), make([][]float64, 101)
	for i := range rows {
		rows[i], got[i] = []float64{r.NormFloat64(), r.NormFloat64(), 0, 1, 2}, make([]float64, 6)
	}
	if err := m.ExplainBatch(rows, got, 2); err != nil {
		t.Fatal(err)
	}
	s, want := m.NewScratch(), make([]float64, 6)
	for i := range rows {
		if err := m.Explain(s, rows[i], want); err != nil {
			t.Fatal(err)
		}
		for j := range want {
			if got[i][j] != want[j] {
				t.Fatalf("row %d differs", i)
			}
		}
	}
}
