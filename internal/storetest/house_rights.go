package storetest

import (
	"fmt"
	"testing"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func aRight(id string, of touch.SubjectID, at time.Time) sqlstore.Right {
	return sqlstore.Right{ID: id, Subject: of, Kind: rights.Access, Rule: "eu-gdpr", State: rights.Received, Version: 1, Received: at, Due: at.AddDate(0, 1, 0), Changed: at, Sealed: []byte{1}}
}

func mailedOnce(t *testing.T, w *World) {
	ctx := t.Context()
	m := rights.Mail{Request: "req_1", About: rights.AboutReceived, State: rights.MailWaiting, NotBefore: noon, At: noon}
	r := aRight("req_1", w.people(t, "jane")[0], noon)
	must(t, w.DB.PutRight(ctx, WS, r, m, m))
	lost := rights.Mail{Request: "req_1", About: rights.AboutAnswered, State: rights.MailWaiting, NotBefore: noon, At: noon}
	wantCode(t, "a change over another version", w.DB.ChangeRight(ctx, WS, 7, r, lost), touch.Conflict)
	all, err := w.DB.MailsOf(ctx, WS, "req_1")
	must(t, err)
	if len(all) != 1 || all[0] != m {
		t.Fatalf("a mail twice, or one of a change that wasn't made: %+v", all)
	}
	if due, err := w.DB.DueMails(ctx, Other, noon, 10); err != nil || len(due) != 0 {
		t.Fatalf("another workspace's: %v %v", due, err)
	}
	if n := race(8, func() error { return w.DB.ClaimMail(ctx, WS, m, noon.Add(time.Minute)) }); n != 1 {
		t.Fatalf("%d nodes sent one mail", n)
	}
	if due, err := w.DB.DueMails(ctx, WS, noon, 10); err != nil || len(due) != 0 {
		t.Fatalf("due while it is sent: %v %v", due, err)
	}
	due, err := w.DB.DueMails(ctx, WS, noon.Add(time.Minute), 10)
	if err != nil || len(due) != 1 || due[0].Tries != 1 {
		t.Fatalf("lost with the node that sent it: %+v %v", due, err)
	}
	must(t, w.DB.EndMail(ctx, WS, "req_1", m.About, rights.MailSent, noon.Add(time.Minute)))
	must(t, w.DB.EndMail(ctx, WS, "req_1", m.About, rights.MailFailed, noon.Add(time.Hour)))
	must(t, w.DB.PutMail(ctx, WS, m))
	if all, err = w.DB.MailsOf(ctx, WS, "req_1"); err != nil || len(all) != 1 || all[0].State != rights.MailSent {
		t.Fatalf("%+v %v", all, err)
	}
}

func rightsPaged(t *testing.T, w *World) {
	ctx := t.Context()
	id := w.people(t, "jane")[0]
	for i := range 7 { // three of one moment
		must(t, w.DB.PutRight(ctx, WS, aRight(fmt.Sprintf("req_%d", i), id, noon.Add(time.Duration(i/3)*time.Hour))))
	}
	must(t, w.DB.PutRight(ctx, Other, aRight("req_o", id, noon)))
	var got []string
	for after := (*sqlstore.Right)(nil); ; {
		page, err := w.DB.RightsPage(ctx, WS, "", true, rights.Access, after, 2)
		must(t, err)
		if len(page) == 0 {
			break
		}
		for i := range page {
			got, after = append(got, page[i].ID), &page[i]
		}
	}
	if fmt.Sprint(got) != "[req_6 req_5 req_4 req_3 req_2 req_1 req_0]" {
		t.Fatal(got)
	}
	if none, err := w.DB.RightsPage(ctx, WS, rights.Done, false, "", nil, 10); err != nil || len(none) != 0 {
		t.Fatalf("%v %v", none, err)
	}
}

func callsResumed(t *testing.T, w *World) {
	ctx := t.Context()
	id := w.people(t, "jane")[0]
	runs, ended := aRight("req_runs", id, noon), aRight("req_ended", id, noon)
	runs.State, ended.State = rights.Running, rights.Partly
	must(t, w.DB.PutRight(ctx, WS, runs))
	must(t, w.DB.PutRight(ctx, WS, ended))
	for i, e := range []rights.Entry{
		{Request: "req_runs", System: "crm", Op: rights.OpErase, State: rights.CallFailed, Fault: rights.FaultOff, Tries: 1},
		{Request: "req_runs", System: "crm", Op: rights.OpSuppress, State: rights.CallFailed, Fault: "forbidden"},
		{Request: "req_ended", System: "crm", Op: rights.OpErase, State: rights.CallFailed, Fault: rights.FaultOff},
		{Request: "req_runs", System: "shop", Op: rights.OpErase, State: rights.CallEnded, Outcome: rights.Completed},
	} {
		e.Key, e.At = fmt.Sprint("call_", i), noon.Add(time.Duration(i)*time.Minute)
		must(t, w.DB.PutCall(ctx, WS, e))
	}
	if n, err := w.DB.ResumeCalls(ctx, Other, "crm"); err != nil || n != 0 {
		t.Fatalf("another workspace's: %d %v", n, err)
	}
	if n, err := w.DB.ResumeCalls(ctx, WS, "crm"); err != nil || n != 1 {
		t.Fatalf("%d went on: %v", n, err)
	}
	totals, err := w.DB.CallTotals(ctx, WS)
	must(t, err)
	if len(totals) != 2 || totals[0].System != "crm" || totals[0].Failed != 2 || totals[0].Waiting != 1 || !totals[0].Last.Equal(noon.Add(2*time.Minute)) || totals[1].Ended != 1 {
		t.Fatalf("%+v", totals)
	}
	calls, err := w.DB.CallsIn(ctx, WS, "crm", 2)
	if err != nil || len(calls) != 2 || calls[0].Request != "req_ended" {
		t.Fatalf("%+v %v", calls, err)
	}
}
