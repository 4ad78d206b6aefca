package app

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/events"
	"fairtouch/internal/mail"
)

// fakeDesks is Slack, Zendesk, Chatwoot and a mail server; their paths don't
// meet. It fails as often as it is told to.
type fakeDesks struct {
	*httptest.Server
	mu      sync.Mutex // owns the rest
	fails   []int      // of the next writes; 0 does the work and breaks off
	made    []string   // what was written, once for each call that did its work
	names   []string   // by which each can be found
	threads []string
	extern  string // of the last ticket or contact
}

func newFakeDesks(t *testing.T) *fakeDesks {
	f := &fakeDesks{}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fakeDesks) fail(status ...int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = status
}

func (f *fakeDesks) texts() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.made...)
}

// thread is the last request's.
func (f *fakeDesks) thread(string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.threads) == 0 {
		return ""
	}
	return f.threads[len(f.threads)-1]
}

func (f *fakeDesks) serve(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Header.Get("Authorization")+r.Header.Get("api_access_token") == "" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		fmt.Fprint(w, f.found(r))
		return
	}
	status := 200
	if len(f.fails) > 0 && !strings.HasSuffix(r.URL.Path, "toggle_status") {
		status, f.fails = f.fails[0], f.fails[1:]
	}
	if status != 200 && status != 0 {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(status)
		return
	}
	answer := f.write(r.URL.Path, b, r.Header.Get("Idempotency-Key"))
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	fmt.Fprint(w, answer)
}

// write does the work of a call.
func (f *fakeDesks) write(path string, b []byte, key string) string {
	var m struct {
		Text, Content, Identifier string
		Thread                    string `json:"thread_ts"`
		Message                   struct{ Content string }
		Metadata                  struct {
			Payload struct{ Name string } `json:"event_payload"`
		}
		Ticket struct {
			External string `json:"external_id"`
			Comment  struct{ Body string }
		}
	}
	_ = json.Unmarshal(b, &m)
	n := strconv.Itoa(len(f.threads) + 41)
	switch {
	case path == "/api/chat.postMessage":
		f.made, f.names = append(f.made, m.Text), append(f.names, m.Metadata.Payload.Name)
		ts := "17000." + strconv.Itoa(len(f.made))
		if m.Thread == "" {
			f.threads = append(f.threads, ts)
		}
		return `{"ok":true,"ts":"` + ts + `"}`
	case path == "/api/v2/tickets.json":
		if key == "" || key != m.Ticket.External {
			return `{}`
		}
		if key == f.extern { // the key is known: the first answer again
			return `{"ticket":{"id":` + f.threads[len(f.threads)-1] + `}}`
		}
		f.made, f.threads, f.extern = append(f.made, m.Ticket.Comment.Body), append(f.threads, n), key
		return `{"ticket":{"id":` + n + `}}`
	case strings.HasPrefix(path, "/api/v2/tickets/"):
		f.made = append(f.made, m.Ticket.Comment.Body)
		return `{}`
	case strings.HasSuffix(path, "/contacts"):
		f.extern = m.Identifier
		return `{"payload":{"contact":{"id":5},"contact_inbox":{"source_id":"src"}}}`
	case strings.HasSuffix(path, "/conversations"):
		f.made, f.threads = append(f.made, m.Message.Content), append(f.threads, n)
		f.names = append(f.names, f.extern)
		return `{"id":` + n + `}`
	case strings.HasSuffix(path, "/messages"):
		f.made = append(f.made, m.Content)
	}
	return `{}`
}

// found answers what an adapter looks for.
func (f *fakeDesks) found(r *http.Request) string {
	last := func() string { return f.threads[len(f.threads)-1] }
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	var out []string
	switch p := r.URL.Path; {
	case strings.HasPrefix(p, "/api/conversations."):
		for i, n := range f.names {
			out = append(out, fmt.Sprintf(`{"ts":"17000.%d","metadata":{"event_type":"fairtouch_handoff","event_payload":{"name":%s}}}`, i+1, quote(n)))
		}
		return `{"ok":true,"messages":[` + strings.Join(out, ",") + `]}`
	case p == "/api/v2/tickets.json":
		if len(f.threads) > 0 && r.URL.Query().Get("external_id") == f.extern {
			return `{"tickets":[{"id":` + last() + `,"external_id":"` + f.extern + `"}]}`
		}
		return `{"tickets":[]}`
	case strings.HasSuffix(p, "/comments.json"):
		for _, x := range f.made {
			out = append(out, `{"public":false,"body":`+quote(x)+`}`)
		}
		return `{"comments":[` + strings.Join(out, ",") + `]}`
	case strings.HasSuffix(p, "/contacts/search"):
		if f.extern != "" && r.URL.Query().Get("q") == f.extern {
			return `{"payload":[{"id":5,"identifier":"` + f.extern + `","contact_inboxes":[{"source_id":"src","inbox":{"id":3}}]}]}`
		}
	case strings.HasSuffix(p, "/contacts/5/conversations"):
		if len(f.names) > 0 && f.names[len(f.names)-1] == f.extern {
			return `{"payload":[{"id":` + last() + `,"inbox_id":3}]}`
		}
	case strings.HasSuffix(p, "/messages"):
		for _, x := range f.made {
			out = append(out, `{"message_type":0,"content":`+quote(x)+`}`)
		}
	}
	return `{"payload":[` + strings.Join(out, ",") + `]}`
}

// reply is the webhook of a member of the staff.
func (f *fakeDesks) reply(e Endpoint, thread, id, text string) string {
	num := strconv.Itoa(int(sha256.Sum256([]byte(id))[0])*1000 + len(id))
	b, _ := json.Marshal(text)
	switch e.Kind {
	case "slack":
		b, _ = json.Marshal(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text))
		return `{"type":"event_callback","event":{"type":"message","channel":"C0123456789","user":"U1","ts":"` + id + `","thread_ts":"` + thread + `","text":` + string(b) + `}}`
	case "zendesk":
		return `{"type":"zen:event-type:ticket.comment_added","id":"e","detail":{"id":"` + thread + `"},"event":{"comment":{"id":"` + num + `","is_public":true,"author":{"is_staff":true},"body":` + string(b) + `}}}`
	case "chatwoot":
		return `{"event":"message_created","id":` + num + `,"message_type":"outgoing","private":false,"sender":{"type":"user"},"conversation":{"id":` + thread + `},"content":` + string(b) + `}`
	}
	return "From: ada@example.com\r\nTo: Chat <chat+" + thread + "@reply.example.com>\r\nMessage-ID: <" + id + "@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		text + "\r\n\r\nOn Monday the chat wrote:\r\n> a quotation\r\n\r\n-- \r\nAda\r\n"
}

// noise is what a webhook brings that is no answer of the staff's, or none of ours.
func (f *fakeDesks) noise(e Endpoint) []string {
	r := func(old, with string) string {
		return strings.Replace(f.reply(e, f.thread(e.Kind), "n", "noise"), old, with, 1)
	}
	stranger := f.reply(e, "999999", "n", "noise")
	switch e.Kind {
	case "slack":
		return []string{r(`"user":"U1"`, `"user":"U1","bot_id":"B1"`), r(`"user":"U1"`, `"user":"U1","subtype":"message_changed"`), r("C0123456789", "C0000000000"), stranger}
	case "zendesk":
		return []string{r(`"is_public":true`, `"is_public":false`), r(`"is_staff":true`, `"is_staff":false`), stranger}
	case "chatwoot":
		return []string{r(`"type":"user"`, `"type":"agent_bot"`), r(`"private":false`, `"private":true`), r("outgoing", "incoming"), stranger}
	}
	return []string{r("Message-ID", "Auto-Submitted: auto-replied\r\nMessage-ID"), r("chat+", "chat"), f.reply(e, strings.Repeat("0", 32), "n", "noise")}
}

func signAs(t *testing.T, kind, secret, body string, at time.Time) http.Header {
	t.Helper()
	sec := strconv.FormatInt(at.Unix(), 10)
	mac := func(parts ...string) []byte {
		m := hmac.New(sha256.New, []byte(secret))
		_, _ = io.WriteString(m, strings.Join(parts, ""))
		return m.Sum(nil)
	}
	h := http.Header{}
	switch kind {
	case "slack":
		h.Set("X-Slack-Request-Timestamp", sec)
		h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac("v0:", sec, ":", body)))
	case "zendesk":
		z := at.UTC().Format(time.RFC3339)
		h.Set("X-Zendesk-Webhook-Signature-Timestamp", z)
		h.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac(z, body)))
	case "chatwoot":
		h.Set("X-Chatwoot-Timestamp", sec)
		h.Set("X-Chatwoot-Signature", "sha256="+hex.EncodeToString(mac(sec, ".", body)))
	default:
		var err error
		if h, err = events.SignWith(secret, "id", at, []byte(body)); err != nil {
			t.Fatal(err)
		}
		h.Set("Content-Type", "message/rfc822")
	}
	return h
}

var replyTo = regexp.MustCompile(`chat\+([0-9a-f]{32})@`)

// smtp takes mail; a mail with a known Message-ID counts once, as in a mail program.
func (f *fakeDesks) smtp(t *testing.T) mail.Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.talk(c)
		}
	})
	return mail.Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "fairtouch@example.com", Plain: true}
}

func (f *fakeDesks) talk(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprint(c, "220 test\r\n")
	in := bufio.NewScanner(c)
	for in.Scan() {
		switch verb, _, _ := strings.Cut(in.Text(), " "); verb {
		case "DATA":
			fmt.Fprint(c, "354 go\r\n")
			var raw strings.Builder
			for in.Scan() && in.Text() != "." {
				raw.WriteString(in.Text() + "\r\n")
			}
			if f.mailed(raw.String()) {
				fmt.Fprint(c, "250 kept\r\n")
			} else {
				fmt.Fprint(c, "451 later\r\n")
			}
		case "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func (f *fakeDesks) mailed(raw string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	ok := true
	if len(f.fails) > 0 {
		ok = false
		if f.fails[0] != 0 { // nothing was kept
			f.fails = f.fails[1:]
			return false
		}
		f.fails = f.fails[1:]
	}
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	text, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	id := regexp.MustCompile(`(?im)^message-id: *(\S+)`).FindString(head)
	for _, n := range f.names {
		if n == id {
			return ok
		}
	}
	f.names, f.made = append(f.names, id), append(f.made, string(text))
	if m := replyTo.FindStringSubmatch(head); m != nil && strings.Contains(id, "request.") {
		f.threads = append(f.threads, m[1])
	}
	return ok
}
