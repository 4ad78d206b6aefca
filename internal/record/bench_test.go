package record_test

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
)

func benchWorld(b *testing.B, url string) *storetest.World {
	b.Helper()
	dir := b.TempDir()
	db, err := sqlstore.Open(b.Context(), sqlstore.Config{Dir: dir, URL: url})
	if err != nil {
		b.Fatal(err)
	}
	w, err := storetest.BuildWorld(b.Context(), db, dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { closeWorld(b, w) })
	return w
}

// benchAppend appends from many writers: 1 KiB payload, sealed, committed to,
// guarded, with decision columns, receipt signed, log fed meanwhile.
func benchAppend(b *testing.B, w *storetest.World, writers int, idempotent bool) {
	payload := fmt.Appendf(nil, `{"text":"%01000d"}`, 1)
	type person struct {
		s sqlstore.Subject
		r record.Subject
	}
	people := make([]person, 256)
	for i := range people {
		s, r, err := w.Person(b.Context(), fmt.Sprint("p", i))
		if err != nil {
			b.Fatal(err)
		}
		people[i] = person{s, r}
	}
	var n atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for range writers {
		wg.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				p := &people[i%256]
				key := ""
				if idempotent {
					key = fmt.Sprint("k", i)
				}
				e := storetest.Decision(&p.r, p.s.Version, key, "")
				e.Payload = payload
				if _, err := w.Rec.Append(b.Context(), ws, e); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "rec/s")
}

func BenchmarkAppendSQLite(b *testing.B) {
	for _, writers := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) { benchAppend(b, benchWorld(b, ""), writers, false) })
	}
	b.Run("64idempotent", func(b *testing.B) { benchAppend(b, benchWorld(b, ""), 64, true) })
}

func BenchmarkAppendPostgres(b *testing.B) {
	url := os.Getenv("FAIRTOUCH_TEST_POSTGRES")
	if url == "" {
		var err error
		if url, err = cluster.URL(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	w := benchWorld(b, url)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) { benchAppend(b, w, writers, false) })
	}
}

// BenchmarkBatch is how score appends: hundreds of rows a call, two callers.
func BenchmarkBatchSQLite(b *testing.B) {
	w := benchWorld(b, "")
	s, r, err := w.Person(b.Context(), "p")
	if err != nil {
		b.Fatal(err)
	}
	payload := fmt.Appendf(nil, `{"text":"%01000d"}`, 1)
	start := time.Now()
	for left := b.N; left > 0; left -= 512 {
		var es []record.Entry
		for range min(left, 512) {
			e := storetest.Decision(&r, s.Version, "", "")
			e.Payload = payload
			es = append(es, e)
		}
		if _, err := w.Rec.AppendBatch(b.Context(), ws, es); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "rec/s")
}
