package fairness

import "math"

// Verdict is what an audit says of one question, or of all.
type Verdict string

// The verdicts. Inconclusive means that the data can't tell.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// Judge compares an interval with a tolerance: pass if it lies inside
// entirely, fail if it lies outside entirely, inconclusive otherwise.
func Judge(i, tolerance Interval) Verdict {
	switch {
	case i.Undefined():
		return Inconclusive
	case i.Low >= tolerance.Low && i.High <= tolerance.High:
		return Pass
	case i.High < tolerance.Low || i.Low > tolerance.High:
		return Fail
	}
	return Inconclusive
}

// Overall joins verdicts: fail wins, then inconclusive; none is inconclusive,
// since nothing was shown.
func Overall(vs []Verdict) Verdict {
	out := Pass
	for _, v := range vs {
		switch {
		case v == Fail:
			return Fail
		case v != Pass:
			out = Inconclusive
		}
	}
	if len(vs) == 0 {
		return Inconclusive
	}
	return out
}

// PValue inverts an interval: the largest alpha in [1e-12, 1] at which it still
// reaches into the null, which is an interval too (a point has Low = High). It
// is two-sided, and so agrees with the verdict that the interval gives at
// every level. NaN where the interval is undefined.
func PValue(at func(alpha float64) Interval, null Interval) float64 {
	touches := func(alpha float64) bool {
		i := at(alpha)
		return i.Low <= null.High && i.High >= null.Low
	}
	if at(.05).Undefined() {
		return math.NaN()
	}
	lo, hi := math.Log(1e-12), 0.0
	if !touches(math.Exp(lo)) {
		return 1e-12
	}
	if touches(1 - 1e-9) {
		return 1
	}
	for range 26 { // to a millionth of p
		if mid := (lo + hi) / 2; touches(math.Exp(mid)) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp(hi)
}
