package treeshap

import (
	"strconv"
	"strings"
)

// LoadLightGBM reads LightGBM's text format (save_model). A random forest
// (average_output) is divided by its iterations, so that contributions add up
// to what it predicts.
func LoadLightGBM(b []byte) (*Model, error) {
	head, rest, ok := strings.Cut(string(b), "\nTree=")
	if !ok || !strings.HasPrefix(strings.TrimSpace(head), "tree") {
		return nil, badf("no trees in the LightGBM text")
	}
	body, tail, ok := strings.Cut(rest, "\nend of trees")
	if !ok {
		return nil, badf("the LightGBM text ends before \"end of trees\"; it is cut off")
	}
	h := fields(head)
	m := &Model{format: "lightgbm", features: strings.Fields(h["feature_names"]), sigmoid: 1}
	if err := m.lightObjective(h["objective"]); err != nil {
		return nil, err
	}
	classes, err := strconv.Atoi(h["num_tree_per_iteration"])
	if err != nil || classes < 1 {
		return nil, badf("num_tree_per_iteration is %q", clip(h["num_tree_per_iteration"]))
	}
	if err := roomFor(len(m.features), classes); err != nil {
		return nil, err
	}
	m.classes, m.base = classes, make([]float64, classes)
	if n, err := strconv.Atoi(h["max_feature_idx"]); err != nil || n+1 != len(m.features) {
		return nil, badf("max_feature_idx and feature_names disagree")
	}
	m.lightCategories(h["feature_infos"], tail)
	parts := strings.Split(body, "\nTree=")
	if sizes := strings.Fields(h["tree_sizes"]); len(sizes) > 0 && len(sizes) != len(parts) || len(parts)%classes != 0 {
		return nil, badf("%d trees are not what tree_sizes and num_tree_per_iteration announce", len(parts))
	}
	raws := make([]rawTree, len(parts))
	_, average := h["average_output"]
	for i, p := range parts {
		if err := lightTree(&raws[i], fields(p)); err != nil {
			return nil, err
		}
		raws[i].class = i % classes
		if iters := len(parts) / classes; average {
			for j := range raws[i].value {
				raws[i].value[j] /= float64(iters)
			}
		}
	}
	return newModel(m, raws)
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// fields reads "key=value" lines; a bare word is a key with no value.
func fields(s string) map[string]string {
	out := map[string]string{}
	for line := range strings.SplitSeq(s, "\n") {
		k, v, _ := strings.Cut(strings.TrimRight(line, "\r"), "=")
		if k != "" {
			out[k] = v
		}
	}
	return out
}

func (m *Model) lightObjective(s string) error {
	words := strings.Fields(s)
	if len(words) == 0 {
		m.objective = "custom"
		return nil
	}
	m.objective = words[0]
	for _, w := range words[1:] {
		if v, ok := strings.CutPrefix(w, "sigmoid:"); ok {
			x, err := strconv.ParseFloat(v, 64)
			if err != nil || x <= 0 {
				return badf("sigmoid is %q", clip(v))
			}
			m.sigmoid = x
		}
		if w == "sqrt" {
			return unsupported("regression with reg_sqrt")
		}
	}
	switch m.objective {
	case "binary", "cross_entropy", "xentropy":
		m.transform = logistic
	case "multiclass", "softmax":
		m.transform = softmax
	case "multiclassova":
		m.transform = ovaLogistic
	case "poisson", "gamma", "tweedie":
		m.transform = exponential
	case "regression", "regression_l2", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg", "custom":
	default:
		return unsupported("the LightGBM objective " + clip(m.objective))
	}
	return nil
}

type lightArrays struct {
	feature, decision, left, right []int32
	threshold, value               []float64
	leafCount, nodeCount           []float64
	bounds                         []int32
	bits                           []uint32
}

func lightTree(t *rawTree, f map[string]string) error {
	if v := f["is_linear"]; v != "" && v != "0" {
		return unsupported("linear trees")
	}
	leaves, err := strconv.Atoi(f["num_leaves"])
	if err != nil || leaves < 1 || leaves > 1<<20 {
		return badf("num_leaves is %q", clip(f["num_leaves"]))
	}
	var a lightArrays
	if err := a.read(f, leaves); err != nil {
		return err
	}
	inner := leaves - 1
	t.alloc(inner + leaves)
	for i := range inner {
		if err := a.node(t, i, inner, leaves); err != nil {
			return err
		}
	}
	for i := range leaves {
		t.left[inner+i], t.right[inner+i] = -1, -1
		t.value[inner+i] = a.value[i]
		if inner > 0 {
			t.cover[inner+i] = a.leafCount[i]
		}
	}
	return nil
}

func (t *rawTree) alloc(n int) {
	t.feature, t.left, t.right = make([]int32, n), make([]int32, n), make([]int32, n)
	t.threshold, t.value, t.cover = make([]float64, n), make([]float64, n), make([]float64, n)
	t.kind, t.cats = make([]uint8, n), make([][]uint32, n)
}

func (a *lightArrays) read(f map[string]string, leaves int) (err error) {
	inner := leaves - 1
	get := func(key string, n int) []float64 {
		if err != nil {
			return nil
		}
		var xs []float64
		if xs, err = floats(f[key]); err == nil && len(xs) != n {
			if strings.HasSuffix(key, "_count") && len(xs) == 0 {
				err = ErrNoCovers
				return nil
			}
			err = badf("%s has %d values, not %d", key, len(xs), n)
		}
		return xs
	}
	a.value = get("leaf_value", leaves)
	if inner == 0 || err != nil {
		return err
	}
	a.threshold = get("threshold", inner)
	a.feature, a.decision = ints(get("split_feature", inner)), ints(get("decision_type", inner))
	a.left, a.right = ints(get("left_child", inner)), ints(get("right_child", inner))
	a.leafCount, a.nodeCount = get("leaf_count", leaves), get("internal_count", inner)
	if err != nil {
		return err
	}
	if n := f["num_cat"]; n != "" && n != "0" {
		err = a.readCats(f)
	}
	return err
}

func (a *lightArrays) readCats(f map[string]string) error {
	bounds, err := floats(f["cat_boundaries"])
	if err != nil {
		return err
	}
	bits, err := floats(f["cat_threshold"])
	if err != nil {
		return err
	}
	a.bounds = ints(bounds)
	for _, b := range bits {
		if b < 0 || b > 0xffffffff {
			return badf("cat_threshold has a word out of range")
		}
		a.bits = append(a.bits, uint32(b))
	}
	return nil
}

func (a *lightArrays) node(t *rawTree, i, inner, leaves int) error {
	t.feature[i], t.threshold[i], t.cover[i] = a.feature[i], a.threshold[i], a.nodeCount[i]
	var ok1, ok2 bool
	t.left[i], ok1 = lightChild(a.left[i], inner, leaves)
	t.right[i], ok2 = lightChild(a.right[i], inner, leaves)
	if !ok1 || !ok2 {
		return badf("a tree's child is out of range")
	}
	d := a.decision[i]
	if d&1 != 0 {
		t.kind[i] = catLeft
		return a.cat(t, i)
	}
	switch d >> 2 & 3 {
	case 0:
		t.kind[i] = lessEqual64
	case 1:
		t.kind[i] = lessEqualZero
	case 2:
		t.kind[i] = lessEqualNaN
	default:
		return badf("a decision type of %d", d)
	}
	if d&2 != 0 {
		t.kind[i] |= defaultLeft
	}
	return nil
}

func (a *lightArrays) cat(t *rawTree, i int) error {
	k := int(t.threshold[i])
	if float64(k) != t.threshold[i] || k < 0 || k+1 >= len(a.bounds) {
		return badf("a categorical split points outside cat_boundaries")
	}
	lo, hi := a.bounds[k], a.bounds[k+1]
	if lo < 0 || lo > hi || int(hi) > len(a.bits) {
		return badf("cat_boundaries are out of order")
	}
	t.cats[i] = a.bits[lo:hi]
	return nil
}

// lightChild maps LightGBM's child, where a negative one is ~leaf, to an index.
func lightChild(c int32, inner, leaves int) (int32, bool) {
	if c < 0 {
		leaf := int(^c)
		return int32(inner + leaf), leaf < leaves
	}
	return c, int(c) < inner
}

func floats(s string) ([]float64, error) {
	words := strings.Fields(s)
	out := make([]float64, len(words))
	for i, w := range words {
		x, err := strconv.ParseFloat(w, 64)
		if err != nil && !strings.Contains(err.Error(), "range") {
			return nil, badf("%q is not a number", clip(w))
		}
		out[i] = x
	}
	return out, nil
}

// ints truncates; what doesn't fit becomes -1 and fails the later checks.
func ints(xs []float64) []int32 {
	out := make([]int32, len(xs))
	for i, x := range xs {
		if x > -1<<31 && x < 1<<31 {
			out[i] = int32(x)
		} else {
			out[i] = -1 << 31
		}
	}
	return out
}
