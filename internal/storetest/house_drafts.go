package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func draftIDs(ds []sqlstore.CopyDraft, err error) string {
	out := ""
	for _, d := range ds {
		out += d.ID + ";"
	}
	if err != nil {
		out += err.Error()
	}
	return out
}

// draftsApproved: words are kept once for a system and a person, each question
// and the last answer of each person with them, and they go with the person.
func draftsApproved(t *testing.T, w *World) {
	ctx := t.Context()
	jane := w.people(t, "jane")[0]
	keep := func(id, look string, s touch.SubjectID, by touch.UserID, dec touch.DecisionID, at time.Time) string {
		t.Helper()
		got, err := w.DB.KeepDraft(ctx, WS, sqlstore.CopyDraft{ID: id, Subject: s, System: "copy", Look: look, Decision: dec, Sealed: []byte(id), At: at,
			Asked: []sqlstore.CopyAsked{{By: by, Decision: dec, At: at}}})
		must(t, err)
		return got
	}
	keep("drf_1", "l1", "", "ann", "dec_1", noon)
	if got := keep("drf_2", "l1", "", "bob", "dec_2", noon.Add(time.Hour)); got != "drf_1" {
		t.Errorf("the same words became %s", got)
	}
	keep("drf_1b", "l1", "", "ann", "dec_1", noon)
	keep("drf_3", "l1", jane, "ann", "dec_3", noon.Add(time.Minute))
	keep("drf_4", "l4", "", "ann", "", noon.Add(2*time.Minute))
	d, err := w.DB.DraftByID(ctx, WS, "drf_1")
	must(t, err)
	if len(d.Asked) != 2 || d.Asked[1].By != "bob" || d.Asked[1].Decision != "dec_2" || string(d.Sealed) != "drf_1" || !d.At.Equal(noon) || d.Subject != "" {
		t.Errorf("%+v", d)
	}
	_, err = w.DB.DraftByID(ctx, Other, "drf_1")
	wantCode(t, "another workspace's draft", err, touch.Unknown)
	answer := func(id string, by touch.UserID, state string) {
		t.Helper()
		must(t, w.DB.AnswerDraft(ctx, WS, id, sqlstore.CopyAnswer{By: by, State: state, Sealed: []byte("why"), Via: "console", At: noon}))
	}
	wantCode(t, "another workspace answers", w.DB.AnswerDraft(ctx, Other, "drf_1", sqlstore.CopyAnswer{By: "eve", State: "approved", Sealed: []byte{}, At: noon}), touch.Unknown)
	answer("drf_1", "bob", "returned")
	answer("drf_1", "bob", "approved")
	answer("drf_1", "cem", "approved")
	answer("drf_4", "cem", "returned")
	if d, err = w.DB.DraftByID(ctx, WS, "drf_1"); err != nil || len(d.Answers) != 2 || d.Answers[0].State != "approved" || string(d.Answers[0].Sealed) != "why" {
		t.Errorf("%+v %v", d.Answers, err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"by its words", draftIDs(w.DB.DraftsByLook(ctx, WS, "l1")), "drf_1;drf_3;"},
		{"by another workspace", draftIDs(w.DB.DraftsByLook(ctx, Other, "l1")), ""},
		{"by its decision", draftIDs(w.DB.DraftsOfDecision(ctx, WS, "dec_2")), "drf_1;"},
		{"that wait for two", draftIDs(w.DB.OpenDrafts(ctx, WS, 2, 9)), "drf_3;"},
		{"that wait for three", draftIDs(w.DB.OpenDrafts(ctx, WS, 3, 9)), "drf_1;drf_3;"},
		{"the first of them", draftIDs(w.DB.OpenDrafts(ctx, WS, 3, 1)), "drf_1;"},
		{"that were answered", draftIDs(w.DB.AnsweredDrafts(ctx, WS, 9)), "drf_4;drf_1;"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	answer("drf_3", "cem", "approved")
	_, err = w.Rec.Erase(ctx, WS, jane)
	must(t, err)
	if got := draftIDs(w.DB.DraftsByLook(ctx, WS, "l1")); got != "drf_1;" {
		t.Errorf("after the erasure: %s", got)
	}
	_, err = w.DB.KeepDraft(ctx, WS, sqlstore.CopyDraft{ID: "drf_9", Subject: jane, System: "copy", Look: "l9", Sealed: []byte{1}, At: noon})
	wantCode(t, "a text about an erased person", err, touch.Unknown)
	if n, err := w.DB.SweepKind(ctx, WS, "drafts", noon.Add(time.Minute)); err != nil || n != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
	if got := draftIDs(w.DB.DraftsOfDecision(ctx, WS, "dec_1")) + draftIDs(w.DB.AnsweredDrafts(ctx, WS, 9)); got != "drf_4;" {
		t.Errorf("after the sweep: %s", got)
	}
	var next atomic.Int32
	n := race(8, func() error { // the same words at once
		id := fmt.Sprint("drf_r", next.Add(1))
		_, err := w.DB.KeepDraft(ctx, WS, sqlstore.CopyDraft{ID: id, System: "copy", Look: "race", Sealed: []byte{1}, At: noon, Asked: []sqlstore.CopyAsked{{By: touch.UserID(id), At: noon}}})
		return err
	})
	if all, err := w.DB.DraftsByLook(ctx, WS, "race"); err != nil || n != 8 || len(all) != 1 || len(all[0].Asked) != 8 {
		t.Errorf("%d of 8 kept the same words, as %d drafts: %v", n, len(all), err)
	}
}
