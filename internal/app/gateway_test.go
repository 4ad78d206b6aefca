package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairtouch/touch"
)

// door is the gateway of a demo, with a key of one system.
type door struct {
	t   testing.TB
	app *App
	url string
	key string
}

func openDoor(t testing.TB, a *App, system touch.SystemID) door {
	t.Helper()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	key, err := a.DemoTextKey(t.Context(), system)
	if err != nil {
		t.Fatal(err)
	}
	return door{t, a, srv.URL, key}
}

func (d door) post(path, body string, headers ...string) (*http.Response, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), "POST", d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.key)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp, string(b)
}

func TestTheDemosCopywriterAnswersOffline(t *testing.T) {
	d := openDoor(t, demoApp(t, 50), DemoCopywriter)
	for _, stream := range []string{"", `,"stream":true`} {
		resp, body := d.post("/openai/v1/chat/completions", `{"model":"sandbox","messages":[{"role":"user","content":"Write to jane.doe@example.org, please"}]`+stream+`}`)
		if resp.StatusCode != 200 {
			t.Fatal(resp.StatusCode, body)
		}
		t.Log(body, resp.Header)
	}
}

func TestTheDemosChatAnswersCustomers(t *testing.T) {
	d := openDoor(t, demoApp(t, 50), DemoChat)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"sandbox","user":"jane-42","messages":[{"role":"user","content":"I am Jane Doe, jane.doe@example.org"}]}`)
	if resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	t.Log(body, resp.Header)
}
