package treeshap

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
)

const tiny = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=a b
feature_infos=[0:9] [0:9]
tree_sizes=400

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
split_gain=1 1
threshold=2.5 4.5
decision_type=2 2
left_child=1 -1
right_child=-2 -3
leaf_value=0.1 -0.2 0.3
leaf_weight=1 1 1
leaf_count=10 20 30
internal_value=0 0
internal_weight=1 1
internal_count=60 40
is_linear=0
shrinkage=0.1

end of trees

feature_importances:
a=1

pandas_categorical:null
`

func TestRefusesByName(t *testing.T) {
	xgb := string(unzip(t, "testdata/xgboost/adult_multi_d4_t10.model.json.gz"))
	for name, c := range map[string]struct {
		model string
		want  error
	}{
		"nothing":             {"", ErrFormat},
		"another format":      {"PMML", ErrFormat},
		"cut off":             {tiny[:strings.Index(tiny, "end of trees")], ErrFormat},
		"linear trees":        {strings.Replace(tiny, "is_linear=0", "is_linear=1", 1), ErrUnsupported},
		"stripped counts":     {strings.Replace(tiny, "internal_count=60 40\n", "", 1), ErrNoCovers},
		"a loop":              {strings.Replace(tiny, "left_child=1 -1", "left_child=0 -1", 1), ErrFormat},
		"a child out there":   {strings.Replace(tiny, "right_child=-2 -3", "right_child=-2 -9", 1), ErrFormat},
		"a feature out there": {strings.Replace(tiny, "split_feature=0 1", "split_feature=0 7", 1), ErrFormat},
		"a leaf that is NaN":  {strings.Replace(tiny, "leaf_value=0.1", "leaf_value=nan", 1), ErrFormat},
		"text for a number":   {strings.Replace(tiny, "threshold=2.5", "threshold=low", 1), ErrFormat},
		"unknown objective":   {strings.Replace(tiny, "objective=binary sigmoid:1", "objective=magic", 1), ErrUnsupported},
		"gblinear":            {strings.Replace(xgb, `"gbtree"`, `"gblinear"`, 2), ErrUnsupported},
		"vector leaves":       {strings.ReplaceAll(xgb, `"size_leaf_vector":"0"`, `"size_leaf_vector":"3"`), ErrUnsupported},
		"no covers":           {strings.ReplaceAll(xgb, `"sum_hessian"`, `"x_hessian"`), ErrNoCovers},
		"a key twice":         {`{"learner":{},"learner":{}}`, ErrFormat},
	} {
		if _, err := Load([]byte(c.model)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestLightGBMGoesTheRightWay(t *testing.T) {
	m, err := Load([]byte(tiny))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ a, b, want float64 }{{2.5, 4.5, 0.1}, {2.5, 4.6, 0.3}, {2.6, 0, -0.2}, {math.NaN(), 0, 0.1}} {
		if got := m.Margin(nil, []float64{c.a, c.b})[0]; got != c.want {
			t.Errorf("%v gave %v", c, got)
		}
	}
	if b := m.Bias()[0]; math.Abs(b-(10*.1-20*.2+30*.3)/60) > 1e-15 {
		t.Errorf("bias %v", b)
	}
	if p := m.Predict(nil, []float64{0, 0})[0]; math.Abs(p-1/(1+math.Exp(-.1))) > 1e-15 {
		t.Errorf("prediction %v", p)
	}
	if err := m.Explain(m.NewScratch(), []float64{1}, make([]float64, 3)); !errors.Is(err, ErrShape) {
		t.Errorf("a short row: %v", err)
	}
}

func fuzz(f *testing.F, seed []byte) {
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Load(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrNoCovers) {
				t.Fatalf("an error without a name: %v", err)
			}
			return
		}
		row := make([]float64, len(m.Features()))
		row[0] = math.NaN()
		contribs := make([]float64, m.Classes()*(len(row)+1))
		if err := m.Explain(m.NewScratch(), row, contribs); err != nil && !errors.Is(err, ErrNotAdditive) {
			t.Fatal(err)
		}
	})
}

func FuzzLightGBM(f *testing.F) { fuzz(f, []byte(tiny)) }

func FuzzXGBoostJSON(f *testing.F) {
	fuzz(f, unzip(f, "testdata/xgboost/adult_multi_d4_t10.model.json.gz"))
}

func FuzzXGBoostUBJ(f *testing.F) {
	fuzz(f, unzip(f, "testdata/xgboost/adult_multi_d4_t10.model.ubj.gz"))
}

func TestFlippedBytesNeverPanic(t *testing.T) {
	for _, name := range []string{"adult_categorical_d5_t30.model.ubj.gz", "adult_dart_d4_t20.model.json.gz"} {
		good := unzip(t, "testdata/xgboost/"+name)
		for i := 0; i < len(good); i += max(1, len(good)/400) {
			bad := bytes.Clone(good)
			bad[i] ^= byte(i%255 + 1)
			if m, err := Load(bad); err == nil {
				row := make([]float64, len(m.Features()))
				_ = m.Explain(m.NewScratch(), row, make([]float64, m.Classes()*(len(row)+1)))
			}
		}
	}
}
