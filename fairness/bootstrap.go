package fairness

import (
	"math"
	"slices"
)

// Statistic is any function of the groups' counts.
type Statistic func(groups []Counts) float64

// Bootstrap redraws the cells of every group reps times and returns the
// percentile interval of a statistic at level 1−alpha, with its standard
// error. Rows are never resampled: a replicate costs a few draws a group,
// whatever the number of people. Replicates whose statistic is undefined are
// left out; if they are more than one in twenty, so is the interval.
func Bootstrap(groups []Counts, stat Statistic, reps int, alpha float64, src *Source) (Interval, float64) {
	values := make([]float64, 0, reps)
	draw := make([]Counts, len(groups))
	for range reps {
		for i, g := range groups {
			draw[i] = g.redraw(src)
		}
		if v := stat(draw); !math.IsNaN(v) && !math.IsInf(v, 0) {
			values = append(values, v)
		}
	}
	return percentiles(values, reps, alpha, smallest(groups))
}

func smallest(groups []Counts) float64 {
	n := math.Inf(1)
	for _, g := range groups {
		n = math.Min(n, float64(g.N))
	}
	return n
}

// redraw draws the six cells: the four of the confusion matrix, and those
// selected or not whose label isn't known.
func (c Counts) redraw(src *Source) Counts {
	in := [6]int64{c.TP, c.FP, c.TN, c.FN, c.Selected - c.TP - c.FP, c.N - c.Selected - c.TN - c.FN}
	var out [6]int64
	src.Multinomial(in[:], out[:])
	return Counts{N: c.N, Selected: out[0] + out[1] + out[4], TP: out[0], FP: out[1], TN: out[2], FN: out[3]}
}

// percentiles widens the tails for small n as a t interval does, since plain
// percentiles are too narrow there (Hesterberg 2015, section 5.3); n−7
// rather than n−1 keeps the coverage of indices above 93 % at 30.
// Below 8 people there is no interval.
func percentiles(values []float64, reps int, alpha, n float64) (Interval, float64) {
	if len(values) < 20 || len(values)*20 < reps*19 {
		return nowhere(), math.NaN()
	}
	slices.Sort(values)
	mean, m2 := 0.0, 0.0
	for i, v := range values {
		d := v - mean
		mean += d / float64(i+1)
		m2 += d * (v - mean)
	}
	z := critical(alpha)
	tail := normalTail(z * (1 + (z*z+1)/(4*n)) * math.Sqrt(n/(n-7)))
	if !(n > 7) {
		return nowhere(), math.NaN()
	}
	return Interval{quantile(values, tail), quantile(values, 1-tail)}, math.Sqrt(m2 / float64(len(values)-1))
}

// quantile interpolates between sorted values.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// PermutationP is the p-value of a statistic under the hypothesis that group
// membership has no part in the outcome: the cells of all groups are pooled
// and dealt out again reps times, which is the same as shuffling the group
// labels of all rows. Large values of the statistic count as extreme, and the
// observed one counts once, so that p is never 0.
func PermutationP(groups []Counts, stat Statistic, reps int, src *Source) float64 {
	observed := stat(groups)
	if math.IsNaN(observed) {
		return math.NaN()
	}
	var pool Counts
	for _, g := range groups {
		pool = pool.Add(g)
	}
	extreme, dealt := 1, make([]Counts, len(groups))
	for range reps {
		deal(pool, groups, dealt, src)
		if v := stat(dealt); v >= observed-1e-12*math.Abs(observed) {
			extreme++
		}
	}
	return float64(extreme) / float64(reps+1)
}

func deal(pool Counts, groups, into []Counts, src *Source) {
	left := [6]int64{pool.TP, pool.FP, pool.TN, pool.FN, pool.Selected - pool.TP - pool.FP, pool.N - pool.Selected - pool.TN - pool.FN}
	total := pool.N
	for i, g := range groups {
		var got [6]int64
		rest, need := total, g.N
		for j, c := range left {
			got[j] = src.Hypergeometric(rest, c, need)
			rest, need = rest-c, need-got[j]
		}
		for j := range left {
			left[j] -= got[j]
		}
		total -= g.N
		into[i] = Counts{N: g.N, Selected: got[0] + got[1] + got[4], TP: got[0], FP: got[1], TN: got[2], FN: got[3]}
	}
}
