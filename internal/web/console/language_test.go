package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestWhoeverReadsGermanGetsGerman(t *testing.T) {
	c := testConsole(t)
	get := func(cookie, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/console/sign-in", nil)
		r.Header.Set("Accept-Language", accept)
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: languageCookie, Value: cookie})
		}
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		return w
	}
	for _, one := range []struct {
		cookie, accept string
		german         bool
	}{{"", "de-AT,de;q=0.9,en;q=0.5", true}, {"", "en-GB,de;q=0.5", false}, {"", "fr,it", false}, {"", "", false},
		{"en", "de", false}, {"de", "en", true}, {"../../etc", "de", false}} {
		w := get(one.cookie, one.accept)
		if got := strings.Contains(w.Body.String(), `<html lang="de">`); got != one.german || w.Code != http.StatusOK {
			t.Errorf("cookie %q, browser %q: German %v, status %d", one.cookie, one.accept, got, w.Code)
		}
	}
}

func TestTheLanguageFormLeadsBackIntoTheConsoleOnly(t *testing.T) {
	c := testConsole(t)
	for from, want := range map[string]string{"http://example.com/console/campaigns?x=1": "/console/campaigns?x=1",
		"http://evil.example/console/": "/console/", "http://example.com/p/why/x": "/console/", "": "/console/"} {
		r := httptest.NewRequest(http.MethodPost, "/console/language", strings.NewReader(url.Values{"lang": {"de"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Referer", from)
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != want || !strings.Contains(w.Header().Get("Set-Cookie"), languageCookie+"=de") {
			t.Errorf("from %q to %q, cookie %q", from, got, w.Header().Get("Set-Cookie"))
		}
	}
}

// A page is translated while its reader waits.
func BenchmarkHTML(b *testing.B) {
	c, err := loadMessages("de")
	if err != nil {
		b.Fatal(err)
	}
	page, err := templateFiles.ReadFile("templates/request.html")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		c.HTML(page)
	}
}
