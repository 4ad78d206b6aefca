package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// BenchmarkWebhooks withdraws at a steady rate while many subscribers listen, and
// times each delivery from the acknowledgement of its withdrawal. Sizes:
// FAIRTOUCH_BENCH_WEBHOOKS, as subscribers x withdrawals a second x seconds.
func BenchmarkWebhooks(b *testing.B) {
	ends, rate, seconds := webhookSizes(b)
	a := demoApp(b, 1)
	n := rate * seconds
	fillPeople(b, a, n)
	got := &arrivals{at: map[string]time.Time{}}
	srv := httptest.NewTLSServer(got)
	defer srv.Close()
	a.Outbound = srv.Client()
	a.Outbound.Transport.(*http.Transport).MaxIdleConnsPerHost = 64 // the receivers of a company are not one host
	for range ends {
		if _, err := a.AddEndpoint(b.Context(), Demo, LocalOperator, srv.URL); err != nil {
			b.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { a.RunWebhooks(ctx) })
	defer func() { stop(); wg.Wait() }()
	b.ResetTimer()
	for b.Loop() {
		took := benchDeliveries(b, a, got, n, rate, ends)
		b.ReportMetric(percentile(took, .5), "p50-ms")
		b.ReportMetric(percentile(took, .95), "p95-ms")
		b.ReportMetric(percentile(took, 1), "max-ms")
		b.ReportMetric(float64(len(took)), "deliveries")
	}
}

func webhookSizes(b *testing.B) (ends, rate, seconds int) {
	sizes := [3]int{5, 10, 2}
	if s := os.Getenv("FAIRTOUCH_BENCH_WEBHOOKS"); s != "" {
		for i, x := range strings.Split(s, "x") {
			v, err := strconv.Atoi(x)
			if err != nil || v < 1 || i > 2 {
				b.Fatal("FAIRTOUCH_BENCH_WEBHOOKS is subscribers x withdrawals a second x seconds, such as 50x20x30")
			}
			sizes[i] = v
		}
	}
	return sizes[0], sizes[1], sizes[2]
}

// benchDeliveries withdraws, waits until every subscriber was told of each, and
// returns how long after its acknowledgement each delivery arrived.
func benchDeliveries(b *testing.B, a *App, got *arrivals, n, rate, ends int) []time.Duration {
	acked := make(map[string]time.Time, n)
	began := time.Now()
	for i := range n {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		r, err := a.Ledger.Record(b.Context(), Demo, benchID(i), consent.Event{Scope: consent.Scope{Purpose: "offers", System: "lead-scorer", Channel: touch.Email},
			State: consent.Withdrawn, Basis: consent.ByNone, Actor: consent.Self})
		if err != nil {
			b.Fatal(err)
		}
		acked[r.ID] = time.Now()
	}
	for end := time.Now().Add(2 * time.Minute); got.count(acked) < n*ends; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("%d of %d were delivered", got.count(acked), n*ends)
		}
	}
	var took []time.Duration
	got.mu.Lock()
	defer got.mu.Unlock()
	for id, at := range got.at {
		event, _, _ := strings.Cut(id, ".")
		if t, ok := acked[event]; ok {
			took = append(took, max(0, at.Sub(t)))
		}
	}
	return took
}

// arrivals is a receiver that notes when each message came first.
type arrivals struct {
	mu sync.Mutex // owns at
	at map[string]time.Time
}

// ServeHTTP implements http.Handler.
func (g *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	_, _ = io.Copy(io.Discard, r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	if id := r.Header.Get("webhook-id"); g.at[id].IsZero() {
		g.at[id] = now
	}
	w.WriteHeader(http.StatusNoContent)
}

func (g *arrivals) count(acked map[string]time.Time) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id := range g.at {
		event, _, _ := strings.Cut(id, ".")
		if _, ok := acked[event]; ok {
			n++
		}
	}
	return n
}
