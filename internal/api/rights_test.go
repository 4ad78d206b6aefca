package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/api"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// fakeRights knows one request in each workspace, "req_" and its name. The real
// desk is tested where it is made, in app.
type fakeRights struct{}

func (fakeRights) one(ws touch.Workspace, id string) (api.RightCase, error) {
	if id != "req_"+string(ws) {
		return api.RightCase{}, touch.Errorf(touch.Unknown, "there is no such request")
	}
	return api.RightCase{RightRow: api.RightRow{ID: id, Kind: rights.Access, State: rights.Received, Received: time.Unix(1, 0), Due: "2026-12-24"}}, nil
}

func (f fakeRights) Open(_ context.Context, who access.Principal, _ rights.Ask, key string) (api.RightCase, bool, error) {
	v, err := f.one(who.Workspace, "req_"+string(who.Workspace))
	return v, key != "", err
}

func (fakeRights) List(_ context.Context, ws touch.Workspace, f api.RightFilter) ([]api.RightRow, error) {
	var out []api.RightRow
	for range f.Limit {
		out = append(out, api.RightRow{ID: "req_" + string(ws)})
	}
	return out, nil
}

func (fakeRights) Of(context.Context, touch.Workspace, string) ([]api.RightRow, error) {
	return nil, nil
}

func (f fakeRights) Read(_ context.Context, who access.Principal, id string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Verify(_ context.Context, who access.Principal, id string, _ rights.Proof, _, _ string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Identify(_ context.Context, who access.Principal, id, _, _ string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Run(_ context.Context, who access.Principal, id string, _ api.RightRun) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Extend(_ context.Context, who access.Principal, id, _ string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Refuse(_ context.Context, who access.Principal, id, _ string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Finish(_ context.Context, who access.Principal, id, _ string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Cancel(_ context.Context, who access.Principal, id string) (api.RightCase, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Plan(_ context.Context, ws touch.Workspace, id string) ([]api.RightCall, error) {
	_, err := f.one(ws, id)
	return nil, err
}

func (f fakeRights) Answer(_ context.Context, who access.Principal, id string) (any, error) {
	return f.one(who.Workspace, id)
}

func (f fakeRights) Evidence(_ context.Context, who access.Principal, id string) (any, error) {
	return f.one(who.Workspace, id)
}

func TestAKeyWithoutAnOwnerTakesRequestsInAndChangesNone(t *testing.T) {
	w := newWorld(t)
	_, nobody, err := w.desk.CreateKey(t.Context(), acme, "", "machine", []access.Scope{access.Rights})
	if err != nil {
		t.Fatal(err)
	}
	if rec := w.do(nobody, "POST", "/v1/rights", `{"external_id":"joe","kind":"objection"}`); rec.Code != http.StatusCreated {
		t.Errorf("a no by a machine: %d %s", rec.Code, rec.Body)
	}
	if rec := w.do(nobody, "POST", "/v1/rights", `{"external_id":"joe","kind":"access","proof":"login"}`); rec.Code != http.StatusForbidden {
		t.Errorf("a machine vouched for a person: %d %s", rec.Code, rec.Body)
	}
	for _, r := range api.Table() {
		if r.Method == http.MethodPost && strings.Contains(r.Path, "/rights/{id}/") {
			if rec := w.do(nobody, "POST", target(r, acme, filled{}), bodyFor(r)); rec.Code != http.StatusForbidden {
				t.Errorf("%s without an owner: %d %s", r.Path, rec.Code, rec.Body)
			}
		}
	}
}

func TestWhatIsNoRequestIsRefusedWithItsField(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.Rights)
	for body, field := range map[string]string{
		`{"kind":"access"}`: "external_id", `{"external_id":"joe","kind":"access","place":"Germany"}`: "place",
		`{"external_id":"joe","kind":"access","proof":"link"}`: "proof", `{"external_id":"joe","kind":"access","received_at":"soon"}`: "received_at",
		`{"external_id":"joe","kind":"access","email":"joe"}`: "email",
	} {
		rec := w.do(key, "POST", "/v1/rights", body)
		if _, _, got := errorOf(t, rec); rec.Code != http.StatusBadRequest || got != field {
			t.Errorf("%s: %d, field %q", body, rec.Code, got)
		}
	}
	if rec := w.do(key, "POST", "/v1/rights", `{"external_id":"joe","kind":"access"}`, "Idempotency-Key", "k"); rec.Code != http.StatusOK {
		t.Errorf("a retry: %d", rec.Code)
	}
	for _, q := range []string{"state=lost", "kind=wish", "after=dec_1", "limit=0", "limit=x"} {
		if rec := w.do(key, "GET", "/v1/rights?"+q, ""); rec.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", q, rec.Code)
		}
	}
	page := read[struct {
		Requests []struct{ ID string }
		Next     string
	}](t, w.do(key, "GET", "/v1/rights?limit=3&state=open", "").Body.Bytes())
	if len(page.Requests) != 3 || page.Next == "" {
		t.Errorf("%+v", page)
	}
}
