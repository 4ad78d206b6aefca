package fairness

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Against is what a group is compared with, where no group is named.
const (
	Largest = "largest" // the largest group, the usual
	Whole   = "overall" // everybody, the group included
)

// Question is what to ask of cells. The zero value of each field but
// Attributes has a default, which Evaluate fills in.
type Question struct {
	Attributes []string
	Metrics    []Metric         // none: the parities that the data allow
	Reference  map[string]Value // the reference group of an attribute
	Against    string           // for the other attributes: Largest (default) or Whole
	Ways       int              // 1: attributes alone; 2 (default): pairs too; 3 …
	Alpha      float64          // in (0, 1); default 0.05
	Power      float64          // of the statement on visible gaps; default 0.8
	MinN       int64            // a rate of fewer people is not judged; default 30
	Gap        float64          // tolerated difference, each way; default 0.1
	FourFifths float64          // tolerated ratio t: t to 1/t; default 0.8
	Gaps       map[Metric]float64
	Replicates int    // of the bootstrap; default 1000
	Seed       uint64 // of the bootstrap
	HasLabel   bool
	HasScore   bool
	NoDecision bool // there are scores only
}

// Measure is one answer. NaN is a value that doesn't exist.
type Measure struct {
	Metric    Metric
	Attribute string // attributes joined by " & "; "" for all people
	Group     string // values joined by " & "; "" for all people
	Reference string // "" where nothing is compared
	Value     float64
	Low, High float64
	P         float64 // of no gap at all
	Adjusted  float64 // of a gap within tolerance, by Holm over all that is judged
	Screen    float64 // P by Benjamini and Hochberg, for looking around
	N         int64   // people behind the value; the smaller side of a comparison
	Verdict   Verdict // "" where nothing is judged
	Note      string  // what small groups could show, or why there is no value

	judged  bool
	outside float64 // p of a gap within tolerance
}

// Answer is what an audit found.
type Answer struct {
	Verdict  Verdict
	Measures []Measure
	Notes    []string // reasons for an inconclusive verdict
}

func (q Question) withDefaults() Question {
	fill := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	fill(&q.Alpha, .05)
	fill(&q.Power, .8)
	fill(&q.Gap, .1)
	fill(&q.FourFifths, .8)
	if q.Ways == 0 {
		q.Ways = 2
	}
	if q.MinN == 0 {
		q.MinN = 30
	}
	if q.Replicates == 0 {
		q.Replicates = 1000
	}
	if q.Against == "" {
		q.Against = Largest
	}
	if len(q.Metrics) == 0 {
		q.Metrics = q.usual()
	}
	return q
}

// usual are the questions that the data can answer and that regulators ask.
func (q *Question) usual() []Metric {
	var out []Metric
	if !q.NoDecision {
		out = append(out, Metric(SelectionRate), DemographicParity, DisparateImpact)
		if q.HasLabel {
			out = append(out, Metric(TPR), Metric(FPR), EqualOpportunity, EqualizedOdds)
		}
	}
	if q.HasScore {
		out = append(out, MeanScore)
		if q.NoDecision {
			out = append(out, ScoreParity)
		}
		if q.HasLabel {
			out = append(out, AUC, Calibration)
		}
	}
	return out
}

// Can reports whether the data have what a metric needs.
func (q *Question) can(d definition) bool {
	switch d.need {
	case needsLabel:
		return q.HasLabel && !q.NoDecision
	case needsScore:
		return q.HasScore
	case needsBoth:
		return q.HasScore && q.HasLabel
	}
	return !q.NoDecision
}

// Evaluate answers a question from finest cells.
func Evaluate(q Question, cells []Cell) Answer {
	q = q.withDefaults()
	e := &evaluation{q: q, src: NewSource(q.Seed + 1)}
	for _, c := range cells {
		e.all.Merge(c.Stats)
	}
	if e.all.Rows == 0 && e.all.N == 0 {
		return Answer{Verdict: Inconclusive, Notes: []string{"there are no rows to judge"}}
	}
	for _, part := range e.parts(cells) {
		e.out, e.notes = append(e.out, part.out...), append(e.notes, part.notes...)
	}
	e.everybody(cells)
	return e.conclude()
}

// parts evaluates each set of attributes, on all cores. Each set draws from
// sources of its own, so that the answer is the same on any number of cores.
func (e *evaluation) parts(cells []Cell) []*evaluation {
	sets := subsets(len(e.q.Attributes), e.q.Ways)
	out, next := make([]*evaluation, len(sets)), make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sets)) {
		wg.Go(func() {
			for i := range next {
				x := &evaluation{q: e.q, all: e.all, src: NewSource(e.q.Seed + 1 + 0xd1342543de82ef95*uint64(i+1)), stream: uint64(i) << 32}
				x.attribute(sets[i], RollUp(cells, sets[i]))
				out[i] = x
			}
		})
	}
	for i := range slices.Backward(sets) { // pairs, which take longer, first
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

type evaluation struct {
	q     Question
	src   *Source
	all   Stats
	out   []Measure
	notes []string

	drawn  map[*Cell]map[Metric]Interval // intervals that come from redraws
	stream uint64                        // sources given out so far
}

// subsets lists the sets of 1 to ways positions below n, small ones first.
func subsets(n, ways int) [][]int {
	var out [][]int
	var grow func(set []int, from, size int)
	grow = func(set []int, from, size int) {
		if len(set) == size {
			out = append(out, append([]int(nil), set...))
			return
		}
		for i := from; i < n; i++ {
			grow(append(set, i), i+1, size)
		}
	}
	for size := 1; size <= min(ways, n); size++ {
		grow(nil, 0, size)
	}
	return out
}

func (e *evaluation) names(set []int) string {
	var parts []string
	for _, i := range set {
		parts = append(parts, e.q.Attributes[i])
	}
	return strings.Join(parts, " & ")
}

func (e *evaluation) attribute(set []int, groups []Cell) {
	name := e.names(set)
	ref, err := e.reference(set, groups)
	if err != "" {
		e.notes = append(e.notes, err)
	}
	if len(groups) < 2 {
		e.notes = append(e.notes, fmt.Sprintf("%s has one group only: nothing to compare", name))
	}
	e.draw(groups)
	e.inequality(name, groups)
	for _, m := range e.q.Metrics {
		d, ok := define(m)
		if !ok || !e.q.can(d) {
			continue
		}
		switch d.kind {
		case aRate, aScore:
			for i := range groups {
				e.one(m, d, name, &groups[i])
			}
		case anIndex: // below, a group at a time
			if m == EntropyShare {
				e.between(name, groups)
			}
		case theDifferential:
			e.differential(name, groups)
		default:
			for i := range groups {
				if i != ref && len(groups) > 1 && (ref >= 0 || e.q.Against == Whole) {
					e.compare(m, d, name, groups, i, ref)
				}
			}
		}
	}
}

// inequality measures the indices of each group.
func (e *evaluation) inequality(name string, groups []Cell) {
	for i := range groups {
		for _, m := range e.q.Metrics {
			if d, ok := define(m); ok && d.kind == anIndex && m != EntropyShare && e.q.can(d) {
				e.one(m, d, name, &groups[i])
			}
		}
	}
}

// reference finds the group to compare with: -1 for everybody.
func (e *evaluation) reference(set []int, groups []Cell) (int, string) {
	named := true
	for _, a := range set {
		_, ok := e.q.Reference[e.q.Attributes[a]]
		named = named && ok
	}
	if named {
		for i := range groups {
			if e.isReference(set, &groups[i]) {
				return i, ""
			}
		}
		return -2, fmt.Sprintf("no row belongs to the reference group of %s", e.names(set))
	}
	if e.q.Against == Whole {
		return -1, ""
	}
	best := 0
	for i := range groups {
		if groups[i].N > groups[best].N || groups[i].N == groups[best].N && groups[i].Rows > groups[best].Rows {
			best = i
		}
	}
	return best, ""
}

func (e *evaluation) isReference(set []int, c *Cell) bool {
	for i, a := range set {
		if e.q.Reference[e.q.Attributes[a]] != c.Group[i] {
			return false
		}
	}
	return true
}

// everybody measures all people at once.
func (e *evaluation) everybody(cells []Cell) {
	one := []Cell{{Stats: e.all}}
	e.draw(one)
	for _, m := range e.q.Metrics {
		if d, ok := define(m); ok && e.q.can(d) && (d.kind == aRate || d.kind == aScore || d.kind == anIndex && m != EntropyShare) {
			e.one(m, d, "", &one[0])
		}
	}
}

// conclude adjusts p-values over everything that is judged and decides.
func (e *evaluation) conclude() Answer {
	var at []int
	var outside, p []float64
	for i := range e.out {
		if e.out[i].judged {
			at, outside, p = append(at, i), append(outside, e.out[i].outside), append(p, e.out[i].P)
		}
	}
	adjusted, screened := Holm(outside), BenjaminiHochberg(p)
	var verdicts []Verdict
	for k, i := range at {
		m := &e.out[i]
		m.Adjusted, m.Screen = adjusted[k], screened[k]
		if m.Verdict == Fail && !(m.Adjusted <= e.q.Alpha) {
			m.Verdict = Inconclusive
			m.Note = fmt.Sprintf("outside the tolerance alone, not among %d questions", len(at))
		}
		verdicts = append(verdicts, m.Verdict)
	}
	a := Answer{Verdict: Overall(verdicts), Measures: e.out, Notes: e.notes}
	if len(verdicts) == 0 && len(a.Notes) == 0 {
		a.Notes = []string{"nothing that was asked compares groups"}
	}
	if a.Verdict == Pass && len(e.notes) > 0 {
		a.Verdict = Inconclusive
	}
	return a
}

// nan is a measure with nothing in it yet.
func nan(m Metric, attribute, group string) Measure {
	x := math.NaN()
	return Measure{Metric: m, Attribute: attribute, Group: group, Value: x, Low: x, High: x, P: x, Adjusted: x, Screen: x, outside: x}
}
