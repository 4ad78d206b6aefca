package fairness

import "math"

// Benefits are how many people got how much, for an index of inequality.
type Benefits []Benefit

// Benefit is an amount (at least 0) that N people got.
type Benefit struct {
	Amount float64
	N      float64
}

// BenefitsOf gives each labelled person the benefit ŷ−y+1: 2 for an undeserved
// advantage, 1 for a right decision, 0 for an undeserved loss (Speicher et al.
// 2018, arXiv 1807.00787).
func BenefitsOf(c Counts) Benefits {
	return Benefits{{2, float64(c.FP)}, {1, float64(c.TP + c.TN)}, {0, float64(c.FN)}}
}

// Amounts gives each person one amount, such as an offer's worth.
func Amounts(xs []float64) Benefits {
	out := make(Benefits, len(xs))
	for i, x := range xs {
		out[i] = Benefit{x, 1}
	}
	return out
}

func (b Benefits) mean() (mu, n float64) {
	for _, x := range b {
		mu, n = mu+x.Amount*x.N, n+x.N
	}
	return mu / n, n
}

// GeneralizedEntropy is GEI(α) = Σ[(b/μ)^α − 1]/(nα(α−1)); α = 1 is Theil's
// index and α = 0 the mean log deviation (+Inf if somebody got nothing). 0 is
// perfect equality; NaN where nobody got anything.
func (b Benefits) GeneralizedEntropy(alpha float64) float64 {
	mu, n := b.mean()
	if !(n > 0) || !(mu > 0) {
		return math.NaN()
	}
	sum := 0.0
	for _, x := range b {
		if x.N > 0 {
			sum += x.N * entropyTerm(x.Amount/mu, alpha)
		}
	}
	return sum / n
}

func entropyTerm(r, alpha float64) float64 {
	switch alpha {
	case 1:
		if r == 0 {
			return 0
		}
		return r * math.Log(r)
	case 0:
		return -math.Log(r)
	}
	return (math.Pow(r, alpha) - 1) / (alpha * (alpha - 1))
}

// Theil is GeneralizedEntropy(1): mean (b/μ)ln(b/μ).
func (b Benefits) Theil() float64 { return b.GeneralizedEntropy(1) }

// Atkinson is 1 − M/μ, where M is the power mean of order 1−ε, ε > 0; ε = 1 is
// the geometric mean, and is 1 as soon as somebody got nothing (Atkinson 1970).
func (b Benefits) Atkinson(epsilon float64) float64 {
	mu, n := b.mean()
	if !(n > 0) || !(mu > 0) || !(epsilon > 0) {
		return math.NaN()
	}
	sum := 0.0
	for _, x := range b {
		switch {
		case x.N == 0:
		case epsilon == 1:
			sum += x.N * math.Log(x.Amount/mu)
		default:
			sum += x.N * math.Pow(x.Amount/mu, 1-epsilon)
		}
	}
	if epsilon == 1 {
		return 1 - math.Exp(sum/n)
	}
	return 1 - math.Pow(sum/n, 1/(1-epsilon))
}

// Between is the part of GeneralizedEntropy(alpha) that lies between groups:
// the index if each got their group's mean.
func Between(groups []Benefits, alpha float64) float64 {
	var means Benefits
	for _, g := range groups {
		if mu, n := g.mean(); n > 0 {
			means = append(means, Benefit{mu, n})
		}
	}
	return means.GeneralizedEntropy(alpha)
}

// Prior is the usual concentration of the smoothed rates of differential
// fairness.
const Prior = 1.0

// Differential is the smoothed ε of differential fairness: the largest
// |ln p − ln p′| or |ln(1−p) − ln(1−p′)| between two groups, where
// p = (selected + c/2)/(n + c) (Foulds et al. 2018, arXiv 1807.08362). 0 is
// equality, and −ln 0.8 = 0.223 the four-fifths rule both ways. Empty groups
// are left out.
func Differential(groups []Counts, c float64) float64 {
	yes, no := Interval{math.Inf(1), math.Inf(-1)}, Interval{math.Inf(1), math.Inf(-1)}
	for _, g := range groups {
		if g.N == 0 {
			continue
		}
		p := (float64(g.Selected) + c/2) / (float64(g.N) + c)
		yes = Interval{math.Min(yes.Low, math.Log(p)), math.Max(yes.High, math.Log(p))}
		no = Interval{math.Min(no.Low, math.Log1p(-p)), math.Max(no.High, math.Log1p(-p))}
	}
	if math.IsInf(yes.Low, 1) {
		return math.NaN()
	}
	return math.Max(yes.High-yes.Low, no.High-no.Low)
}

// DifferentialInterval is an interval of ε that holds for all groups at once:
// each group's rate has an interval at alpha divided by the number of groups.
func DifferentialInterval(groups []Counts, alpha float64) Interval {
	var each []Interval
	for _, g := range groups {
		if g.N > 0 {
			each = append(each, Interval{})
		}
	}
	k := 0
	for _, g := range groups {
		if g.N > 0 {
			each[k] = Proportion(float64(g.Selected), float64(g.N), alpha/float64(len(each)))
			k++
		}
	}
	if len(each) < 2 {
		return nowhere()
	}
	var out Interval
	for i, a := range each {
		for j, b := range each {
			if i != j {
				out.Low = math.Max(out.Low, math.Max(math.Log(a.Low/b.High), math.Log((1-a.High)/(1-b.Low))))
				out.High = math.Max(out.High, math.Max(math.Log(a.High/b.Low), math.Log((1-a.Low)/(1-b.High))))
			}
		}
	}
	return out
}
