package sqlstore

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"fairtouch/touch"
)

func TestPlaceholdersMeanTheSameOnBothDatabases(t *testing.T) {
	for q, want := range map[string]string{
		"a = $1 AND b IN ($2,$3)":       "a = ? AND b IN (?,?)",
		"a = $1 OR b = $1":              "a = ?1 OR b = ?1",
		"a = '$1' AND b = $1":           "a = '$1' AND b = ?",
		"x = $1 AND y = $10 AND z = $2": "x = ?1 AND y = ?10 AND z = ?2",
		"a = 'it''s $2' AND c = $1":     "a = 'it''s $2' AND c = ?",
		"SELECT '$' || $1":              "SELECT '$' || ?",
		"unclosed '$1":                  "unclosed '$1",
		"":                              "",
	} {
		if got := questionMarks(q); got != want {
			t.Errorf("%q became %q, want %q", q, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { questionMarks(rapid.StringMatching(`[a$'0-9 ?]{0,30}`).Draw(t, "q")) })
}

func TestDriversTextNeverReachesAUser(t *testing.T) {
	for code, want := range map[string]touch.Code{"23505": touch.Conflict, "53100": touch.Unavailable, "40P01": touch.Conflict, "23502": touch.Invalid, "XX000": touch.Unavailable} {
		err := mapErr(&pgconn.PgError{Code: code, Message: "m", Detail: "Key (email)=(jane@example.com) already exists."})
		if touch.CodeOf(err) != want || strings.Contains(err.Error(), "jane") {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestForksStayFew(t *testing.T) {
	for _, d := range []dialect{sqlite, postgres} {
		ms, err := loadMigrations(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ms {
			if strings.Contains(m.text, "{{") {
				t.Errorf("migration %d has a marker that nothing fills in", m.number)
			}
		}
	}
	names, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	forks := 0
	for _, n := range names {
		if strings.HasSuffix(n.Name(), ".postgres.sql") {
			forks++
		}
	}
	if forks > 5 {
		t.Fatalf("%d forks", forks)
	}
}

func TestLookUpsThatArriveTogetherShareQueries(t *testing.T) {
	var mu sync.Mutex
	queries, keys := 0, 0
	gate := make(chan struct{})
	b := NewBatcher(100, func(_ context.Context, ks []int) (map[int]int, error) {
		<-gate
		mu.Lock()
		defer mu.Unlock()
		queries, keys = queries+1, keys+len(ks)
		out := map[int]int{}
		for _, k := range ks {
			if k%2 == 0 {
				out[k] = k * k
			}
		}
		return out, nil
	})
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			v, ok, err := b.Get(t.Context(), i%50)
			if err != nil || ok != (i%2 == 0) || (ok && v != (i%50)*(i%50)) {
				t.Errorf("%d: %d %v %v", i, v, ok, err)
			}
		})
	}
	for gathered := 0; gathered < 49; { // one flies, held at the gate; the others gather
		b.mu.Lock()
		if b.waiting != nil {
			gathered = len(b.waiting.keys)
		}
		b.mu.Unlock()
		runtime.Gosched()
	}
	close(gate)
	wg.Wait()
	if queries > 150 || keys < 50 {
		t.Fatalf("%d queries for %d keys", queries, keys)
	}
}
