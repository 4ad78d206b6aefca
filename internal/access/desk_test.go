package access_test

import (
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

const (
	ws       touch.Workspace = "acme"
	password                 = "a short sentence is good"
)

// office is a desk over a real store, with a clock that the test moves.
type office struct {
	*access.Desk
	now time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := &office{now: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)}
	o.Desk = access.NewDesk(db, func() time.Time { return o.now })
	return o
}

func (o *office) join(t *testing.T, login string) access.User {
	t.Helper()
	token, err := o.Invite(t.Context(), ws, access.Auditor)
	if err != nil {
		t.Fatal(err)
	}
	u, err := o.Join(t.Context(), token, login, "", password)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func want(t *testing.T, what string, err error, code touch.Code) {
	t.Helper()
	if touch.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestRevokedKeyStopsAtOnce(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	k, secret, err := o.CreateKey(ctx, ws, "usr_1", "crm", []access.Scope{access.Decide})
	if err != nil || k.Hash == secret {
		t.Fatal(k, err)
	}
	p, err := o.ByKey(ctx, secret)
	if err != nil || p.Workspace != ws || p.User != "usr_1" || p.Key != k.ID || !p.Can(access.Decide) || p.Can(access.Keys) {
		t.Fatalf("%+v %v", p, err)
	}
	want(t, "another workspace's revocation", o.RevokeKey(ctx, "other", k.ID), touch.Unknown)
	if err := o.RevokeKey(ctx, ws, k.ID); err != nil {
		t.Fatal(err)
	}
	_, err = o.ByKey(ctx, secret) // the clock stands still
	want(t, "a revoked key", err, touch.Unauthenticated)
	for _, bad := range []string{"", "ft_", secret + "x", secret[3:], k.Hash} {
		_, err := o.ByKey(ctx, bad)
		want(t, "a wrong key", err, touch.Unauthenticated)
	}
}

func TestGuessingPasswordsIsSlowedDown(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	o.join(t, "Ann@Example.com ")
	o.join(t, "bob")
	for range 8 {
		_, _, err := o.SignIn(ctx, "ann@example.com", "a wrong password, again")
		want(t, "a wrong password", err, touch.Unauthenticated)
	}
	_, _, err := o.SignIn(ctx, " ANN@example.com", password)
	want(t, "the right password after eight wrong ones", err, touch.RateLimited)
	if _, _, err := o.SignIn(ctx, "bob", password); err != nil {
		t.Errorf("somebody else is locked out: %v", err)
	}
	o.now = o.now.Add(15 * time.Minute)
	u, token, err := o.SignIn(ctx, "ann@example.com", password)
	if err != nil || u.Login != "ann@example.com" {
		t.Fatalf("a quarter of an hour later: %v", err)
	}
	if p, err := o.BySession(ctx, token); err != nil || p.User != u.ID || p.Role != access.Auditor {
		t.Errorf("%+v %v", p, err)
	}
	_, _, err = o.SignIn(ctx, "nobody", password)
	want(t, "a name that doesn't exist", err, touch.Unauthenticated)
	o.now = o.now.Add(access.SessionLife)
	if _, err := o.BySession(ctx, token); err == nil {
		t.Error("a session outlived its end")
	}
}

func TestSignedOutStaysOut(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	token, err := o.OpenSession(ctx, o.join(t, "ann"))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SignOut(ctx, token); err != nil {
		t.Fatal(err)
	}
	if _, err := o.BySession(ctx, token); err == nil {
		t.Error("a session was used after signing out")
	}
}

func TestInvitationIsGoodForOneAccount(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	token, err := o.Invite(ctx, ws, access.Marketer)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Join(ctx, token, "two words", "", password)
	want(t, "a login with a space", err, touch.Invalid)
	_, err = o.Join(ctx, token, "ann", "", "short")
	want(t, "a short password", err, touch.Invalid)
	if inv, err := o.Peek(ctx, token); err != nil || inv.Role != access.Marketer {
		t.Fatalf("a mistake in the form used up the link: %v", err)
	}
	u, err := o.Join(ctx, token, "ann", " ", password)
	if err != nil || u.Workspace != ws || u.Role != access.Marketer || u.Name != "ann" {
		t.Fatalf("%+v %v", u, err)
	}
	_, err = o.Join(ctx, token, "bob", "", password)
	want(t, "a used invitation", err, touch.Unknown)
	late, err := o.Invite(ctx, ws, access.Marketer)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Join(ctx, late, "ann", "", password)
	want(t, "a name that is taken", err, touch.Invalid)
	o.now = o.now.Add(access.InviteLife)
	_, err = o.Join(ctx, late, "bob", "", password)
	want(t, "an old invitation", err, touch.Unknown)
}

func TestDemoOpensNoOtherHouse(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	for range 2 {
		token, err := o.EnterDemo(ctx, ws, access.Analyst)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := o.BySession(ctx, token); err != nil || p.Workspace != ws || p.Role != access.Analyst {
			t.Fatalf("%+v %v", p, err)
		}
	}
	_, err := o.EnterDemo(ctx, "other", access.Analyst)
	want(t, "an account of another workspace", err, touch.Forbidden)
	_, _, err = o.SignIn(ctx, "demo-analyst", "")
	want(t, "signing in without a password", err, touch.Unauthenticated)
}
