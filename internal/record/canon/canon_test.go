package canon_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"fairtouch/internal/record/canon"
)

type inner struct {
	Zeta  string             `json:"zeta"`
	Alpha *float64           `json:"alpha,omitzero"`
	Many  []float64          `json:"many,omitempty"`
	Any   map[string]any     `json:"any,omitzero"`
	Gone  string             `json:"-"`
	Num   map[string]float64 `json:"num"`
}

type outer struct {
	When  time.Time       `json:"when"`
	Never time.Time       `json:"never,omitzero"`
	In    inner           `json:"in"`
	Ptr   *inner          `json:"a_ptr"`
	List  []inner         `json:"list"`
	Raw   json.RawMessage `json:"raw"`
	N     int64           `json:"n"`
	Yes   bool            `json:"YES"`
}

func drawInner(t *rapid.T, name string) inner {
	f := rapid.Float64().Filter(func(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) })
	x := inner{Zeta: rapid.String().Draw(t, name), Gone: "never written", Many: rapid.SliceOf(f).Draw(t, name),
		Num: rapid.MapOf(rapid.String(), f).Draw(t, name), Any: map[string]any{rapid.String().Draw(t, name): rapid.Bool().Draw(t, name), "x": nil, "\U0001F600": 1.5, "\uE000": "later"}}
	if rapid.Bool().Draw(t, name) {
		v := f.Draw(t, name)
		x.Alpha = &v
	}
	return x
}

// What is committed to must be what anybody's RFC 8785 makes of it, or an
// outsider could not check an opened record.
func TestSameAsOrderingAfterwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInner(t, "in")
		v := outer{When: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "when"), 123000).UTC(), In: in, N: rapid.Int64().Draw(t, "n"),
			Raw: json.RawMessage(`{"b":1,"a":[-0,1e3, "A"]}`)}
		if rapid.Bool().Draw(t, "ptr") {
			v.Ptr, v.List = &in, []inner{in, drawInner(t, "list")}
		}
		got, err := canon.Append([]byte("x"), v)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		want := jsontext.Value(plain)
		if err := want.Canonicalize(); err != nil {
			t.Fatal(err)
		}
		if string(got) != "x"+string(want) {
			t.Fatalf("%s\nis not\n%s", got, want)
		}
	})
}

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	for _, v := range []any{math.NaN(), math.Inf(1), "\xff", make(chan int), map[int]string{1: "x"}, struct{ inner }{}, []any{math.Inf(-1)},
		map[string]any{"\xff": 1}} {
		if b, err := canon.Append(nil, v); err == nil {
			t.Errorf("%#v was written as %s", v, b)
		}
	}
}
