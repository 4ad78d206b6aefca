package treeshap

import (
	"fmt"
	"math"
	"sync"
)

// Scratch is the memory of one Explain call. It belongs to one goroutine and
// one model, and is reused.
type Scratch struct {
	walk     walk
	margin   []float64
	residual float64
}

// NewScratch makes the memory for explaining with m.
func (m *Model) NewScratch() *Scratch {
	return &Scratch{walk: walk{left: make([]bool, len(m.features))}, margin: make([]float64, 0, m.classes)}
}

// Residual is what the last Explain was off: the largest over the classes of
// |sum of contributions - margin|.
func (s *Scratch) Residual() float64 { return s.residual }

// Margins are the last Explain's margins, one a class.
func (s *Scratch) Margins() []float64 { return s.margin }

// tolerance is how far contributions may be from the margin, relative to
// max(1, |margin|); see the field's own practice of 1e-2, which hides bugs.
const tolerance = 1e-9

// Explain writes one contribution a feature and the bias last, class-major:
// classes × (features+1) values in the margin's unit. They sum to the margin;
// if not, the error is ErrNotAdditive and the values must not be shown.
// It allocates nothing.
func (m *Model) Explain(s *Scratch, row, contribs []float64) error {
	f := len(m.features)
	if len(row) != f || len(contribs) != m.classes*(f+1) {
		return fmt.Errorf("%w: %d values for %d features, room for %d contributions of %d", ErrShape, len(row), f, len(contribs), m.classes*(f+1))
	}
	clear(contribs)
	for c := range m.classes {
		contribs[c*(f+1)+f] = m.bias[c]
	}
	for i := range m.trees {
		t := &m.trees[i]
		if len(t.nodes) > 0 { // else a constant, which the bias holds
			s.walk.tree(t, row, contribs[t.class*(f+1):t.class*(f+1)+f])
		}
	}
	s.walk.row, s.walk.phi = nil, nil
	s.margin = m.Margin(s.margin[:0], row)
	return s.additive(contribs, f)
}

func (s *Scratch) additive(contribs []float64, f int) error {
	s.residual = 0
	for c, margin := range s.margin {
		sum := 0.0
		for _, x := range contribs[c*(f+1) : (c+1)*(f+1)] {
			sum += x
		}
		off := math.Abs(sum - margin)
		if !(off <= tolerance*math.Max(1, math.Abs(margin))) {
			return fmt.Errorf("%w: off by %g at margin %g", ErrNotAdditive, off, margin)
		}
		s.residual = max(s.residual, off)
	}
	return nil
}

// ExplainBatch explains rows over a number of goroutines: contribs[i] gets row
// i's classes × (features+1) values. The first error ends it.
func (m *Model) ExplainBatch(rows, contribs [][]float64, workers int) error {
	if len(rows) != len(contribs) {
		return fmt.Errorf("%w: %d rows, room for %d", ErrShape, len(rows), len(contribs))
	}
	workers = max(1, min(workers, len(rows)))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			s := m.NewScratch()
			for i := w * len(rows) / workers; i < (w+1)*len(rows)/workers; i++ {
				if errs[w] = m.Explain(s, rows[i], contribs[i]); errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
