package storetest

import (
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func hows(ms []sqlstore.OutputMatch) (out string) {
	for _, m := range ms {
		out += m.ID + " " + m.How + ";"
	}
	return out
}

func outputRecognised(t *testing.T, w *World) {
	ctx := t.Context()
	_, subject, err := w.Person(ctx, "a")
	must(t, err)
	put := func(id string, s touch.SubjectID, exact, form string, picture uint64) {
		t.Helper()
		must(t, w.DB.PutPrint(ctx, WS, sqlstore.OutputPrint{ID: id, Subject: s, Decision: "dec_" + touch.DecisionID(exact), Event: "evt_1", Exact: exact, Form: form, Picture: picture, Media: "image/png", At: noon}))
	}
	put("prn_1", "", "e1", "", 0xff00ff00ff00ff00) // the highest bit is set: it must survive the database's signed number
	put("prn_2", "", "e2", "", 0xff00ff00ff00ff07)
	put("prn_3", subject.ID, "e3", "f3", 0)
	put("prn_4", "", "e1", "", 0xff00ff00ff00ff00) // the same again
	find := func(ws touch.Workspace, exact, form string, picture uint64, limit int) string {
		t.Helper()
		m, err := w.DB.FindPrints(ctx, ws, exact, form, picture, limit)
		must(t, err)
		return hows(m)
	}
	for _, c := range []struct{ what, got, want string }{
		{"the same bytes first, then similar", find(WS, "e1", "", 0xff00ff00ff00ff00, 9), "prn_1 exact;prn_2 picture;"},
		{"the nearest first", find(WS, "x", "", 0xff00ff00ff00ff03, 9), "prn_2 picture;prn_1 picture;"},
		{"no more than asked for", find(WS, "e1", "", 0xff00ff00ff00ff00, 1), "prn_1 exact;"},
		{"too far away", find(WS, "x", "", 0x00ff00ff00ff00ff, 9), ""},
		{"a text in another encoding", find(WS, "x", "f3", 0, 9), "prn_3 form;"},
		{"an image without a picture's hash fits no text", find(WS, "x", "", 0, 9), ""},
		{"another workspace", find(Other, "e1", "f3", 0xff00ff00ff00ff00, 9), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	of, err := w.DB.PrintsOf(ctx, WS, "dec_e2")
	must(t, err)
	if len(of) != 1 || of[0].Picture != 0xff00ff00ff00ff07 || !of[0].At.Equal(noon) {
		t.Errorf("%+v", of)
	}
	for _, shown := range []bool{false, true} {
		for i, want := range []bool{true, false} {
			first, err := w.DB.PrintReached(ctx, WS, "prn_3", shown, noon.Add(time.Duration(i)*time.Hour))
			must(t, err)
			if first != want {
				t.Errorf("shown %v, time %d: first %v", shown, i, first)
			}
		}
	}
	if first, err := w.DB.PrintReached(ctx, Other, "prn_3", true, noon); first || err != nil {
		t.Errorf("another workspace's output was shown: %v", err)
	}
	one, err := w.DB.PrintByID(ctx, WS, "prn_3")
	must(t, err)
	if !one.Delivered.Equal(noon) || !one.Shown.Equal(noon) {
		t.Errorf("the first word isn't kept: %+v", one)
	}
	_, err = w.DB.PrintByID(ctx, Other, "prn_3")
	wantCode(t, "another workspace's output", err, touch.Unknown)
	_, err = w.Rec.Erase(ctx, WS, subject.ID)
	must(t, err)
	if got := find(WS, "e3", "f3", 0, 9); got != "" {
		t.Errorf("an erased person's output is recognised: %s", got)
	}
	wantCode(t, "an output about an erased person", w.DB.PutPrint(ctx, WS, sqlstore.OutputPrint{ID: "prn_9", Subject: subject.ID, Exact: "e9", At: noon}), touch.Unknown)
}
