package fairness

import (
	"math"
)

// one measures a single group.
func (e *evaluation) one(m Metric, d definition, attribute string, g *Cell) {
	out := nan(m, attribute, g.Name())
	var i Interval
	switch d.kind {
	case aRate:
		x, n := g.Share(d.rate)
		out.Value, out.N, i = x/n, int64(math.Round(n)), Proportion(x, n, e.q.Alpha)
	case aScore:
		i = e.score(m, g, &out)
	case anIndex:
		i = e.index(m, g, &out)
	}
	if math.IsNaN(out.Value) {
		out.Note, out.Value = "nobody to measure it on", math.NaN()
		i = nowhere()
	}
	out.Low, out.High = finite(i.Low), finite(i.High)
	e.out = append(e.out, out)
}

func (e *evaluation) score(m Metric, g *Cell, out *Measure) Interval {
	if g.Scores == nil {
		return nowhere()
	}
	if m == CalError {
		return e.calibrationError(g, out)
	}
	est := scoreEstimate(m, g.Scores)
	out.Value, out.N = est.Value, est.N
	if m == AUC {
		return AUCInterval(est, e.q.Alpha)
	}
	return est.Interval(e.q.Alpha)
}

func scoreEstimate(m Metric, h *Histogram) Estimate {
	if h == nil {
		return unknownEstimate()
	}
	switch m {
	case AUC, AUCParity:
		return h.AUC()
	case Calibration, CalibrationParity:
		return h.Calibration()
	}
	return h.MeanScore()
}

// bands is the number of score bands of the calibration error.
const bands = 10

func (e *evaluation) calibrationError(g *Cell, out *Measure) Interval {
	out.Value = g.Scores.CalibrationError(bands)
	out.N = g.Scores.Size(Positive) + g.Scores.Size(Negative)
	return e.drawn[g][CalError]
}

// Orders of the indices: GEI(2) is half the squared coefficient of variation;
// Atkinson's at ½, since at 1 a single undeserved loss already makes it 1.
const (
	entropyOrder  = 2
	atkinsonOrder = .5
)

func (e *evaluation) index(m Metric, g *Cell, out *Measure) Interval {
	out.Value, out.N = indexOf(m, g.Counts), g.Labelled()
	if math.IsNaN(out.Value) {
		return nowhere()
	}
	return e.drawn[g][m]
}

func indexOf(m Metric, c Counts) float64 {
	b := BenefitsOf(c)
	switch m {
	case Theil:
		return b.Theil()
	case Atkinson:
		return b.Atkinson(atkinsonOrder)
	}
	return b.GeneralizedEntropy(entropyOrder)
}

// between measures how much of the inequality lies between an attribute's groups.
func (e *evaluation) between(attribute string, groups []Cell) {
	out := nan(EntropyShare, attribute, "")
	counts := make([]Counts, len(groups))
	for i := range groups {
		counts[i] = groups[i].Counts
		out.N += counts[i].Labelled()
	}
	stat := func(cs []Counts) float64 {
		b := make([]Benefits, len(cs))
		for i, c := range cs {
			b[i] = BenefitsOf(c)
		}
		return Between(b, entropyOrder)
	}
	out.Value = stat(counts)
	i, _ := Bootstrap(counts, stat, e.q.Replicates, e.q.Alpha, e.src)
	out.Low, out.High = i.Low, i.High
	e.out = append(e.out, out)
}

// differential measures ε over an attribute's groups; it is judged against
// −ln of the tolerated ratio.
func (e *evaluation) differential(attribute string, groups []Cell) {
	if len(groups) < 2 {
		return
	}
	out := nan(DiffFairness, attribute, "")
	counts := make([]Counts, len(groups))
	out.N = math.MaxInt64
	for i := range groups {
		counts[i] = groups[i].Counts
		if groups[i].Weights != nil {
			counts[i] = groups[i].effective()
		}
		if counts[i].N > 0 {
			out.N = min(out.N, counts[i].N)
		}
	}
	out.Value = Differential(counts, Prior)
	e.judge(&out, func(alpha float64) Interval { return DifferentialInterval(counts, alpha) },
		Interval{0, -math.Log(e.q.FourFifths)}, Interval{0, 0})
	e.out = append(e.out, out)
}

// effective rounds weighted selection to counts of Kish's size.
func (s *Stats) effective() Counts {
	x, n := s.Share(SelectionRate)
	return Counts{N: int64(math.Round(n)), Selected: int64(math.Round(x))}
}
