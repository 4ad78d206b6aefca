package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/events"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/web/pages"
)

// helpDesk is somebody else's help desk. It fails as often as it is told to, and
// keeps what it took, once for each message id.
type helpDesk struct {
	*httptest.Server
	mu     sync.Mutex
	fails  []int // statuses of the next answers; 0 takes the message and breaks off
	got    map[string]map[string]any
	bodies string
	secret string
	t      *testing.T
	a      *App
	back   string
}

func newHelpDesk(t *testing.T, a *App) *helpDesk {
	h := &helpDesk{got: map[string]map[string]any{}, t: t, a: a}
	h.Server = httptest.NewTLSServer(http.HandlerFunc(h.take))
	t.Cleanup(h.Close)
	a.Outbound = h.Client()
	e, err := a.AddDesk(t.Context(), Demo, LocalOperator, h.URL)
	if err != nil {
		t.Fatal(err)
	}
	h.secret, h.back = e.Secret, "/hooks/demo/desks/"+e.ID
	return h
}

func (h *helpDesk) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	s, err := events.ParseSecret(h.secret)
	if err != nil {
		h.t.Error(err)
	}
	id, err := events.Verify([]events.Secret{s}, r.Header, body, time.Now())
	if err != nil {
		h.t.Errorf("a message without a good signature: %v", err)
	}
	status := http.StatusOK
	if len(h.fails) > 0 {
		status, h.fails = h.fails[0], h.fails[1:]
	}
	if status != http.StatusOK && status != 0 {
		w.WriteHeader(status)
		return
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		h.t.Error(err)
	}
	h.got[id], h.bodies = m, h.bodies+string(body)
	if status == 0 {
		panic(http.ErrAbortHandler) // taken, and no receipt
	}
}

// of lists the data of what was taken of a type.
func (h *helpDesk) of(typ string) (out []map[string]any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.got {
		if m["type"] == typ {
			out = append(out, m["data"].(map[string]any))
		}
	}
	return out
}

// round tells the desk what there is, and delivers until nothing waits; pauses
// after failures are passed over.
func (h *helpDesk) round() {
	h.t.Helper()
	if err := h.a.TellDesks(h.t.Context(), Demo); err != nil {
		h.t.Fatal(err)
	}
	box := h.a.Outbox()
	for i := range 8 {
		box.Now = func() time.Time { return time.Now().Add(time.Duration(i) * time.Hour) }
		if i > 0 { // the signature's time must be near: only the due time is moved
			h.due()
		}
		box.Now = utcNow
		if _, err := box.Deliver(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// due makes what was put off due now.
func (h *helpDesk) due() {
	h.t.Helper()
	later := time.Now().Add(48 * time.Hour)
	if _, err := h.a.DB.ClaimParcels(h.t.Context(), later, time.Now().Add(-time.Second), 100); err != nil {
		h.t.Fatal(err)
	}
}

// post answers from the desk; id is the message's own.
func (h *helpDesk) post(id, typ, conv string, epoch int64, text string) (int, string) {
	h.t.Helper()
	var m deskMessage
	m.Type, m.Data.Conversation, m.Data.Epoch, m.Data.Text = typ, conv, epoch, text
	body, err := json.Marshal(m)
	if err != nil {
		h.t.Fatal(err)
	}
	head, err := events.SignWith(h.secret, id, time.Now(), body)
	if err != nil {
		h.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, h.back, strings.NewReader(string(body)))
	r.Header = head
	w := httptest.NewRecorder()
	h.a.HookHandler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestAHelpDeskAnswersAChat(t *testing.T) {
	a := demoApp(t, 20)
	h, k := newHelpDesk(t, a), newTalker(t, a)
	for _, text := range []string{"I am jane.doe@example.org", "I want to talk to a human"} {
		if _, err := k.say(text); err != nil {
			t.Fatal(err)
		}
	}
	h.fails = []int{429, 503, 0} // busy, down, and a crash between call and receipt
	h.round()
	asked := h.of(EventAsked)
	if len(asked) != 1 || strings.Contains(h.bodies, "jane.doe") || !strings.Contains(h.bodies, "EMAIL_ADDRESS") {
		t.Fatalf("%d requests: %s", len(asked), h.bodies)
	}
	conv, epoch := asked[0]["conversation"].(string), int64(asked[0]["epoch"].(float64))
	if conv != k.id() || !strings.Contains(asked[0]["url"].(string), "/console/conversations/talks/") {
		t.Errorf("%v", asked[0])
	}
	if _, err := k.say("are you there?"); err != nil { // while nobody has taken it
		t.Fatal(err)
	}
	for range 2 { // a webhook that comes twice
		if code, body := h.post("m1", "handoff.message", conv, epoch, "Good day, Jane"); code != 200 || strings.Contains(body, "late") {
			t.Fatal(code, body)
		}
	}
	c := k.look()
	n := 0
	for _, l := range c.Lines {
		if l.Text == "Good day, Jane" {
			n++
		}
	}
	if n != 1 || c.Holder != pages.ByPerson {
		t.Errorf("said %d times, held by %s", n, c.Holder)
	}
	if _, err := k.say("thank you"); err != nil {
		t.Fatal(err)
	}
	h.round()
	h.round()
	if got := h.of(EventHeard); len(got) != 2 {
		t.Errorf("the desk heard %d of 2 messages: %v", len(got), got)
	}
	if code, body := h.post("m2", "handoff.return", conv, 0, ""); code != 200 || strings.Contains(body, "late") {
		t.Error(code, body)
	}
	if shown, err := k.say("and my parcel?"); err != nil || shown == "" {
		t.Errorf("the program is mute after the return: %q %v", shown, err)
	}
	late(t, h, k, conv, epoch)
}

// late: what comes after the return, or for an earlier request, is dropped.
func late(t *testing.T, h *helpDesk, k *talker, conv string, epoch int64) {
	t.Helper()
	before := len(k.look().Lines)
	for i, typ := range []string{"handoff.message", "handoff.take", "handoff.close"} {
		if code, body := h.post(fmt.Sprint("late", i), typ, conv, epoch, "too late"); code != 200 || !strings.Contains(body, `"dropped":"late"`) {
			t.Errorf("%s: %d %s", typ, code, body)
		}
	}
	if err := k.c.Person(t.Context(), k.to, "en"); err != nil {
		t.Fatal(err)
	}
	if code, body := h.post("m1", "handoff.message", conv, epoch, "Good day, Jane"); code != 200 || !strings.Contains(body, "late") {
		t.Errorf("an old message is replayed into a new request: %d %s", code, body)
	}
	c, err := h.a.DB.Conversation(t.Context(), Demo, conv)
	if err != nil || c.State != talks.Queued || len(k.look().Lines) != before+1 {
		t.Errorf("%+v %v, %d lines", c, err, len(k.look().Lines)-before)
	}
}

func TestAForgedHelpDeskIsRefused(t *testing.T) {
	a := demoApp(t, 20)
	h, k := newHelpDesk(t, a), newTalker(t, a)
	if _, err := k.say("I want to talk to a human"); err != nil {
		t.Fatal(err)
	}
	c, err := a.DB.Conversation(t.Context(), Demo, k.id())
	if err != nil {
		t.Fatal(err)
	}
	good := h.secret
	_, h.secret, err = events.NewSecret(strings.NewReader(strings.Repeat("x", 64)))
	if err != nil {
		t.Fatal(err)
	}
	if code, body := h.post("f1", "handoff.message", c.ID, c.Epoch, "I am your bank"); code != 401 {
		t.Error(code, body)
	}
	h.secret, h.back = good, "/hooks/main/desks/"+h.back[strings.LastIndexByte(h.back, '/')+1:]
	if code, body := h.post("f2", "handoff.message", c.ID, c.Epoch, "from another workspace"); code != 401 {
		t.Error(code, body)
	}
	if now, err := a.DB.Conversation(t.Context(), Demo, c.ID); err != nil || now.Epoch != c.Epoch {
		t.Errorf("%+v %v", now, err)
	}
}

func TestACrashBeforeTheHelpDeskWasToldLosesNothing(t *testing.T) {
	a := demoApp(t, 20)
	h, k := newHelpDesk(t, a), newTalker(t, a)
	if err := k.c.Person(t.Context(), k.to, "en"); err != nil {
		t.Fatal(err)
	}
	now := utcNow()
	if got, err := a.DB.ClaimAsked(t.Context(), Demo, now, now.Add(-time.Second), 10); err != nil || len(got) != 1 { // claimed, and the node died
		t.Fatal(got, err)
	}
	h.round()
	h.round()
	if n := len(h.of(EventAsked)); n != 1 {
		t.Errorf("told %d times", n)
	}
}
