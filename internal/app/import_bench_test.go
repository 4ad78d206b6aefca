package app

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

// every laterNo-th person of an import said no after what the file says.
const laterNo = 1000

// BenchmarkImport imports a file of permissions, a row each person, as the
// command line does: read and checked, with events, record and keys, on disk.
// Every thousandth withdrew after the file's day; none of them may come out with
// a yes, and everybody else must.
func BenchmarkImport(b *testing.B) {
	n := benchPeople(b)
	file := filepath.Join(b.TempDir(), "permissions.csv")
	said := time.Now().AddDate(0, 0, -30)
	importFileOf(b, file, n, said)
	scope := consent.Scope{Purpose: "offers", System: "lead-scorer", Channel: touch.Email}
	for b.Loop() {
		b.StopTimer()
		a := demoApp(b, 1)
		for i := 0; i < n; i += laterNo {
			no := consent.Event{Scope: scope, State: consent.Withdrawn, Basis: consent.ByNone, Actor: consent.Self, OccurredAt: said.AddDate(0, 0, 7)}
			if _, err := a.Ledger.Record(b.Context(), Demo, benchID(i), no); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		f, err := os.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		in, err := tables.OpenStream(f)
		if err != nil {
			b.Fatal(err)
		}
		people, rows, err := ReadImport(in)
		f.Close()
		if err != nil || rows != n {
			b.Fatal(rows, err)
		}
		if _, err := a.ImportPermissions(b.Context(), Demo, people, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		step := max(1, n/10_000) // of the rest, ten thousand
		for i := 0; i < n; i++ {
			later := i%laterNo == 0
			if !later && i%step != 0 {
				continue
			}
			k, ok, err := a.Ledger.Look(b.Context(), Demo, benchID(i))
			if err != nil || !ok {
				b.Fatal(ok, err)
			}
			if r := consent.Evaluate(k.Members, scope, time.Now()); r.Allowed == later {
				b.Fatalf("row %d: allowed %v, withdrew later %v", i, r.Allowed, later)
			}
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
	b.ReportMetric(float64((n+laterNo-1)/laterNo), "later-withdrawals-kept")
}

func importFileOf(b *testing.B, file string, n int, said time.Time) {
	b.Helper()
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "external_id,purpose,system,channel,state,basis,notice,source,occurred_at")
	at := said.UTC().Format(time.RFC3339)
	for i := range n {
		fmt.Fprintf(w, "%s,offers,lead-scorer,email,ConsentGiven,consent,sha256:0123456789abcdef,crm,%s\n", benchID(i), at)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}
