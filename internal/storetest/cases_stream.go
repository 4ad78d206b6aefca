package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func interrupted(t *testing.T, w *World) {
	_, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	var open []touch.EventID
	for range 3 {
		r, err := w.Rec.Append(t.Context(), WS, record.Entry{Kind: record.Opened, Subject: &subject, At: time.Now().Add(-time.Hour)})
		must(t, err)
		open = append(open, touch.EventID(r.ID))
	}
	_, err = w.Rec.Append(t.Context(), WS, record.Entry{Kind: record.Closed, Outcome: record.Answered, Subject: &subject, Closes: open[0]})
	must(t, err)
	left, err := w.DB.Unclosed(t.Context(), time.Now(), 10)
	must(t, err)
	if len(left) != 2 {
		t.Fatalf("%d streams are open, want 2", len(left))
	}
	must(t, w.Rec.Close())
	again, err := record.Open(t.Context(), record.Config{Store: w.DB, Keeper: w.Keeper, Dir: w.Dir + "/log", Shared: w.DB.Postgres()})
	must(t, err)
	t.Cleanup(func() { must(t, again.Close()) })
	left, err = w.DB.Unclosed(t.Context(), time.Now(), 10)
	must(t, err)
	rows, err := w.DB.Scan(t.Context(), WS, 0, 100)
	must(t, err)
	n := 0
	for _, r := range rows {
		if r.Kind == record.Interrupted {
			n++
		}
	}
	if len(left) != 0 || n != 2 {
		t.Fatalf("%d streams still open, %d marked interrupted", len(left), n)
	}
}

// fullStore makes the store refuse to grow.
func fullStore(t *testing.T, w *World) {
	if w.DB.Postgres() {
		return // a full PostgreSQL is another machine's disk; its error code is tested in sqlstore
	}
	s, subject, err := w.Person(t.Context(), "jane")
	must(t, err)
	limit := func(pages string) {
		must(t, w.DB.Write(t.Context(), func(ctx context.Context, tx *sqlstore.Tx) error {
			rows, err := tx.Query(ctx, "PRAGMA max_page_count = "+pages)
			if err == nil {
				err = errors.Join(rows.Close(), rows.Err())
			}
			return err
		}))
	}
	limit("1")
	acked := 0
	var last error
	for range 2000 {
		r, err := w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "x"))
		if err != nil {
			last = err
			break
		}
		acked++
		if _, err := w.DB.Row(t.Context(), WS, touch.EventID(r.ID)); err != nil {
			t.Fatalf("acknowledged and lost: %v", err)
		}
	}
	if touch.CodeOf(last) != touch.Unavailable {
		t.Fatalf("after %d appends the full store said %v", acked, last)
	}
	limit("1000000")
	_, err = w.Rec.Append(t.Context(), WS, Decision(&subject, s.Version, "", "x"))
	must(t, err)
}
