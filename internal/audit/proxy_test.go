package audit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// TestProxiesAreFoundAndBandingCosts: a postcode that gives the group away must
// not pass as a neutral feature.
func TestProxiesAreFoundAndBandingCosts(t *testing.T) {
	src := fairness.NewSource(3)
	var b strings.Builder
	b.WriteString("sex,sent,height,coin\n")
	for range 4000 {
		sex, mean := "f", 165.0
		if src.Float64() < .5 {
			sex, mean = "m", 180
		}
		fmt.Fprintf(&b, "%s,1,%d,%d\n", sex, int(mean+30*(src.Float64()-.5)), src.Intn(2))
	}
	path := filepath.Join(t.TempDir(), "p.csv")
	must(t, os.WriteFile(path, []byte(b.String()), 0o600))
	s, err := engine.ParseSpec([]byte("data: " + path + "\nattributes: sex\nprediction: sent\n"))
	must(t, err)
	got, err := audit.Proxies(t.Context(), s, []engine.Attribute{{Column: "coin"}, {Column: "height"}, {Column: "height", Name: "height in two bands", Bands: []float64{160}}}, engine.File{})
	must(t, err)
	if got[0].Feature != "height" || !(got[0].Low > .4) || got[2].Feature != "coin" || got[2].Bits > .01 || !(got[1].Bits < got[0].Bits/2) {
		t.Errorf("%+v", got)
	}
	if _, err := audit.Proxies(t.Context(), s, []engine.Attribute{{Column: "sex"}}, engine.File{}); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("the attribute is its own proxy: %v", err)
	}
}
