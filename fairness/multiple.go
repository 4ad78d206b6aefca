package fairness

import (
	"math"
	"slices"
)

// Holm returns adjusted p-values: rejecting where one is at most alpha keeps
// the chance of any false rejection at most alpha, whatever the dependence
// (Holm 1979). NaN stays NaN and isn't counted as a test.
func Holm(p []float64) []float64 {
	order, out := ranked(p)
	run := 0.0
	for rank, i := range order {
		run = math.Max(run, math.Min(1, float64(len(order)-rank)*p[i]))
		out[i] = run
	}
	return out
}

// BenjaminiHochberg returns adjusted p-values for screening: rejecting where
// one is at most q keeps the expected share of false rejections at most q for
// independent or positively dependent tests (Benjamini and Hochberg 1995).
func BenjaminiHochberg(p []float64) []float64 {
	order, out := ranked(p)
	run, m := 1.0, float64(len(order))
	for rank := len(order) - 1; rank >= 0; rank-- {
		run = math.Min(run, m/float64(rank+1)*p[order[rank]])
		out[order[rank]] = run
	}
	return out
}

func ranked(p []float64) (order []int, out []float64) {
	out = make([]float64, len(p))
	for i, v := range p {
		if out[i] = math.NaN(); !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return order, out
}
