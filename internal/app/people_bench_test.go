package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

// benchPeople is how many persons the benchmarks know, FAIRTOUCH_BENCH_PEOPLE;
// 20,000 unless told.
func benchPeople(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("FAIRTOUCH_BENCH_PEOPLE"))
	if err != nil {
		return 20_000
	}
	return n
}

func benchID(i int) string { return fmt.Sprintf("BENCH-%08d", i) }

// benchScopes are ten permissions a person.
func benchScopes() (out []consent.Scope) {
	for _, purpose := range []string{"lead-scoring", "offers", "newsletter"} {
		for _, s := range []touch.SystemID{"", "lead-scorer", "offers-engine"} {
			out = append(out, consent.Scope{Purpose: purpose, System: s, Channel: touch.Email})
		}
	}
	return append(out, consent.Scope{Purpose: "service", System: "chat", Channel: touch.Chat})
}

// fillPeople makes persons with ten permissions each: keys and sealed
// projections as the ledger writes them, without the record of each event.
func fillPeople(b *testing.B, a *App, n int) {
	b.Helper()
	began, when := time.Now(), time.Now().Add(-time.Hour)
	for done := 0; done < n; {
		m := min(4096, n-done)
		lookups := make([]string, m)
		for i := range lookups {
			var err error
			if lookups[i], err = a.Ledger.Lookup(Demo, benchID(done+i)); err != nil {
				b.Fatal(err)
			}
		}
		known, _, err := a.Ledger.FindAll(b.Context(), Demo, lookups)
		if err != nil {
			b.Fatal(err)
		}
		rows := make([]any, 3*m)
		var wg sync.WaitGroup
		for w := range runtime.GOMAXPROCS(0) {
			wg.Go(func() {
				for i := w; i < m; i += runtime.GOMAXPROCS(0) {
					var es []consent.Event
					for j, s := range benchScopes() {
						st := consent.Given
						if (done+i+j)%5 == 0 {
							st = consent.Refused
						}
						es = append(es, consent.Event{Scope: s, State: st, Basis: consent.ByConsent, Notice: "sha256:0123456789abcdef", Actor: consent.Self, OccurredAt: when})
					}
					k := known[lookups[i]]
					e, err := a.Ledger.Prepare(k, es)
					if err != nil {
						b.Error(err)
						return
					}
					rows[3*i], rows[3*i+1], rows[3*i+2] = string(Demo), string(k.ID), e.State
				}
			})
		}
		wg.Wait()
		err = a.DB.Write(b.Context(), func(ctx context.Context, tx *sqlstore.Tx) error {
			for i := 0; i < len(rows); i += 3 {
				if _, err := tx.Exec(ctx, "INSERT INTO consent_state (ws, subject_id, sealed) VALUES ($1, $2, $3)", rows[i:i+3]...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		done += m
	}
	b.Logf("%d persons with %d permissions each in %s", n, len(benchScopes()), time.Since(began).Round(time.Second))
}

func percentile(d []time.Duration, p float64) float64 {
	slices.Sort(d)
	return float64(d[min(len(d)-1, int(p*float64(len(d))))].Microseconds()) / 1000
}

// BenchmarkPermissions asks whether one random person permits one use: in
// process, one caller, and over HTTP at 2,000 requests a second.
func BenchmarkPermissions(b *testing.B) {
	a := demoApp(b, 1)
	n := benchPeople(b)
	fillPeople(b, a, n)
	b.Run("InProcess", func(b *testing.B) {
		var took []time.Duration
		yes := 0
		for b.Loop() {
			began := time.Now()
			k, ok, err := a.Ledger.Look(b.Context(), Demo, benchID(rand.IntN(n)))
			if err != nil || !ok {
				b.Fatal(err, ok)
			}
			if consent.Evaluate(k.Members, consent.Scope{Purpose: "offers", System: "lead-scorer", Channel: touch.Email}, began).Allowed {
				yes++
			}
			took = append(took, time.Since(began))
		}
		if yes == 0 || yes == len(took) {
			b.Fatalf("%d of %d said yes", yes, len(took))
		}
		b.ReportMetric(percentile(took, .5), "p50-ms")
		b.ReportMetric(percentile(took, .99), "p99-ms")
	})
	b.Run("HTTP2000", func(b *testing.B) { benchChecks(b, a, n, 2000) })
}

// benchChecks sends requests at a rate, whether or not the answers keep up, so
// that a slow answer can't hide the requests behind it.
func benchChecks(b *testing.B, a *App, people, rate int) {
	h, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	_, secret, err := a.Desk.CreateKey(b.Context(), Demo, LocalOperator, "bench", []access.Scope{access.ConsentRead})
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256}}
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range b.N {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wg.Go(func() {
			body := fmt.Sprintf(`{"external_id":%q,"scope":{"purpose":"offers","system":"lead-scorer","channel":"email"}}`, benchID(rand.IntN(people)))
			req, _ := http.NewRequest(http.MethodPost, srv.URL+"/v1/consents/check", bytes.NewReader([]byte(body)))
			req.Header.Set("Authorization", "Bearer "+secret)
			req.Header.Set("Content-Type", "application/json")
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			answer, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK || !bytes.Contains(answer, []byte(`"known":true`)) {
				b.Errorf("%d %s", resp.StatusCode, answer)
			}
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "requests/s")
	b.ReportMetric(percentile(took, .5), "p50-ms")
	b.ReportMetric(percentile(took, .99), "p99-ms")
}

// BenchmarkRehearse rehearses an audience of a million (FAIRTOUCH_BENCH_AUDIENCE)
// from CSV to CSV, half of whom are known.
func BenchmarkRehearse(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("FAIRTOUCH_BENCH_AUDIENCE"))
	if err != nil {
		rows = 20_000
	}
	a := demoApp(b, 1)
	fillPeople(b, a, rows/2)
	c, err := a.FindCampaign(b.Context(), Demo, "spring")
	if err != nil {
		b.Fatal(err)
	}
	c.Systems, c.Channel = []touch.SystemID{DemoScorer}, touch.Email
	var table bytes.Buffer
	table.WriteString("external_id,country,language,minor,business,first_contact\n")
	for i := range rows {
		fmt.Fprintf(&table, "%s,DE,de,false,false,false\n", benchID(i))
	}
	b.ResetTimer()
	for b.Loop() {
		in, err := tables.OpenStream(bytes.NewReader(table.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		m := GuessMapping(in.Columns(), c.Markets)
		out, err := tables.Create("x.csv", nopCloser{io.Discard}, (&Rehearsing{In: in, Map: m}).OutColumns())
		if err != nil {
			b.Fatal(err)
		}
		got, err := a.Rehearse(b.Context(), govern.Caller{Workspace: Demo, Operator: LocalOperator}, Rehearsing{Campaign: &c, Map: m, In: in, Out: out}, campaign.Rehearsal{})
		if err != nil || got.Rows != rows || got.Cleared == 0 {
			b.Fatalf("%v: %d cleared of %d", err, got.Cleared, got.Rows)
		}
		b.ReportMetric(float64(got.Cleared), "cleared")
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
