package treeshap

import (
	"math"
	"slices"
)

// Model is a loaded ensemble. It is immutable.
type Model struct {
	format     string // "lightgbm", "xgboost"
	objective  string
	transform  transform
	sigmoid    float64 // scale of the logistic transform
	features   []string
	classes    int
	base       []float64 // margin before any tree, one a class
	bias       []float64 // base plus every leaf's expected value, one a class
	trees      []tree
	leaves     int
	categories [][]string // by feature, where the file names them
	splits     [][]float64
}

type transform uint8

const (
	identity transform = iota
	logistic
	softmax
	exponential
	hinge
	ovaLogistic
)

// maxFeatures and maxOutputs bound what a few bytes of header can claim: a row's
// length, and the contributions of one row.
const (
	maxFeatures = 1 << 16
	maxOutputs  = 1 << 22
)

func roomFor(features, classes int) error {
	if features > maxFeatures || classes > maxOutputs/(features+1) {
		return unsupported("a model of this many features and classes")
	}
	return nil
}

// maxWork bounds a model: points times nodes and tables, over all trees.
const maxWork = 1 << 23

func newModel(m *Model, raws []rawTree) (*Model, error) {
	m.bias = slices.Clone(m.base)
	m.splits = make([][]float64, len(m.features))
	work, edges := 0, make([]edge, len(m.features))
	for i := range raws {
		if err := raws[i].check(len(m.features), m.classes); err != nil {
			return nil, err
		}
		t, err := compile(&raws[i], edges, maxWork-work)
		if err != nil {
			return nil, err
		}
		work += len(t.points)*len(t.nodes) + len(t.inverse)
		m.trees = append(m.trees, t)
		m.take(&t)
	}
	for f := range m.splits {
		slices.Sort(m.splits[f])
		m.splits[f] = slices.Compact(m.splits[f])
	}
	return m, nil
}

func (m *Model) take(t *tree) {
	m.leaves += len(t.leaves)
	for _, l := range t.leaves {
		m.bias[t.class] += l.share
	}
	for j := range t.nodes {
		if nd := &t.nodes[j]; nd.kind&kindMask < catLeft {
			m.splits[nd.feature] = append(m.splits[nd.feature], nd.threshold)
		}
	}
}

// Format is "lightgbm" or "xgboost".
func (m *Model) Format() string { return m.format }

// Objective is the training objective as the file spells it.
func (m *Model) Objective() string { return m.objective }

// Features are the names of a row's values, in order.
func (m *Model) Features() []string { return m.features }

// Classes is how many margins a row gets: 1 for regression and binary models.
func (m *Model) Classes() int { return m.classes }

// Trees and Leaves say how large the model is.
func (m *Model) Trees() int { return len(m.trees) }

// Leaves is the number of leaves of all trees.
func (m *Model) Leaves() int { return m.leaves }

// Bias is the expected margin over the training data, one a class.
func (m *Model) Bias() []float64 { return slices.Clone(m.bias) }

// Thresholds are the split points of a numeric feature, ascending. Between two
// of them the model doesn't change. The result must not be written to.
func (m *Model) Thresholds(feature int) []float64 { return m.splits[feature] }

// Category returns the code of a category that the file names, for features
// trained on text; false if the file names none or doesn't know it.
func (m *Model) Category(feature int, value string) (float64, bool) {
	if feature < 0 || feature >= len(m.categories) {
		return 0, false
	}
	i := slices.Index(m.categories[feature], value)
	return float64(i), i >= 0
}

// Margin appends one margin a class to dst: the sum of leaves before the
// objective's transform. A row has one value a feature; NaN is missing. A row
// of the wrong length gives NaN.
func (m *Model) Margin(dst, row []float64) []float64 {
	at := len(dst)
	dst = append(dst, m.base...)
	out := dst[at:]
	if len(row) != len(m.features) {
		for c := range out {
			out[c] = math.NaN()
		}
		return dst
	}
	for i := range m.trees {
		t := &m.trees[i]
		out[t.class] += t.leafOf(row).value
	}
	return dst
}

// leafOf follows a row to its leaf.
func (t *tree) leafOf(row []float64) *leaf {
	if len(t.nodes) == 0 {
		return &t.leaves[0]
	}
	for j := int32(0); ; {
		nd := &t.nodes[j]
		if j = nd.right; nd.goesLeft(row) {
			j = nd.left
		}
		if j < 0 {
			return &t.leaves[^j]
		}
	}
}

// Predict appends the model's prediction: probabilities for classifiers,
// expected values for regressions.
func (m *Model) Predict(dst, row []float64) []float64 {
	at := len(dst)
	dst = m.Margin(dst, row)
	m.apply(dst[at:])
	return dst
}

func (m *Model) apply(out []float64) {
	switch m.transform {
	case logistic:
		out[0] = 1 / (1 + math.Exp(-m.sigmoid*out[0]))
	case exponential:
		for i := range out {
			out[i] = math.Exp(out[i])
		}
	case hinge:
		if out[0] > 0 {
			out[0] = 1
		} else {
			out[0] = 0
		}
	case ovaLogistic:
		for i := range out {
			out[i] = 1 / (1 + math.Exp(-m.sigmoid*out[i]))
		}
	case softmax:
		most, sum := slices.Max(out), 0.0
		for i := range out {
			out[i] = math.Exp(out[i] - most)
			sum += out[i]
		}
		for i := range out {
			out[i] /= sum
		}
	}
}
