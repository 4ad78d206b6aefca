package pilot

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

type vectors struct {
	Hash            [][4]any `json:"hash"`
	GetBucketRange  [][3]any `json:"getBucketRange"`
	ChooseVariation [][4]any `json:"chooseVariation"`
	InNamespace     [][4]any `json:"inNamespace"`
	GetEqualWeights [][2]any `json:"getEqualWeights"`
	Run             [][5]any `json:"run"`
}

func load(t *testing.T) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/growthbook_0.7.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

func toRanges(x any) []Range {
	var out []Range
	for _, r := range x.([]any) {
		p := r.([]any)
		out = append(out, Range{p[0].(float64), p[1].(float64)})
	}
	return out
}

func toFloats(x any) []float64 {
	l, _ := x.([]any)
	var out []float64
	for _, f := range l {
		out = append(out, f.(float64))
	}
	return out
}

func TestAssignmentAgreesWithThePublicVectors(t *testing.T) {
	v := load(t)
	for _, c := range v.Hash {
		got, ok := Hash(c[0].(string), c[1].(string), int(c[2].(float64)))
		if want, has := c[3].(float64); ok != has || got != want {
			t.Errorf("hash %v gives %v %t", c, got, ok)
		}
	}
	for _, c := range v.GetBucketRange {
		in := c[1].([]any)
		got, want := Ranges(int(in[0].(float64)), in[1].(float64), toFloats(in[2])), toRanges(c[2])
		if len(got) != len(want) {
			t.Fatalf("%v gives %v", c, got)
		}
		for i := range want {
			if !near(got[i].Lo, want[i].Lo) || !near(got[i].Hi, want[i].Hi) {
				t.Errorf("%v gives %v", c, got)
			}
		}
	}
	for _, c := range v.ChooseVariation {
		if got := Choose(c[1].(float64), toRanges(c[2])); got != int(c[3].(float64)) {
			t.Errorf("choose %v gives %d", c, got)
		}
	}
	for _, c := range v.InNamespace {
		n := c[2].([]any)
		if got := (Namespace{n[0].(string), n[1].(float64), n[2].(float64)}).Holds(c[1].(string)); got != c[3].(bool) {
			t.Errorf("namespace %v gives %t", c, got)
		}
	}
	for _, c := range v.GetEqualWeights {
		got, want := EqualWeights(int(c[0].(float64))), toFloats(c[1])
		if len(got) != len(want) {
			t.Fatalf("weights %v give %v", c, got)
		}
		for i := range want {
			if !near(got[i], want[i]) {
				t.Errorf("weights %v give %v", c, got)
			}
		}
	}
	if n := len(v.Hash) + len(v.GetBucketRange) + len(v.ChooseVariation) + len(v.InNamespace) + len(v.GetEqualWeights); n != 63 {
		t.Errorf("%d vectors were read, 63 are published", n)
	}
}

func TestWholeExperimentsAssignAsPublished(t *testing.T) {
	for _, c := range load(t).Run {
		in, exp := c[1].(map[string]any), c[2].(map[string]any)
		id := in["attributes"].(map[string]any)["id"].(string)
		variations := exp["variations"].([]any)
		seed, _ := exp["seed"].(string)
		if seed == "" {
			seed = exp["key"].(string)
		}
		version, coverage := 1, 1.0
		if x, ok := exp["hashVersion"].(float64); ok {
			version = int(x)
		}
		if x, ok := exp["coverage"].(float64); ok {
			coverage = x
		}
		got := -1
		if bucket, ok := Hash(seed, id, version); ok && len(variations) > 1 {
			ranges := Ranges(len(variations), coverage, toFloats(exp["weights"]))
			if r, given := exp["ranges"]; given {
				ranges = toRanges(r)
			}
			n, spaced := exp["namespace"].([]any)
			if !spaced || (Namespace{n[0].(string), n[1].(float64), n[2].(float64)}).Holds(id) {
				got = Choose(bucket, ranges)
			}
		}
		want := -1
		if c[4].(bool) {
			want = int(c[3].(float64))
		}
		if got != want {
			t.Errorf("%v: %s gets %d, want %d", c[0], id, got, want)
		}
	}
}
