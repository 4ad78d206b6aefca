package gateway

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"fairtouch/internal/wire"
	"fairtouch/pii"
)

func fresh(t testing.TB, b *Binding) *keeper {
	t.Helper()
	s, err := newScanners(nil)
	if err != nil {
		t.Fatal(err)
	}
	scan, err := s.of(b)
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{ctx: t.Context(), binding: b, scan: scan, pseudo: func(id string) (string, error) { return fmt.Sprintf("ft_%x", len(id)), nil }}
}

// pieces of prompts: values, things like aliases, and what breaks escaping.
var snippets = []string{"jane.doe@example.org", "+49 170 1234567", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "<EMAIL_K7Q2XM>", "<", ">", "\"", "\\", "\n", "é", "😀", " ", "Hello", "https://shop.example/?u=a.b@example.org", "{\"to\":\"c.d@example.org\"}", "\u2028", "12"}

func TestWhatWasReplacedComesBackByteForByte(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		gap := rapid.SampledFrom([]string{"", " "}).Draw(rt, "gap")
		said := strings.Join(rapid.SliceOfN(rapid.SampledFrom(snippets), 0, 12).Draw(rt, "text"), gap)
		body, err := json.Marshal(map[string]any{"model": "m", "messages": []map[string]string{{"role": "user", "content": said}}}, json.Deterministic(true))
		if err != nil {
			rt.Fatal(err)
		}
		p, err := read(wire.Chat, body)
		if err != nil {
			rt.Fatal(err)
		}
		k := fresh(t, &Binding{})
		sent, _, err := k.protect(p, []byte("0123456789abcdef"))
		if err != nil {
			rt.Fatal(err)
		}
		for _, raw := range []string{"jane.doe@", "c.d@", "a.b@"} {
			if gap != "" && strings.Contains(said, raw) && strings.Contains(string(sent), raw) {
				rt.Fatalf("%q left in %s", raw, sent)
			}
		}
		var there struct {
			Messages []struct {
				Content string `json:"content"`
			} `json:"messages"`
		}
		if err := json.Unmarshal(sent, &there, json.RejectUnknownMembers(false)); err != nil {
			rt.Fatalf("%s: %v", sent, err)
		}
		reply := []byte(`{"choices":[{"index":0,"message":{"content":` + string(wire.Quote(there.Messages[0].Content)) + `}}]}`)
		back, err := newAnswer(k).json(wire.Chat, reply)
		if err != nil {
			rt.Fatal(err)
		}
		if want := `"content":` + string(wire.Quote(said)) + `}`; !strings.Contains(string(back), want) {
			rt.Fatalf("%q came back as %s", said, back)
		}
	})
}

func TestEveryPlaceThatHoldsTextIsScanned(t *testing.T) {
	const v = "jane.doe@example.org"
	for name, c := range map[string]struct {
		route wire.Route
		body  string
	}{
		"system text":            {wire.Chat, `{"model":"m","messages":[{"role":"system","content":"%s"}]}`},
		"developer text":         {wire.Chat, `{"model":"m","messages":[{"role":"developer","content":[{"type":"text","text":"%s"}]}]}`},
		"a tool's result":        {wire.Chat, `{"model":"m","messages":[{"role":"tool","tool_call_id":"1","content":"%s"}]}`},
		"a tool's arguments":     {wire.Chat, `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":[\"%s\"]}"}}]}]}`},
		"a tool's description":   {wire.Chat, `{"model":"m","tools":[{"type":"function","function":{"name":"f","description":"as %s"}}]}`},
		"a schema's example":     {wire.Chat, `{"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"properties":{"a":{"examples":["%s"]}}}}}}`},
		"metadata":               {wire.Chat, `{"model":"m","metadata":{"ticket":"%s"}}`},
		"a name of metadata":     {wire.Chat, `{"model":"m","metadata":{"%s":"x"}}`},
		"a participant":          {wire.Chat, `{"model":"m","messages":[{"role":"user","name":"%s","content":"x"}]}`},
		"a prediction":           {wire.Chat, `{"model":"m","prediction":{"type":"content","content":"%s"}}`},
		"a field of tomorrow":    {wire.Chat, `{"model":"m","brand_new":{"deep":[{"er":"%s"}]}}`},
		"the user":               {wire.Chat, `{"model":"m","user":"%s"}`},
		"instructions":           {wire.Responses, `{"model":"m","instructions":"%s"}`},
		"input as text":          {wire.Responses, `{"model":"m","input":"%s"}`},
		"input in parts":         {wire.Responses, `{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"%s"}]}]}`},
		"a function's output":    {wire.Responses, `{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"%s"}]}`},
		"a custom tool's input":  {wire.Responses, `{"model":"m","input":[{"type":"custom_tool_call","call_id":"c","name":"f","input":"%s"}]}`},
		"a prompt's variables":   {wire.Responses, `{"model":"m","prompt":{"id":"p","variables":{"city":"%s"}}}`},
		"embeddings":             {wire.Embeddings, `{"model":"m","input":["%s","x"]}`},
		"Anthropic's system":     {wire.Messages, `{"model":"m","system":[{"type":"text","text":"%s"}]}`},
		"Anthropic's tool input": {wire.Messages, `{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"type":"%s"}}]}]}`},
		"Anthropic's result":     {wire.Messages, `{"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"%s"}]}]}]}`},
		"a document":             {wire.Messages, `{"model":"m","messages":[{"role":"user","content":[{"type":"document","title":"%s","context":"x","source":{"type":"text","media_type":"text/plain","data":"x"}}]}]}`},
		"a document's text":      {wire.Messages, `{"model":"m","messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"%s"}}]}]}`},
		"counted tokens":         {wire.Count, `{"model":"m","messages":[{"role":"user","content":"%s"}]}`},
	} {
		p, err := read(c.route, []byte(strings.ReplaceAll(c.body, "%s", v)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sent, _, err := fresh(t, &Binding{}).protect(p, []byte("0123456789abcdef"))
		if err != nil || strings.Contains(string(sent), v) {
			t.Errorf("%s: %s %v", name, sent, err)
		}
		var any map[string]any
		if json.Unmarshal(sent, &any) != nil {
			t.Errorf("%s: no JSON any more: %s", name, sent)
		}
	}
}

func TestWhatMustNotChangeDoesNot(t *testing.T) {
	for _, body := range []string{
		`{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,amFuZS5kb2VAZXhhbXBsZS5vcmc="}}]}]}`,
		`{"model":"m","messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"of jane.doe@example.org","signature":"jane.doe@example.org"}]}]}`,
		`{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJDREVGR0hJSktMTU5PUA=="}}]}]}`,
	} {
		p, err := read(wire.Messages, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if sent, _, err := fresh(t, &Binding{}).protect(p, []byte("0123456789abcdef")); err != nil || string(sent) != body {
			t.Errorf("%s became %s (%v)", body, sent, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"model":"m","messages":[{"role":"user","content":"jane.doe@example.org"}],"user":"x"}`))
	f.Add([]byte(`{"model":"m","input":[{"arguments":"{\"a\":\"+49 170 1234567\"}"}],"metadata":{"user_id":"y"}}`))
	k := fresh(f, &Binding{Replace: []pii.Type{pii.Location}})
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, r := range []wire.Route{wire.Chat, wire.Responses, wire.Messages} {
			p, err := read(r, body)
			if err != nil {
				continue
			}
			sent, _, err := k.protect(p, []byte("0123456789abcdef"))
			if err != nil {
				continue
			}
			if err := wire.Walk(sent, false, func(wire.Path, wire.Leaf) error { return nil }); err != nil {
				t.Fatalf("%q became %q: %v", body, sent, err)
			}
			if _, err := newAnswer(k).json(r, sent); err != nil {
				t.Fatal(err)
			}
		}
	})
}
