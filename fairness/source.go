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
	d := newBinomial(n, p)
	return d.draw(s)
}

// binomial is Bin(n, p) made ready for many draws.
type binomial struct {
	n, p    float64 // p at most ½
	flipped bool    // the draws are of the other outcome
	size    int64
	none    float64 // chance of no success, where inversion draws; else NaN

	a, b, c, alpha, squeeze float64
	mode                    float64
	odds, top               float64 // logarithms at the mode; 0 until they are needed
}

func newBinomial(n int64, p float64) binomial {
	d := binomial{size: max(n, 0), n: float64(max(n, 0)), p: math.Min(math.Max(p, 0), 1), none: math.NaN()}
	if d.flipped = d.p > .5; d.flipped {
		d.p = 1 - d.p
	}
	if d.n*d.p < 10 {
		d.none = math.Exp(d.n * math.Log1p(-d.p))
		return d
	}
	sd := math.Sqrt(d.n * d.p * (1 - d.p))
	d.b = 1.15 + 2.53*sd
	d.a = -0.0873 + 0.0248*d.b + 0.01*d.p
	d.c, d.squeeze = d.n*d.p+.5, .92-4.2/d.b
	d.alpha = (2.83 + 5.1/d.b) * sd
	d.mode = math.Floor((d.n + 1) * d.p)
	return d
}

func (d *binomial) draw(s *Source) int64 {
	var k int64
	switch {
	case d.p == 0 || d.size == 0:
	case !math.IsNaN(d.none):
		k = d.inversion(s)
	default:
		k = d.rejection(s)
	}
	if d.flipped {
		return d.size - k
	}
	return k
}

func (d *binomial) inversion(s *Source) int64 {
	odds := d.p / (1 - d.p)
	for {
		u, f := s.Float64(), d.none
		for k := range d.size + 1 {
			if u -= f; u < 0 {
				return k
			}
			f *= odds * float64(d.size-k) / float64(k+1)
			if f == 0 {
				break
			}
		}
	}
}

func (d *binomial) rejection(s *Source) int64 {
	for {
		v := s.Float64()
		u := s.Float64() - .5
		us := .5 - math.Abs(u)
		k := math.Floor((2*d.a/us+d.b)*u + d.c)
		if us >= .07 && v <= d.squeeze {
			return int64(k)
		}
		if k < 0 || k > d.n {
			continue
		}
		if d.top == 0 {
			d.odds, d.top = math.Log(d.p/(1-d.p)), logFactorial(d.mode)+logFactorial(d.n-d.mode)
		}
		v = math.Log(v * d.alpha / (d.a/(us*us) + d.b))
		if v <= d.top-logFactorial(k)-logFactorial(d.n-k)+(k-d.mode)*d.odds {
			return int64(k)
		}
	}
}

func logChoose(n, k float64) float64 { return -logFactorial(k) - logFactorial(n-k) + logFactorial(n) }

// logFactorials are exact sums up to where the series below is as good.
var logFactorials = func() (out [32]float64) {
	for k := 2; k < len(out); k++ {
		out[k] = out[k-1] + math.Log(float64(k))
	}
	return out
}()

// logFactorial is ln k! of a whole number k ≥ 0: Stirling's series (DLMF 5.11.1)
// to a relative error below 1e-15.
func logFactorial(k float64) float64 {
	if k < float64(len(logFactorials)) {
		return logFactorials[int(k)]
	}
	x := k + 1
	r := 1 / (x * x)
	return (x-.5)*math.Log(x) - x + .91893853320467274178 + (1./12-r*(1./360-r*(1./1260-r/1680)))/x
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
