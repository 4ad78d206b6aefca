package fairness

import (
	"math"
	"testing"
)

func TestLogFactorialAgreesWithGamma(t *testing.T) {
	for _, k := range []float64{0, 1, 2, 5, 12, 31, 32, 33, 100, 1e4, 1e7, 1e9} {
		want, _ := math.Lgamma(k + 1)
		if got := logFactorial(k); math.Abs(got-want) > 1e-14*math.Max(1, math.Abs(want)) {
			t.Errorf("ln %v! = %v, gamma says %v", k, got, want)
		}
	}
}

// Draws must have the distribution: chi-squared over the values that are likely
// enough, for inversion, rejection and both sides of one half.
func TestBinomialDrawsFollowTheirDistribution(t *testing.T) {
	for _, c := range []struct {
		n int64
		p float64
	}{{5, .3}, {40, .1}, {40, .9}, {60, .4}, {200, .5}, {2000, .03}, {300, .8}} {
		src, d := NewSource(7), newBinomial(c.n, c.p)
		const draws = 200_000
		seen := map[int64]float64{}
		for range draws {
			seen[d.draw(src)]++
		}
		chi, df, rest, restWant := 0.0, -1, float64(draws), float64(draws)
		for k := range c.n + 1 {
			want := draws * math.Exp(logChoose(float64(c.n), float64(k))+float64(k)*math.Log(c.p)+float64(c.n-k)*math.Log1p(-c.p))
			if want < 50 {
				continue
			}
			chi += (seen[k] - want) * (seen[k] - want) / want
			rest, restWant, df = rest-seen[k], restWant-want, df+1
		}
		if restWant > 50 {
			chi, df = chi+(rest-restWant)*(rest-restWant)/restWant, df+1
		}
		if p := ChiSquaredTail(chi, df); p < 1e-4 {
			t.Errorf("Bin(%d, %v): chi-squared %.1f with %d degrees, p %.2g", c.n, c.p, chi, df, p)
		}
	}
}
