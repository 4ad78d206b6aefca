package storetest

import (
	"context"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// device makes a browser and returns what the record needs of it.
func (w *World) device(t *testing.T, name string) record.Subject {
	t.Helper()
	lookup, err := w.Keeper.Lookup(WS, "device\x00"+name)
	must(t, err)
	id := touch.NewSubjectID()
	_, wrapped, err := w.Keeper.NewSubjectKey(WS, id)
	must(t, err)
	_, err = w.DB.CreatePeople(t.Context(), WS, []consent.NewPerson{{ID: id, Lookup: lookup, Wrapped: wrapped, Device: true}})
	must(t, err)
	key, err := w.Keeper.OpenSubjectKey(WS, id, wrapped)
	must(t, err)
	return record.Subject{ID: id, Key: key}
}

func devicesEnd(t *testing.T, w *World) {
	ctx := t.Context()
	person := w.people(t, "jane")[0]
	silent, late, answered, linked := w.device(t, "silent"), w.device(t, "late"), w.device(t, "answered"), w.device(t, "linked")
	before := time.Now().Add(time.Hour)
	say := func(s record.Subject) {
		t.Helper()
		_, err := w.Rec.Append(ctx, WS, record.Entry{Kind: record.View, Subject: &s, Payload: []byte(`{}`), At: before.Add(time.Minute)})
		must(t, err)
	}
	say(answered)
	must(t, w.DB.SetCluster(ctx, WS, []touch.SubjectID{person, linked.ID}, "c1", noon))
	if n, err := w.DB.CountKind(ctx, WS, "devices"); err != nil || n != 4 {
		t.Fatalf("%d browsers: %v", n, err)
	}
	if ids, err := w.DB.StaleDevices(ctx, WS, before.Add(-2*time.Hour), 10); err != nil || len(ids) != 0 {
		t.Fatalf("made since: %v %v", ids, err)
	}
	if ids, err := w.DB.StaleDevices(ctx, Other, before, 10); err != nil || len(ids) != 0 {
		t.Fatalf("another workspace's: %v %v", ids, err)
	}
	ids, err := w.DB.StaleDevices(ctx, WS, before, 10)
	if err != nil || len(ids) != 2 || ids[0] != silent.ID || ids[1] != late.ID {
		t.Fatalf("%v %v", ids, err)
	}
	say(late) // after it was listed
	n, err := w.Rec.EraseAll(ctx, WS, append(ids, linked.ID, person), func(ctx context.Context, all []record.Erasing) (int, error) {
		return w.DB.EraseDevices(ctx, WS, before, all)
	})
	if err != nil || n != 1 {
		t.Fatalf("%d were erased: %v", n, err)
	}
	gone, err := w.DB.Erasures(ctx)
	if err != nil || len(gone) != 1 || gone[0].Subject != silent.ID {
		t.Fatalf("%+v %v", gone, err)
	}
	if n, err := w.DB.CountKind(ctx, WS, "devices"); err != nil || n != 3 {
		t.Fatalf("%d browsers are left: %v", n, err)
	}
	if p, err := w.DB.PersonByID(ctx, WS, linked.ID); err != nil || len(p.Wrapped) == 0 {
		t.Fatalf("a linked browser is gone: %v", err)
	}
	_, err = w.DB.SweepKind(ctx, WS, "devices", before)
	wantCode(t, "swept without their erasures' events", err, touch.Invalid)
}

func printsEnd(t *testing.T, w *World) {
	ctx := t.Context()
	id := w.people(t, "jane")[0]
	for name, p := range map[string]sqlstore.OutputPrint{"old": {Subject: id, At: noon}, "fresh": {Subject: id, At: noon.AddDate(1, 0, 0)}, "campaign": {At: noon}, "shown": {Subject: id, At: noon}} {
		p.ID, p.Exact, p.Decision, p.Event, p.Media, p.What = "prn_"+name, name, touch.DecisionID("dec_"+name), "evt_1", "text/plain", "rendered"
		must(t, w.DB.PutPrint(ctx, WS, p))
	}
	must(t, w.DB.Write(ctx, func(ctx context.Context, tx *sqlstore.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE output_prints SET shown = $1 WHERE ws = $2 AND id = $3", sqlstore.Micros(noon.AddDate(0, 9, 0)), string(WS), "prn_shown")
		return err
	}))
	if n, err := w.DB.CountKind(ctx, WS, "prints"); err != nil || n != 3 {
		t.Fatalf("%d prints about people: %v", n, err)
	}
	if n, err := w.DB.SweepKind(ctx, Other, "prints", noon.AddDate(2, 0, 0)); err != nil || n != 0 {
		t.Fatalf("another workspace's: %d %v", n, err)
	}
	if n, err := w.DB.SweepKind(ctx, WS, "prints", noon.AddDate(0, 6, 0)); err != nil || n != 1 {
		t.Fatalf("%d were removed: %v", n, err)
	}
	for name, left := range map[string]int{"old": 0, "fresh": 1, "campaign": 1, "shown": 1} {
		if m, err := w.DB.FindPrints(ctx, WS, name, "", 0, 9); err != nil || len(m) != left {
			t.Errorf("%s: %d left, %v", name, len(m), err)
		}
	}
}
