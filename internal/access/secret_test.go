package access_test

import (
	"slices"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

func TestOnlyTheRightPasswordOpens(t *testing.T) {
	h, err := access.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	again, err := access.HashPassword(password)
	if err != nil || again == h || strings.Contains(h, password) {
		t.Fatalf("the same hash twice: %v", err)
	}
	if !access.CheckPassword(h, password) || access.CheckPassword(h, password+" ") || access.CheckPassword(h, "") {
		t.Error("the wrong password opens, or the right one doesn't")
	}
	for _, bad := range []string{"", "short", "eleven char", strings.Repeat("x", 129)} {
		_, err := access.HashPassword(bad)
		want(t, "a password of a wrong length", err, touch.Invalid)
	}
}

func TestMalformedHashOpensNothing(t *testing.T) {
	h, err := access.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	p := strings.Split(h, "$")
	bad := []string{"", "$$$$$", password, h + "$", h[:len(h)-1] + "!", strings.TrimPrefix(h, "argon2id"), strings.Join(p[:5], "$") + "$"}
	for i, vs := range map[int][]string{1: {"0", "-1", "x"}, 2: {"x", "99999999"}, 3: {"0", "300"}, 4: {"!"}} {
		for _, v := range vs {
			q := slices.Clone(p)
			q[i] = v
			bad = append(bad, strings.Join(q, "$"))
		}
	}
	for _, b := range bad {
		if access.CheckPassword(b, password) {
			t.Errorf("%q opens", b)
		}
	}
}

func TestScopesAreReadAsTheyAreWritten(t *testing.T) {
	all, err := access.ParseScopes(access.Join(access.Scopes()))
	if err != nil || !slices.Equal(all, access.Scopes()) {
		t.Fatal(all, err)
	}
	got, err := access.ParseScopes(" decide, score,,decide ")
	if err != nil || access.Join(got) != "decide,score" {
		t.Error(got, err)
	}
	for _, bad := range []string{"", " , ", "decide,root", "Decide", "decide score"} {
		_, err := access.ParseScopes(bad)
		want(t, bad, err, touch.Invalid)
	}
}

func TestRolesDoTheirOwnWorkOnly(t *testing.T) {
	for _, r := range access.Roles() {
		got, err := access.ParseRole(string(r))
		if err != nil || got != r || len(r.Scopes()) == 0 {
			t.Errorf("%s: %v", r, err)
		}
		p := (&access.User{Workspace: ws, Role: r}).Principal()
		if p.Can(access.Keys) != (r == access.Administrator) || !p.Can(access.RegisterRead) {
			t.Errorf("%s: keys %v", r, p.Can(access.Keys))
		}
	}
	for _, r := range []access.Role{access.Auditor, access.Reviewer} {
		for _, s := range []access.Scope{access.RegisterWrite, access.ConsentWrite, access.LawWrite, access.Campaign, access.Decide} {
			want(t, string(r)+" "+string(s), access.Principal{Workspace: ws, Scopes: r.Scopes()}.Require(s), touch.Forbidden)
		}
	}
	_, err := access.ParseRole("root")
	want(t, "root", err, touch.Invalid)
	if access.Role("root").Scopes() != nil {
		t.Error("an unknown role may do something")
	}
	want(t, "nobody", access.Principal{Scopes: access.Scopes()}.Require(access.Decide), touch.Unauthenticated)
	want(t, "a context without a principal", access.From(t.Context()).Require(access.Decide), touch.Unauthenticated)
}
