package storetest

import (
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func confirmedOnce(t *testing.T, w *World) {
	ctx := t.Context()
	id := w.people(t, "jane")[0]
	c := sqlstore.Confirmation{Hash: "h", Subject: id, Sealed: []byte{1}, At: noon, Until: noon.Add(time.Hour)}
	must(t, w.DB.PutConfirmation(ctx, WS, c))
	got, err := w.DB.ConfirmationOf(ctx, "h")
	must(t, err)
	if got.Workspace != WS || got.Subject != id || got.Used || !got.Until.Equal(c.Until) || string(got.Sealed) != "\x01" {
		t.Fatalf("%+v", got)
	}
	wantCode(t, "another workspace used it", w.DB.UseConfirmation(ctx, Other, "h", noon), touch.Unknown)
	wantCode(t, "used at its end", w.DB.UseConfirmation(ctx, WS, "h", c.Until), touch.Unknown)
	if n := race(8, func() error { return w.DB.UseConfirmation(ctx, WS, "h", noon) }); n != 1 {
		t.Fatalf("a link was used %d times", n)
	}
	if used, err := w.DB.Confirmed(ctx, WS, id); err != nil || len(used) != 1 || used[0].Hash != "h" {
		t.Fatalf("%+v %v", used, err)
	}
	if used, err := w.DB.Confirmed(ctx, Other, id); err != nil || len(used) != 0 {
		t.Fatalf("another workspace sees %+v %v", used, err)
	}
	if got, err = w.DB.LastConfirmation(ctx, WS, id); err != nil || !got.Used {
		t.Fatalf("%+v %v", got, err)
	}
	for i := range 9 {
		must(t, w.DB.PutConfirmation(ctx, WS, sqlstore.Confirmation{Hash: "x" + string(rune('a'+i)), Subject: id, Sealed: []byte{1}, At: noon, Until: c.Until}))
	}
	c.Hash = "k"
	wantCode(t, "an eleventh within a day", w.DB.PutConfirmation(ctx, WS, c), touch.RateLimited)
	_, err = w.Rec.Erase(ctx, WS, id)
	must(t, err)
	_, err = w.DB.ConfirmationOf(ctx, "h")
	wantCode(t, "after the erasure", err, touch.Unknown)
}

func peoplePassed(t *testing.T, w *World) {
	ctx := t.Context()
	ids := w.people(t, "a", "b", "c", "d", "e")
	_, err := w.Rec.Erase(ctx, WS, ids[2])
	must(t, err)
	seen := map[touch.SubjectID]int{}
	for after := touch.SubjectID(""); ; {
		people, err := w.DB.PeopleAfter(ctx, WS, after, 2)
		must(t, err)
		if len(people) == 0 {
			break
		}
		for _, p := range people {
			if p.ID <= after {
				t.Fatal("not in order")
			}
			after = p.ID
			seen[p.ID]++
		}
	}
	if len(seen) != 4 || seen[ids[2]] != 0 {
		t.Fatalf("%v", seen)
	}
	if others, err := w.DB.PeopleAfter(ctx, Other, "", 10); err != nil || len(others) != 0 {
		t.Fatalf("another workspace's: %v %v", others, err)
	}
}
