package fairness

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// draw makes the intervals that come from redraws, for all groups at once: each
// group has a source of its own, so that the result is the same on any number
// of cores.
func (e *evaluation) draw(groups []Cell) {
	indices, calibration := e.asked(Entropy, Theil, Atkinson), len(e.asked(CalError)) > 0
	e.drawn = map[*Cell]map[Metric]Interval{}
	if len(indices) == 0 && !calibration {
		return
	}
	out, next := make([]map[Metric]Interval, len(groups)), make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(groups)) {
		wg.Go(func() {
			for i := range next {
				src := NewSource(e.q.Seed + 0x9e3779b97f4a7c15*(e.stream+uint64(i)+2))
				out[i] = e.drawIndices(groups[i].Counts, indices, src)
				if calibration && groups[i].Scores != nil {
					out[i][CalError] = e.drawCalibration(groups[i].Scores, src)
				}
			}
		})
	}
	for i := range groups {
		next <- i
	}
	close(next)
	wg.Wait()
	e.stream += uint64(len(groups))
	for i := range groups {
		e.drawn[&groups[i]] = out[i]
	}
}

// asked keeps the metrics that are asked and that the data can answer.
func (e *evaluation) asked(ms ...Metric) []Metric {
	return slices.DeleteFunc(ms, func(m Metric) bool {
		d, _ := define(m)
		return !slices.Contains(e.q.Metrics, m) || !e.q.can(d)
	})
}

// drawIndices takes all indices of a group from the same redraws.
func (e *evaluation) drawIndices(c Counts, ms []Metric, src *Source) map[Metric]Interval {
	values, out := make([][]float64, len(ms)), map[Metric]Interval{}
	if len(ms) == 0 {
		return out
	}
	for range e.q.Replicates {
		d := c.redraw(src)
		for k, m := range ms {
			if v := indexOf(m, d); !math.IsNaN(v) {
				values[k] = append(values[k], v)
			}
		}
	}
	for k, m := range ms {
		out[m], _ = percentiles(values[k], e.q.Replicates, e.q.Alpha, float64(c.N))
	}
	return out
}

// drawCalibration redraws the bands' labels around what was observed.
func (e *evaluation) drawCalibration(h *Histogram, src *Source) Interval {
	table := h.Table(bands, e.q.Alpha)
	n := 0.0
	draws := make([]binomial, len(table))
	for i, r := range table {
		n += float64(r.N)
		draws[i] = newBinomial(r.N, r.Observed)
	}
	values := make([]float64, 0, e.q.Replicates)
	for range e.q.Replicates {
		sum := 0.0
		for i, r := range table {
			x := float64(draws[i].draw(src)) / float64(r.N)
			sum += float64(r.N) * math.Abs(x-r.MeanScore)
		}
		values = append(values, sum/n)
	}
	i, _ := percentiles(values, e.q.Replicates, e.q.Alpha, n)
	return i
}
