package sqlstore_test

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
	"fairtouch/touch"
)

func TestPostgresThatCouldLoseCommitsIsRefused(t *testing.T) {
	url, err := cluster.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, weak := range []string{"off", "local", "remote_write"} {
		db, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url + "&synchronous_commit=" + weak})
		if touch.CodeOf(err) != touch.Unsupported || !strings.Contains(err.Error(), "synchronous_commit") {
			t.Fatalf("synchronous_commit=%s: %v %v", weak, db, err)
		}
	}
	db := open(t, sqlstore.Config{URL: url + "&synchronous_commit=remote_apply"})
	if !db.Postgres() {
		t.Fatal("not PostgreSQL")
	}
}

func TestUnreachableDatabaseIsOneClearError(t *testing.T) {
	for _, cfg := range []sqlstore.Config{
		{URL: "postgres://user:hunter2@127.0.0.1:1/x?connect_timeout=1"}, {URL: "mysql://x"}, {},
		{Dir: "/proc/nowhere"}, {URL: "postgres://user:hunter2@[bad/x"},
	} {
		db, err := sqlstore.Open(t.Context(), cfg)
		if err == nil {
			db.Close()
			t.Fatalf("%+v opened", cfg)
		}
		if strings.Contains(err.Error(), "hunter2") || touch.CodeOf(err) == touch.Internal {
			t.Fatalf("%v", err)
		}
	}
}

// Two nodes share one PostgreSQL and one log directory.
func TestWithdrawalOnOneNodeStopsTheOther(t *testing.T) {
	url, err := cluster.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	a := storetest.NewWorld(t, open(t, sqlstore.Config{URL: url}), dir)
	b := storetest.NewWorld(t, open(t, sqlstore.Config{URL: url}), dir)
	var good, bad atomic.Int64
	for i := range 100 {
		s, subject, err := a.Person(t.Context(), string(rune('a'+i)))
		if err != nil {
			t.Fatal(err)
		}
		var gone atomic.Bool
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for !gone.Load() {
					if _, err := b.Rec.Append(t.Context(), storetest.WS, storetest.Decision(&subject, s.Version, "", "x")); err == nil {
						good.Add(1)
					}
				}
				_, err := b.Rec.Append(t.Context(), storetest.WS, storetest.Decision(&subject, s.Version, "", "x"))
				if !errors.Is(err, record.ErrStale) {
					bad.Add(1)
				}
			})
		}
		time.Sleep(2 * time.Millisecond)
		if err := a.Bump(t.Context(), s.ID); err != nil {
			t.Error(err)
		}
		gone.Store(true)
		wg.Wait()
	}
	if bad.Load() > 0 || good.Load() == 0 {
		t.Fatalf("%d touches after a withdrawal on the other node, %d before", bad.Load(), good.Load())
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		rows, _, err := a.DB.Unlogged(t.Context(), 0, 10000)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d rows have no place in the log", len(rows))
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond)
	rep, err := b.Rec.Verify(t.Context(), storetest.WS, record.VerifyOptions{})
	if err != nil || rep.Class != record.Sound {
		t.Fatalf("%v\n%s", err, strings.Join(rep.Lines, "\n"))
	}
}

func TestSettingsThatMakeACommitDurableAreOn(t *testing.T) {
	dir := t.TempDir()
	open(t, sqlstore.Config{Dir: dir})
	raw, err := sql.Open("sqlite", "file:"+dir+"/"+sqlstore.FileName)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var mode string
	if err := raw.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Fatalf("%s %v", mode, err)
	}
}
