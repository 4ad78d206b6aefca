package treeshap

import (
	"fmt"
	"math"
	"sync"
)

// Scratch is the memory of one Explain call. It belongs to one goroutine and
// one model, and is reused.
type Scratch struct {
	d, h     []float64 // D on the way down and H on the way up: n values a node
	hot      []bool    // by node: x follows all edges of that feature so far
	left     []bool    // by node: x goes left
	margin   []float64
	residual float64
}

// NewScratch makes the memory for explaining with m.
func (m *Model) NewScratch() *Scratch {
	most := 0
	for i := range m.trees {
		most = max(most, len(m.trees[i].nodes))
	}
	return &Scratch{d: make([]float64, m.maxNodes), h: make([]float64, m.maxNodes), hot: make([]bool, most), left: make([]bool, most),
		margin: make([]float64, 0, m.classes)}
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
		phi := contribs[t.class*(f+1) : t.class*(f+1)+f]
		switch {
		case len(t.nodes) == 1: // a constant, which the bias holds
		case t.n == 4:
			t.explain4(s, row, phi)
		default:
			t.explain(s, row, phi)
		}
	}
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

// explain adds one tree's contributions to phi. Down: D_k of a child is D_k of
// its parent times the edge's factor, and a leaf's H_k is settled on the spot.
// Up: H_k of a node is the sum of its children's, and each edge adds
// Σ_k H_k·g_k to its feature. An edge whose feature was cold before adds
// nothing, but its leaves still count above.
func (t *tree) explain(s *Scratch, row, phi []float64) {
	n := t.n
	nodes := t.nodes
	d, h := s.d[:n*len(nodes)], s.h[:n*len(nodes)]
	hot, left := s.hot[:len(nodes)], s.left[:len(nodes)]
	copy(d[:n], t.weights)
	clear(h[:n])
	hot[0] = true
	left[0] = goesLeft(row[nodes[0].feature], nodes[0].threshold, nodes[0].kind, nodes[0].cats)
	for c := 1; c < len(nodes); c++ {
		nd := &nodes[c]
		p := int(nd.parent)
		was, takes := hot[nd.prev], left[p] == nd.isLeft
		from := d[p*n:][:n]
		if nd.feature < 0 {
			t.leaf(c, nd, from, h[p*n:][:n], phi, was, takes)
			continue
		}
		hot[c] = was && takes
		left[c] = goesLeft(row[nd.feature], nd.threshold, nd.kind, nd.cats)
		clear(h[c*n:][:n])
		to := d[c*n:][:n]
		if !was {
			copy(to, from)
			continue
		}
		r := t.tab[4*n*c:][:4*n]
		if takes {
			r = r[:n]
		} else {
			r = r[n:][:n]
		}
		for k, x := range from {
			to[k] = x * r[k]
		}
	}
	for _, c := range t.inner {
		nd := &nodes[c]
		p := int(nd.parent)
		up, hc := h[p*n:][:n], h[int(c)*n:][:n]
		if !hot[nd.prev] {
			for k, x := range hc {
				up[k] += x
			}
			continue
		}
		g := t.tab[4*n*int(c)+2*n:][:2*n]
		if left[p] != nd.isLeft {
			g = g[n:]
		}
		g = g[:n]
		sum := 0.0
		for k, x := range hc {
			up[k] += x
			sum += x * g[k]
		}
		phi[nd.edge] += sum
	}
}

// leaf settles one leaf: its value is folded into its edge's factors.
func (t *tree) leaf(c int, nd *node, from, up, phi []float64, was, takes bool) {
	n := len(from)
	if !was {
		for k, x := range from {
			up[k] += x * nd.value
		}
		return
	}
	tab := t.tab[4*n*c:][:4*n]
	r, g := tab[:n], tab[2*n:][:n]
	if !takes {
		r, g = tab[n:][:n], tab[3*n:][:n]
	}
	up = up[:n]
	sum := 0.0
	for k, x := range from {
		x *= r[k]
		up[k] += x
		sum += x * g[k]
	}
	phi[nd.edge] += sum
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
