package console

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// desk is a store of one session a role, for tests.
type desk struct{ access.Store }

func (desk) SessionByHash(_ context.Context, hash string, _ time.Time) (access.Session, error) {
	for _, r := range access.Roles() {
		if access.HashSecret(string(r)) == hash {
			return access.Session{Hash: hash, Workspace: "w", User: touch.UserID(r)}, nil
		}
	}
	return access.Session{}, touch.Errorf(touch.Unknown, "no such session")
}

func (desk) UserByID(_ context.Context, ws touch.Workspace, id touch.UserID) (access.User, error) {
	return access.User{ID: id, Workspace: ws, Name: string(id), Role: access.Role(id)}, nil
}

func testConsole(t *testing.T) *Console {
	t.Helper()
	assets, err := view.LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{Desk: access.NewDesk(desk{}, time.Now), Assets: assets, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask(c *Console, pattern, role string) (w *httptest.ResponseRecorder, reached bool) {
	method, path, _ := strings.Cut(pattern, " ")
	path = strings.NewReplacer("{id}", "x", "{token}", "x", "{$}", "").Replace(path)
	r := httptest.NewRequest(method, path, strings.NewReader(url.Values{}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if role != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: role})
	}
	w = httptest.NewRecorder()
	defer func() { // a page that was reached asks the back end, which isn't there
		if recover() != nil {
			reached = true
		}
	}()
	c.ServeHTTP(w, r)
	return w, reached
}

func TestEveryRouteNamesWhoMayCome(t *testing.T) {
	open := map[string]bool{"GET /console/sign-in": true, "POST /console/sign-in": true, "POST /console/enter": true,
		"POST /console/language":    true,
		"GET /console/join/{token}": true, "POST /console/join/{token}": true,
		"GET /console/vendor/{token}": true, "POST /console/vendor/{token}": true,
		"GET /console/approve/{token}": true, "POST /console/approve/{token}": true}
	for _, r := range testConsole(t).routes() {
		if r.open != open[r.pattern] {
			t.Errorf("%s is open to everybody: %v", r.pattern, r.open)
		}
		if !r.open && r.scope == "" && r.pattern != "POST /console/sign-out" {
			t.Errorf("%s names no scope", r.pattern)
		}
	}
}

func TestWithoutASessionNobodySeesAnything(t *testing.T) {
	c := testConsole(t)
	for _, r := range c.routes() {
		if r.open {
			continue
		}
		for _, role := range []string{"", "forged"} {
			if w, reached := ask(c, r.pattern, role); reached || w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/console/sign-in" {
				t.Errorf("%s with session %q: reached %v, %d", r.pattern, role, reached, w.Code)
			}
		}
	}
}

func TestARoleSeesWhatItsScopesAllowAndNoMore(t *testing.T) {
	c := testConsole(t)
	refused, allowed := 0, 0
	for _, r := range c.routes() {
		if r.open || r.scope == "" {
			continue
		}
		for _, role := range access.Roles() {
			u := access.User{Workspace: "w", Role: role}
			w, reached := ask(c, r.pattern, string(role))
			if u.Principal().Can(r.scope) {
				allowed++
				if w.Code == http.StatusForbidden {
					t.Errorf("%s may not open %s, though it has %s", role, r.pattern, r.scope)
				}
				continue
			}
			refused++
			if reached || w.Code != http.StatusForbidden {
				t.Errorf("%s opened %s without %s: %d", role, r.pattern, r.scope, w.Code)
			}
		}
	}
	if refused == 0 || allowed == 0 {
		t.Fatalf("%d refused, %d allowed: the test asserts nothing", refused, allowed)
	}
}
