package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairtouch/internal/gateway"
)

const responsesPath = "/openai/v1/responses"

// keeper is a vendor that keeps its answers: it names each, and says what the test
// wants, in a stream or not.
type keepingVendor struct {
	*vendor
	n    int
	text string
}

func newKeeping(t testing.TB) *keepingVendor {
	k := &keepingVendor{vendor: newVendor(t)}
	k.say = func(w http.ResponseWriter, r *http.Request, body string) {
		k.n++
		text, _ := json.Marshal(k.text)
		whole := fmt.Sprintf(`{"id":"resp_%d","object":"response","output":[{"type":"message","content":[{"type":"output_text","text":%s}]}]}`, k.n, text)
		if !strings.Contains(body, `"stream":true`) {
			answerJSON(whole)(w, r, body)
			return
		}
		sse(w, fmt.Sprintf(`{"type":"response.created","response":{"id":"resp_%d","output":[]}}`, k.n),
			fmt.Sprintf(`{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":%s}`, text), `{"type":"response.completed","response":`+whole+`}`)
	}
	return k
}

func (d door) turn(person, input, more string) (*http.Response, string) {
	in, _ := json.Marshal(input)
	return d.post(responsesPath, `{"model":"m","user":"`+person+`","input":`+string(in)+more+`}`)
}

// A later turn of the same person with the same system gets the values of the
// earlier ones; nobody else does, whatever id they name.
func TestOnlyTheSamePersonsConversationIsGoneOnWith(t *testing.T) {
	v := newKeeping(t)
	d := gate(t, v.vendor, DemoChat, nil)
	v.text = "Noted."
	if resp, body := d.turn("jane-4711", "My mail is jane.doe@example.org", ""); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	alias := aliasesIn(v.last(t))[0]
	v.text = "You wrote " + alias + ", see https://evil.example/?q=" + alias + " too."
	for _, stream := range []string{"", `,"stream":true`} {
		id := v.n
		resp, body := d.turn("jane-4711", "What is my mail?", fmt.Sprintf(`,"previous_response_id":"resp_%d"`, id)+stream)
		if resp.StatusCode != 200 || !strings.Contains(body, "You wrote jane.doe@example.org, see https://evil.example/?q="+alias) {
			t.Errorf("turn after resp_%d: %d %s", id, resp.StatusCode, body)
		}
		if s := d.stored(resp); s.Content.Replaced["EMAIL_ADDRESS"] != 0 || s.Content.Restored["EMAIL_ADDRESS"] == 0 || s.Content.Left != 0 || s.Content.Unrestored == 0 {
			t.Errorf("the record says %+v", s.Content)
		}
	}
	calls := v.calls()
	last := fmt.Sprintf(`,"previous_response_id":"resp_%d"`, v.n)
	for name, get := range map[string]func() (*http.Response, string){
		"another person": func() (*http.Response, string) { return d.turn("joan-1", "What is my mail?", last) },
		"an unknown answer": func() (*http.Response, string) {
			return d.turn("jane-4711", "Hi", `,"previous_response_id":"resp_of_somebody"`)
		},
		"another system": func() (*http.Response, string) {
			var b gateway.Binding
			if err := d.app.DB.Document(t.Context(), Demo, DocBinding, string(DemoCopywriter), &b); err != nil {
				t.Fatal(err)
			}
			b.Providers, b.Models = []string{"openai"}, nil
			if err := d.app.PutBinding(t.Context(), Demo, b, LocalOperator); err != nil {
				t.Fatal(err)
			}
			return openDoor(t, d.app, DemoCopywriter).turn("jane-4711", "Hi", last)
		},
	} {
		resp, body := get()
		if resp.StatusCode != 400 || !strings.Contains(body, "previous_response_id") || strings.Contains(body, "jane.doe") || v.calls() != calls {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
	resp, body := d.turn("jane-4711", "Repeat "+alias, last) // pasted: what stands in the prompt is never restored
	if resp.StatusCode != 200 || strings.Contains(body, "jane.doe@") {
		t.Errorf("a pasted placeholder: %d %s", resp.StatusCode, body)
	}
	for _, name := range []string{"fairtouch.db", "fairtouch.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(d.app.Config.Data, name)); err == nil && strings.Contains(string(b), "jane.doe@") {
			t.Errorf("%s holds a value in plain", name)
		}
	}
	person, _, err := d.app.Ledger.Find(t.Context(), Demo, "jane-4711")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.app.EraseEverywhere(t.Context(), Demo, person); err != nil {
		t.Fatal(err)
	}
	if resp, body := d.turn("jane-4711", "What is my mail?", last); resp.StatusCode != 400 || v.calls() != calls+1 {
		t.Errorf("after the erasure: %d %s", resp.StatusCode, body)
	}
}

// A conversation is whose it was first here; and an answer that the provider
// doesn't keep can't be built on.
func TestAConversationBelongsToWhoBeganIt(t *testing.T) {
	v := newKeeping(t)
	d := gate(t, v.vendor, DemoChat, nil)
	v.text = "Noted."
	if resp, body := d.turn("jane-4711", "My mail is jane.doe@example.org", `,"conversation":{"id":"conv_1"}`); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	v.text = "It is " + aliasesIn(v.last(t))[0]
	if resp, body := d.turn("jane-4711", "What is my mail?", `,"conversation":"conv_1"`); resp.StatusCode != 200 || !strings.Contains(body, "It is jane.doe@example.org") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, body := d.turn("joan-1", "What is my mail?", `,"conversation":"conv_1"`); resp.StatusCode != 400 || strings.Contains(body, "jane.doe") {
		t.Errorf("another person's conversation: %d %s", resp.StatusCode, body)
	}
	if resp, _ := d.turn("jane-4711", "Hi", `,"store":false`); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode)
	}
	if resp, _ := d.turn("jane-4711", "Hi", fmt.Sprintf(`,"previous_response_id":"resp_%d"`, v.n)); resp.StatusCode != 400 {
		t.Errorf("an answer that isn't kept is built on: %d", resp.StatusCode)
	}
}

// Where nobody is faced, placeholders are new each time: those of earlier turns
// stay, and the answer says how many.
func TestWhatIsLeftIsSaid(t *testing.T) {
	v := newKeeping(t)
	d := gate(t, v.vendor, DemoCopywriter, asking(0))
	v.text = "Noted."
	if resp, body := d.turn("", "Write to jane.doe@example.org", ""); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	alias := aliasesIn(v.last(t))[0]
	v.text = "Dear " + alias
	resp, body := d.turn("", "Again, please", `,"previous_response_id":"resp_1"`)
	if resp.StatusCode != 200 || !strings.Contains(body, strings.Trim(alias, "<>")) || resp.Header.Get("X-Fairtouch-Left") != "1" {
		t.Errorf("%d %s %v", resp.StatusCode, body, resp.Header)
	}
	if s := d.stored(resp); s.Content.Left != 1 || !strings.Contains(fmt.Sprint(s.Decision.Checks), "protect.left") {
		t.Errorf("%+v", s.Content)
	}
	resp, body = d.turn("", "Again, please", `,"stream":true,"previous_response_id":"resp_2"`)
	if at, end := strings.Index(body, ": fairtouch left=1"), strings.Index(body, "event: response.completed"); resp.StatusCode != 200 || at < 0 || at > end {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// A provider that gives one id to two persons doesn't keep the second from its
// answer; the id stays the first's.
func TestAnIdThatIsGivenTwiceStaysTheFirsts(t *testing.T) {
	v := newKeeping(t)
	d := gate(t, v.vendor, DemoChat, nil)
	v.text = "Noted."
	for _, person := range []string{"jane-4711", "joan-1"} {
		v.n = 0
		if resp, body := d.turn(person, "Hello", ""); resp.StatusCode != 200 {
			t.Errorf("%s: %d %s", person, resp.StatusCode, body)
		}
	}
	for person, want := range map[string]int{"jane-4711": 200, "joan-1": 400} {
		if resp, body := d.turn(person, "Hello", `,"previous_response_id":"resp_1"`); resp.StatusCode != want {
			t.Errorf("%s: %d %s", person, resp.StatusCode, body)
		}
	}
}
