package app

import (
	"slices"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// A permission was given to a system of one supplier. Another one's AI is used
// for nobody until somebody else than made the change has judged it.
func TestAChangeOfSupplierAsksWhetherThePermissionStillCoversIt(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatal(d.Verdict)
	}
	change := func(vendor string) {
		t.Helper()
		s, err := a.DB.System(t.Context(), Demo, DemoScorer)
		if err != nil {
			t.Fatal(err)
		}
		s.Version++
		s.Vendor = vendor
		s.Supplier = &register.SupplierChange{Answer: register.StillCovered, Name: "forged"} // nobody answers by saving
		if err := a.DB.SaveSystem(t.Context(), Demo, s, "usr_owner"); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(verdict string) {
		t.Helper()
		s, err := a.DB.System(t.Context(), Demo, DemoScorer)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AnswerSupplier(verdict, "the notice names no supplier", "O. Owner", "usr_owner", time.Now()); touch.CodeOf(err) != touch.Forbidden {
			t.Fatalf("whoever changed it judged it: %v", err)
		}
		if err := s.AnswerSupplier(verdict, "the notice names no supplier", "P. Officer", "usr_officer", time.Now()); err != nil {
			t.Fatal(err)
		}
		s.Version++
		if err := a.DB.SaveSystem(t.Context(), Demo, s, "usr_officer"); err != nil {
			t.Fatal(err)
		}
	}
	gap := func() {
		t.Helper()
		d := decide(t, a, lead("jane"))
		if d.Verdict != touch.Gap || !slices.Contains(d.Missing, "system.supplier_covered") || d.Alternative == nil {
			t.Fatalf("%s %+v", d.Verdict, d.Checks)
		}
	}
	change("acme")
	gap()
	answer(register.StillCovered)
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatalf("it is covered, and yet %s", d.Verdict)
	}
	change("other")
	gap()
	answer(register.AskAnew)
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Deny || d.StoppedAt() != touch.StepConsent {
		t.Fatalf("she agreed before the change: %s", d.Verdict)
	}
	agree(t, a, "jane")
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatalf("she agreed after the change: %s", d.Verdict)
	}
}

// Times of people are shown for five together, and only while it is agreed.
func TestNobodyIsTimedWithoutAnAgreement(t *testing.T) {
	a := demoApp(t, 100)
	s := staff{a}
	p := access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator}
	answered := func(people int) (all []campaign.Approval) {
		now := time.Now()
		for i := range 2 * people {
			all = append(all, campaign.Approval{Of: touch.UserID(string(rune('a' + i%people))), State: campaign.Approved, AskedAt: now.Add(-time.Hour), At: now})
		}
		return all
	}
	shown := func(people int) bool {
		t.Helper()
		w, why, err := a.waits(t.Context(), Demo, answered(people))
		if err != nil || (why == "") != (w.Median != 0) {
			t.Fatalf("%v %q %+v", err, why, w)
		}
		return why == ""
	}
	if shown(9) {
		t.Error("shown though nothing was agreed")
	}
	today := time.Now().UTC().Format(time.DateOnly)
	for _, bad := range []console.AgreementForm{{Reference: "r", On: today}, {With: "w", On: today}, {With: "w", Reference: "r", On: "soon"}, {With: "w", Reference: "r", On: today, Until: "2001-01-01"}} {
		if err := s.Agree(t.Context(), p, bad); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
	if err := s.Agree(t.Context(), p, console.AgreementForm{With: "the works council", Reference: "agreement 12", On: today}); err != nil {
		t.Fatal(err)
	}
	if !shown(5) || shown(4) {
		t.Error("five people are shown together, four are not")
	}
	if err := s.Agree(t.Context(), p, console.AgreementForm{End: true}); err != nil {
		t.Fatal(err)
	}
	if shown(9) {
		t.Error("shown after the agreement's end")
	}
}
