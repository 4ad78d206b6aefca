package fairness

import (
	"math"
	"math/bits"
)

// Source draws random numbers from a seed: the same seed, the same draws, on
// every machine. It is not safe for concurrent use, and not for secrets.
type Source struct{ hi, lo uint64 }

// NewSource seeds a source.
func NewSource(seed uint64) *Source {
	s := &Source{hi: 0x9e3779b97f4a7c15, lo: seed}
	s.Uint64()
	return s
}

// Uint64 returns 64 random bits (wyrand: Wang Yi's multiply and fold).
func (s *Source) Uint64() uint64 {
	s.lo += 0xa0761d6478bd642f
	h, l := bits.Mul64(s.lo, s.lo^0xe7037ed1a0b428db)
	return h ^ l
}

// Float64 returns a number in [0, 1).
func (s *Source) Float64() float64 { return float64(s.Uint64()>>11) / (1 << 53) }

// Intn returns a number in [0, n), n > 0.
func (s *Source) Intn(n int) int {
	h, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(h)
}

// Binomial draws from Bin(n, p): by inversion where the mean is small, else by
// transformed rejection with squeeze (Hörmann 1993, algorithm BTRS).
func (s *Source) Binomial(n int64, p float64) int64 {
	switch {
	case n <= 0 || p <= 0:
		return 0
	case p >= 1:
		return n
	case p > .5:
		return n - s.Binomial(n, 1-p)
	case float64(n)*p < 10:
		return s.inversion(n, p)
	}
	return s.btrs(float64(n), p)
}

func (s *Source) inversion(n int64, p float64) int64 {
	odds := p / (1 - p)
	for {
		u, f := s.Float64(), math.Exp(float64(n)*math.Log1p(-p))
		for k := range n + 1 {
			if u -= f; u < 0 {
				return k
			}
			f *= odds * float64(n-k) / float64(k+1)
			if f == 0 {
				break
			}
		}
	}
}

func (s *Source) btrs(n, p float64) int64 {
	sd := math.Sqrt(n * p * (1 - p))
	b := 1.15 + 2.53*sd
	a := -0.0873 + 0.0248*b + 0.01*p
	c, vr := n*p+.5, .92-4.2/b
	alpha := (2.83 + 5.1/b) * sd
	m := math.Floor((n + 1) * p)
	for {
		v := s.Float64()
		u := s.Float64() - .5
		us := .5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + c)
		if us >= .07 && v <= vr {
			return int64(k)
		}
		if k < 0 || k > n {
			continue
		}
		v = math.Log(v * alpha / (a/(us*us) + b))
		if v <= logChoose(n, k)-logChoose(n, m)+(k-m)*math.Log(p/(1-p)) {
			return int64(k)
		}
	}
}

func logChoose(n, k float64) float64 { return -logFactorial(k) - logFactorial(n-k) + logFactorial(n) }

func logFactorial(k float64) float64 {
	l, _ := math.Lgamma(k + 1)
	return l
}

// Multinomial redraws counts with the same total and the shares they have.
func (s *Source) Multinomial(counts, into []int64) {
	var left int64
	for _, c := range counts {
		left += c
	}
	draw := left
	for i, c := range counts {
		into[i] = 0
		if left > 0 && c > 0 {
			into[i] = s.Binomial(draw, float64(c)/float64(left))
		}
		draw, left = draw-into[i], left-c
	}
}

// Hypergeometric draws the number of marked ones among draw taken without
// replacement from total, of which marked are marked: by inversion, outwards
// from the mode.
func (s *Source) Hypergeometric(total, marked, draw int64) int64 {
	lo, hi := max(0, draw+marked-total), min(marked, draw)
	if lo >= hi {
		return lo
	}
	t, k, d := float64(total), float64(marked), float64(draw)
	mode := int64(math.Floor((k + 1) * (d + 1) / (t + 2)))
	mode = min(max(mode, lo), hi)
	m := float64(mode)
	top := math.Exp(logChoose(k, m) + logChoose(t-k, d-m) - logChoose(t, d))
	for {
		u := s.Float64() - top
		if u < 0 {
			return mode
		}
		up, down, i, j := top, top, mode, mode
		for (i < hi && up > 0) || (j > lo && down > 0) {
			if i < hi {
				x := float64(i)
				up *= (k - x) * (d - x) / ((x + 1) * (t - k - d + x + 1))
				if i++; u < up {
					return i
				}
				u -= up
			}
			if j > lo {
				x := float64(j)
				down *= x * (t - k - d + x) / ((k - x + 1) * (d - x + 1))
				if j--; u < down {
					return j
				}
				u -= down
			}
		}
	}
}
