package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

func TestAGuardianAnswersForAMinorAndNobodyElse(t *testing.T) {
	a, h, link := confirmWorld(t)
	born := time.Now().AddDate(-15, 0, 0).Format(time.DateOnly)
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatalf("%+v", d)
	}
	u, err := a.SetBorn(t.Context(), Demo, "jane", born, "DE")
	if err != nil || u.Link == "" || !u.Until.After(time.Now()) {
		t.Fatalf("%+v %v", u, err)
	}
	if d := decide(t, a, lead("jane")); d.Verdict == touch.Allow {
		t.Fatalf("a minor's own yes still counts: %+v", d)
	}
	yes := url.Values{"c-ai-offers": {"yes"}, "n-ai-offers": {noticeHash(t, a, "ai-offers")}}
	if rec := sendForm(t, h, "/p/consent/"+link, yes); rec.Code == http.StatusSeeOther {
		t.Fatalf("a minor agreed alone: %d", rec.Code)
	}
	if _, err := a.Ledger.Record(t.Context(), Demo, "jane", consent.Event{Scope: newsletter, State: consent.Given, Basis: consent.ByConsent, Notice: "n", Actor: consent.Self}); touch.CodeOf(err) != touch.Forbidden {
		t.Fatalf("by the API: %v", err)
	}
	guardian := "/p/guardian/" + u.Link[strings.LastIndexByte(u.Link, '/')+1:]
	if rec := sendForm(t, h, guardian, yes); rec.Code != http.StatusUnprocessableEntity {
		t.Fatalf("without saying that they are the guardian: %d", rec.Code)
	}
	yes.Set("guardian", "yes")
	if rec := sendForm(t, h, guardian, yes); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	k, _, err := a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	r := consent.Evaluate(k.Members, consent.Scope{Purpose: DemoPurpose, System: DemoScorer, Channel: touch.Call}, time.Now())
	if !r.Allowed {
		t.Fatalf("the guardian agreed: %+v", r)
	}
	if r := consent.Evaluate(k.Members, consent.Scope{Purpose: DemoPurpose, System: DemoScorer, Channel: touch.Call}, u.Until); r.Allowed || r.State != consent.Expired {
		t.Fatalf("of age: %+v", r)
	}
	for _, other := range []string{"/p/guardian/" + link, "/p/consent/" + u.Link[strings.LastIndexByte(u.Link, '/')+1:]} {
		if rec := fetch(t, h, other); rec.Code != http.StatusNotFound {
			t.Errorf("a link for another purpose opens %s: %d", other[:12], rec.Code)
		}
	}
	// The client's word that she is of age doesn't count against the ledger's.
	tc := lead("jane")
	tc.Facts["minor"] = false
	d := decide(t, a, tc)
	stored, err := a.Stored(t.Context(), Demo, d.ID)
	if err != nil || stored.Facts["subject.minor"] != true {
		t.Fatalf("%v %v", stored.Facts, err)
	}
}

func TestTheDateOfBirthIsKeptNowhere(t *testing.T) {
	a, _, _ := confirmWorld(t)
	for _, bad := range []string{"", "yesterday", "2999-01-01", "1800-01-01"} {
		if _, err := a.SetBorn(t.Context(), Demo, "jane", bad, "DE"); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	u, err := a.SetBorn(t.Context(), Demo, "jane", "1990-03-17", "DE")
	if err != nil || u.Link != "" {
		t.Fatalf("an adult has a guardian: %+v %v", u, err)
	}
	k, _, err := a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	events, err := a.Ledger.History(t.Context(), Demo, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if strings.Contains(e.Surface+e.Method+e.Source, "1990") || e.MinorUntil.Year() == 1990 {
			t.Fatalf("%+v", e)
		}
	}
}
