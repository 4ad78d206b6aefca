package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/gateway"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// vendor is somebody else's model: it keeps what reached it and says what the
// test wants.
type vendor struct {
	*httptest.Server
	mu    sync.Mutex
	got   []string // bodies
	heads []http.Header
	gone  chan time.Time // when its client left
	say   func(w http.ResponseWriter, r *http.Request, body string)
}

func newVendor(t testing.TB) *vendor {
	v := &vendor{gone: make(chan time.Time, 16)}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		v.mu.Lock()
		v.got, v.heads = append(v.got, string(b)), append(v.heads, r.Header.Clone())
		v.mu.Unlock()
		v.say(w, r, string(b))
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) last(t testing.TB) string {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.got) == 0 {
		t.Fatal("nothing reached the vendor")
	}
	return v.got[len(v.got)-1]
}

func (v *vendor) calls() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.got)
}

func answerJSON(s string) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, s)
	}
}

// echo repeats what stands between two marks in the body, as chat does.
func echo(w http.ResponseWriter, r *http.Request, body string) {
	_, rest, _ := strings.Cut(body, "«")
	said, _, _ := strings.Cut(rest, "»")
	answerJSON(`{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"`+said+`"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}`)(w, r, body)
}

// gate is a demo whose systems ask the vendor instead of the sandbox.
func gate(t testing.TB, v *vendor, system touch.SystemID, change func(*gateway.Binding)) door {
	t.Helper()
	cfg, err := LoadConfig("", env(nil))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Gateway.OpenAIURL, cfg.Gateway.AnthropicURL = t.TempDir(), v.URL+"/v1", v.URL
	cfg.Gateway.FallbackURL, cfg.Gateway.AllowHosts = v.URL+"/second", "127.0.0.1"
	a, err := Open(t.Context(), cfg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if err := a.FillDemo(t.Context(), 20, func(int) {}); err != nil {
		t.Fatal(err)
	}
	var b gateway.Binding
	if err := a.DB.Document(t.Context(), Demo, DocBinding, string(system), &b); err != nil {
		t.Fatal(err)
	}
	b.Providers, b.Models = []string{"openai", "openai-fallback", "anthropic"}, []string{"*"}
	if change != nil {
		change(&b)
	}
	if err := a.PutBinding(t.Context(), Demo, b, LocalOperator); err != nil {
		t.Fatal(err)
	}
	return openDoor(t, a, system)
}

const janes = `{"model":"gpt-5","user":"jane-4711","messages":[{"role":"user","content":"«I am Jane Doe, jane.doe@example.org, +49 170 1234567»"}]}`

// stored is the decision behind an answer.
func (d door) stored(resp *http.Response) StoredDecision {
	d.t.Helper()
	s, err := d.app.Stored(d.t.Context(), Demo, touch.DecisionID(resp.Header.Get("X-Fairtouch-Decision")))
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func TestNoValueReachesTheVendorAndEachComesBack(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	resp, body := d.post("/openai/v1/chat/completions", janes)
	if resp.StatusCode != 200 || !strings.Contains(body, "I am Jane Doe, jane.doe@example.org, +49 170 1234567") {
		t.Fatal(resp.StatusCode, body)
	}
	sent := v.last(t)
	for _, raw := range []string{"Jane", "Doe", "example.org", "1234567", "jane-4711"} {
		if strings.Contains(sent, raw) {
			t.Errorf("%s left: %s", raw, sent)
		}
	}
	s := d.stored(resp)
	if s.Decision.Verdict != touch.Allow || s.Content == nil || s.Content.Replaced["EMAIL_ADDRESS"] != 1 || s.Content.Restored["EMAIL_ADDRESS"] != 1 ||
		s.Content.TokensIn != 7 || s.Content.Provider != "openai" || s.Content.Status != 200 {
		t.Errorf("the record says %+v", s.Content)
	}
	for _, h := range []string{"X-Fairtouch-Disclosure", "X-Fairtouch-Human", "X-Fairtouch-Receipt", "Ai-Disclosure", "X-Request-Id", "Request-Id"} {
		if resp.Header.Get(h) == "" {
			t.Errorf("no %s on the answer", h)
		}
	}
	if err := d.app.Export(t.Context(), Demo, func(x any) error {
		b, err := json.Marshal(x)
		if strings.Contains(string(b), "jane.doe@") || strings.Contains(string(b), "1234567") {
			t.Errorf("the record holds a value: %s", b)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutPersonalDataEveryByteStaysAsItWas(t *testing.T) {
	v := newVendor(t)
	answer := `{ "id":"x" , "choices":[ {"index":0,"message":{"role":"assistant","content":"\u0041ll <b>well</b> \/ \ud83d\ude00"},"unknown":{"a":[1.50,null,1e3]}} ]}  `
	v.say = answerJSON(answer)
	d := gate(t, v, DemoCopywriter, nil)
	request := "{ \"model\" : \"gpt-5\",\n\t\"messages\":[{\"role\":\"user\",\"content\":\"Write a \\u0073hort \\/ text\"}], \"new_field\":{\"deep\":[1.0,true,{\"k\":\"caf\\u00e9\"}]}, \"temperature\":0.70 }"
	resp, body := d.post("/openai/v1/chat/completions", request, "OpenAI-Beta", "x=1", "Cookie", "secret")
	if body != answer || resp.StatusCode != 200 {
		t.Errorf("the answer became %q", body)
	}
	if got := v.last(t); got != request {
		t.Errorf("the request became %q", got)
	}
	if h := v.heads[0]; h.Get("OpenAI-Beta") != "x=1" || h.Get("Cookie") != "" || h.Get("Authorization") != "" || h.Get("X-Fairtouch-Subject") != "" {
		t.Errorf("headers: %v", h)
	}
}

func TestWhoeverObjectedIsNeverTakenToTheModel(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	object(t, d.app, "jane-4711")
	for _, path := range []string{"/openai/v1/chat/completions", "/openai/v1/responses", "/openai/v1/embeddings", "/anthropic/v1/messages", "/anthropic/v1/messages/count_tokens"} {
		for _, stream := range []bool{false, true} {
			body := `{"model":"m","metadata":{"user_id":"jane-4711"},"input":"hello","max_tokens":9,"messages":[{"role":"user","content":"hello"}]`
			if stream = stream && !strings.Contains(path, "count") && !strings.Contains(path, "embed"); stream {
				body += `,"stream":true`
			}
			resp, got := d.post(path, body+"}")
			if resp.StatusCode != 403 || resp.Header.Get("X-Should-Retry") != "false" || v.calls() != 0 {
				t.Errorf("%s: %d %s, %d calls", path, resp.StatusCode, got, v.calls())
			}
			if strings.Contains(path, "anthropic") != strings.Contains(got, `"type":"error"`) || !strings.Contains(got, "permission_error") || !strings.Contains(got, "/p/human/") {
				t.Errorf("%s: not the SDK's shape: %s", path, got)
			}
			if s := d.stored(resp); s.Decision.Verdict != touch.Deny || s.Content == nil {
				t.Errorf("%s: %+v", path, s.Decision.Verdict)
			}
		}
	}
}

// drip sends a chat stream, one piece at a time, as long as somebody listens.
func (v *vendor) drip(pieces int, wait time.Duration) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, body string) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range pieces {
			fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"piece %d \"}}]}\n\n", i)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
				v.gone <- time.Now()
				return
			case <-time.After(wait):
			}
		}
		fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}
}

func TestAClientThatLeavesTakesTheVendorsCallAlong(t *testing.T) {
	for _, stream := range []bool{true, false} {
		v := newVendor(t)
		v.say = v.drip(10_000, time.Millisecond)
		if !stream {
			v.say = func(w http.ResponseWriter, r *http.Request, _ string) {
				<-r.Context().Done()
				v.gone <- time.Now()
			}
		}
		d := gate(t, v, DemoCopywriter, nil)
		ctx, leave := context.WithCancel(t.Context())
		body := `{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":` + fmt.Sprint(stream) + `}`
		req, _ := http.NewRequestWithContext(ctx, "POST", d.url+"/openai/v1/chat/completions", strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+d.key)
		req.Header.Set("Content-Type", "application/json")
		if stream {
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(resp.Body)
			first, _ := lines.ReadString('\n')
			if !strings.HasPrefix(first, ": fairtouch decision=dec_") || !strings.Contains(first, "human=http") {
				t.Errorf("the first line is no disclosure: %q", first)
			}
			for range 4 {
				_, _ = lines.ReadString('\n')
			}
		} else {
			go func() { time.Sleep(150 * time.Millisecond); leave() }()
			_, _ = http.DefaultClient.Do(req)
		}
		left := time.Now()
		leave()
		select {
		case at := <-v.gone:
			if at.Sub(left) > 100*time.Millisecond {
				t.Errorf("stream %v: the vendor worked on for %v", stream, at.Sub(left))
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("stream %v: the vendor was never let go", stream)
		}
		d.eventually("client_gone", func(s StoredDecision) bool { return s.Content != nil && s.Content.Stopped == "client_gone" })
	}
}

// eventually waits until some decision on record fits.
func (d door) eventually(what string, fits func(StoredDecision) bool) {
	d.t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		lines, err := decisionIDs(d.app)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, id := range lines {
			if s, err := d.app.Stored(context.Background(), Demo, id); err == nil && fits(s) {
				return
			}
		}
	}
	d.t.Errorf("no decision on record says %s", what)
}

func decisionIDs(a *App) ([]touch.DecisionID, error) {
	var out []touch.DecisionID
	rows, err := a.DB.Scan(context.Background(), Demo, 0, 500)
	for _, r := range rows {
		if r.Kind == record.Closed && r.Decision != nil {
			out = append(out, r.Decision.ID)
		}
	}
	return out, err
}

func TestABlockedRecordRefusesBeforeTheVendorIsAsked(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoCopywriter, nil)
	d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
	n := v.calls()
	if err := d.app.DB.Close(); err != nil {
		t.Fatal(err)
	}
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" || v.calls() != n {
		t.Errorf("%d %s, %d calls after", resp.StatusCode, body, v.calls()-n)
	}
}

func TestAnotherProviderIsAskedOnlyBeforeTheFirstByte(t *testing.T) {
	v := newVendor(t)
	v.say = func(w http.ResponseWriter, r *http.Request, body string) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		echo(w, r, body)
	}
	d := gate(t, v, DemoCopywriter, nil)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"«hi»"}]}`)
	if resp.StatusCode != 200 || v.calls() != 2 || d.stored(resp).Content.Provider != "openai-fallback" {
		t.Fatal(resp.StatusCode, body, v.calls())
	}
	v.say = func(w http.ResponseWriter, r *http.Request, body string) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n")
	}
	before := v.calls()
	_, body = d.post("/openai/v1/chat/completions", `{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`)
	if v.calls() != before+1 || !strings.Contains(body, `"error"`) || strings.Contains(body, "[DONE]") || !strings.Contains(body, "half") {
		t.Errorf("%d calls: %s", v.calls()-before, body)
	}
	d.eventually("that the provider broke off", func(s StoredDecision) bool { return s.Content != nil && s.Content.Stopped == "provider" })
}

func TestARedirectAndAPrivateAddressAreRefused(t *testing.T) {
	v := newVendor(t)
	v.say = func(w http.ResponseWriter, r *http.Request, _ string) {
		http.Redirect(w, r, "http://127.0.0.1/", http.StatusTemporaryRedirect)
	}
	d := gate(t, v, DemoCopywriter, nil)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
	if resp.StatusCode != 503 || !strings.Contains(body, "redirect") && v.calls() > 2 {
		t.Errorf("%d %s after %d calls", resp.StatusCode, body, v.calls())
	}
}

func TestWhatIsNotGovernedIsRefused(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoCopywriter, nil)
	for _, path := range []string{"/openai/v1/files", "/openai/v1/completions", "/openai/v1/responses/x/cancel", "/anthropic/v1/messages/batches", "/openai/v1/chat/completions/../files", "/openai/v1/realtime"} {
		if resp, body := d.post(path, `{"model":"m"}`); resp.StatusCode != 404 && resp.StatusCode != 405 || v.calls() != 0 {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"a key twice":     {`{"model":"m","messages":[],"messages":[{"role":"user","content":"x"}]}`, 400},
		"no JSON":         {`{"model":`, 400},
		"a list":          {`[]`, 400},
		"no model":        {`{"messages":[]}`, 400},
		"broken UTF-8":    {"{\"model\":\"m\",\"messages\":[{\"content\":\"\xff\"}]}", 400},
		"deeply nested":   {`{"model":"m","x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`, 400},
		"too much":        {`{"model":"m","x":"` + strings.Repeat("x", 33<<20) + `"}`, 413},
		"two people":      {`{"model":"m","user":"a-1","safety_identifier":"b-1","messages":[]}`, 400},
		"a private image": {`{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x.example/?u=jane.doe@example.org"}}]}]}`, 400},
	} {
		resp, body := d.post("/openai/v1/chat/completions", c.body)
		if resp.StatusCode != c.want || !strings.HasPrefix(body, `{"error":{"message":"`) || v.calls() != 0 {
			t.Errorf("%s: %d %.200s", name, resp.StatusCode, body)
		}
	}
	d.key = "ft_nobody"
	if resp, _ := d.post("/openai/v1/chat/completions", janes); resp.StatusCode != 401 {
		t.Errorf("a key that isn't: %d", resp.StatusCode)
	}
}
