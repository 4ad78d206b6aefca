package treeshap

import (
	"fmt"
	"math"
)

// rawTree is a tree as a loader found it. Children are node indices; a node
// with left < 0 is a leaf. Covers are training weights or counts.
type rawTree struct {
	feature     []int32
	threshold   []float64
	kind        []uint8 // see the decision kinds
	left, right []int32
	cats        [][]uint32 // bit sets of categorical splits, by node; nil otherwise
	value       []float64  // of leaves
	cover       []float64
	class       int
}

// Decision kinds: how a value finds its side. The low bits say how numbers
// compare and what counts as missing; defaultLeft says where missing goes.
const (
	lessEqual64   uint8 = iota // LightGBM, no missing: NaN counts as 0; x <= t is left
	lessEqualZero              // LightGBM: 0 and NaN are missing
	lessEqualNaN               // LightGBM: NaN is missing
	less32                     // XGBoost: float32(x) < t is left; NaN is missing
	catLeft                    // LightGBM: in the set is left; missing and unseen right
	catRight                   // XGBoost: in the set is right; unseen left
	kindMask      uint8 = 0x0f
	defaultLeft   uint8 = 0x10
	pruned        uint8 = 0x20 // deleted by the trainer; nothing may lead to it
)

// zeroBand is LightGBM's kZeroThreshold, a float32 constant widened.
const zeroBand = float64(float32(1e-35))

// goesLeft decides one node for one value.
func goesLeft(x, t float64, kind uint8, cats []uint32) bool {
	switch kind & kindMask {
	case lessEqualNaN:
		if x != x {
			return kind&defaultLeft != 0
		}
		return x <= t
	case less32:
		if x != x {
			return kind&defaultLeft != 0
		}
		return float64(float32(x)) < t
	case lessEqual64:
		if x != x {
			x = 0
		}
		return x <= t
	case lessEqualZero:
		if x != x || math.Abs(x) <= zeroBand {
			return kind&defaultLeft != 0
		}
		return x <= t
	case catLeft:
		return x == x && inSet(x, cats)
	}
	if x != x {
		return kind&defaultLeft != 0
	}
	return !inSet(x, cats)
}

func inSet(x float64, cats []uint32) bool {
	if !(x > -1 && x < float64(len(cats)*32)) {
		return false
	}
	c := int(x)
	return cats[c>>5]>>(uint(c)&31)&1 != 0
}

// check walks a tree once: indices in range, every node but the pruned ones
// reached exactly once, features known, numbers finite. A tree that passes can't loop or panic.
func (t *rawTree) check(features, classes int) error {
	n := len(t.left)
	if n == 0 || len(t.right) != n || len(t.feature) != n || len(t.threshold) != n || len(t.value) != n ||
		len(t.cover) != n || len(t.kind) != n || len(t.cats) != n {
		return badf("a tree's arrays have different lengths")
	}
	if t.class < 0 || t.class >= classes {
		return badf("a tree belongs to class %d of %d", t.class, classes)
	}
	type at struct{ node, depth int32 }
	seen := make([]bool, n)
	stack := []at{{0, 0}}
	for len(stack) > 0 {
		i, depth := stack[len(stack)-1].node, stack[len(stack)-1].depth
		stack = stack[:len(stack)-1]
		if depth > maxDepth {
			return unsupported("a tree deeper than 512")
		}
		if i < 0 || int(i) >= n || seen[i] {
			return badf("a tree's nodes don't form a tree")
		}
		seen[i] = true
		if err := t.checkNode(int(i), features); err != nil {
			return err
		}
		if t.left[i] >= 0 {
			stack = append(stack, at{t.left[i], depth + 1}, at{t.right[i], depth + 1})
		}
	}
	for i := range n {
		if seen[i] == (t.kind[i]&pruned != 0) {
			return badf("a tree has nodes that nothing leads to, or leads to a deleted one")
		}
	}
	return nil
}

func (t *rawTree) checkNode(i, features int) error {
	if t.left[i] < 0 {
		if math.IsNaN(t.value[i]) || math.IsInf(t.value[i], 0) {
			return badf("a leaf's value isn't a finite number")
		}
	} else if f := t.feature[i]; f < 0 || int(f) >= features {
		return badf("a split uses feature %d of %d", f, features)
	} else if math.IsNaN(t.threshold[i]) {
		return badf("a split's threshold isn't a number")
	}
	if c := t.cover[i]; math.IsNaN(c) || math.IsInf(c, 0) || c < 0 {
		return fmt.Errorf("%w: a node's weight is %v", ErrNoCovers, c)
	}
	return nil
}

// maxDepth bounds the depth of a tree, which bounds recursion and points.
const maxDepth = 512

// minRatio floors a child's share of its parent's weight.
const minRatio = 1e-12

// ratio is the share of the parent's training weight that went to the child.
// After a refresh a parent can be empty: then half, as XGBoost has it.
func ratio(child, parent float64) float64 {
	if parent <= 0 {
		return 0.5
	}
	return math.Min(math.Max(child/parent, minRatio), 1)
}
