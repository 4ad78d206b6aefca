package app

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"fairtouch/internal/gateway"
	"fairtouch/touch"
)

const chatPath = "/openai/v1/chat/completions"

// A request that is sent again with its key gets the first answer, once asked and
// once paid for; another request with that key gets none.
func TestARepeatedRequestAsksNobodyAgain(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	first, body := d.post(chatPath, janes, "Idempotency-Key", "order-1")
	again, same := d.post(chatPath, janes, "Idempotency-Key", "order-1")
	if first.StatusCode != 200 || again.StatusCode != 200 || body != same || !strings.Contains(body, "jane.doe@example.org") || v.calls() != 1 {
		t.Fatalf("%d %d, %d calls\n%s\n%s", first.StatusCode, again.StatusCode, v.calls(), body, same)
	}
	for _, h := range []string{"X-Fairtouch-Decision", "X-Fairtouch-Receipt", "X-Fairtouch-Disclosure", "X-Fairtouch-Human", "Ai-Disclosure"} {
		if first.Header.Get(h) == "" || first.Header.Get(h) != again.Header.Get(h) {
			t.Errorf("%s: %q, then %q", h, first.Header.Get(h), again.Header.Get(h))
		}
	}
	if first.Header.Get("Idempotent-Replayed") != "" || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("X-Request-Id") == again.Header.Get("X-Request-Id") {
		t.Errorf("%v %v", first.Header, again.Header)
	}
	for name, c := range map[string]struct {
		path, body string
		headers    []string
	}{
		"another body":    {chatPath, strings.Replace(janes, "Jane", "Joan", 1), nil},
		"another address": {"/openai/v1/responses", janes, nil},
		"another person":  {chatPath, janes, []string{"X-Fairtouch-Subject", "joan-1"}},
	} {
		resp, got := d.post(c.path, c.body, append(c.headers, "Idempotency-Key", "order-1")...)
		if resp.StatusCode != 409 || !strings.Contains(got, "idempotency_key_reused") || resp.Header.Get("X-Should-Retry") != "false" || v.calls() != 1 {
			t.Errorf("%s: %d %s", name, resp.StatusCode, got)
		}
	}
	if resp, got := d.post(chatPath, janes, "Idempotency-Key", strings.Repeat("k", 201)); resp.StatusCode != 400 {
		t.Errorf("a long key: %d %s", resp.StatusCode, got)
	}
	other := openDoor(t, d.app, DemoChat)
	if resp, _ := other.post(chatPath, janes, "Idempotency-Key", "order-1"); resp.StatusCode != 200 || v.calls() != 2 {
		t.Errorf("another virtual key's request: %d, %d calls", resp.StatusCode, v.calls())
	}
	for _, name := range []string{"fairtouch.db", "fairtouch.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(d.app.Config.Data, name)); err == nil && (strings.Contains(string(b), "jane.doe@") || strings.Contains(string(b), "order-1")) {
			t.Errorf("%s holds an answer or a key in plain", name)
		}
	}
	person, _, err := d.app.Ledger.Find(t.Context(), Demo, "jane-4711")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.app.EraseEverywhere(t.Context(), Demo, person); err != nil {
		t.Fatal(err)
	}
	resp, _ := d.post(chatPath, janes, "Idempotency-Key", "order-1")
	if resp.Header.Get("Idempotent-Replayed") != "" {
		t.Error("an erased person's answer came back")
	}
}

// While the first request runs, the second is told to wait; when the first has
// failed, the second asks.
func TestARepeatedRequestWaitsForTheFirst(t *testing.T) {
	v := newVendor(t)
	begun, end := make(chan bool, 8), make(chan bool)
	var failing atomic.Bool
	v.say = func(w http.ResponseWriter, r *http.Request, body string) {
		if failing.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		begun <- true
		<-end
		echo(w, r, body)
	}
	d := gate(t, v, DemoCopywriter, func(b *gateway.Binding) { b.Providers = []string{"openai"} })
	got := make(chan string)
	go func() {
		resp, body := d.post(chatPath, springAsk, "Idempotency-Key", "one")
		got <- resp.Status + body
	}()
	<-begun
	resp, body := d.post(chatPath, springAsk, "Idempotency-Key", "one")
	if resp.StatusCode != 409 || !strings.Contains(body, "idempotency_key_in_use") || resp.Header.Get("Retry-After") == "" || resp.Header.Get("X-Should-Retry") != "" {
		t.Errorf("while the first runs: %d %s %v", resp.StatusCode, body, resp.Header)
	}
	close(end)
	if first := <-got; !strings.Contains(first, "200") {
		t.Fatal(first)
	}
	if resp, _ := d.post(chatPath, springAsk, "Idempotency-Key", "one"); resp.Header.Get("Idempotent-Replayed") != "true" || v.calls() != 1 {
		t.Errorf("after it: %v, %d calls", resp.Header, v.calls())
	}
	failing.Store(true)
	if resp, _ := d.post(chatPath, springAsk, "Idempotency-Key", "two"); resp.StatusCode < 500 {
		t.Fatalf("the vendor failed, and the answer was %d", resp.StatusCode)
	}
	failing.Store(false)
	if resp, body := d.post(chatPath, springAsk, "Idempotency-Key", "two"); resp.StatusCode != 200 || resp.Header.Get("Idempotent-Replayed") != "" || v.calls() != 3 {
		t.Errorf("after a failure: %d %s, %d calls", resp.StatusCode, body, v.calls())
	}
}

// A stream is not kept, but is not paid for twice; a refusal is the same one.
func TestARepeatedStreamAndARepeatedRefusal(t *testing.T) {
	v := newVendor(t)
	v.say = func(w http.ResponseWriter, _ *http.Request, _ string) {
		sse(w, `{"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}`, "[DONE]")
	}
	d := gate(t, v, DemoChat, nil)
	stream := `{"model":"m","user":"jane-4711","stream":true,"messages":[{"role":"user","content":"Hi"}]}`
	if resp, body := d.post(chatPath, stream, "Idempotency-Key", "s"); resp.StatusCode != 200 || !strings.Contains(body, "[DONE]") {
		t.Fatal(resp.StatusCode, body)
	}
	resp, body := d.post(chatPath, stream, "Idempotency-Key", "s")
	if resp.StatusCode != 409 || !strings.Contains(body, "idempotency_answer_not_kept") || resp.Header.Get("X-Should-Retry") != "false" || v.calls() != 1 {
		t.Errorf("a repeated stream: %d %s, %d calls", resp.StatusCode, body, v.calls())
	}
	object(t, d.app, "jane-4711")
	whole := strings.Replace(stream, `"stream":true,`, "", 1)
	first, why := d.post(chatPath, whole, "Idempotency-Key", "r")
	again, same := d.post(chatPath, whole, "Idempotency-Key", "r")
	id := first.Header.Get("X-Fairtouch-Decision")
	if first.StatusCode != 403 || again.StatusCode != 403 || why != same || id == "" || again.Header.Get("X-Fairtouch-Decision") != id || again.Header.Get("X-Should-Retry") != "false" {
		t.Errorf("%d %s\n%d %s", first.StatusCode, why, again.StatusCode, same)
	}
	if s := d.stored(first); s.Decision.Verdict != touch.Deny {
		t.Errorf("%+v", s.Decision.Verdict)
	}
}

// A key's limits hold over a restart of the server.
func TestAKeysLimitsHoldOverARestart(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoCopywriter, nil)
	who, err := d.app.Desk.ByKey(t.Context(), d.key)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.app.PutRule(t.Context(), Demo, gateway.Rule{Key: who.Key, Systems: []touch.SystemID{DemoCopywriter}, PerDay: 20}, LocalOperator); err != nil {
		t.Fatal(err)
	}
	if resp, body := d.post(chatPath, springAsk); resp.StatusCode != 200 { // 12 tokens
		t.Fatal(resp.StatusCode, body)
	}
	cfg := d.app.Config
	if err := d.app.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), cfg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	key := d.key
	d = openDoor(t, again, DemoCopywriter)
	d.key = key
	var got []int
	for range 2 {
		resp, _ := d.post(chatPath, springAsk)
		got = append(got, resp.StatusCode)
	}
	if got[0] != 200 || got[1] != 403 {
		t.Errorf("a budget of 20 tokens, 12 of them spent before the restart: %v", got)
	}
}
