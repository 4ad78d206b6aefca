package app

import (
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fairtouch/demo"
	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// demoApp opens an installation in a temporary directory and fills the demo.
func demoApp(tb testing.TB, rows int) *App {
	tb.Helper()
	cfg, err := LoadConfig("", env(nil))
	if err != nil {
		tb.Fatal(err)
	}
	cfg.Data = tb.TempDir()
	a, err := Open(tb.Context(), cfg, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := a.Close(); err != nil && touch.CodeOf(err) != touch.Unavailable { // a test may have closed the store
			tb.Error(err)
		}
	})
	if err := a.FillDemo(tb.Context(), rows, func(int) {}); err != nil {
		tb.Fatal(err)
	}
	return a
}

func demoTouches(tb testing.TB, n int) []touch.Touch {
	tb.Helper()
	var out []touch.Touch
	err := demo.Rows(demo.Count, func(r demo.Row) error {
		if r.Index >= demo.Count-n {
			p := demo.Someone(r.Index)
			out = append(out, touch.Touch{System: DemoScorer, Subject: &touch.SubjectRef{ExternalID: p.ExternalID}, Purpose: DemoPurpose, Channel: touch.Call,
				Locale: "de", Features: r.Features, Facts: map[string]any{"country": "DE", "minor": false, "business": false, "first_contact": false}})
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// BenchmarkScore is the batch path with everything on and durable: consent,
// law, protection, model, explanation, disclosure, record.
func BenchmarkScore(b *testing.B) {
	const n = 4096
	a := demoApp(b, n)
	ts := demoTouches(b, n)
	caller := govern.Caller{Workspace: Demo, Operator: LocalOperator}
	b.ResetTimer()
	rows, used := 0, cpu()
	for b.Loop() {
		// Batches overlap as in `fairtouch score`: one commits while the next computes.
		var g sync.WaitGroup
		flight := make(chan struct{}, 3)
		for i := 0; i < n; i += 512 {
			flight <- struct{}{}
			g.Go(func() {
				defer func() { <-flight }()
				rs, err := a.Path.DecideAll(b.Context(), caller, ts[i:i+512], runtime.GOMAXPROCS(0))
				if err != nil {
					b.Error(err)
				}
				for j := range rs {
					if rs[j].Err != nil || rs[j].Decision.Receipt == nil {
						b.Error(rs[j].Err)
					}
				}
			})
			rows += 512
		}
		g.Wait()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64((cpu()-used).Microseconds())/float64(rows), "cpu-µs/row")
}

// cpu is the processor time that this process has used. On a machine that
// others share it says more than the clock.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDecide is one decision at a time, its commit included, in turn with
// the commit of a row of the same size alone.
func BenchmarkDecide(b *testing.B) {
	a := demoApp(b, 1000)
	ts := demoTouches(b, 1000)
	caller := govern.Caller{Workspace: Demo, Operator: LocalOperator}
	payload := json.RawMessage(`{"a":"` + strings.Repeat("x", 2500) + `"}`)
	var whole, commit []time.Duration
	n := 0
	for b.Loop() {
		began := time.Now()
		if _, err := a.Path.Decide(b.Context(), caller, ts[n%1000], ""); err != nil {
			b.Fatal(err)
		}
		decided := time.Now()
		if _, err := a.Record.Append(b.Context(), Demo, record.Entry{Kind: record.View, Payload: payload}); err != nil {
			b.Fatal(err)
		}
		whole, commit = append(whole, decided.Sub(began)), append(commit, time.Since(decided))
		n++
	}
	b.ReportMetric(percentile(whole, .5), "p50-ms")
	b.ReportMetric(percentile(commit, .5), "commit-p50-ms")
}

// BenchmarkDecide64 is 64 callers at once.
func BenchmarkDecide64(b *testing.B) {
	a := demoApp(b, 1000)
	ts := demoTouches(b, 1000)
	caller := govern.Caller{Workspace: Demo, Operator: LocalOperator}
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		n := 0
		for pb.Next() {
			if _, err := a.Path.Decide(b.Context(), caller, ts[n%1000], ""); err != nil {
				b.Fatal(err)
			}
			n += 7
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}
