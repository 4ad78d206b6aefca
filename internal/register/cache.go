package register

import "sync"

// Verdicts remembers verdicts of one graph. Check is pure, so a remembered
// verdict is the verdict; a changed graph has another version, and another
// Verdicts. Safe for concurrent use; holds at most 2·size.
type Verdicts struct {
	graph *Graph
	size  int

	mu         sync.RWMutex
	young, old map[question]*Verdict // guarded by mu
}

type question struct {
	use Use
	on  Date
}

// NewVerdicts makes a cache over a graph.
func NewVerdicts(g *Graph, size int) *Verdicts {
	return &Verdicts{graph: g, size: max(1, size), young: map[question]*Verdict{}}
}

// Graph returns the graph that the verdicts are of.
func (vs *Verdicts) Graph() *Graph { return vs.graph }

// Check is Graph.Check, remembered. The verdict is shared: don't write into it.
func (vs *Verdicts) Check(use Use, on Date) Verdict {
	q := question{use, on}
	vs.mu.RLock()
	v := vs.young[q]
	if v == nil {
		v = vs.old[q]
	}
	vs.mu.RUnlock()
	if v != nil {
		return *v
	}
	made := vs.graph.Check(use, on)
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if len(vs.young) >= vs.size {
		vs.old, vs.young = vs.young, map[question]*Verdict{}
	}
	vs.young[q] = &made
	return made
}
