package app

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/connectors"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// Whoever holds a link and a code for one person can type another's address.
// What lies under it elsewhere must stay where it is, until the staff compared
// the address; a no alone is passed on, because it needs an identifier only.
func TestATypedAddressShowsAndDestroysNothingElsewhere(t *testing.T) {
	a := demoApp(t, 300)
	far := &elsewhere{secret: hookSecret, status: 200, reply: `{"outcome":"found","data":{"note":"the victim's"}}`}
	a.Outbound = &http.Client{Transport: far}
	if err := a.SaveConnector(t.Context(), Demo, LocalOperator, connectors.Settings{Kind: "webhook", Name: "crm", Key: hookSecret, URL: "https://crm.example/hook"}); err != nil {
		t.Fatal(err)
	}
	agree(t, a, "mallory")
	d := decide(t, a, lead("mallory"))
	link, err := a.Links.Token(Link{LinkRights, Demo, string(d.ID), d.At.Add(linkLife)})
	if err != nil {
		t.Fatal(err)
	}
	c, tok, victim := customers{a}, pages.Token(link), "victim@example.com"
	asked := func(k rights.Kind) RightView {
		t.Helper()
		if err := c.AskRight(t.Context(), tok, "", pages.RightAsk{Kind: k, Email: victim}); err != nil {
			t.Fatal(err)
		}
		all, err := a.Rights(t.Context(), Demo)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if x.Kind == k {
				v, err := a.Right(t.Context(), Demo, x.ID)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
		}
		t.Fatal("not taken in")
		return RightView{}
	}
	sent := func() string { far.mu.Lock(); defer far.mu.Unlock(); return strings.Join(far.bodies, "\n") }

	for _, k := range []rights.Kind{rights.Access, rights.Erasure} {
		v := asked(k)
		if _, err := a.VerifyRight(t.Context(), Demo, "", v.ID, rights.ProofCode, "", ""); err != nil {
			t.Fatal(err)
		}
		if k == rights.Erasure {
			_, err = a.DryRight(t.Context(), Demo, v.ID)
		} else {
			_, err = a.RunRight(t.Context(), Demo, "", v.ID, false)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := a.Rights(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	var access1 string
	for _, x := range all {
		if x.Kind == rights.Access {
			access1 = x.ID
		}
	}
	answer := func() string {
		t.Helper()
		var b bytes.Buffer
		s := staff{a}
		if err := s.AnswerRequest(t.Context(), access.Principal{Workspace: Demo, User: LocalOperator, Role: access.PrivacyOfficer, Scopes: access.Scopes()}, access1, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := answer(); strings.Contains(got, "the victim's") || strings.Contains(sent(), victim) {
		t.Fatalf("another's address was used:\n%s", sent())
	}

	if _, err := a.IdentifyRight(t.Context(), Demo, LocalOperator, access1, "nobody", ""); touch.AsError(err) == nil || touch.AsError(err).Field != "external_id" {
		t.Errorf("the id of nobody: %v", err)
	}
	if _, err := a.IdentifyRight(t.Context(), Demo, LocalOperator, access1, "", ""); err == nil {
		t.Error("nothing was given, and it was taken")
	}
	if _, err := a.IdentifyRight(t.Context(), Demo, LocalOperator, access1, "", "mallory@example.com"); err != nil {
		t.Fatal(err)
	}
	if got := answer(); !strings.Contains(got, "the victim's") || !strings.Contains(sent(), "mallory@example.com") { // the fake holds one note, whoever is asked for
		t.Fatalf("a compared address isn't used:\n%s", sent())
	}

	far.reply = `{"outcome":"completed"}`
	asked(rights.Objection)
	if !strings.Contains(sent(), victim) {
		t.Error("a no, which needs an identifier alone, wasn't passed on")
	}
}
