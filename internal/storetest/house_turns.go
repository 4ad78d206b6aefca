package storetest

import (
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// turnOwned: what a provider keeps belongs to one workspace, system and person,
// whoever learns its id, until its end or the person's.
func turnOwned(t *testing.T, w *World) {
	ctx := t.Context()
	ids := w.people(t, "jane", "joan")
	keep := func(ws touch.Workspace, system touch.SystemID, s touch.SubjectID, sealed string) error {
		return w.DB.KeepTurn(ctx, ws, sqlstore.GatewayTurn{Hash: "h", System: system, Subject: s, Sealed: []byte(sealed), Until: noon.Add(time.Hour)}, noon)
	}
	must(t, keep(WS, "chat", ids[0], "one"))
	must(t, keep(WS, "chat", ids[0], "two"))
	wantCode(t, "another person's", keep(WS, "chat", ids[1], "x"), touch.Forbidden)
	wantCode(t, "another system's", keep(WS, "copy", ids[0], "x"), touch.Forbidden)
	wantCode(t, "another workspace's", keep(Other, "chat", "", "x"), touch.Forbidden)
	got, taken, err := w.DB.TurnOf(ctx, WS, "h", noon)
	must(t, err)
	if !taken || got.System != "chat" || got.Subject != ids[0] || string(got.Sealed) != "two" || !got.Until.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v %v", got, taken)
	}
	_, taken, err = w.DB.TurnOf(ctx, Other, "h", noon)
	wantCode(t, "another workspace reads it", err, touch.Unknown)
	if !taken {
		t.Error("an id that is another's seems free")
	}
	_, taken, err = w.DB.TurnOf(ctx, WS, "h", noon.Add(time.Hour))
	wantCode(t, "after its end", err, touch.Unknown)
	if taken {
		t.Error("it is taken after its end")
	}
	must(t, w.DB.KeepTurn(ctx, WS, sqlstore.GatewayTurn{Hash: "n", System: "copy", Until: noon.Add(time.Hour)}, noon))
	_, err = w.Rec.Erase(ctx, WS, ids[0])
	must(t, err)
	_, _, err = w.DB.TurnOf(ctx, WS, "h", noon)
	wantCode(t, "after the erasure", err, touch.Unknown)
	wantCode(t, "about an erased person", keep(WS, "chat", ids[0], "x"), touch.Unknown)
	if n, _, err := w.DB.TurnOf(ctx, WS, "n", noon); err != nil || n.Subject != "" || len(n.Sealed) != 0 {
		t.Errorf("%+v %v", n, err)
	}
}
