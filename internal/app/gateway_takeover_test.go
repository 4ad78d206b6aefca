package app

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	talks "fairtouch/internal/handoff"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

var numbered = regexp.MustCompile(`piece-(\d+)\.`)

// streamed posts a streaming prompt in a conversation and returns everything
// that reached the client.
func (d door) streamed(chat string) (string, string) {
	d.t.Helper()
	resp, body := d.post("/openai/v1/chat/completions", strings.Replace(chatLine("tell me more"), `{"model"`, `{"stream":true,"model"`, 1), "X-Fairtouch-Conversation", chat)
	return body, resp.Header.Get("X-Fairtouch-Decision")
}

// dripping is a vendor that streams numbered pieces, each after wait.
func dripping(sent *atomic.Int64, n int, wait func()) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, _ string) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range n {
			wait()
			if r.Context().Err() != nil {
				return
			}
			sent.Store(int64(i + 1))
			fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"piece-%d. \"}}]}\n\n", i+1)
			_ = http.NewResponseController(w).Flush()
		}
		fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}
}

// A stream that is under way when a person takes over ends: no piece that the
// model made after the takeover reaches the client, over many schedules.
func TestAStreamUnderWayEndsWhenAPersonTakesOver(t *testing.T) {
	v := newVendor(t)
	d := gate(t, v, DemoChat, nil)
	desk, err := d.app.TalkDesk(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	const pieces = 12
	cut, withheld := 0, 0
	for i := range 60 {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		chat, sent := fmt.Sprint("talk ", i), atomic.Int64{}
		at := int64(r.IntN(pieces + 1))
		v.say = dripping(&sent, pieces, func() { time.Sleep(time.Duration(r.IntN(900)) * time.Microsecond) })
		id, err := handoff{app: d.app}.talk(Demo, chat)
		if err != nil {
			t.Fatal(err)
		}
		var after atomic.Int64 // what the vendor had sent when the takeover was acknowledged
		after.Store(pieces)
		done := make(chan error, 1)
		go func() {
			for deadline := time.Now().Add(20 * time.Second); ; {
				_, err := desk.Store.Conversation(t.Context(), Demo, id)
				if err == nil && sent.Load() >= at {
					break
				}
				if time.Now().After(deadline) {
					done <- err
					return
				}
				time.Sleep(200 * time.Microsecond)
			}
			_, err := desk.Take(t.Context(), Demo, id, "ada")
			after.Store(sent.Load())
			done <- err
		}()
		body, decision := d.streamed(chat)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for _, m := range numbered.FindAllStringSubmatch(body, -1) {
			if n, _ := strconv.Atoi(m[1]); int64(n) > after.Load() {
				t.Errorf("schedule %d: piece %d was said after the takeover, which came after piece %d", i, n, after.Load())
			}
		}
		whole := strings.Contains(body, "[DONE]")
		if !whole && !strings.Contains(body, "handoff.silent") {
			t.Errorf("schedule %d: the stream ended without saying why: %s", i, body)
		}
		if !whole {
			cut++
			s, err := d.app.Stored(t.Context(), Demo, touch.DecisionID(decision))
			late, lateErr := d.app.DB.EventsOf(t.Context(), Demo, s.Subject, record.Withheld)
			closed := s.Content.Stopped == "taken" && s.Decision.Verdict == touch.Human
			if !closed {
				withheld++
			}
			if err != nil || lateErr != nil || len(late) != withheld {
				t.Errorf("schedule %d: on record as %q, %s, %d withheld, %v %v", i, s.Content.Stopped, s.Decision.Verdict, len(late), err, lateErr)
			}
		}
		d.handedOverOnce(id)
	}
	if cut < 10 {
		t.Fatalf("only %d of 60 streams met a takeover: the test asserts too little", cut)
	}
}

// handedOverOnce counts the hand-over messages of a conversation.
func (d door) handedOverOnce(id string) {
	d.t.Helper()
	said, err := d.app.DB.Said(d.t.Context(), Demo, id)
	if err != nil {
		d.t.Fatal(err)
	}
	n := 0
	for _, m := range said {
		if m.Kind == talks.KindTaken {
			n++
		}
	}
	if n != 1 {
		d.t.Errorf("%d hand-over messages", n)
	}
}

// The same without races: the vendor waits for the takeover before it goes on,
// and a whole answer that was made meanwhile is withheld, too.
func TestNothingIsSaidAfterATakeover(t *testing.T) {
	v := newVendor(t)
	d := gate(t, v, DemoChat, nil)
	desk, err := d.app.TalkDesk(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/openai/v1/chat/completions", "/openai/v1/responses", "/anthropic/v1/messages"} {
		for _, stream := range []bool{true, false} {
			chat := fmt.Sprint(path, stream)
			id, err := handoff{app: d.app}.talk(Demo, chat)
			if err != nil {
				t.Fatal(err)
			}
			v.say = func(w http.ResponseWriter, r *http.Request, body string) {
				if _, err := desk.Take(r.Context(), Demo, id, "ada"); err != nil {
					t.Error(err)
				}
				echo(w, r, body)
			}
			resp, body := d.post(path, fmt.Sprintf(`{"model":"m","max_tokens":9,"stream":%v,"metadata":{"user_id":"jane-4711"},"input":"«spoken too late»","messages":[{"role":"user","content":"«spoken too late»"}]}`, stream),
				"X-Fairtouch-Conversation", chat)
			if strings.Contains(body, "spoken too late") || !strings.Contains(body, "handoff.silent") && !strings.Contains(body, "human holds this conversation") {
				t.Errorf("%s, stream %v: %d %s", path, stream, resp.StatusCode, body)
			}
			d.handedOverOnce(id)
		}
	}
}
