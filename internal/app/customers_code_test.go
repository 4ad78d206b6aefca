package app

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/govern"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// A code goes by mail to an address that somebody compared with the person, and
// only the code that was mailed opens anything.
func TestACodeGoesToAnAddressThatIsKnownToBeThePersons(t *testing.T) {
	a := demoApp(t, 60)
	box := withMail(t, a)
	ctx := t.Context()
	x := demoTouches(t, 1)[0]
	d, err := a.Path.Decide(ctx, govern.Caller{Workspace: Demo, Operator: LocalOperator}, x, "")
	if err != nil {
		t.Fatal(err)
	}
	link, err := a.Links.Token(Link{LinkWhy, Demo, string(d.ID), time.Now().Add(linkLife)})
	if err != nil {
		t.Fatal(err)
	}
	c := customers{a}
	ask := func(email string, proof rights.Proof) {
		t.Helper()
		if _, err := a.AskRight(ctx, Demo, rights.Ask{Kind: rights.Access, External: x.Subject.ExternalID, Email: email, Claimed: "mallory@example.com", Locale: "de", Place: "DE", Via: "console",
			Proof: proof, By: LocalOperator}); err != nil {
			t.Fatal(err)
		}
	}
	way, err := c.way(ctx, Demo, &StoredDecision{Stored: govern.Stored{Decision: d}, Subject: a.subjectOf(t, x)})
	if err != nil || way.server != nil {
		t.Fatalf("an address out of nowhere: %+v %v", way, err)
	}
	ask("jane@example.com", rights.ProofStaff)
	if err := c.SendCode(ctx, pages.Token(link)); err != nil {
		t.Fatal(err)
	}
	var code string
	for _, text := range box.texts() {
		if m := regexp.MustCompile(`\b\d{6}\b`).FindString(text); m != "" && !strings.Contains(text, "mallory") {
			code = m
		}
	}
	if code == "" {
		t.Fatalf("no code among %q", box.texts())
	}
	shown, err := c.Code(ctx, pages.Token(link))
	if err != nil || !shown.Sent || shown.Demo != "" {
		t.Fatalf("the page shows a mailed code: %+v %v", shown, err)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	if _, err := c.TryCode(ctx, pages.Token(link), wrong); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("a wrong code: %v", err)
	}
	if _, err := c.TryCode(ctx, pages.Token(link), code); err != nil {
		t.Fatal(err)
	}
	if err := c.SendCode(ctx, pages.Token(link)); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("a second code at once: %v", err)
	}
}

func (a *App) subjectOf(t *testing.T, x touch.Touch) touch.SubjectID {
	t.Helper()
	k, _, err := a.Ledger.Find(t.Context(), Demo, x.Subject.ExternalID)
	if err != nil {
		t.Fatal(err)
	}
	return k.ID
}
