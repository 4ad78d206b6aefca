package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairtouch/touch"
)

func fetch(t *testing.T, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", "http://127.0.0.1:8080"+path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// The public text says that it is out of date the moment a system changes, and
// only a person's act, on what they read, makes the next version.
func TestThePolicyNeverClaimsWhatIsNoLongerSo(t *testing.T) {
	a := demoApp(t, 30)
	a.DemoMode = true
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	read := func() (out struct {
		Version   int
		Hash      string
		Current   bool `json:"up_to_date"`
		Languages []string
		Section   struct{ Lang, Lede string }
	}) {
		rec := fetch(t, h, "/register/policy.json", "Accept-Language", "de-CH, en;q=0.5")
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || rec.Code != http.StatusOK || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		return out
	}
	first := read()
	if first.Version != 1 || !first.Current || len(first.Languages) < 30 || first.Section.Lang != "de" {
		t.Fatalf("%+v", first)
	}
	seen, err := a.StatementFacts(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.DB.System(t.Context(), Demo, DemoScorer)
	if err != nil {
		t.Fatal(err)
	}
	s.Version, s.DataCategories = s.Version+1, append(s.DataCategories, "web_behaviour")
	if err := a.DB.SaveSystem(t.Context(), Demo, s, "u"); err != nil {
		t.Fatal(err)
	}
	if got := read(); got.Current || got.Hash != first.Hash {
		t.Fatalf("a system changed: %+v", got)
	}
	page := fetch(t, h, "/register/policy?lang=en").Body.String()
	if !strings.Contains(page, "Our systems have changed since then") || strings.Contains(page, "web behaviour") {
		t.Fatal("the page doesn't say so, or says what nobody published")
	}
	if _, err := a.PublishStatement(t.Context(), Demo, "u", seen.Hash()); touch.CodeOf(err) != touch.Conflict {
		t.Fatalf("what nobody read was published: %v", err)
	}
	now, err := a.StatementFacts(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.PublishStatement(t.Context(), Demo, "u", now.Hash()); err != nil {
		t.Fatal(err)
	}
	if got := read(); !got.Current || got.Version != 2 || got.Hash == first.Hash {
		t.Fatalf("after publishing: %+v", got)
	}
	if old := fetch(t, h, "/register/policy?version=1&lang=en").Body.String(); !strings.Contains(old, "Our systems have changed since then") {
		t.Error("an older version claims to be up to date")
	}
	fragment := fetch(t, h, "/register/policy.html?lang=ar").Body.String()
	if !strings.HasPrefix(fragment, `<section lang="ar" dir="rtl"`) || strings.Contains(fragment, "<script") || strings.Contains(fragment, "style=") {
		t.Fatalf("%.200s", fragment)
	}
	if len(page) > 14<<10 {
		t.Errorf("the page has %d bytes", len(page))
	}
	a.DemoMode = false // the company's own, which published nothing
	if rec := fetch(t, h, "/register/policy"); rec.Code != http.StatusNotFound {
		t.Errorf("another workspace's text is shown: %d", rec.Code)
	}
}
