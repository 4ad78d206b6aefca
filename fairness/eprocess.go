package fairness

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// EProcess watches the gap between two groups of a stream. It may be looked at
// after every observation: the chance that it ever alarms while the gap is
// within the tolerance is at most alpha (auditing by betting, Chugg et al.
// 2023, arXiv 2305.17570). It bets on each side with half of alpha, by online
// Newton steps, each bet being fixed before its outcome is seen.
//
// The zero value is not ready; use NewEProcess. It is not safe for concurrent
// use. Its exported fields are its whole state, so that it can be stored.
type EProcess struct {
	Alpha     float64    `json:"alpha"`
	Tolerance float64    `json:"tolerance"`
	Log       [2]float64 `json:"log_wealth"` // of the bets that a > b, and that b > a
	Lambda    [2]float64 `json:"lambda"`
	Squares   [2]float64 `json:"squares"`
	Waiting   [2]Mean    `json:"waiting"` // observations since the last pair
	Pairs     int64      `json:"pairs"`
	Alarm     bool       `json:"alarm"` // stays on
}

// Mean is a running mean.
type Mean struct {
	N     int64   `json:"n"`
	Value float64 `json:"value"`
}

// NewEProcess watches at alpha in (0, 1) for gaps above tolerance in [0, 1).
func NewEProcess(alpha, tolerance float64) (*EProcess, error) {
	if !(alpha > 0 && alpha < 1) || !(tolerance >= 0 && tolerance < 1) {
		return nil, fmt.Errorf("fairness: alpha lies between 0 and 1, and the tolerance is at least 0 and below 1")
	}
	return &EProcess{Alpha: alpha, Tolerance: tolerance}, nil
}

// Observe adds one outcome in [0, 1] of group 0 or 1 and reports whether the
// process has alarmed. Once both groups have one, they make a pair; the group
// that arrives faster counts with its mean since the last pair. Values outside
// [0, 1] and NaN are an error and change nothing.
func (e *EProcess) Observe(group int, value float64) (alarm bool, err error) {
	if group != 0 && group != 1 || !(value >= 0 && value <= 1) {
		return e.Alarm, fmt.Errorf("fairness: an observation is of group 0 or 1 and lies between 0 and 1")
	}
	w := &e.Waiting[group]
	w.N++
	w.Value += (value - w.Value) / float64(w.N)
	if e.Waiting[1-group].N > 0 {
		e.pair(e.Waiting[0].Value - e.Waiting[1].Value)
		e.Waiting = [2]Mean{}
	}
	return e.Alarm, nil
}

// newton is the step of the online Newton bets, 2/(2 − ln 3).
func newton() float64 { return 2 / (2 - math.Log(3)) }

// maxBet keeps wealth positive: gains lie in [−2, 1].
const maxBet = .4999999

func (e *EProcess) pair(gap float64) {
	e.Pairs++
	for side, g := range [2]float64{gap - e.Tolerance, -gap - e.Tolerance} {
		f := 1 + e.Lambda[side]*g
		e.Log[side] += math.Log(f)
		z := g / f
		e.Squares[side] += z * z
		e.Lambda[side] = math.Min(maxBet, math.Max(0, e.Lambda[side]+newton()*z/(1+e.Squares[side])))
		if e.Log[side] >= math.Log(2/e.Alpha) {
			e.Alarm = true
		}
	}
}

// EValue is the evidence against "the gap is within the tolerance": the mean
// of both sides' wealth, which is an e-value at every time.
func (e *EProcess) EValue() float64 { return (math.Exp(e.Log[0]) + math.Exp(e.Log[1])) / 2 }

// EBH rejects among m e-values the k* largest, k* = max{k: e_(k) ≥ m/(kα)}: the
// false discovery rate is at most alpha whatever the dependence (Wang and
// Ramdas 2022). It returns the indices of the rejected ones, largest first.
func EBH(values []float64, alpha float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	best := 0
	for k := 1; k <= len(order); k++ {
		if values[order[k-1]] >= float64(len(values))/(float64(k)*alpha) {
			best = k
		}
	}
	return order[:best]
}
