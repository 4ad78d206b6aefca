package treeshap

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// small is an XGBoost model of one leaf with a header to fill in.
const small = `{"learner":{"objective":{"name":"multi:softprob"},"learner_model_param":{"base_score":"0.5","num_class":"%d","num_feature":"%d"},` +
	`"gradient_booster":{"name":"gbtree","model":{"tree_info":[0],"trees":[{"left_children":[-1],"right_children":[-1],` +
	`"split_indices":[0],"split_conditions":[1],"default_left":[0],"sum_hessian":[1]}]}}}}`

// allocated runs f and says how many bytes it allocated in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestAFewBytesCannotClaimMuchMemory(t *testing.T) {
	for name, c := range map[string]struct {
		model string
		most  uint64
	}{
		"features":            {fmt.Sprintf(small, 0, 1<<30), 1 << 20},
		"classes":             {fmt.Sprintf(small, 1<<22, 60_000), 1 << 20},
		"as many as it takes": {fmt.Sprintf(small, 0, maxFeatures), 32 << 20},
		"empty lists":         {`{"learner":[` + strings.Repeat("[],", 2<<20) + `0]}`, 2 << 30},
		"nulls":               {"{i\x01a[" + strings.Repeat("Z", 4<<20), 2 << 30},
		"objects":             {"{i\x01a[" + strings.Repeat("{}", 2<<20), 2 << 30},
		"a count of nothing":  {"{i\x01a[$Z#L\x00\x00\x00\x7f\xff\xff\xff\xff", 1 << 20},
		"a count of doubles":  {"{i\x01a[$D#L\x00\x00\x00\x7f\xff\xff\xff\xff", 1 << 20},
	} {
		used := allocated(func() { _, _ = Load([]byte(c.model)) })
		if used > c.most {
			t.Errorf("%s: %d bytes of model took %d MB", name, len(c.model), used>>20)
		}
	}
}

func TestHugeClaimsAreRefusedByName(t *testing.T) {
	for _, model := range []string{fmt.Sprintf(small, 0, 1<<30), fmt.Sprintf(small, 4096, 60_000),
		`{"learner":[` + strings.Repeat("[],", 2<<20) + `0]}`} {
		if _, err := Load([]byte(model)); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%.60s…: %v", model, err)
		}
	}
	if _, err := Load(fmt.Appendf(nil, small, 3, 4)); err != nil {
		t.Errorf("a small one: %v", err)
	}
}

// deep is a LightGBM tree whose path of depth features ends in a bush.
func deep(depth, bush int) []byte {
	inner := depth + bush
	left, right, feature := make([]int, inner), make([]int, inner), make([]int, inner)
	leaves := 0
	next := func() int { leaves++; return -leaves }
	for i := range depth {
		left[i], right[i], feature[i] = i+1, next(), i
	}
	for k := range bush { // heap order below the path
		left[depth+k], right[depth+k] = depth+2*k+1, depth+2*k+2
		if 2*k+1 >= bush {
			left[depth+k] = next()
		}
		if 2*k+2 >= bush {
			right[depth+k] = next()
		}
	}
	line := func(key string, n int, f func(i int) any) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprint(&b, f(i), " ")
		}
		return key + "=" + strings.TrimSpace(b.String()) + "\n"
	}
	one := func(int) any { return 1 }
	names := line("feature_names", depth, func(i int) any { return fmt.Sprint("f", i) })
	return []byte("tree\nnum_tree_per_iteration=1\nmax_feature_idx=" + fmt.Sprint(depth-1) + "\nobjective=regression\n" + names + "\nTree=0\n" +
		fmt.Sprintf("num_leaves=%d\n", inner+1) + line("split_feature", inner, func(i int) any { return feature[i] }) +
		line("threshold", inner, one) + line("decision_type", inner, func(int) any { return 2 }) +
		line("left_child", inner, func(i int) any { return left[i] }) + line("right_child", inner, func(i int) any { return right[i] }) +
		line("leaf_value", inner+1, one) + line("leaf_count", inner+1, one) +
		line("internal_count", inner, func(int) any { return 2 }) + "\nend of trees\n")
}

func TestADeepBushyTreeIsSettledSoon(t *testing.T) {
	began := time.Now()
	if _, err := Load(deep(480, 60_000)); !errors.Is(err, ErrUnsupported) {
		t.Errorf("beyond the bound on work: %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("loading took %v", took)
	}
	m, err := Load(deep(200, 50))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Explain(m.NewScratch(), make([]float64, 200), make([]float64, 201)); err != nil {
		t.Errorf("a path of 200 features: %v", err)
	}
}

func TestALostTreeIsNoticed(t *testing.T) {
	whole := unzip(t, "testdata/lightgbm/numeric.model.txt.gz")
	at, next := bytes.Index(whole, []byte("Tree=5\n")), bytes.Index(whole, []byte("Tree=6\n"))
	if _, err := Load(append(bytes.Clone(whole[:at]), whole[next:]...)); !errors.Is(err, ErrFormat) {
		t.Errorf("without its sixth tree: %v", err)
	}
	if _, err := Load(whole[:next]); !errors.Is(err, ErrFormat) {
		t.Errorf("cut off: %v", err)
	}
}

func TestNothingMayLeadToADeletedNode(t *testing.T) {
	model := string(unzip(t, "testdata/xgboost32/pruned.model.json.gz"))
	if _, err := Load([]byte(model)); err != nil {
		t.Fatal(err)
	}
	bad := strings.ReplaceAll(model, `"split_indices":[2,`, `"split_indices":[2147483647,`)
	if _, err := Load([]byte(bad)); bad == model || !errors.Is(err, ErrFormat) {
		t.Errorf("a deleted root: %v", err)
	}
	lost := strings.ReplaceAll(model, ",2147483647,2147483647,", ",0,0,")
	if _, err := Load([]byte(lost)); lost == model || !errors.Is(err, ErrFormat) {
		t.Errorf("nodes that nothing leads to: %v", err)
	}
}

func TestCategoriesAreNamedRightOrNotAtAll(t *testing.T) {
	m, err := Load(unzip(t, "testdata/lightgbm/categorical.model.txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		feature int
		name    string
		code    float64
		known   bool
	}{{3, "Aarhus", 0, true}, {3, "Zürich", 10, true}, {3, "Évora", 11, true}, {3, "Atlantis", 0, false}, {7, "30", 2, true},
		{1, "one", 0, true}, {0, "Aarhus", 0, false}, {-1, "x", 0, false}, {99, "x", 0, false}} {
		if code, ok := m.Category(c.feature, c.name); ok != c.known || ok && code != c.code {
			t.Errorf("feature %d, %q: %v %v", c.feature, c.name, code, ok)
		}
	}
	// As XGBoost 3.2.0 writes ["grün", "x"]: five bytes, offsets 0 4 5.
	if got := xgTexts([]float64{0, 4, 5}, []float64{'g', 'r', 0xc3 - 256, 0xbc - 256, 'n'}); got != nil {
		t.Errorf("names from a shifted table: %q", got)
	}
}
