package app

import (
	"net/http"
	"testing"
	"time"

	"fairtouch/touch"
)

// A browser that said nothing for longer than its value lives is forgotten, with
// its key; one that a person linked stays, since what it refused counts for them.
func TestSilentBrowsersAreForgottenAndLinkedOnesStay(t *testing.T) {
	w := newSiteWorld(t)
	old, code := w.answer("", w.open("").Ask, all(true))
	if code != http.StatusOK {
		t.Fatal(code)
	}
	linked, code := w.answer("", w.open("").Ask, all(false))
	if code != http.StatusOK {
		t.Fatal(code)
	}
	agree(t, w.a, "jane")
	k, _, err := w.a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.a.Ledger.Link(t.Context(), Demo, w.a.deviceIn(Demo, w.key, linked.Device), k.ID); err != nil {
		t.Fatal(err)
	}
	before, err := w.a.DB.CountKind(t.Context(), Demo, "devices")
	if err != nil || before < 2 {
		t.Fatal(before, err)
	}
	if _, err := w.a.SweepWorkspace(t.Context(), Demo, time.Now().AddDate(0, 0, 399)); err != nil {
		t.Fatal(err)
	}
	if n, err := w.a.DB.CountKind(t.Context(), Demo, "devices"); err != nil || n != before {
		t.Fatalf("%d of %d browsers are left a day before their time: %v", n, before, err)
	}
	if _, err := w.a.SweepWorkspace(t.Context(), Demo, time.Now().AddDate(0, 0, 401)); err != nil {
		t.Fatal(err)
	}
	if got, _ := w.send(w.key, "open", origin, map[string]any{"device": old.Device}); got.Answered || got.State["ai-offers"] {
		t.Fatalf("a forgotten browser's yes counts: %+v", got)
	}
	if got, _ := w.send(w.key, "open", origin, map[string]any{"device": linked.Device}); !got.Answered {
		t.Fatal("a linked browser was forgotten, and its no with it")
	}
	if again, code := w.answer(old.Device, w.open(old.Device).Ask, all(false)); code != http.StatusOK || again.State["ai-offers"] {
		t.Fatalf("the same browser can't answer anew: %d %+v", code, again)
	}
	s := staff{w.a}
	if err := s.Keep(t.Context(), admin(), "devices", 30); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("a no would be asked again within its peace: %v", err)
	}
	if err := s.Keep(t.Context(), admin(), "devices", 200); err != nil {
		t.Fatal(err)
	}
}
