package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

func admin() access.Principal {
	return access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator, Scopes: access.Scopes()}
}

// What is past its time must go by itself, and nothing that a claim needs.
func TestRetentionRemovesWhatIsPastItsTimeAndKeepsWhatIsHeld(t *testing.T) {
	a := demoApp(t, 300)
	s, ctx := staff{a}, t.Context()
	for range 3 {
		if err := a.Post(ctx, Demo, Message{To: LocalOperator, Subject: "x", Text: "y"}); err != nil {
			t.Fatal(err)
		}
	}
	later := time.Now().AddDate(0, 0, 91)
	if err := s.Hold(ctx, admin(), "mail", later.AddDate(0, 1, 0).Format(time.DateOnly), "a claim"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SweepWorkspace(ctx, Demo, later); err != nil {
		t.Fatal(err)
	}
	if n, err := a.DB.CountKind(ctx, Demo, "mail"); err != nil || n != 3 {
		t.Fatalf("%d messages are left of 3 that are held: %v", n, err)
	}
	if err := s.Hold(ctx, admin(), "mail", "", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SweepWorkspace(ctx, Demo, time.Now()); err != nil {
		t.Fatal(err)
	}
	if n, _ := a.DB.CountKind(ctx, Demo, "mail"); n != 3 {
		t.Fatalf("%d messages are left of 3 that are fresh", n)
	}
	if n, err := a.SweepWorkspace(ctx, Demo, later); err != nil || n < 3 {
		t.Fatalf("%d removed: %v", n, err)
	}
	if n, _ := a.DB.CountKind(ctx, Demo, "mail"); n != 0 {
		t.Fatalf("%d messages are left that are past their time", n)
	}
	for _, bad := range []func() error{
		func() error { return s.Hold(ctx, admin(), "mail", "someday", "x") }, func() error { return s.Hold(ctx, admin(), "mail", "2027-01-01", "") },
		func() error { return s.Keep(ctx, admin(), "mail", -1) }, func() error { return s.Keep(ctx, admin(), "decisions", 3) },
	} {
		if err := bad(); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("taken: %v", err)
		}
	}
}

// A person who is asked must be reminded once, before it is late.
func TestWhoIsAskedIsRemindedOnce(t *testing.T) {
	a := demoApp(t, 300)
	ctx := t.Context()
	u, err := a.Desk.DemoUser(ctx, Demo, access.Reviewer)
	if err != nil {
		t.Fatal(err)
	}
	due := time.Now().Add(48 * time.Hour)
	if _, err := a.AskApproval(ctx, Demo, LocalOperator, DemoCampaign, u.ID, due); err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{time.Now(), due.Add(-time.Hour), due.Add(time.Hour)} {
		if err := a.Remind(ctx, Demo, at); err != nil {
			t.Fatal(err)
		}
	}
	box, err := a.Mailbox(ctx, Demo, u.ID)
	if err != nil || len(box) != 1 {
		t.Fatalf("%d messages: %v", len(box), err)
	}
}

// Anybody on the staff may hold a pilot that does harm.
func TestAReportedProblemHoldsThePilot(t *testing.T) {
	a := demoApp(t, 300)
	s := staff{a}
	p := admin()
	p.Role = access.Reviewer
	if err := s.Problem(t.Context(), p, DemoScorer2, "It calls the same people again and again.", true); err != nil {
		t.Fatal(err)
	}
	pilots, err := a.DB.Pilots(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range pilots {
		if x.System == DemoScorer2 && x.State != "halted" {
			t.Fatalf("the pilot is %s", x.State)
		}
	}
}

// A link in a mail answers for its reader; nobody else may find it.
func TestNobodyReadsTheLinkOfAnother(t *testing.T) {
	a := demoApp(t, 300)
	ctx := t.Context()
	if err := a.Post(ctx, Demo, Message{To: "usr_other", Subject: "x", Text: "y", Link: "https://secret.example"}); err != nil {
		t.Fatal(err)
	}
	v, err := staff{a}.Mail(ctx, admin())
	if err != nil || len(v.Lines) != 1 || v.Lines[0].Link != "" {
		t.Fatalf("%+v %v", v, err)
	}
}

// A question for approval must reach the team's chat, and no private address by
// accident.
func TestQuestionsArePostedToTheTeamsWebhook(t *testing.T) {
	a := demoApp(t, 300)
	ctx := t.Context()
	var got atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			Text string `json:"text"`
		}
		if json.NewDecoder(r.Body).Decode(&m) == nil && strings.Contains(m.Text, "go out?") && !strings.Contains(m.Text, "/approve/") {
			got.Add(1)
		}
	}))
	defer srv.Close()
	if err := a.SaveChatter(ctx, Demo, LocalOperator, srv.URL); err != nil {
		t.Fatal(err)
	}
	ask := func(role access.Role) {
		u, err := a.Desk.DemoUser(ctx, Demo, role)
		if err != nil {
			t.Fatal(err)
		}
		p := admin()
		p.User = "usr_somebody"
		if err := (staff{a}).Ask(ctx, p, DemoCampaign, u.ID, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	ask(access.Reviewer)
	if got.Load() != 0 {
		t.Fatal("a private address was reached that the configuration does not allow")
	}
	a.Config.Gateway.AllowHosts = "127.0.0.1"
	ask(access.PrivacyOfficer)
	if got.Load() != 1 {
		t.Fatalf("%d messages arrived", got.Load())
	}
}
