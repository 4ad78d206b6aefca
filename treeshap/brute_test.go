package treeshap

import (
	"fmt"
	"math"
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// grow draws a random tree over the features, to a depth, as a loader finds it.
func grow(t *rapid.T, features, depth int, chain bool) rawTree {
	var r rawTree
	var add func(d int, cover float64) int32
	add = func(d int, cover float64) int32 {
		i := int32(len(r.left))
		r.left, r.right = append(r.left, -1), append(r.right, -1)
		r.feature, r.threshold = append(r.feature, 0), append(r.threshold, 0)
		r.kind, r.cats = append(r.kind, 0), append(r.cats, nil)
		r.value, r.cover = append(r.value, rapid.Float64Range(-1, 1).Draw(t, "v")), append(r.cover, cover)
		if d == 0 || !chain && rapid.IntRange(0, 5).Draw(t, "stop") == 0 {
			return i
		}
		r.feature[i] = int32(rapid.IntRange(0, features-1).Draw(t, "f"))
		if chain {
			r.feature[i] = int32(d % features)
		}
		r.threshold[i] = float64(rapid.IntRange(-2, 2).Draw(t, "t"))
		r.kind[i] = []uint8{lessEqual64, lessEqualZero, lessEqualNaN, less32, catLeft, catRight}[rapid.IntRange(0, 5).Draw(t, "k")]
		if rapid.Bool().Draw(t, "dl") {
			r.kind[i] |= defaultLeft
		}
		if r.kind[i]&kindMask >= catLeft {
			r.cats[i] = []uint32{uint32(rapid.IntRange(0, 15).Draw(t, "c"))}
		}
		share := rapid.Float64Range(0.05, 0.95).Draw(t, "share")
		r.left[i] = add(d-1, cover*share)
		if chain {
			r.right[i] = add(0, cover*(1-share))
		} else {
			r.right[i] = add(d-1, cover*(1-share))
		}
		return i
	}
	add(depth, 1000)
	return r
}

// expect is the path-dependent expectation of a tree when only the features in
// the set are known, straight from its definition.
func expect(r *rawTree, i int32, row []float64, set uint) float64 {
	if r.left[i] < 0 {
		return r.value[i]
	}
	l, rt := r.left[i], r.right[i]
	if set>>uint(r.feature[i])&1 != 0 {
		if goesLeft(row[r.feature[i]], r.threshold[i], r.kind[i], r.cats[i]) {
			return expect(r, l, row, set)
		}
		return expect(r, rt, row, set)
	}
	return ratio(r.cover[l], r.cover[i])*expect(r, l, row, set) + ratio(r.cover[rt], r.cover[i])*expect(r, rt, row, set)
}

// brute is the Shapley value by its definition, over all subsets.
func brute(trees []rawTree, row []float64, features int) []float64 {
	fact := []float64{1}
	for i := 1; i <= features; i++ {
		fact = append(fact, fact[i-1]*float64(i))
	}
	phi := make([]float64, features+1)
	for k := range trees {
		v := make([]float64, 1<<features)
		for set := range v {
			v[set] = expect(&trees[k], 0, row, uint(set))
		}
		phi[features] += v[0]
		for f := range features {
			for set := range v {
				if set>>f&1 == 0 {
					n := bits.OnesCount(uint(set))
					phi[f] += fact[n] * fact[features-n-1] / fact[features] * (v[set|1<<f] - v[set])
				}
			}
		}
	}
	return phi
}

func explainRaw(t *rapid.T, trees []rawTree, row []float64) []float64 {
	m := &Model{classes: 1, base: []float64{0}}
	for i := range row {
		m.features = append(m.features, fmt.Sprint(i))
	}
	m, err := newModel(m, trees)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float64, len(row)+1)
	s := m.NewScratch()
	if err := m.Explain(s, row, got); err != nil {
		t.Fatal(err)
	}
	return got
}

func drawRow(t *rapid.T, n int) []float64 {
	row := make([]float64, n)
	for i := range row {
		row[i] = rapid.SampledFrom([]float64{-3, -2, -1, 0, 1, 2, 3, math.NaN()}).Draw(t, "x")
	}
	return row
}

func TestEqualsTheDefinitionOfShapleyValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "features")
		trees := make([]rawTree, rapid.IntRange(1, 3).Draw(t, "trees"))
		for i := range trees {
			trees[i] = grow(t, n, rapid.IntRange(0, 6).Draw(t, "depth"), false)
		}
		row := drawRow(t, n)
		same(t, explainRaw(t, trees, row), brute(trees, row, n))
	})
}

func TestDeepPathsStayExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(9, 12).Draw(t, "features")
		tree := grow(t, n, rapid.IntRange(17, 40).Draw(t, "depth"), true)
		row := drawRow(t, n)
		same(t, explainRaw(t, []rawTree{tree}, row), brute([]rawTree{tree}, row, n))
	})
}

func same(t *rapid.T, got, want []float64) {
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Fatalf("feature %d: %v, by definition %v", i, got[i], want[i])
		}
	}
}

func TestManyFeaturesOnOnePathStayAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(17, 60).Draw(t, "features")
		tree := grow(t, n, n, true)
		row := drawRow(t, n)
		explainRaw(t, []rawTree{tree}, row) // fails unless contributions add up to 1e-9
	})
}
