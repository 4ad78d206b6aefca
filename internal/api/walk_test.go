package api_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/api"
	"fairtouch/touch"
)

func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// errorOf reads an error answer and checks its shape.
func errorOf(t testing.TB, rec *httptest.ResponseRecorder) (code, message, field string) {
	t.Helper()
	var doc struct {
		Error *struct {
			Code, Message, Field *string
			Missing              *[]string
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil || doc.Error == nil || doc.Error.Code == nil || doc.Error.Message == nil ||
		doc.Error.Field == nil || doc.Error.Missing == nil {
		t.Fatalf("status %d has no error in the one shape: %s", rec.Code, rec.Body)
	}
	return *doc.Error.Code, *doc.Error.Message, *doc.Error.Field
}

// target fills a route's address with the ids of a workspace.
func target(r api.Route, ws touch.Workspace, f filled) string {
	id := string(f.decision)
	switch {
	case strings.Contains(r.Path, "/receipts/"):
		id = f.receipt
	case strings.Contains(r.Path, "/systems/"):
		id = string(f.system)
	case strings.Contains(r.Path, "/pilots/"):
		id = string(f.pilot)
	case strings.Contains(r.Path, "/rights/"):
		id = "req_" + string(ws)
	case strings.Contains(r.Path, "/keys/"):
		id = string(f.key)
	}
	p := strings.NewReplacer("{id}", id, "{ws}", string(ws), "{path...}", "checkpoint").Replace(r.Path)
	if r.Required != "" {
		p += "?" + r.Required
	}
	return p
}

func bodyFor(r api.Route) string {
	switch r.Body {
	case "Touch":
		return touchBody
	case "PilotAct":
		return `{"reason":"because"}`
	case "ConsentEvents":
		return `{"external_id":"jane@example.com","events":[{"scope":{"purpose":"*","system":"*","channel":"*"},"state":"ConsentWithdrawn","actor":"self"}]}`
	case "ConsentQuestion":
		return `{"external_id":"jane@example.com","scope":{"purpose":"offers","system":"scorer","channel":"email"}}`
	case "Born":
		return `{"external_id":"jane@example.com","born":"2014-02-01","country":"DE"}`
	case "ConfirmationAsk":
		return `{"external_id":"jane@example.com","notice":"h","email":"jane@example.com"}`
	case "Person":
		return `{"external_id":"jane@example.com"}`
	case "PiiText":
		return `{"text":"write to jane@example.com","operator":"redact"}`
	case "PiiProtected":
		return `{"text":"write to <EMAIL_AAAA>"}`
	case "PresidioText":
		return `{"text":"write to jane@example.com","language":"en"}`
	case "PresidioResults":
		return `{"text":"write to jane@example.com","analyzer_results":[{"entity_type":"EMAIL_ADDRESS","start":9,"end":25,"score":1}]}`
	case "PresidioItems":
		return `{"text":"nothing","anonymizer_results":[]}`
	case "ImageToMark":
		return `{"image":"aW1hZ2U=","source":"composite"}`
	case "OutputToRender":
		return `{"decision":"dec_1","text":"Hello"}`
	case "CopyQuestion":
		return `{"system":"copy","text":"Hello"}`
	case "OutputDelivered":
		return `{"output":"prn_acme"}`
	case "OutputShown":
		return `{"token":"tok"}`
	case "FeedToLint":
		return `{"feed":"id,title\nA1,Shoes"}`
	case "OutputToRecognise":
		return `{"text":"hello"}`
	case "RightAsk":
		return `{"external_id":"jane@example.com","kind":"access"}`
	case "RightProof":
		return `{"proof":"login"}`
	case "RightNames":
		return `{"email":"jane@example.com"}`
	case "RightRun":
		return `{"irrevocable":true}`
	case "RightReason":
		return `{"reason":"because"}`
	case "RightFinish":
		return `{"missing":""}`
	case "NewKey":
		return `{"name":"more","scopes":["decide"]}`
	}
	return ""
}

func TestNoRouteIsOpenByOversight(t *testing.T) {
	free := []string{"GET /v1/openapi.json", "GET /healthz", "GET /readyz", "GET /metrics", "GET /presidio/health",
		"POST /v1/disclosures/shown"} // its token is the credential
	for _, r := range api.Table() {
		name := r.Method + " " + r.Path
		if r.Scope == api.Open {
			if !slices.Contains(free, name) {
				t.Errorf("%s needs no key", name)
			}
			continue
		}
		if !slices.Contains(access.Scopes(), r.Scope) {
			t.Errorf("%s has no scope", name)
		}
	}
}

func TestWithoutKeyOrScopeNothingIsReadOrDone(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	for _, r := range api.Table() {
		if r.Scope == api.Open {
			continue
		}
		at, body := target(r, acme, f), bodyFor(r)
		name := r.Method + " " + at
		for _, key := range []string{"", "nonsense", "ft_nonsense"} {
			rec := w.do(key, r.Method, at, body)
			if rec.Code != 401 || rec.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%s with key %q: %d %s", name, key, rec.Code, rec.Body)
			}
			errorOf(t, rec)
		}
		var others []access.Scope
		for _, s := range access.Scopes() {
			if s != r.Scope && s != access.Admin {
				others = append(others, s)
			}
		}
		rec := w.do(w.key(acme, others...), r.Method, at, body)
		if code, msg, _ := errorOf(t, rec); rec.Code != 403 || code != "forbidden" || !strings.Contains(msg, string(r.Scope)) {
			t.Errorf("%s with every other scope: %d %s", name, rec.Code, rec.Body)
		}
	}
	if k, err := w.desk.Keys(t.Context(), acme); err != nil || slices.ContainsFunc(k, func(k access.Key) bool { return !k.RevokedAt.IsZero() }) {
		t.Fatal("a request without the right did something")
	}
}

func TestARivalsKeyReadsNothingOfOurs(t *testing.T) {
	w := newWorld(t)
	ours := w.fill(acme)
	waitForCheckpoint(t, w, ours) // so that there is a log to be read
	theirs := w.key(rival, access.Admin)
	for _, r := range api.Table() {
		if !strings.Contains(r.Path, "{") {
			continue
		}
		at, body := target(r, acme, ours), bodyFor(r)
		rec := w.do(theirs, r.Method, at, body)
		if code, _, _ := errorOf(t, rec); rec.Code != 404 || code != "not_found" {
			t.Errorf("%s %s with a rival's key: %d %s", r.Method, at, rec.Code, rec.Body)
		}
	}
	for _, r := range api.Table() { // lists hold nothing of ours either
		if r.Method != http.MethodGet || r.Scope == api.Open || strings.Contains(r.Path, "{") || strings.Contains(r.Path, "law") {
			continue
		}
		at := r.Path
		if r.Required != "" {
			at += "?external_id=jane@example.com"
		}
		rec := w.do(theirs, r.Method, at, "")
		if rec.Code != 200 {
			t.Errorf("%s: %d %s", at, rec.Code, rec.Body)
		}
		for _, id := range []string{string(ours.decision), ours.receipt, string(ours.pilot), string(ours.system), string(ours.key)} {
			if strings.Contains(rec.Body.String(), id) {
				t.Errorf("%s shows a rival %s", at, id)
			}
		}
	}
	p, err := w.db.Pilot(t.Context(), acme, ours.pilot)
	if err != nil || p.Version != 0 {
		t.Fatalf("a rival moved the pilot: %+v %v", p, err)
	}
}

func TestOwnKeyReachesEveryRoute(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	waitForCheckpoint(t, w, f)
	for _, r := range api.Table() {
		at := target(r, acme, f)
		rec := w.do(w.key(acme, access.Admin), r.Method, at, bodyFor(r))
		if rec.Code < 200 || rec.Code > 204 {
			t.Errorf("%s %s: %d %s", r.Method, at, rec.Code, rec.Body)
		}
		if rec.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s has no request id", at)
		}
	}
	if strings.Contains(w.log.String(), "jane") || strings.Contains(w.log.String(), "level=ERROR") {
		t.Fatal(w.log.String())
	}
}
