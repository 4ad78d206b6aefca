package sqlstore_test

import (
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func onBoth(t *testing.T, f func(t *testing.T, db *sqlstore.DB)) {
	t.Run("sqlite", func(t *testing.T) { f(t, migrated(t, openSQLite)) })
	t.Run("postgres", func(t *testing.T) { f(t, migrated(t, openPostgres)) })
}

func migrated(t *testing.T, open func(testing.TB) *sqlstore.DB) *sqlstore.DB {
	t.Helper()
	db := open(t)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

var rightsNow = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestARequestIsKeptChangedOnceAndEmptiedByAnErasure(t *testing.T) {
	onBoth(t, func(t *testing.T, db *sqlstore.DB) {
		ctx := t.Context()
		made, err := db.CreatePeople(ctx, "w", []consent.NewPerson{{ID: "sub_1", Lookup: "l1", Wrapped: []byte("key")}})
		if err != nil || len(made) != 1 {
			t.Fatal(err)
		}
		r := sqlstore.Right{ID: "req_1", Subject: "sub_1", Kind: rights.Access, Rule: "eu-gdpr", State: rights.Received, Version: 1,
			Received: rightsNow, Due: rightsNow.AddDate(0, 1, 0), Changed: rightsNow, Sealed: []byte("sealed")}
		if err := db.PutRight(ctx, "w", r); err != nil {
			t.Fatal(err)
		}
		if err := db.PutParcel(ctx, rights.Parcel{Workspace: "w", ID: "msg_1", Endpoint: "e", Subject: "sub_1", NotBefore: rightsNow, At: rightsNow, Sealed: []byte("s")}); err != nil {
			t.Fatal(err)
		}
		r.State, r.Version = rights.Verified, 2
		if err := db.ChangeRight(ctx, "w", 1, r); err != nil {
			t.Fatal(err)
		}
		if err := db.ChangeRight(ctx, "w", 1, r); touch.CodeOf(err) != touch.Conflict {
			t.Fatalf("two members of the staff changed one version: %v", err)
		}
		if _, err := db.RightOf(ctx, "other", "req_1"); touch.CodeOf(err) != touch.Unknown {
			t.Fatalf("another workspace read it: %v", err)
		}
		got, err := db.RightsOf(ctx, "w", "sub_1")
		if err != nil || len(got) != 1 || got[0].State != rights.Verified || string(got[0].Sealed) != "sealed" || !got[0].Due.Equal(r.Due) {
			t.Fatalf("%v %+v", err, got)
		}
		row := record.Row{Workspace: "w", ID: touch.NewEventID(), LeafID: touch.RandomID(), Kind: record.Erasure, SealedFor: record.ForWorkspace, At: rightsNow, Cipher: []byte("c")}
		if err := db.Erase(ctx, "w", "sub_1", "k", row); err != nil {
			t.Fatal(err)
		}
		gone, err := db.RightOf(ctx, "w", "req_1")
		if err != nil || !gone.Erased() || len(gone.Sealed) != 0 || gone.Kind != rights.Access || !gone.Received.Equal(rightsNow) {
			t.Fatalf("%v %+v", err, gone)
		}
		if err := db.ChangeRight(ctx, "w", 2, r); touch.CodeOf(err) != touch.Conflict {
			t.Fatalf("what was read before the erasure came back: %v", err)
		}
		if err := db.EndErased(ctx, "w", "req_1", rights.Done, rightsNow); err != nil {
			t.Fatal(err)
		}
		if left, err := db.ClaimParcels(ctx, rightsNow, rightsNow.Add(time.Minute), 10); err != nil || len(left) != 0 {
			t.Fatalf("a webhook about an erased person waits: %v %+v", err, left)
		}
	})
}

func TestTheJournalOfOtherSystemsKeepsItsKey(t *testing.T) {
	onBoth(t, func(t *testing.T, db *sqlstore.DB) {
		ctx := t.Context()
		e := rights.Entry{Request: "req_1", System: "crm", Op: rights.OpErase, Key: "call_1", State: rights.CallBegun, Tries: 1, At: rightsNow}
		if err := db.PutCall(ctx, "w", e); err != nil {
			t.Fatal(err)
		}
		e.State, e.Outcome, e.Status, e.Operation, e.NotBefore, e.Key = rights.CallWaiting, rights.Pending, 202, "7", rightsNow.Add(time.Minute), "call_2"
		if err := db.PutCall(ctx, "w", e); err != nil {
			t.Fatal(err)
		}
		got, err := db.Calls(ctx, "w", "req_1")
		if err != nil || len(got) != 1 || got[0].Key != "call_1" || got[0].Operation != "7" || got[0].Status != 202 || !got[0].NotBefore.Equal(e.NotBefore) {
			t.Fatalf("%v %+v", err, got)
		}
		if other, err := db.Calls(ctx, "other", "req_1"); err != nil || len(other) != 0 {
			t.Fatal(other, err)
		}
	})
}

func TestTwoNodesNeverSendTheSameWebhookAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, db *sqlstore.DB) {
		ctx := t.Context()
		for _, id := range []string{"a", "b", "c", "a"} { // a twice: once
			if err := db.PutParcel(ctx, rights.Parcel{Workspace: "w", ID: id, Endpoint: "e", NotBefore: rightsNow, At: rightsNow, Sealed: []byte(id)}); err != nil {
				t.Fatal(err)
			}
		}
		until := rightsNow.Add(time.Minute)
		one, err := db.ClaimParcels(ctx, rightsNow, until, 2)
		if err != nil || len(one) != 2 {
			t.Fatal(one, err)
		}
		two, err := db.ClaimParcels(ctx, rightsNow, until, 10)
		if err != nil || len(two) != 1 || string(two[0].Sealed) != "c" {
			t.Fatal(two, err)
		}
		if err := db.SentParcel(ctx, "w", "a", 200); err != nil {
			t.Fatal(err)
		}
		if err := db.PutOffParcel(ctx, "w", "b", 500, until.Add(time.Hour), false); err != nil {
			t.Fatal(err)
		}
		left, err := db.ClaimParcels(ctx, until.Add(time.Second), until.Add(time.Minute), 10) // the node with c went down
		if err != nil || len(left) != 1 || left[0].ID != "c" {
			t.Fatalf("%v %+v", err, left)
		}
		if left, err = db.ClaimParcels(ctx, until.Add(2*time.Hour), until.Add(3*time.Hour), 10); err != nil || len(left) != 2 || left[0].Tries+left[1].Tries != 1 {
			t.Fatalf("%v %+v", err, left)
		}
	})
}

func TestAnnouncementsBeginAtTheEndAndNeverGoBack(t *testing.T) {
	onBoth(t, func(t *testing.T, db *sqlstore.DB) {
		ctx := t.Context()
		at, err := db.Announced(ctx, "w")
		if err != nil || at != -1 {
			t.Fatal(at, err)
		}
		for _, to := range []int64{7, 3} {
			if err := db.SetAnnounced(ctx, "w", to); err != nil {
				t.Fatal(err)
			}
		}
		if at, err = db.Announced(ctx, "w"); err != nil || at != 7 {
			t.Fatal(at, err)
		}
		if rows, err := db.PlacedAfter(ctx, "w", -1, 10); err != nil || len(rows) != 0 {
			t.Fatal(rows, err)
		}
	})
}
