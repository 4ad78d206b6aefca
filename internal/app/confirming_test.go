package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

var newsletter = consent.Scope{Purpose: "newsletter", Channel: touch.Email}

func stateOf(t *testing.T, a *App, id string) consent.Result {
	t.Helper()
	k, _, err := a.Ledger.Find(t.Context(), Demo, id)
	if err != nil {
		t.Fatal(err)
	}
	return consent.Evaluate(k.Members, newsletter, time.Now())
}

// confirmWorld is a person with a preference link, before a server.
func confirmWorld(t *testing.T) (a *App, h http.Handler, link string) {
	t.Helper()
	a = demoApp(t, 30)
	agree(t, a, "jane")
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	d := decide(t, a, lead("jane"))
	return a, h, must(a.Links.Token(Link{LinkConsent, Demo, string(d.ID), time.Now().Add(time.Hour)}))
}

func sendForm(t *testing.T, h http.Handler, path string, v url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080"+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func noticeHash(t *testing.T, a *App, key string) string {
	t.Helper()
	all, err := docs[consent.Notice](t.Context(), a.DB, Demo, DocNotice)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all {
		if n.Key == key && n.Locale == "en" {
			return n.Hash
		}
	}
	t.Fatal("no such notice")
	return ""
}

// openLink finds the link that the demo shows in place of a mail.
func openLink(t *testing.T, h http.Handler, link string) string {
	t.Helper()
	page := fetch(t, h, "/p/consent/"+link).Body.String()
	_, rest, ok := strings.Cut(page, `href="/p/confirm/`)
	if !ok {
		t.Fatalf("no link to confirm")
	}
	token, _, _ := strings.Cut(rest, `"`)
	return "/p/confirm/" + token
}

func TestAYesByMailWaitsForTheButton(t *testing.T) {
	a, h, link := confirmWorld(t)
	yes := url.Values{"c-newsletter": {"yes"}, "n-newsletter": {noticeHash(t, a, "newsletter")}}
	if rec := sendForm(t, h, "/p/consent/"+link, yes); rec.Code != http.StatusUnprocessableEntity || stateOf(t, a, "jane").State != consent.Unknown {
		t.Fatalf("without an address: %d %+v", rec.Code, stateOf(t, a, "jane"))
	}
	yes.Set("e-newsletter", "jane@example.com")
	if rec := sendForm(t, h, "/p/consent/"+link, yes); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if r := stateOf(t, a, "jane"); r.Allowed || r.State != consent.Requested {
		t.Fatalf("an unconfirmed yes counts: %+v", r)
	}
	to := openLink(t, h, link)
	for range 3 { // a mail scanner opens links
		if rec := fetch(t, h, to); rec.Code != http.StatusOK || stateOf(t, a, "jane").Allowed {
			t.Fatalf("opening the link said yes: %d", rec.Code)
		}
	}
	if rec := sendForm(t, h, to, nil); rec.Code != http.StatusOK {
		t.Fatalf("the button: %d %s", rec.Code, rec.Body)
	}
	r := stateOf(t, a, "jane")
	if !r.Allowed || r.State != consent.Given {
		t.Fatalf("after the button: %+v", r)
	}
	k, _, _ := a.Ledger.Find(t.Context(), Demo, "jane")
	events, err := a.Ledger.History(t.Context(), Demo, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if last.Assurance != consent.ByDoubleOptIn || last.Notice == "" || last.ValidUntil.Before(time.Now().AddDate(0, 23, 0)) {
		t.Fatalf("%+v", last)
	}
	if rec := sendForm(t, h, to, nil); rec.Code != http.StatusNotFound {
		t.Fatalf("the link worked twice: %d", rec.Code)
	}
	if rec := sendForm(t, h, "/p/confirm/"+strings.Repeat("a", 64), nil); rec.Code != http.StatusNotFound {
		t.Fatalf("a guessed link: %d", rec.Code)
	}
}

// An old mail's link must not undo a no that came after it.
func TestANoAfterTheRequestVoidsTheLink(t *testing.T) {
	a, h, link := confirmWorld(t)
	if err := a.AskConfirmation(t.Context(), Demo, "jane", noticeHash(t, a, "newsletter"), "jane@example.com"); err != nil {
		t.Fatal(err)
	}
	to := openLink(t, h, link)
	object(t, a, "jane")
	if rec := sendForm(t, h, to, nil); rec.Code != http.StatusConflict || stateOf(t, a, "jane").Allowed {
		t.Fatalf("%d %+v", rec.Code, stateOf(t, a, "jane"))
	}
}

func TestWithoutAMailServerNothingIsPromised(t *testing.T) {
	a := demoApp(t, 30)
	n := consent.Notice{Key: "n", Version: 1, Locale: "en", Purpose: "newsletter", Channel: touch.Email, Title: "N", Text: "T", Basis: consent.ByConsent, Confirm: true, Published: time.Now()}
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.DB.PutDocument(t.Context(), Main, DocNotice, "n-en", n, "u"); err != nil {
		t.Fatal(err)
	}
	if err := a.AskConfirmation(t.Context(), Main, "jane", n.Hash, "jane@example.com"); touch.CodeOf(err) != touch.Unsupported {
		t.Fatalf("%v", err)
	}
	if must, err := a.MustConfirm(t.Context(), Main, &consent.Event{Scope: n.Scopes()[0], State: consent.Given, Basis: consent.ByConsent, Notice: n.Hash}); err != nil || !must {
		t.Fatalf("an API client could say yes without a confirmation: %v %v", must, err)
	}
	if err := a.AskConfirmation(t.Context(), Demo, "jane", n.Hash, "jane@example.com"); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("another workspace's text: %v", err)
	}
	for _, bad := range []string{"", "jane", "a@b\nBcc: c@d"} {
		if err := a.AskConfirmation(t.Context(), Demo, "jane", noticeHash(t, a, "newsletter"), bad); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
