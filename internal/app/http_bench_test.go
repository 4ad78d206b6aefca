package app

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/access"
)

// benchHTTP is 64 clients that ask for decisions over loopback; they share the
// machine with the server.
func benchHTTP(b *testing.B, a *App) {
	h, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	_, secret, err := a.Desk.CreateKey(b.Context(), Demo, LocalOperator, "bench", []access.Scope{access.Decide})
	if err != nil {
		b.Fatal(err)
	}
	var bodies [][]byte
	for _, t := range demoTouches(b, 1000) {
		body, err := json.Marshal(t)
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
	const clients = 64
	var next, bad atomic.Int64
	lat := make([][]time.Duration, clients)
	b.ResetTimer()
	used := cpu()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(b.N) {
					return
				}
				start := time.Now()
				req, _ := http.NewRequest(http.MethodPost, srv.URL+"/v1/decisions", bytes.NewReader(bodies[i%1000]))
				req.Header.Set("Authorization", "Bearer "+secret)
				req.Header.Set("Content-Type", "application/json")
				resp, err := client.Do(req)
				if err != nil {
					bad.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					bad.Add(1)
				}
				lat[c] = append(lat[c], time.Since(start))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	if bad.Load() > 0 {
		b.Fatalf("%d of %d requests failed", bad.Load(), b.N)
	}
	all := slices.Concat(lat...)
	slices.Sort(all)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64((cpu()-used).Microseconds())/float64(b.N), "cpu-µs/decision")
}

func BenchmarkHTTP64SQLite(b *testing.B) { benchHTTP(b, demoApp(b, 1000)) }

func BenchmarkHTTP64Postgres(b *testing.B) {
	url, err := cluster.URL(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	cfg, err := LoadConfig("", env(map[string]string{"FAIRTOUCH_DATABASE": url, "FAIRTOUCH_DATA": b.TempDir()}))
	if err != nil {
		b.Fatal(err)
	}
	a, err := Open(b.Context(), cfg, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			b.Error(err)
		}
	}()
	if err := a.FillDemo(b.Context(), 1000, func(int) {}); err != nil {
		b.Fatal(err)
	}
	benchHTTP(b, a)
}
