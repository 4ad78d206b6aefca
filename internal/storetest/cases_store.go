package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
}

func migrateTwice(t *testing.T, w *World) {
	must(t, w.DB.Migrate(t.Context()))
	all, err := w.DB.AllWorkspaces(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].LogOrigin != "log.example/acme" {
		t.Fatalf("workspaces: %+v", all)
	}
}

func onePerson(t *testing.T, w *World) {
	ids := make([]touch.SubjectID, 16)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			s, _, err := w.Person(t.Context(), "jane@example.com")
			if err != nil {
				t.Error(err)
			}
			ids[i] = s.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Fatalf("one identifier became several persons: %v", ids)
		}
	}
	lookup, err := w.Keeper.Lookup(WS, "jane@example.com")
	must(t, err)
	s, ok, err := w.DB.SubjectByLookup(t.Context(), WS, lookup)
	must(t, err)
	if !ok || s.ID != ids[0] || len(s.WrappedKey) == 0 || s.Version != 1 {
		t.Fatalf("found %+v %v", s, ok)
	}
	if _, ok, err := w.DB.SubjectByLookup(t.Context(), WS, "nobody"); ok || err != nil {
		t.Fatalf("an unknown person was found, or %v", err)
	}
}

func neighbours(t *testing.T, w *World) {
	var wg sync.WaitGroup
	errs := make([]error, 60)
	for i := range errs {
		wg.Go(func() {
			errs[i] = w.DB.Write(t.Context(), func(ctx context.Context, tx *sqlstore.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO secrets (ws, name, wrapped) VALUES ($1, $2, $3)", "n", fmt.Sprint(i), []byte{1})
				switch {
				case err == nil && i%3 == 1:
					return touch.Errorf(touch.Invalid, "no")
				case err == nil && i%3 == 2:
					panic("a fault in one caller")
				}
				return err
			})
		})
	}
	wg.Wait()
	for i, err := range errs {
		_, found, e := w.DB.Secret(t.Context(), "n", fmt.Sprint(i))
		must(t, e)
		if found != (err == nil) || (err == nil) != (i%3 == 0) {
			t.Fatalf("write %d: error %v, found %v", i, err, found)
		}
	}
}

func leases(t *testing.T, w *World) {
	a, held, err := w.DB.TakeLease(t.Context(), "job", "a", time.Minute)
	must(t, err)
	_, other, err := w.DB.TakeLease(t.Context(), "job", "b", time.Minute)
	must(t, err)
	again, renewed, err := w.DB.TakeLease(t.Context(), "job", "a", time.Millisecond)
	must(t, err)
	if !held || other || !renewed || again.Fence != a.Fence {
		t.Fatalf("held %v other %v renewed %v fences %d %d", held, other, renewed, a.Fence, again.Fence)
	}
	time.Sleep(5 * time.Millisecond)
	b, held, err := w.DB.TakeLease(t.Context(), "job", "b", time.Minute)
	must(t, err)
	if !held || b.Fence <= a.Fence {
		t.Fatalf("an expired lease was not taken over with a higher fence: %+v", b)
	}
}

func nul(t *testing.T, w *World) {
	for _, bad := range []string{"a\x00b", "a\xffb"} {
		_, err := w.DB.CreateWorkspace(t.Context(), sqlstore.Workspace{ID: "x", Name: bad, LogOrigin: "x"})
		if touch.CodeOf(err) != touch.Invalid {
			t.Fatalf("%q was not refused: %v", bad, err)
		}
	}
}

func secretFirst(t *testing.T, w *World) {
	a, err := w.DB.PutSecret(t.Context(), "s", "k", []byte("first"))
	must(t, err)
	b, err := w.DB.PutSecret(t.Context(), "s", "k", []byte("second"))
	must(t, err)
	if string(a) != "first" || string(b) != "first" {
		t.Fatalf("got %s, %s", a, b)
	}
}

func shortReads(t *testing.T, w *World) {
	start := time.Now()
	err := w.DB.Read(t.Context(), func(ctx context.Context, tx *sqlstore.Tx) error {
		<-ctx.Done()
		return ctx.Err()
	})
	if err == nil || time.Since(start) > 3*time.Second {
		t.Fatalf("a read lived for %v, error %v", time.Since(start), err)
	}
	_, _, err = w.DB.Secret(t.Context(), WS, "pepper")
	must(t, err)
}
