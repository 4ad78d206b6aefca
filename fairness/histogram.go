package fairness

import "math"

// Bins is the number of bins of a score histogram.
const Bins = 256

// Labels of a histogram's columns.
const (
	Negative  = 0
	Positive  = 1
	Unlabeled = 2
)

// scoreUnit is the fixed point of sums of scores: a billionth.
const scoreUnit = 1e9

// Histogram holds a group's scores, each in [0, 1]: how many fell into each
// bin by label, with sums in billionths that merge exactly in any order.
type Histogram struct {
	Count [3][Bins]int64
	Sum   [3]int64 // of ⌊s·1e9⌋
	Sq    [3]int64 // of ⌊s²·1e9⌋
}

// Add counts one score in [0, 1] under a label (Negative, Positive, Unlabeled).
func (h *Histogram) Add(score float64, label int) {
	b := min(Bins-1, max(0, int(score*Bins)))
	h.Count[label][b]++
	h.Sum[label] += int64(score * scoreUnit)
	h.Sq[label] += int64(score * score * scoreUnit)
}

// Merge adds another histogram.
func (h *Histogram) Merge(o *Histogram) {
	for l := range h.Count {
		for b, c := range o.Count[l] {
			h.Count[l][b] += c
		}
		h.Sum[l] += o.Sum[l]
		h.Sq[l] += o.Sq[l]
	}
}

// Size counts the scores with a label.
func (h *Histogram) Size(label int) int64 {
	var n int64
	for _, c := range h.Count[label] {
		n += c
	}
	return n
}

// Total counts all scores.
func (h *Histogram) Total() int64 {
	return h.Size(Negative) + h.Size(Positive) + h.Size(Unlabeled)
}

// Estimate is a value with its standard error and the number of people behind it.
type Estimate struct {
	Value, SE float64
	N         int64
}

func unknownEstimate() Estimate { return Estimate{Value: math.NaN(), SE: math.NaN()} }

// Interval is the normal interval at level 1−alpha, widened as t for small n.
func (e Estimate) Interval(alpha float64) Interval {
	z := critical(alpha)
	if e.N > 1 {
		z *= 1 + (z*z+1)/(4*float64(e.N-1))
	}
	return Interval{e.Value - z*e.SE, e.Value + z*e.SE}
}

// Minus is the difference of two independent estimates.
func (e Estimate) Minus(o Estimate) Estimate {
	return Estimate{e.Value - o.Value, math.Hypot(e.SE, o.SE), min(e.N, o.N)}
}

// MeanScore is the mean of all scores.
func (h *Histogram) MeanScore() Estimate {
	n := h.Total()
	if n < 2 {
		return unknownEstimate()
	}
	f := float64(n)
	mean := float64(h.Sum[0]+h.Sum[1]+h.Sum[2]) / scoreUnit / f
	sq := float64(h.Sq[0]+h.Sq[1]+h.Sq[2]) / scoreUnit
	return Estimate{mean, math.Sqrt(math.Max(0, sq-f*mean*mean) / (f - 1) / f), n}
}

// Calibration is the observed rate of positive labels minus the mean score
// among the labelled: 0 is well calibrated in the large, above 0 the group is
// underrated.
func (h *Histogram) Calibration() Estimate {
	pos, neg := float64(h.Size(Positive)), float64(h.Size(Negative))
	n := pos + neg
	if n < 2 {
		return unknownEstimate()
	}
	s0, s1 := float64(h.Sum[0])/scoreUnit, float64(h.Sum[1])/scoreUnit
	q0, q1 := float64(h.Sq[0])/scoreUnit, float64(h.Sq[1])/scoreUnit
	mean := (pos - s0 - s1) / n
	sq := pos - 2*s1 + q1 + q0
	return Estimate{mean, math.Sqrt(math.Max(0, sq-n*mean*mean) / (n - 1) / n), int64(n)}
}

// Reliability is one bin of a calibration table.
type Reliability struct {
	N         int64
	MeanScore float64 // of the bin's midpoints, weighted by count
	Observed  float64 // rate of positive labels
	Interval  Interval
}

// Table is the calibration by score band: bands of equal width, empty ones left out.
func (h *Histogram) Table(bands int, alpha float64) []Reliability {
	var out []Reliability
	for k := range bands {
		var pos, n int64
		var s float64
		for b := k * Bins / bands; b < (k+1)*Bins/bands; b++ {
			c := h.Count[0][b] + h.Count[1][b]
			pos, n, s = pos+h.Count[1][b], n+c, s+float64(c)*(float64(b)+.5)/Bins
		}
		if n > 0 {
			out = append(out, Reliability{n, s / float64(n), share(pos, n), Proportion(float64(pos), float64(n), alpha)})
		}
	}
	return out
}

// CalibrationError is the expected calibration error over bands of equal
// width: Σ n_b/n·|observed − mean score|. It is never negative and rises with
// few data, so compare groups of like size only.
func (h *Histogram) CalibrationError(bands int) float64 {
	var sum, n float64
	for _, r := range h.Table(bands, .05) {
		sum += float64(r.N) * math.Abs(r.Observed-r.MeanScore)
		n += float64(r.N)
	}
	return sum / n
}

// AUC is the chance that a positive one scores above a negative one, ties half.
// Values within a bin count as ties, which is off by at most BinError. The
// standard error is that of DeLong et al. (1988), from the bins.
func (h *Histogram) AUC() Estimate {
	p, n := float64(h.Size(Positive)), float64(h.Size(Negative))
	if p == 0 || n == 0 {
		return unknownEstimate()
	}
	var below, auc, v10, v01 float64
	for b := range Bins {
		neg, pos := float64(h.Count[0][b]), float64(h.Count[1][b])
		x := (below + neg/2) / n
		auc += pos * x
		v10 += pos * x * x
		below += neg
	}
	auc /= p
	above := p
	for b := range Bins {
		neg, pos := float64(h.Count[0][b]), float64(h.Count[1][b])
		above -= pos
		x := (above + pos/2) / p
		v01 += neg * x * x
	}
	v := math.Max(0, v10/p-auc*auc)/math.Max(1, p-1) + math.Max(0, v01/n-auc*auc)/math.Max(1, n-1)
	return Estimate{auc, math.Sqrt(v), int64(math.Min(p, n))}
}

// BinError bounds how far the binning can put AUC off: Σ pos_b·neg_b/(2PN).
func (h *Histogram) BinError() float64 {
	var sum float64
	for b := range Bins {
		sum += float64(h.Count[0][b]) * float64(h.Count[1][b])
	}
	return sum / (2 * float64(h.Size(Positive)) * float64(h.Size(Negative)))
}

// AUCInterval is the interval of AUC on the logit scale, which keeps it within
// [0, 1]; where nothing overlaps, it is that of a rate with the smaller class's
// size.
func AUCInterval(e Estimate, alpha float64) Interval {
	switch {
	case math.IsNaN(e.Value):
		return nowhere()
	case e.Value <= 0 || e.Value >= 1 || e.SE == 0:
		return Proportion(e.Value*float64(e.N), float64(e.N), alpha)
	}
	z := critical(alpha) * (1 + (critical(alpha)*critical(alpha)+1)/(4*float64(max(e.N, 2))))
	l, se := math.Log(e.Value/(1-e.Value)), e.SE/(e.Value*(1-e.Value))
	back := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	return Interval{back(l - z*se), back(l + z*se)}
}

// Move takes one score from one label to another, as when a label comes late.
// It undoes exactly what Add did.
func (h *Histogram) Move(score float64, from, to int) {
	b := min(Bins-1, max(0, int(score*Bins)))
	sum, sq := int64(score*scoreUnit), int64(score*score*scoreUnit)
	h.Count[from][b]--
	h.Sum[from] -= sum
	h.Sq[from] -= sq
	h.Count[to][b]++
	h.Sum[to] += sum
	h.Sq[to] += sq
}
