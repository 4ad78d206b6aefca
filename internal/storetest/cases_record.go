package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Bump changes a person's version, as a withdrawal does.
func (w *World) Bump(ctx context.Context, id touch.SubjectID) error {
	return w.DB.Write(ctx, func(ctx context.Context, tx *sqlstore.Tx) error { return sqlstore.BumpSubject(ctx, tx, WS, id) })
}

func staleGuard(t *testing.T, w *World) {
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	_, err = w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "one"))
	must(t, err)
	must(t, w.Bump(t.Context(), s.ID))
	if _, err = w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "two")); !errors.Is(err, record.ErrStale) {
		t.Fatalf("a touch was recorded after the withdrawal: %v", err)
	}
	_, err = w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version+1, "", "three"))
	must(t, err)
}

// staleRace withdraws while touches are under way. A touch whose append begins
// after the withdrawal was acknowledged must never be recorded.
func staleRace(t *testing.T, w *World) {
	var bad, good atomic.Int64
	for i := range 60 {
		s, subject, err := w.Person(t.Context(), fmt.Sprint("p", i))
		must(t, err)
		var withdrawn atomic.Bool
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for !withdrawn.Load() {
					_, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "x"))
					if err == nil {
						good.Add(1)
					}
				}
				if _, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "x")); !errors.Is(err, record.ErrStale) {
					bad.Add(1)
				}
			})
		}
		for before := good.Load(); good.Load() == before && i%2 == 0; {
			time.Sleep(100 * time.Microsecond)
		}
		must(t, w.Bump(t.Context(), s.ID))
		withdrawn.Store(true)
		wg.Wait()
	}
	if bad.Load() != 0 || good.Load() == 0 {
		t.Fatalf("%d touches were recorded after a withdrawal, %d before", bad.Load(), good.Load())
	}
}

func idempotent(t *testing.T, w *World) {
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	var mu sync.Mutex
	var wins int
	var first touch.DecisionID
	var dups []*record.DuplicateError
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			e := Decision(&subject, s.Version, "key", "the reply")
			_, err := w.Rec.Append(t.Context(), WS, e)
			mu.Lock()
			defer mu.Unlock()
			var d *record.DuplicateError
			switch {
			case err == nil:
				wins, first = wins+1, e.Decision.ID
			case errors.As(err, &d) && errors.Is(err, record.ErrDuplicate):
				dups = append(dups, d)
			default:
				t.Errorf("append: %v", err)
			}
		})
	}
	wg.Wait()
	if wins != 1 || len(dups) != 11 {
		t.Fatalf("%d decisions and %d duplicates for one key", wins, len(dups))
	}
	for _, d := range dups {
		reply, err := w.Rec.OpenReply(t.Context(), WS, "key", d, subject)
		must(t, err)
		if d.Decision != first || string(reply) != "the reply" {
			t.Fatalf("a retry got %s, %q", d.Decision, reply)
		}
	}
}

func batchNeighbours(t *testing.T, w *World) {
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	var entries []record.Entry
	for i := range 200 {
		e := Decision(&subject, s.Version, "", "x")
		switch i {
		case 50:
			e.Guard.Version = 99 // stale
		case 100:
			e.Decision.ID = entries[0].Decision.ID // the same id twice
		case 150:
			e.Payload = []byte("{")
		case 170:
			e.Decision.Band = "\xff" // no text
		}
		entries = append(entries, e)
	}
	got, err := w.Rec.AppendBatch(t.Context(), WS, entries)
	must(t, err)
	for i, r := range got {
		if bad := i == 50 || i == 100 || i == 150 || i == 170; bad != (r.Err != nil) {
			t.Fatalf("row %d: %v", i, r.Err)
		}
		if r.Err == nil {
			_, err := w.Rec.Opening(t.Context(), WS, touch.EventID(r.Receipt.ID))
			must(t, err)
			if i > 3 {
				continue
			}
		}
	}
}

func erased(t *testing.T, w *World) {
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	r, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "key", "secret"))
	must(t, err)
	_, err = w.Rec.Erase(t.Context(), WS, s.ID)
	must(t, err)
	if _, err := w.Rec.Opening(t.Context(), WS, touch.EventID(r.ID)); !errors.Is(err, seal.ErrErased) {
		t.Fatalf("an erased record opened: %v", err)
	}
	if _, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "again")); !errors.Is(err, record.ErrStale) {
		t.Fatalf("an erased person was touched: %v", err)
	}
	if ok, err := w.DB.SubjectsByLookup(t.Context(), WS, []string{s.Lookup}); err != nil || len(ok) != 0 {
		t.Fatalf("an erased person was found: %v %v", ok, err)
	}
	fresh, _, err := w.Person(t.Context(), "jane")
	must(t, err)
	if fresh.ID == s.ID {
		t.Fatal("an erased person came back under the old id")
	}
	if _, err := w.Rec.Erase(t.Context(), WS, "sub_nobody"); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("erasing nobody: %v", err)
	}
}

func reerased(t *testing.T, w *World) {
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	r, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "secret"))
	must(t, err)
	list := []sqlstore.Erasure{{Workspace: WS, Subject: s.ID, KeyID: "k", At: time.Now()}, {Workspace: WS, Subject: "sub_other", KeyID: "k", At: time.Now()}}
	for want := 1; want >= 0; want-- {
		n, err := w.DB.Reerase(t.Context(), list)
		must(t, err)
		if n != want {
			t.Fatalf("erased %d, want %d", n, want)
		}
	}
	if _, err := w.Rec.Opening(t.Context(), WS, touch.EventID(r.ID)); !errors.Is(err, seal.ErrErased) {
		t.Fatalf("a restored person stayed readable: %v", err)
	}
	got, err := w.DB.Erasures(t.Context())
	must(t, err)
	if len(got) != 1 || got[0].Subject != s.ID {
		t.Fatalf("list of erasures: %+v", got)
	}
}

func workspaces(t *testing.T, w *World) {
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	r, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "x"))
	must(t, err)
	_, err = w.DB.CreateWorkspace(t.Context(), sqlstore.Workspace{ID: "other", Name: "O", Kind: "real", LogOrigin: "log.example/other"})
	must(t, err)
	if _, err := w.Rec.Opening(t.Context(), "other", touch.EventID(r.ID)); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("another workspace read the record: %v", err)
	}
	if _, err := w.Rec.Append(t.Context(), "other", Decision(&subject, s.Version, "", "x")); !errors.Is(err, record.ErrStale) {
		t.Fatalf("another workspace touched the person: %v", err)
	}
	if _, err := w.Rec.Append(t.Context(), "nowhere", Decision(nil, 0, "", "x")); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("an unknown workspace recorded: %v", err)
	}
}
