package audit_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
)

// TestAnyPartitionMergesToOnePass: nodes that each count a part must agree with
// one that counted all, or an audit depends on the load balancer.
func TestAnyPartitionMergesToOnePass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, parts := audit.NewLive("sex"), []*audit.Live{audit.NewLive("sex"), audit.NewLive("sex"), audit.NewLive("sex")}
		for range rapid.IntRange(0, 120).Draw(t, "n") {
			at := now.AddDate(0, 0, rapid.IntRange(0, 3).Draw(t, "day"))
			g := rapid.SampledFrom([]string{"", "f", "m"}).Draw(t, "group")
			pos, s := rapid.Bool().Draw(t, "pos"), rapid.Float64Range(0, 1).Draw(t, "s")
			if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
				s = math.NaN()
			}
			p := parts[rapid.IntRange(0, 2).Draw(t, "part")]
			whole.Add(at, g, pos, s)
			p.Add(at, g, pos, s)
			if rapid.Bool().Draw(t, "labelled") { // and the label may reach another node
				late, y := parts[rapid.IntRange(0, 2).Draw(t, "other")], rapid.Bool().Draw(t, "y")
				whole.Label(at, g, pos, s, y)
				late.Label(at, g, pos, s, y)
			}
		}
		for _, p := range parts[1:] {
			parts[0].Merge(p)
		}
		from, until := now.AddDate(0, 0, -1), now.AddDate(0, 0, 9)
		if d := cmp.Diff(whole.Window(from, until, 0), parts[0].Window(from, until, 0)); d != "" {
			t.Fatal(d)
		}
	})
}

func TestCohortsThatHaveNotMaturedAreLeftOut(t *testing.T) {
	l := audit.NewLive("sex")
	for i := range 10 {
		l.Add(now, "f", true, .7)
		l.Add(now.AddDate(0, 0, 1), "f", true, .7)
		l.Label(now, "f", true, .7, i%2 == 0)
	}
	l.Label(now.AddDate(0, 0, 1), "f", true, .7, true)
	w := l.Window(now.AddDate(0, 0, -1), now.AddDate(0, 0, 5), .9)
	if len(w) != 1 || w[0].N != 10 || w[0].TP != 5 {
		t.Fatalf("%+v", w)
	}
}

// BenchmarkLive: at most 200 ns a decision and attribute.
func BenchmarkLive(b *testing.B) {
	l, groups := audit.NewLive("sex"), []string{"f", "m", "x", ""}
	src := fairness.NewSource(1)
	at := make([]time.Time, 1024)
	for i := range at {
		at[i] = now.Add(time.Duration(src.Intn(72)) * time.Hour)
	}
	for i := 0; b.Loop(); i++ {
		l.Add(at[i&1023], groups[i&3], i&4 == 0, float64(i&255)/255)
	}
}
