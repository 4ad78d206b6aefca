package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// What the staff do with another system on its page: its key is shown nowhere,
// a try changes nothing, what is off is missing from a request until it is on.
func TestASystemIsConnectedTriedSwitchedOffAndOn(t *testing.T) {
	a := demoApp(t, 50)
	var changes, asked atomic.Int64
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if strings.Contains(string(b), `"dry_run":true`) || strings.Contains(string(b), `"find"`) {
			asked.Add(1)
		} else {
			changes.Add(1)
		}
		_, _ = io.WriteString(w, `{"outcome":"completed","found":true}`)
	}))
	defer srv.Close()
	a.Outbound = srv.Client()
	s, p := staff{a}, access.Principal{Workspace: Demo, User: LocalOperator, Role: access.PrivacyOfficer, Scopes: access.PrivacyOfficer.Scopes()}
	const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	name, err := s.SaveConnectorForm(t.Context(), p, console.ConnectorForm{Kind: "webhook", Name: "crm", URL: srv.URL, Key: key})
	if err != nil || name != "crm" {
		t.Fatal(name, err)
	}
	if found := onDisk(t, a, key); len(found) > 0 {
		t.Fatalf("the key lies in plain: %v", found)
	}
	v, err := s.ConnectorPage(t.Context(), p, "crm")
	if err != nil || v.Form.Key != "" || len(v.Can) == 0 {
		t.Fatalf("%+v %v", v, err)
	}
	if _, err := s.SaveConnectorForm(t.Context(), p, console.ConnectorForm{Kind: "webhook", Name: "crm", URL: "https://elsewhere.example"}); touch.AsError(err).Field != "key" {
		t.Fatalf("the key went to another address: %v", err)
	}
	if _, err := s.SaveConnectorForm(t.Context(), p, console.ConnectorForm{Kind: "webhook", Name: "crm", URL: srv.URL, Account: "7"}); err != nil {
		t.Fatalf("saved without typing the key again: %v", err)
	}
	if _, err := s.DryConnector(t.Context(), p, "crm", "", ""); touch.AsError(err).Field != "external_id" {
		t.Fatalf("asked about nobody: %v", err)
	}
	if got, err := s.DryConnector(t.Context(), p, "crm", "jane", ""); err != nil || len(got) == 0 || changes.Load() != 0 || asked.Load() == 0 {
		t.Fatalf("%+v %v, %d changes, %d questions", got, err, changes.Load(), asked.Load())
	}
	if err := s.SwitchConnectorTo(t.Context(), p, "crm", false); err != nil {
		t.Fatal(err)
	}
	before := asked.Load()
	r := askFor(t, a, rights.Objection, "jane", rights.ProofIdentifier)
	if r.State != rights.Running || changes.Load() != 0 || asked.Load() != before || len(r.Calls) == 0 || r.Calls[0].Fault != rights.FaultOff {
		t.Fatalf("a system that is off was asked, or isn't missed: %s %+v", r.State, r.Calls)
	}
	if err := s.SwitchConnectorTo(t.Context(), p, "crm", true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.RunRights(t.Context(), Demo); err != nil {
		t.Fatal(err)
	}
	r, err = a.Right(t.Context(), Demo, r.ID)
	if err != nil || r.State != rights.Done || changes.Load() == 0 {
		t.Fatalf("on again, and the request doesn't go on: %s %+v %v", r.State, r.Calls, err)
	}
	if v, err = s.ConnectorPage(t.Context(), p, "crm"); err != nil || v.Ended != len(r.Calls) || len(v.Calls) != v.Ended || v.Failed != 0 || v.Last.IsZero() {
		t.Fatalf("%+v %v", v, err)
	}
	other := access.Principal{Workspace: Main, User: LocalOperator, Scopes: access.Scopes()}
	if _, err := s.ConnectorPage(t.Context(), other, "crm"); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("another workspace reads it: %v", err)
	}
}

// What was begun in a system that is then forgotten is missing, and doesn't keep
// a request open for ever or let it look complete.
func TestARequestSaysThatAForgottenSystemIsMissing(t *testing.T) {
	a := demoApp(t, 50)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer srv.Close()
	a.Outbound = srv.Client()
	s, p := staff{a}, access.Principal{Workspace: Demo, User: LocalOperator}
	if _, err := s.SaveConnectorForm(t.Context(), p, console.ConnectorForm{Kind: "webhook", Name: "crm", URL: srv.URL, Key: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}); err != nil {
		t.Fatal(err)
	}
	r := askFor(t, a, rights.Objection, "jane", rights.ProofIdentifier)
	if r.State != rights.Running {
		t.Fatal(r.State)
	}
	if err := s.ForgetConnector(t.Context(), p, "crm"); err != nil {
		t.Fatal(err)
	}
	r, err := a.RunRight(t.Context(), Demo, LocalOperator, r.ID, false)
	if err != nil || r.State != rights.Running || r.Calls[0].Fault != "removed" {
		t.Fatalf("%s %+v %v", r.State, r.Calls, err)
	}
	r, err = a.RunRight(t.Context(), Demo, LocalOperator, r.ID, true)
	if err != nil || r.State != rights.Partly || !strings.Contains(r.Reason, "crm") {
		t.Fatalf("%s %q %v", r.State, r.Reason, err)
	}
}
