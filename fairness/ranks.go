package fairness

import "math"

// Exposure is how much of a ranking's attention a group gets: the mean of
// 1/log2(1+rank) over its members, first rank 1 (Singh and Joachims 2018, arXiv
// 1802.07281). ranks are a group's ranks.
func Exposure(ranks []int) Estimate {
	xs := make([]float64, len(ranks))
	for i, r := range ranks {
		xs[i] = 1 / math.Log2(1+float64(r))
	}
	return MeanOf(xs)
}

// TopShare counts a group's members among the first k of a ranking: its
// selection rate at k. Compare it as Counts are compared.
func TopShare(ranks []int, k int) Counts {
	c := Counts{N: int64(len(ranks))}
	for _, r := range ranks {
		if r <= k {
			c.Selected++
		}
	}
	return c
}

// Skew is ln of the group's share among the first k over its share of all; 0
// is proportional (Geyik et al. 2019, arXiv 1905.01989). NaN where the group or
// the top is empty, −Inf where none of the group is in it.
func Skew(group, all []int, k int) float64 {
	g, a := TopShare(group, k), TopShare(all, k)
	return math.Log(share(g.Selected, a.Selected) / share(g.N, a.N))
}

// Superiority is the chance that a random member of one group is ranked before
// a random one of the other (ties half), with DeLong's standard error: ½ is
// parity.
func Superiority(a, b []int) Estimate {
	if len(a) == 0 || len(b) == 0 {
		return unknownEstimate()
	}
	wins := func(x int, ys []int) float64 {
		sum := 0.0
		for _, y := range ys {
			switch {
			case x < y:
				sum++
			case x == y:
				sum += .5
			}
		}
		return sum / float64(len(ys))
	}
	va, vb := make([]float64, len(a)), make([]float64, len(b))
	for i, x := range a {
		va[i] = wins(x, b)
	}
	for i, y := range b {
		vb[i] = 1 - wins(y, a)
	}
	ea, eb := MeanOf(va), MeanOf(vb)
	return Estimate{ea.Value, math.Hypot(nanZero(ea.SE), nanZero(eb.SE)), int64(min(len(a), len(b)))}
}

func nanZero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// MeanOf is the mean of values, such as offers' amounts, with its standard
// error (NaN for one value).
func MeanOf(xs []float64) Estimate {
	var m Moments
	for _, x := range xs {
		m.Add(x)
	}
	return m.Mean()
}

// Moments sums values; parts merge.
type Moments struct {
	N       int64
	Sum, Sq float64
}

// Add adds one value.
func (m *Moments) Add(x float64) { m.N, m.Sum, m.Sq = m.N+1, m.Sum+x, m.Sq+x*x }

// Merge adds another's values.
func (m *Moments) Merge(o Moments) { m.N, m.Sum, m.Sq = m.N+o.N, m.Sum+o.Sum, m.Sq+o.Sq }

// Mean is the mean with its standard error.
func (m *Moments) Mean() Estimate {
	n := float64(m.N)
	if m.N == 0 {
		return unknownEstimate()
	}
	mean := m.Sum / n
	if m.N == 1 {
		return Estimate{mean, math.NaN(), 1}
	}
	return Estimate{mean, math.Sqrt(math.Max(0, m.Sq-n*mean*mean) / (n - 1) / n), m.N}
}

// AmountRatio is the interval of the ratio of two means by Fieller's theorem
// (1954): both ends are NaN where the second mean isn't clearly away from 0.
func AmountRatio(a, b Estimate, alpha float64) (float64, Interval) {
	if math.IsNaN(a.Value) || math.IsNaN(b.Value) || b.Value == 0 {
		return math.NaN(), nowhere()
	}
	z := critical(alpha)
	g := z * z * b.SE * b.SE / (b.Value * b.Value)
	r := a.Value / b.Value
	if !(g < 1) {
		return r, nowhere()
	}
	half := z / math.Abs(b.Value) * math.Sqrt((1-g)*a.SE*a.SE+r*r*b.SE*b.SE)
	return r, Interval{(r - half) / (1 - g), (r + half) / (1 - g)}
}
