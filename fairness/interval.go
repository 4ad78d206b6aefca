package fairness

import "math"

// Interval is a confidence interval. NaN ends say that there is none.
type Interval struct{ Low, High float64 }

// Nowhere is the interval of a value that is undefined.
func nowhere() Interval { return Interval{math.NaN(), math.NaN()} }

// Undefined reports whether there is no interval.
func (i Interval) Undefined() bool { return math.IsNaN(i.Low) || math.IsNaN(i.High) }

// Contains reports whether a value lies in the interval, ends included.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

// Wilson is the score interval of a proportion x/n at level 1−alpha (Wilson
// 1927). x and n may be effective sizes. It is undefined for n = 0.
func Wilson(x, n, alpha float64) Interval {
	if !(n > 0) {
		return nowhere()
	}
	z := critical(alpha)
	p, z2 := x/n, z*z
	mid := (p + z2/(2*n)) / (1 + z2/n)
	half := z / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	i := Interval{math.Max(0, mid-half), math.Min(1, mid+half)}
	if x <= 0 {
		i.Low = 0 // exactly, whatever rounding made of it
	}
	if x >= n {
		i.High = 1
	}
	return i
}

// ClopperPearson is the exact interval of a proportion: it covers at least
// 1−alpha at every p and n (Clopper and Pearson 1934).
func ClopperPearson(x, n, alpha float64) Interval {
	if !(n > 0) {
		return nowhere()
	}
	i := Interval{0, 1}
	if x > 0 {
		i.Low = betaQuantile(alpha/2, x, n-x+1)
	}
	if x < n {
		i.High = betaQuantile(1-alpha/2, x+1, n-x)
	}
	return i
}

// smallCell is the count below which a rate's interval is the union of the
// score and the exact one: Wilson's alone can cover as little as 84 % where
// x or n−x is expected to be 1 or less.
const smallCell = 8

// Proportion is Wilson's interval, widened to the exact one where x or n−x is
// below 8.
func Proportion(x, n, alpha float64) Interval {
	w := Wilson(x, n, alpha)
	if !(n > 0) || math.Min(x, n-x) >= smallCell {
		return w
	}
	e := ClopperPearson(x, n, alpha)
	return Interval{math.Min(w.Low, e.Low), math.Max(w.High, e.High)}
}

// Newcombe is the interval of the difference x1/n1 − x2/n2 from the Wilson
// limits of both (Newcombe 1998, method 10).
func Newcombe(x1, n1, x2, n2, alpha float64) Interval {
	return hybrid(x1, n1, Wilson(x1, n1, alpha), x2, n2, Wilson(x2, n2, alpha))
}

// Difference is Newcombe's interval with the limits of Proportion.
func Difference(x1, n1, x2, n2, alpha float64) Interval {
	return hybrid(x1, n1, Proportion(x1, n1, alpha), x2, n2, Proportion(x2, n2, alpha))
}

func hybrid(x1, n1 float64, a Interval, x2, n2 float64, b Interval) Interval {
	if !(n1 > 0) || !(n2 > 0) {
		return nowhere()
	}
	p1, p2 := x1/n1, x2/n2
	d := p1 - p2
	return Interval{math.Max(-1, d-math.Hypot(p1-a.Low, b.High-p2)), math.Min(1, d+math.Hypot(a.High-p1, p2-b.Low))}
}

// Katz is the log interval of the ratio (x1/n1)/(x2/n2) (Katz et al. 1978);
// where a count is 0 or full, ½ is added to each count and 1 to each size. A
// reference rate of 0 leaves the ratio itself undefined, and so the interval.
func Katz(x1, n1, x2, n2, alpha float64) Interval {
	if !(n1 > 0) || !(n2 > 0) || x2 == 0 {
		return nowhere()
	}
	x1, n1, x2, n2 = logCells(x1, n1, x2, n2)
	l := math.Log(x1 / n1 / (x2 / n2))
	h := critical(alpha) * math.Sqrt(1/x1-1/n1+1/x2-1/n2)
	return Interval{math.Exp(l - h), math.Exp(l + h)}
}

func logCells(x1, n1, x2, n2 float64) (a, b, c, d float64) {
	if x1 == 0 || x1 == n1 || x2 == 0 || x2 == n2 {
		return x1 + .5, n1 + 1, x2 + .5, n2 + 1
	}
	return x1, n1, x2, n2
}

// Ratio is Katz's interval of (x1/n1)/(x2/n2) and, where a count is below 8,
// that from the limits of both rates on the log scale (MOVER-R of Donner and
// Zou 2012, in its log form), which keeps its coverage there.
func Ratio(x1, n1, x2, n2, alpha float64) Interval {
	if !(n1 > 0) || !(n2 > 0) || x2 == 0 {
		return nowhere()
	}
	if math.Min(math.Min(x1, n1-x1), math.Min(x2, n2-x2)) >= smallCell {
		return Katz(x1, n1, x2, n2, alpha)
	}
	a, b := Proportion(x1, n1, alpha), Proportion(x2, n2, alpha)
	p1, p2 := x1/n1, x2/n2
	l2, u2 := math.Log(p2)-math.Log(b.Low), math.Log(b.High)-math.Log(p2)
	if x1 == 0 {
		return Interval{0, a.High / p2 * math.Exp(l2)}
	}
	l := math.Log(p1 / p2)
	low := l - math.Hypot(math.Log(p1)-math.Log(a.Low), u2)
	return Interval{math.Exp(low), math.Exp(l + math.Hypot(math.Log(a.High)-math.Log(p1), l2))}
}
