package treeshap

import (
	"math"
	"strconv"
	"strings"
)

// LoadXGBoostJSON reads XGBoost's JSON model (save_model to *.json), bare NaN
// literals included.
func LoadXGBoostJSON(b []byte) (*Model, error) {
	v, err := parseJSON(b)
	if err != nil {
		return nil, err
	}
	return xgboost(v)
}

// LoadXGBoostUBJ reads XGBoost's UBJSON model, the default since 2.1.
func LoadXGBoostUBJ(b []byte) (*Model, error) {
	v, err := parseUBJ(b)
	if err != nil {
		return nil, err
	}
	return xgboost(v)
}

func xgboost(v value) (*Model, error) {
	learner := v.get("learner")
	if learner.kind != kindObject {
		return nil, badf("there is no learner in the XGBoost model")
	}
	m := &Model{format: "xgboost", sigmoid: 1}
	m.objective = learner.get("objective").get("name").text
	param := learner.get("learner_model_param")
	if err := m.xgShape(learner, param); err != nil {
		return nil, err
	}
	if err := m.xgObjective(); err != nil {
		return nil, err
	}
	if err := m.xgBase(param.get("base_score")); err != nil {
		return nil, err
	}
	raws, err := m.xgTrees(learner.get("gradient_booster"))
	if err != nil {
		return nil, err
	}
	return newModel(m, raws)
}

func (m *Model) xgShape(learner, param value) error {
	nf, ok1 := param.get("num_feature").count()
	nc, ok2 := param.get("num_class").count()
	if !ok1 || !ok2 || nf < 1 {
		return badf("num_feature or num_class is not a sensible number")
	}
	if err := roomFor(nf, nc); err != nil {
		return err
	}
	if t, ok := param.get("num_target").count(); ok && t > 1 {
		return unsupported("several targets")
	}
	m.classes = max(1, nc)
	names := learner.get("feature_names")
	if len(names.list) == nf {
		for _, n := range names.list {
			m.features = append(m.features, n.text)
		}
		return nil
	}
	for i := range nf {
		m.features = append(m.features, "f"+strconv.Itoa(i))
	}
	return nil
}

// xgObjective says how margins become predictions. base_score lies in output
// space; the same table says how it becomes a margin (see xgBase).
func (m *Model) xgObjective() error {
	switch m.objective {
	case "binary:logistic", "reg:logistic":
		m.transform = logistic
	case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
		m.transform = exponential
	case "multi:softprob", "multi:softmax":
		m.transform = softmax
	case "binary:hinge":
		m.transform = hinge
	case "binary:logitraw", "reg:squarederror", "reg:linear", "reg:absoluteerror", "reg:quantileerror",
		"reg:squaredlogerror", "reg:pseudohubererror", "rank:pairwise", "rank:ndcg", "rank:map":
	default:
		return unsupported("the XGBoost objective " + clip(m.objective))
	}
	return nil
}

// xgBase reads base_score: a number in text, or from 3.1 on a list in brackets.
// binary:logitraw takes it as it is (checked with 1.7.4 and 3.2.0). A base that
// is read wrongly still adds up: only a trainer's own numbers can show it.
func (m *Model) xgBase(v value) error {
	s := v.text
	if v.kind == kindNumber {
		s = strconv.FormatFloat(v.num, 'g', -1, 64)
	}
	var scores []float64
	for _, part := range strings.Split(strings.Trim(s, "[] "), ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return badf("base_score is %q", clip(s))
		}
		scores = append(scores, x)
	}
	if len(scores) != 1 && len(scores) != m.classes {
		return badf("base_score has %d values for %d classes", len(scores), m.classes)
	}
	m.base = make([]float64, m.classes)
	for c := range m.base {
		x := scores[min(c, len(scores)-1)]
		switch {
		case m.transform == logistic:
			x = -math.Log(1/x - 1)
		case m.transform == exponential:
			x = math.Log(x)
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return badf("base_score %q has no margin under %s", clip(s), m.objective)
		}
		m.base[c] = x
	}
	return nil
}

func (m *Model) xgTrees(booster value) ([]rawTree, error) {
	var weights []float64
	name := booster.get("name").text
	model := booster.get("model")
	switch name {
	case "gbtree":
	case "dart":
		model = booster.get("gbtree").get("model")
		weights = booster.get("weight_drop").numbers()
	default:
		return nil, unsupported("the booster " + clip(name))
	}
	trees, info := model.get("trees"), model.get("tree_info").numbers()
	if len(trees.list) == 0 || len(info) != len(trees.list) || weights != nil && len(weights) != len(trees.list) {
		return nil, badf("trees, tree_info and weight_drop have different lengths")
	}
	m.xgCategories(model.get("cats"))
	raws, words := make([]rawTree, len(trees.list)), maxSetWords
	for i := range raws {
		if err := xgTree(&raws[i], trees.list[i], &words); err != nil {
			return nil, err
		}
		raws[i].class = int(ints(info[i : i+1])[0])
		if weights != nil {
			for j := range raws[i].value {
				raws[i].value[j] *= weights[i]
			}
		}
	}
	return raws, nil
}

// prunedNode stands in split_indices for a node that XGBoost deleted when it
// pruned (gamma > 0); it stays in the arrays and nothing leads to it.
const prunedNode = math.MaxInt32

func xgTree(t *rawTree, v value, words *int) error {
	if n, ok := v.get("tree_param").get("size_leaf_vector").count(); ok && n > 1 {
		return unsupported("vector leaves")
	}
	left, right := ints(v.get("left_children").numbers()), ints(v.get("right_children").numbers())
	n := len(left)
	feature, cond := ints(v.get("split_indices").numbers()), v.get("split_conditions").numbers()
	cover, dl := v.get("sum_hessian").numbers(), v.get("default_left").numbers()
	types := v.get("split_type").numbers()
	if cover == nil {
		return ErrNoCovers
	}
	if n == 0 || len(right) != n || len(feature) != n || len(cond) != n || len(cover) != n || len(dl) != n || types != nil && len(types) != n {
		return badf("a tree's arrays have different lengths")
	}
	t.alloc(n)
	copy(t.left, left)
	copy(t.right, right)
	copy(t.feature, feature)
	copy(t.cover, cover)
	sets, err := xgSets(v, n, words)
	if err != nil {
		return err
	}
	for i := range n {
		t.value[i], t.threshold[i], t.kind[i] = cond[i], float64(float32(cond[i])), less32
		if types != nil && types[i] == 1 && left[i] >= 0 {
			t.kind[i], t.threshold[i], t.cats[i] = catRight, 0, sets[i]
		}
		if dl[i] != 0 {
			t.kind[i] |= defaultLeft
		}
		if feature[i] == prunedNode {
			t.kind[i] |= pruned
		}
	}
	return nil
}

// maxCategory bounds the code of a category: sets are bit sets. maxSetWords
// bounds them all together, in words of 32 categories.
const (
	maxCategory = 1 << 20
	maxSetWords = 1 << 24
)

// xgSets reads the categorical splits: which node, and its slice of categories.
func xgSets(v value, n int, words *int) (map[int][]uint32, error) {
	nodes, segments := v.get("categories_nodes").numbers(), v.get("categories_segments").numbers()
	sizes, cats := v.get("categories_sizes").numbers(), v.get("categories").numbers()
	if len(segments) != len(nodes) || len(sizes) != len(nodes) {
		return nil, badf("the categorical splits' arrays have different lengths")
	}
	out := make(map[int][]uint32, len(nodes))
	for i := range nodes {
		lo, size := segments[i], sizes[i]
		if !(nodes[i] >= 0 && nodes[i] < float64(n) && lo >= 0 && size >= 0 && lo+size <= float64(len(cats))) {
			return nil, badf("a categorical split is out of range")
		}
		var set []uint32
		for _, c := range cats[int(lo):int(lo+size)] {
			if !(c >= 0 && c < maxCategory) {
				return nil, badf("a category's code is out of range")
			}
			if grow := int(c)>>5 + 1 - len(set); grow > 0 {
				if *words -= grow; *words < 0 {
					return nil, unsupported("categorical splits of this size")
				}
				set = append(set, make([]uint32, grow)...)
			}
			set[int(c)>>5] |= 1 << (uint(c) & 31)
		}
		out[int(nodes[i])] = set
	}
	return out, nil
}
