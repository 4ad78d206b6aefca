package sqlstore_test

import (
	"testing"
	"time"

	"fairtouch/internal/handoff"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// told claims each thing once, again where its node died, and never once told.
func told(t *testing.T, open func(testing.TB) *sqlstore.DB) {
	db := open(t)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := tuesday()
	d := &handoff.Desk{Store: db, Sealer: mask{}, Hours: handoff.Weekdays(time.UTC), Promise: handoff.DefaultPromise(), Now: func() time.Time { return at }}
	ctx, lease := t.Context(), time.Minute
	if _, _, err := d.Turn(ctx, chatWS, handoff.Conversation{ID: "t1", Subject: "sub_1"}); err != nil {
		t.Fatal(err)
	}
	c, err := d.Request(ctx, chatWS, "t1", handoff.ReasonAsked)
	if err != nil {
		t.Fatal(err)
	}
	asked := func(now time.Time) int {
		got, err := db.ClaimAsked(ctx, chatWS, now, now.Add(lease), 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	if a, b, dead := asked(at), asked(at.Add(time.Second)), asked(at.Add(2*lease)); a != 1 || b != 0 || dead != 1 {
		t.Errorf("a request is claimed %d, %d and after a death %d times", a, b, dead)
	}
	if err := db.ToldAsked(ctx, chatWS, c); err != nil || asked(at.Add(9*lease)) != 0 {
		t.Errorf("what was told is told again: %v", err)
	}
	if got, err := db.ClaimLate(ctx, chatWS, at.Add(2*time.Minute), at.Add(3*time.Minute), 10); err != nil || len(got) != 0 {
		t.Errorf("late before its time: %v %v", got, err)
	}
	late, err := db.ClaimLate(ctx, chatWS, at.Add(4*time.Minute), at.Add(5*time.Minute), 10)
	if err != nil || len(late) != 1 || db.ToldLate(ctx, chatWS, late[0]) != nil {
		t.Fatal(late, err)
	}
	if got, err := db.ClaimLate(ctx, chatWS, at.Add(time.Hour), at.Add(2*time.Hour), 10); err != nil || len(got) != 0 {
		t.Errorf("told twice: %v %v", got, err)
	}
	if _, err := d.Take(ctx, chatWS, "t1", "desk:x"); err != nil {
		t.Fatal(err)
	}
	if err := d.Hear(ctx, chatWS, "t1", "m1", "hello"); err != nil {
		t.Fatal(err)
	}
	heard, err := db.ClaimHeard(ctx, chatWS, "desk:x", at, at.Add(lease), 10)
	if err != nil || len(heard) != 1 || heard[0].Message.ID != "m1" || db.ToldHeard(ctx, chatWS, heard[0]) != nil {
		t.Fatal(heard, err)
	}
	for _, owner := range []string{"desk:x", "desk:y"} {
		if got, err := db.ClaimHeard(ctx, chatWS, owner, at.Add(9*lease), at.Add(10*lease), 10); err != nil || len(got) != 0 {
			t.Errorf("%s hears %v %v", owner, got, err)
		}
	}
	reviewLinks(t, db, at)
}

func reviewLinks(t *testing.T, db *sqlstore.DB, at time.Time) {
	ctx := t.Context()
	if err := db.PutCase(ctx, chatWS, sqlstore.Case{ID: "case_1", Kind: "review", Decision: "dec_1", Subject: "sub_1", State: "open", Sealed: []byte{}, Due: at, At: at}); err != nil {
		t.Fatal(err)
	}
	r := sqlstore.Reviewed{Review: "dec_2", Decision: "dec_1", Subject: "sub_1", System: "s", Outcome: "confirmed", At: at}
	for range 2 {
		if err := db.PutReviewed(ctx, chatWS, r, "case_1"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := db.ReviewsOf(ctx, chatWS, "dec_1"); err != nil || len(got) != 1 || got[0] != r {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := db.CaseByID(ctx, chatWS, "case_1"); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("the case is open still: %v", err)
	}
	if err := db.PutReviewTime(ctx, chatWS, sqlstore.ReviewTime{ID: "x", System: "s", Reviewer: "h", Took: 8 * time.Second, At: at}); err != nil {
		t.Fatal(err)
	}
	if got, err := db.ReviewTimes(ctx, chatWS, at); err != nil || len(got) != 1 || got[0].Took != 8*time.Second {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := db.Reviews(ctx, chatWS, at.Add(time.Second), 10); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestWhatIsToldOfAConversationIsToldOnceSQLite(t *testing.T)   { told(t, openSQLite) }
func TestWhatIsToldOfAConversationIsToldOncePostgres(t *testing.T) { told(t, openPostgres) }
