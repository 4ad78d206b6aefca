package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairtouch/internal/access"
)

func TestNulInAnyTextIsTheClientsFaultNotOurs(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	key := w.key(acme, access.Admin)
	for _, c := range [][2]string{
		{"/v1/keys", `{"name":"a\u0000","scopes":["decide"]}`}, {"/v1/keys", `{"name":"a","scopes":["\u0000"]}`},
		{"/v1/consents", `{"external_id":"a\u0000","events":[{"scope":{"purpose":"*","system":"*","channel":"*"},"state":"ConsentWithdrawn","actor":"self"}]}`},
		{"/v1/consents", `{"external_id":"a","events":[{"scope":{"purpose":"a\u0000","system":"*","channel":"*"},"state":"ConsentWithdrawn","actor":"self"}]}`},
		{"/v1/consents/lookup", `{"external_id":"\u0000"}`},
		{"/v1/pilots/" + string(f.pilot) + "/step", `{"reason":"a\u0000"}`},
		{"/v1/decisions", strings.Replace(touchBody, "offers", `off\u0000ers`, 1)},
		{"/v1/decisions", strings.Replace(touchBody, "lead-scorer", `\u0000`, 1)},
	} {
		rec := w.do(key, "POST", c[0], c[1])
		if code, _, _ := errorOf(t, rec); rec.Code != 400 || code != "invalid" {
			t.Errorf("%s %q: %d %s", c[0], c[1], rec.Code, rec.Body)
		}
	}
	for _, name := range []string{`u0000`, `a\\u0000b`, `\u00e9u0000`} { // none of these is a NUL
		if rec := w.do(key, "POST", "/v1/keys", `{"name":"`+name+`","scopes":["decide"]}`); rec.Code != 201 {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
}

// FuzzRequest sends anything anywhere with a mighty key: the answer is always
// JSON of the one shape or a known text, and never a failure of ours.
func FuzzRequest(f *testing.F) {
	for _, s := range [][3]string{
		{"POST", "/v1/decisions", touchBody}, {"GET", "/v1/decisions?limit=3&from=2026-01-01", ""}, {"GET", "/log/acme/tile/0/000", ""},
		{"POST", "/v1/consents", `{"external_id":"a","events":[{"scope":{"purpose":"*","system":"*","channel":"*"},"state":"ConsentWithdrawn","actor":"self"}]}`},
		{"GET", "/v1/law/rules?as_of=2026-01-01", ""}, {"DELETE", "/v1/keys/key_x", ""}, {"POST", "/v1/pilots/x/step", `{"reason":"x","evidence":[1]}`},
		{"GET", "/v1/receipts/%2e%2e/proof", ""}, {"POST", "/v1/keys", `{"name":"x","scopes":["decide"]}`}, {"BREW", "//", ""},
	} {
		f.Add(s[0], s[1], s[2])
	}
	w := newWorld(f)
	key := w.key(acme, access.Admin)
	f.Fuzz(func(t *testing.T, method, target, body string) {
		req, err := http.NewRequest(method, "http://example.com/", io.NopCloser(strings.NewReader(body)))
		if err != nil {
			return
		}
		if req.URL, err = req.URL.Parse(target); err != nil {
			return
		}
		req.Host, req.ContentLength = "example.com", int64(len(body))
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, req)
		if rec.Code >= 500 {
			t.Fatalf("%q %q %q: %d %s", method, target, body, rec.Code, rec.Body)
		}
		if rec.Code >= 400 {
			errorOf(t, rec)
		}
		if rec.Header().Get("Content-Type") == "application/json" && !json.Valid(rec.Body.Bytes()) {
			t.Fatalf("not JSON: %s", rec.Body)
		}
	})
}
