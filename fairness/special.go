package fairness

import "math"

// normalQuantile is the p-quantile of the standard normal distribution.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// normalTail is the probability above z.
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// critical is the two-sided critical value at alpha in (0, 1): 1.96 at 0.05.
func critical(alpha float64) float64 {
	// Erfinv loses its argument near 1, so the small tail is asked for directly.
	return math.Sqrt2 * math.Erfcinv(alpha)
}

// betaInc is the regularised incomplete beta function I_x(a, b), by Lentz's
// continued fraction (Numerical Recipes' form of DLMF 8.17.22).
func betaInc(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	return betaIncOf(a, b, x, logBeta(a, b))
}

// logBeta is ln B(a, b).
func logBeta(a, b float64) float64 {
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	return la + lb - lab
}

// betaIncOf is betaInc for 0 < x < 1 with ln B(a, b) at hand.
func betaIncOf(a, b, x, beta float64) float64 {
	front := math.Exp(a*math.Log(x) + b*math.Log1p(-x) - beta)
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(a, b, x) / a
	}
	return 1 - front*betaFraction(b, a, 1-x)/b
}

func betaFraction(a, b, x float64) float64 {
	const tiny = 1e-300
	guard := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/guard(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < 1000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/guard(1+even*d), guard(1+even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/guard(1+odd*d), guard(1+odd/c)
		h *= d * c
		if math.Abs(d*c-1) < 1e-15 {
			break
		}
	}
	return h
}

// betaQuantile inverts betaInc by bisection.
func betaQuantile(p, a, b float64) float64 {
	lo, hi, beta := 0.0, 1.0, logBeta(a, b)
	for range 60 {
		mid := (lo + hi) / 2
		if betaIncOf(a, b, mid, beta) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// ChiSquaredTail is the probability that a chi-squared variable with df degrees
// of freedom is above x: the upper regularised incomplete gamma function
// Q(df/2, x/2), by series or continued fraction (DLMF 8.11, 8.9).
func ChiSquaredTail(x float64, df int) float64 {
	if !(x > 0) || df < 1 {
		return 1
	}
	a, z := float64(df)/2, x/2
	lg, _ := math.Lgamma(a)
	front := math.Exp(a*math.Log(z) - z - lg)
	if z < a+1 {
		sum, term := 1/a, 1/a
		for n := 1.0; n < 1000 && term > sum*1e-16; n++ {
			term *= z / (a + n)
			sum += term
		}
		return 1 - front*sum
	}
	b, c := z+1-a, 1e300
	d := 1 / b
	h := d
	for n := 1.0; n < 1000; n++ {
		an := -n * (n - a)
		b += 2
		d, c = 1/(an*d+b), b+an/c
		h *= d * c
		if math.Abs(d*c-1) < 1e-15 {
			break
		}
	}
	return front * h
}
