package app

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/touch"
)

func TestWhoseTimeIsUpIsRefusedAndListed(t *testing.T) {
	a := demoApp(t, 30)
	s, p := staff{a}, access.Principal{Workspace: Demo, User: "u", Role: "administrator"}
	before, err := s.AskAgain(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	say := func(id string, st consent.State, at, until time.Time) {
		t.Helper()
		e := consent.Event{Scope: newsletter, State: st, Basis: consent.ByNone, Notice: "n", Actor: consent.Self, OccurredAt: at, ValidUntil: until}
		if st == consent.Given {
			e.Basis = consent.ByConsent
		}
		if _, err := a.Ledger.Record(t.Context(), Demo, id, e); err != nil {
			t.Fatal(err)
		}
	}
	say("ended", consent.Given, now.AddDate(-2, 0, -1), now.Add(-time.Hour))
	say("soon", consent.Given, now.AddDate(-1, 0, 0), now.AddDate(0, 1, 0))
	say("fine", consent.Given, now, now.AddDate(2, 0, 0))
	say("no", consent.Refused, now.AddDate(0, -1, 0), time.Time{})
	say("old no", consent.Refused, now.AddDate(0, -7, 0), time.Time{})
	say("waits", consent.Requested, now, time.Time{})
	if r := stateOf(t, a, "ended"); r.Allowed || r.State != consent.Expired {
		t.Fatalf("%+v", r)
	}
	got, err := s.AskAgain(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range got.Totals {
		if x.Notice != "newsletter" {
			continue
		}
		was := before.Totals[i]
		if x.Expired-was.Expired != 1 || x.Soon-was.Soon != 1 || x.Wait-was.Wait != 1 || x.Left-was.Left != 1 {
			t.Fatalf("before %+v, after %+v", was, x)
		}
	}
	if got.Looked != before.Looked+6 || got.More || len(got.Lines) != 1 || len(got.Rules) < 4 {
		t.Fatalf("%d of %d, %d lines", got.Looked, before.Looked, len(got.Lines))
	}
	var b bytes.Buffer
	if err := s.AskAgainCSV(t.Context(), p, &b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), ",newsletter,expired,ConsentExpired,") || strings.Contains(b.String(), "old no") {
		t.Fatal(b.String())
	}
	object(t, a, "ended")
	b.Reset()
	if err := s.AskAgainCSV(t.Context(), p, &b); err != nil || !strings.Contains(b.String(), "ObjectionMade,,never") {
		t.Fatalf("who objected would be asked again: %v", err)
	}
}

// A yes on the person's page gets its end from the rules.
func TestAYesHasAnEnd(t *testing.T) {
	a := demoApp(t, 30)
	n := consent.Notice{Key: "k", Locale: "en", Purpose: "p", Channel: touch.Call, Title: "t", Text: "t", Basis: consent.ByConsent}
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, e := range a.answers(&n, true, "DE") {
		if e.State != consent.Given || e.ValidUntil.Before(time.Now().AddDate(0, 23, 0)) || e.ValidUntil.After(time.Now().AddDate(0, 25, 0)) {
			t.Errorf("%+v", e)
		}
	}
	n.Channel = touch.Email
	for _, e := range a.answers(&n, true, "DE") {
		if e.State != consent.Requested {
			t.Errorf("in Germany a yes for e-mail counts unconfirmed: %+v", e)
		}
	}
}
