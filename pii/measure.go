package pii

import "math"

// Span is a labelled stretch of text, in the unit that both sides share.
type Span struct {
	Type       Type
	Start, End int
}

// Tally counts agreement of found spans with labelled ones.
type Tally struct {
	Right  int // found and labelled
	Extra  int // found, not labelled
	Missed int // labelled, not found
}

// Add adds another count.
func (t *Tally) Add(o Tally) {
	t.Right += o.Right
	t.Extra += o.Extra
	t.Missed += o.Missed
}

// Precision is Right of what was found; 1 where nothing was.
func (t Tally) Precision() float64 { return part(t.Right, t.Right+t.Extra) }

// Recall is Right of what was labelled; 1 where nothing was.
func (t Tally) Recall() float64 { return part(t.Right, t.Right+t.Missed) }

func part(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// F is the F-measure with recall weighted beta times: F2 is 5PR/(4P+R).
func (t Tally) F(beta float64) float64 {
	p, r := t.Precision(), t.Recall()
	if p+r == 0 {
		return 0
	}
	return (1 + beta*beta) * p * r / (beta*beta*p + r)
}

// Compare matches found spans with labelled ones, each once: the same type, and
// intersection over union of at least iou.
func Compare(labelled, found []Span, iou float64) map[Type]Tally {
	out := map[Type]Tally{}
	used := make([]bool, len(found))
	for _, g := range labelled {
		best, at := -1.0, -1
		for i, f := range found {
			if !used[i] && f.Type == g.Type {
				if x := overlap(g, f); x >= iou-1e-12 && x > best {
					best, at = x, i
				}
			}
		}
		t := out[g.Type]
		if at >= 0 {
			used[at] = true
			t.Right++
		} else {
			t.Missed++
		}
		out[g.Type] = t
	}
	for i, f := range found {
		if !used[i] {
			t := out[f.Type]
			t.Extra++
			out[f.Type] = t
		}
	}
	return out
}

func overlap(a, b Span) float64 {
	in := min(a.End, b.End) - max(a.Start, b.Start)
	if in <= 0 {
		return 0
	}
	return float64(in) / math.Max(1, float64(max(a.End, b.End)-min(a.Start, b.Start)))
}
