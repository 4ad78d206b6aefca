package fairness

import "math"

// compare measures group i against group ref, or against everybody for -1.
func (e *evaluation) compare(m Metric, d definition, attribute string, groups []Cell, i, ref int) {
	g := &groups[i]
	out := nan(m, attribute, g.Name())
	out.Reference = Whole
	var other Stats
	if ref >= 0 {
		out.Reference, other = groups[ref].Name(), groups[ref].Stats
	} else {
		for j := range groups {
			if j != i {
				other.Merge(groups[j].Stats)
			}
		}
	}
	gap := e.tolerance(m, d)
	switch d.kind {
	case aDifference, aRatio:
		e.rates(&out, d, &g.Stats, &other, ref < 0, gap)
	case theOdds:
		e.theOdds(&out, &g.Stats, &other, gap)
	case aScoreGap:
		e.scoreGap(&out, g, &other, gap)
	}
	e.out = append(e.out, out)
}

func (e *evaluation) tolerance(m Metric, d definition) Interval {
	t, own := e.q.Gaps[m]
	if d.kind == aRatio {
		if !own {
			t = e.q.FourFifths
		}
		return Interval{t, 1 / t}
	}
	if !own {
		t = e.q.Gap
	}
	return Interval{-t, t}
}

// rates compares two shares. Against everybody, the group is part of both
// sides: with w its share of all, g − whole = (1−w)(g − rest), and
// g/whole = 1/(w + (1−w)·rest/g), so that the interval against the rest, who
// are independent, carries over exactly.
func (e *evaluation) rates(out *Measure, d definition, g, other *Stats, whole bool, tolerance Interval) {
	x1, n1 := g.Share(d.rate)
	x2, n2 := other.Share(d.rate)
	w := 0.0
	if whole && n1+n2 > 0 {
		w = n1 / (n1 + n2)
	}
	none := 0.0
	at := func(alpha float64) Interval { return scale(Difference(x1, n1, x2, n2, alpha), 1-w) }
	out.Value = (x1/n1 - x2/n2) * (1 - w)
	if d.kind == aRatio {
		none = 1
		at = func(alpha float64) Interval { return partial(Ratio(x1, n1, x2, n2, alpha), w) }
		out.Value = partialRatio(Disparity(x1/n1, x2/n2), w)
	}
	out.N = int64(math.Round(math.Min(n1, n2)))
	e.judge(out, at, tolerance, Interval{none, none})
	if e.small(out) {
		out.Note = PowerStatement((x1+x2)/(n1+n2), n1, n2, e.q.Alpha, e.q.Power)
	}
}

func scale(i Interval, f float64) Interval { return Interval{i.Low * f, i.High * f} }

func partialRatio(r, w float64) float64 {
	switch {
	case w == 0 || math.IsNaN(r):
		return r
	case r == 0:
		return 0
	}
	return 1 / (w + (1-w)/r)
}

func partial(i Interval, w float64) Interval {
	return Interval{partialRatio(i.Low, w), partialRatio(i.High, w)}
}

func (e *evaluation) theOdds(out *Measure, g, other *Stats, tolerance Interval) {
	out.Value, _ = odds(g, other, e.q.Alpha)
	n := math.Inf(1)
	for _, s := range []*Stats{g, other} {
		for _, r := range []Rate{TPR, FPR} {
			_, k := s.Share(r)
			n = math.Min(n, k)
		}
	}
	out.N = int64(math.Round(n))
	at := func(alpha float64) Interval { _, i := odds(g, other, alpha); return i }
	e.judge(out, at, tolerance, Interval{0, 0})
	if e.small(out) {
		out.Note = PowerStatement(.5, n, n, e.q.Alpha, e.q.Power)
	}
}

func (e *evaluation) scoreGap(out *Measure, g *Cell, other *Stats, tolerance Interval) {
	diff := scoreEstimate(out.Metric, g.Scores).Minus(scoreEstimate(out.Metric, other.Scores))
	out.Value, out.N = diff.Value, diff.N
	e.judge(out, diff.Interval, tolerance, Interval{0, 0})
}

// small reports whether the verdict may be for want of people.
func (e *evaluation) small(out *Measure) bool {
	return out.Verdict == Inconclusive && out.Note == "" || out.N < e.q.MinN && !math.IsNaN(out.Value)
}

// judge fills in interval, p-values and verdict.
func (e *evaluation) judge(out *Measure, at func(alpha float64) Interval, tolerance, none Interval) {
	out.judged = true
	if math.IsNaN(out.Value) {
		out.Verdict, out.Note = Inconclusive, "undefined: a share of nobody, or a ratio to zero"
		return
	}
	i := at(e.q.Alpha)
	out.Low, out.High = finite(i.Low), finite(i.High)
	out.P = PValue(at, none)
	out.outside = PValue(at, tolerance)
	out.Verdict = Judge(i, tolerance)
	if out.N < e.q.MinN {
		out.Verdict, out.outside = Inconclusive, math.NaN()
	}
}
