package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// replyOnce: of several requests with one key one runs, the others see its
// answer once it is kept; a holder that died frees the key by its lease.
func replyOnce(t *testing.T, w *World) {
	ctx := t.Context()
	jane := w.people(t, "jane")[0]
	claim := func(ws touch.Workspace, key, holder string, at time.Time) (sqlstore.GatewayReply, bool) {
		t.Helper()
		have, ok, err := w.DB.ClaimReply(ctx, ws, sqlstore.GatewayReply{KeyHash: key, Print: "p", Holder: holder, Until: at.Add(time.Minute)}, at)
		must(t, err)
		return have, ok
	}
	var n, won atomic.Int32
	race(8, func() error {
		_, ok, err := w.DB.ClaimReply(ctx, WS, sqlstore.GatewayReply{KeyHash: "k", Print: "p", Holder: fmt.Sprint("h", n.Add(1)), Until: noon.Add(time.Minute)}, noon)
		if ok {
			won.Add(1)
		}
		return err
	})
	have, ok := claim(WS, "k", "late", noon)
	if won.Load() != 1 || ok || have.Holder == "" || have.Holder == "late" || len(have.Sealed) != 0 || !have.Until.Equal(noon.Add(time.Minute)) {
		t.Fatalf("%d of 8 run; then %+v %v", won.Load(), have, ok)
	}
	if _, ok := claim(Other, "k", "h", noon); !ok {
		t.Fatal("another workspace's key is ours")
	}
	must(t, w.DB.HoldReply(ctx, WS, "k", have.Holder, noon.Add(2*time.Minute)))
	wantCode(t, "a stranger holds it", w.DB.HoldReply(ctx, WS, "k", "late", noon.Add(time.Hour)), touch.Unknown)
	if _, ok := claim(WS, "k", "late", noon.Add(time.Minute)); ok {
		t.Fatal("a lease that was moved on is over")
	}
	if _, ok := claim(WS, "k", "second", noon.Add(2*time.Minute)); !ok {
		t.Fatal("a lease that ended holds the key")
	}
	keep := func(holder, key string, s touch.SubjectID) error {
		return w.DB.KeepReply(ctx, WS, holder, sqlstore.GatewayReply{KeyHash: key, Subject: s, Sealed: []byte("answer"), Until: noon.Add(time.Hour)})
	}
	wantCode(t, "the first holder answers after its lease", keep(have.Holder, "k", jane), touch.Unknown)
	must(t, w.DB.FreeReply(ctx, WS, "k", have.Holder)) // nor can it free another's
	must(t, keep("second", "k", jane))
	if got, ok := claim(WS, "k", "third", noon.Add(3*time.Minute)); ok || got.Holder != "" || string(got.Sealed) != "answer" || got.Subject != jane || got.Print != "p" {
		t.Fatalf("the kept answer: %+v %v", got, ok)
	}
	if _, ok := claim(WS, "k", "third", noon.Add(time.Hour)); !ok {
		t.Fatal("it is kept past its end")
	}
	must(t, w.DB.FreeReply(ctx, WS, "k", "third"))
	if _, ok := claim(WS, "k", "fourth", noon); !ok {
		t.Fatal("a freed key is taken")
	}
	must(t, keep("fourth", "k", jane))
	claim(WS, "e", "fifth", noon)
	_, err := w.Rec.Erase(ctx, WS, jane)
	must(t, err)
	if _, ok := claim(WS, "k", "sixth", noon); !ok {
		t.Fatal("an erased person's answer is kept")
	}
	wantCode(t, "an answer about an erased person", keep("fifth", "e", jane), touch.Unknown)
}
