package fairness

import "math"

// Proxy says how much a feature tells of a protected attribute.
type Proxy struct {
	Bits     float64  // mutual information, in bits, less its bias
	Share    float64  // of the attribute's entropy, 0 to 1: 1 gives it away
	Interval Interval // of Bits
	N        int64
}

// MutualInformation measures a table of counts, feature values by attribute
// values. The plug-in estimate is too high by about (r−1)(c−1)/(2n ln 2) bits
// (Miller 1955), which is taken off; the interval is the delta method's.
func MutualInformation(table [][]int64, alpha float64) Proxy {
	rows, cols := make([]float64, len(table)), map[int]float64{}
	n := 0.0
	for i, r := range table {
		for j, c := range r {
			rows[i], cols[j], n = rows[i]+float64(c), cols[j]+float64(c), n+float64(c)
		}
	}
	p := Proxy{Bits: math.NaN(), Share: math.NaN(), Interval: nowhere(), N: int64(n)}
	if n == 0 {
		return p
	}
	var mi, sq, entropy float64
	for i, r := range table {
		for j, c := range r {
			if c > 0 {
				l := math.Log2(float64(c) * n / (rows[i] * cols[j]))
				mi, sq = mi+float64(c)/n*l, sq+float64(c)/n*l*l
			}
		}
	}
	used := func(v float64) float64 {
		if v > 0 {
			return 1
		}
		return 0
	}
	var r, c float64
	for _, v := range rows {
		r += used(v)
	}
	for j := range len(cols) {
		if v := cols[j]; v > 0 {
			c++
			entropy -= v / n * math.Log2(v/n)
		}
	}
	bias := (r - 1) * (c - 1) / (2 * n * math.Ln2)
	p.Bits = math.Max(0, mi-bias)
	half := critical(alpha) * math.Sqrt(math.Max(0, sq-mi*mi)/n)
	p.Interval = Interval{math.Max(0, p.Bits-half-bias), math.Min(math.Max(p.Bits, entropy), p.Bits+half+bias)}
	if entropy > 0 {
		p.Share = math.Min(1, p.Bits/entropy)
	}
	return p
}
