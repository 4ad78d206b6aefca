package fairness

import (
	"fmt"
	"math"
)

// DetectableGap is the smallest difference of two rates near p that groups of
// n1 and n2 people show with the given power (usual: 0.8) in a two-sided test
// at alpha: (z_{1−α/2}+z_power)·√(p(1−p)(1/n1+1/n2)), capped at 1. NaN for an
// empty group.
func DetectableGap(p, n1, n2, alpha, power float64) float64 {
	if !(n1 > 0) || !(n2 > 0) {
		return math.NaN()
	}
	return math.Min(1, (critical(alpha)+normalQuantile(power))*math.Sqrt(p*(1-p)*(1/n1+1/n2)))
}

// MinimumN is the size of each of two equal groups at which a gap is
// detectable with the given power. The gap lies in (0, 1].
func MinimumN(p, gap, alpha, power float64) float64 {
	z := critical(alpha) + normalQuantile(power)
	return math.Ceil(2 * p * (1 - p) * z * z / (gap * gap))
}

// PowerStatement says in one sentence what groups of this size could show. The
// rate counts as at least 0.05 away from 0 and 1, so that a small group in
// which nothing happened doesn't seem to show every gap.
func PowerStatement(p, n1, n2, alpha, power float64) string {
	if !(n1 > 0) || !(n2 > 0) {
		return "one of the groups is empty: no gap is visible"
	}
	gap := DetectableGap(math.Min(.95, math.Max(.05, p)), n1, n2, alpha, power)
	return fmt.Sprintf("at n = %.0f only gaps above %.1f points are visible", math.Min(n1, n2), 100*gap)
}
