package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/govern"
	"fairtouch/touch"
)

func TestBadInputGetsOneClearErrorAndDecidesNothing(t *testing.T) {
	w := newWorld(t)
	w.decide = func(context.Context, govern.Caller, touch.Touch, string) (touch.Decision, error) {
		t.Error("bad input was decided on")
		return touch.Decision{}, nil
	}
	key := w.key(acme, access.Decide)
	big := `{"system":"` + strings.Repeat("x", 10<<20) + `"}`
	for _, c := range []struct {
		name, body, kind string
		status           int
		code, field      string
	}{
		{"malformed", `{"system":`, "application/json", 400, "invalid", ""},
		{"empty", ` `, "application/json", 400, "invalid", ""},
		{"not an object", `[1]`, "application/json", 400, "invalid", ""},
		{"two documents", touchBody + touchBody, "application/json", 400, "invalid", ""},
		{"duplicate key", strings.Replace(touchBody, `"purpose"`, `"system":"b","purpose"`, 1), "application/json", 400, "invalid", "system"},
		{"duplicate feature", strings.Replace(touchBody, `"amount":12.5`, `"amount":1,"amount":2`, 1), "application/json", 400, "invalid", "features.amount"},
		{"unknown key", strings.Replace(touchBody, `"purpose"`, `"puprose"`, 1), "application/json", 400, "invalid", "puprose"},
		{"key in the wrong case", strings.Replace(touchBody, `"purpose"`, `"Purpose"`, 1), "application/json", 400, "invalid", "Purpose"},
		{"wrong type", strings.Replace(touchBody, `"offers"`, `7`, 1), "application/json", 400, "invalid", "purpose"},
		{"NaN", strings.Replace(touchBody, `12.5`, `NaN`, 1), "application/json", 400, "invalid", ""},
		{"beyond float64", strings.Replace(touchBody, `12.5`, `1e999`, 1), "application/json", 400, "invalid", ""},
		{"not UTF-8", strings.Replace(touchBody, `offers`, "off\xffers", 1), "application/json", 400, "invalid", ""},
		{"no purpose", strings.Replace(touchBody, `"offers"`, `""`, 1), "application/json", 400, "invalid", "purpose"},
		{"deep", strings.Repeat(`{"facts":`, 20_000), "application/json", 400, "invalid", ""},
		{"10 MB", big, "application/json", 413, "too_large", ""},
		{"form", "system=a", "application/x-www-form-urlencoded", 415, "invalid", ""},
		{"no type", touchBody, "", 415, "invalid", ""},
		{"other charset", touchBody, "application/json; charset=latin1", 415, "invalid", ""},
	} {
		rec := w.do(key, "POST", "/v1/decisions", c.body, "Content-Type", c.kind)
		code, msg, field := errorOf(t, rec)
		if rec.Code != c.status || code != c.code || msg == "" || c.field != "" && field != c.field {
			t.Errorf("%s: %d %.300s", c.name, rec.Code, rec.Body)
		}
		if strings.Contains(rec.Body.String(), "jane") || strings.Contains(rec.Body.String(), "json:") || strings.Contains(rec.Body.String(), ".go") {
			t.Errorf("%s shows too much: %s", c.name, rec.Body)
		}
	}
	rec := w.do(key, "POST", "/v1/decisions", touchBody, "Content-Encoding", "gzip")
	if rec.Code != 415 {
		t.Errorf("gzip: %d", rec.Code)
	}
	if strings.Contains(w.log.String(), "jane") {
		t.Fatal("a person is in the log")
	}
}

// endless is a body that never says how long it is.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}

func TestAnEndlessBodyIsCutOffAtTheLimit(t *testing.T) {
	w := newWorld(t)
	body := &endless{}
	req := httptest.NewRequest("POST", "/v1/decisions", body)
	req.ContentLength = -1
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.key(acme, access.Decide))
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, req)
	if rec.Code != 413 || body.read > 4<<20 {
		t.Fatalf("%d after %d bytes", rec.Code, body.read)
	}
}

func TestAnotherHostsPageCantAskThisServer(t *testing.T) {
	w := newWorld(t)
	for host, want := range map[string]int{"example.com": 200, "example.com:8443": 200, "EXAMPLE.com": 200, "evil.example": 421, "": 421,
		"example.com.evil.example": 421, "[::1]:80": 421, "127.0.0.1": 421} {
		req := httptest.NewRequest("GET", "/v1/openapi.json", nil)
		req.Host = host
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, req)
		if rec.Code != want {
			t.Errorf("%q: %d, want %d", host, rec.Code, want)
		}
		req = httptest.NewRequest("GET", "/healthz", nil)
		req.Host = host
		rec = httptest.NewRecorder()
		if w.h.ServeHTTP(rec, req); rec.Code != 200 {
			t.Errorf("a probe by %q: %d", host, rec.Code)
		}
	}
}

func TestWhereThereIsNothingTheErrorHasTheSameShape(t *testing.T) {
	w := newWorld(t)
	for at, want := range map[string]int{"GET /v1/nothing": 404, "GET /": 404, "DELETE /v1/decisions": 405, "PUT /healthz": 405, "GET /v1/decisions/a/b/c": 404,
		"GET /v1/decisions/%00": 401} {
		method, path, _ := strings.Cut(at, " ")
		rec := w.do("", method, path, "")
		errorOf(t, rec)
		if rec.Code != want || want == 405 && rec.Header().Get("Allow") == "" {
			t.Errorf("%s: %d %v", at, rec.Code, rec.Header())
		}
	}
	key := w.key(acme, access.Admin)
	for _, p := range []string{"/v1/decisions/%00", "/v1/decisions/dec_x%ff", "/v1/receipts/%2e%2e", "/v1/systems/nothing", "/v1/pilots/x/step", "/v1/receipts/dec_x/proof"} {
		method, body := "GET", ""
		if strings.Contains(p, "pilots") {
			method, body = "POST", `{"reason":"x"}`
		}
		if rec := w.do(key, method, p, body); rec.Code != 404 {
			t.Errorf("%s: %d %s", p, rec.Code, rec.Body)
		}
	}
}

func TestEveryCodeHasItsStatusAndNoCauseIsShown(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.Decide)
	cause := errors.New("pq: row of jane@example.com")
	for code, want := range map[touch.Code]int{touch.Invalid: 400, touch.Unauthenticated: 401, touch.Forbidden: 403, touch.Unknown: 404, touch.Conflict: 409,
		touch.Missing: 422, touch.TooLarge: 413, touch.RateLimited: 429, touch.Unavailable: 503, touch.Unsupported: 422, touch.Tampered: 500, touch.Internal: 500} {
		w.decide = func(context.Context, govern.Caller, touch.Touch, string) (touch.Decision, error) {
			return touch.Decision{}, &touch.Error{Code: code, Message: "no", Missing: []string{"subject.country"}, Err: cause}
		}
		rec := w.do(key, "POST", "/v1/decisions", touchBody)
		got, _, _ := errorOf(t, rec)
		if rec.Code != want || got != string(code) || !strings.Contains(rec.Body.String(), "subject.country") {
			t.Errorf("%s: %d %s", code, rec.Code, rec.Body)
		}
		if (want == 503 || want == 429) != (rec.Header().Get("Retry-After") != "") {
			t.Errorf("%s: Retry-After is %q", code, rec.Header().Get("Retry-After"))
		}
	}
	w.decide = func(context.Context, govern.Caller, touch.Touch, string) (touch.Decision, error) {
		return touch.Decision{}, cause
	}
	rec := w.do(key, "POST", "/v1/decisions", touchBody)
	if code, _, _ := errorOf(t, rec); rec.Code != 500 || code != "internal" || strings.Contains(rec.Body.String(), "pq:") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if l := w.log.String(); strings.Contains(l, "jane") || strings.Contains(l, "pq:") || !strings.Contains(l, "code=internal") {
		t.Fatalf("the log: %s", l)
	}
}

func TestAFailedTouchStillOffersTheHuman(t *testing.T) {
	w := newWorld(t)
	w.decide = func(_ context.Context, _ govern.Caller, t touch.Touch, _ string) (touch.Decision, error) {
		return decision(t, touch.Deny), touch.Errorf(touch.Unavailable, "the model doesn't answer")
	}
	rec := w.do(w.key(acme, access.Decide), "POST", "/v1/decisions", touchBody)
	errorOf(t, rec)
	got := read[struct{ Decision touch.Decision }](t, rec.Body.Bytes()).Decision
	if rec.Code != 503 || got.ID == "" || got.Disclosure.Human.URL == "" || rec.Header().Get("AI-Disclosure") == "" {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
}

func TestARefusalIsAnAnswerAndCountsAsOne(t *testing.T) {
	w := newWorld(t)
	var seen govern.Caller
	var idem string
	w.decide = func(_ context.Context, c govern.Caller, t touch.Touch, key string) (touch.Decision, error) {
		seen, idem = c, key
		return decision(t, touch.Gap), nil
	}
	rec := w.do(w.key(acme, access.Decide), "POST", "/v1/decisions", touchBody, "Idempotency-Key", "order-7")
	if rec.Code != 200 || !strings.Contains(rec.Body.String(), `"verdict":"gap"`) || !strings.Contains(rec.Body.String(), `"alternative":null`) {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if seen.Workspace != acme || seen.Operator != "usr_owner" || seen.Key == "" || idem != "order-7" {
		t.Fatalf("%+v %q", seen, idem)
	}
	m := w.do("", "GET", "/metrics", "").Body.String()
	if !strings.Contains(m, `fairtouch_decisions_total{verdict="gap"} 1`) || !strings.Contains(m, `route="/v1/decisions",status="200"} 1`) {
		t.Fatal(m)
	}
	for _, s := range []string{"acme", "jane", "usr_", "dec_", "key_"} {
		if strings.Contains(m, s) {
			t.Errorf("the metrics hold %q", s)
		}
	}
}

func TestAPanicIsOneErrorAndItsValueStaysHidden(t *testing.T) {
	w := newWorld(t)
	w.decide = func(context.Context, govern.Caller, touch.Touch, string) (touch.Decision, error) {
		panic("jane@example.com")
	}
	rec := w.do(w.key(acme, access.Decide), "POST", "/v1/decisions", touchBody)
	if code, _, _ := errorOf(t, rec); rec.Code != 500 || code != "internal" || strings.Contains(rec.Body.String(), "goroutine") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if l := w.log.String(); strings.Contains(l, "jane@example.com") || !strings.Contains(l, "panicked") {
		t.Fatal(l)
	}
}

func TestNotReadyIsSaidAndAliveStays(t *testing.T) {
	w := newWorld(t)
	if rec := w.do("", "GET", "/readyz", ""); rec.Code != 200 {
		t.Fatal(rec.Code)
	}
	w.ready.Store(touch.Errorf(touch.Internal, "the disk is full"))
	if rec := w.do("", "GET", "/readyz", ""); rec.Code != 503 || strings.Contains(rec.Body.String(), "disk") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("", "GET", "/healthz", ""); rec.Code != 200 {
		t.Fatal(rec.Code)
	}
}

func TestTheLogsFolderShowsNothingButTheLog(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	waitForCheckpoint(t, w, f)
	key := w.key(acme, access.RecordRead)
	for p, want := range map[string]int{
		"checkpoint": 200, "tile/0/000.p/1": 200, "tile/entries/000.p/1": 200, "": 404, "tile": 404, "tile/0/": 404, ".state/treeState": 404, ".state": 404,
		"%2e%2e/rival/checkpoint": 404, "..%2frival%2fcheckpoint": 404, "tile/..%2f..%2f..%2fkek": 404, "tile/0/000%00": 404, "checkpoint%2f..": 404, "%2fetc%2fpasswd": 404,
		"tile/0/x000/../../../checkpoint%00": 404,
	} {
		rec := w.do(key, "GET", "/log/acme/"+p, "")
		if rec.Code >= 300 && rec.Code < 400 && want == 404 { // the address was cleaned; follow it
			rec = w.do(key, "GET", rec.Header().Get("Location"), "")
		}
		if rec.Code != want {
			t.Errorf("%q: %d %q", p, rec.Code, rec.Body)
		}
	}
	if rec := w.do(key, "GET", "/log/rival/checkpoint", ""); rec.Code != 404 {
		t.Errorf("rival's log: %d", rec.Code)
	}
	if rec := w.do(w.key(acme, access.RecordRead), "GET", "/log/acme/tile/0/000.p/1", ""); rec.Body.Len() != 32 {
		t.Errorf("a tile of one leaf has %d bytes", rec.Body.Len())
	}
}

// nowhere is the cheapest writer, so that the benchmark measures the API.
type nowhere struct{ h http.Header }

func (n *nowhere) Header() http.Header         { return n.h }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n *nowhere) WriteHeader(int)             {}

func BenchmarkDecide(b *testing.B) {
	w := newWorld(b)
	d := decision(touch.Touch{System: "lead-scorer", Purpose: "offers", Channel: touch.Call}, touch.Allow)
	for i := range 30 {
		d.Checks = append(d.Checks, touch.Check{Step: touch.StepLaw, Rule: fmt.Sprint("rule-", i), Verdict: touch.Allow, Citation: "GDPR Art. 6(1)", Reason: "It holds, for this reason."})
	}
	w.decide = func(context.Context, govern.Caller, touch.Touch, string) (touch.Decision, error) { return d, nil }
	key := "Bearer " + w.key(acme, access.Decide)
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest("POST", "/v1/decisions", strings.NewReader(touchBody))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", key)
		w.h.ServeHTTP(&nowhere{http.Header{}}, req)
	}
}
