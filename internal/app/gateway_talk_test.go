package app

import (
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

	"fairtouch/internal/access"
	"fairtouch/internal/gateway"
	"fairtouch/internal/govern"
	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// aliasesIn lists the aliases that reached the vendor.
func aliasesIn(body string) []string {
	var out []string
	body = strings.ReplaceAll(strings.ReplaceAll(body, `\u003c`, "<"), `\u003e`, ">")
	for {
		i := strings.IndexByte(body, '<')
		if i < 0 {
			return out
		}
		j := strings.IndexByte(body[i:], '>')
		if j < 0 {
			return out
		}
		out, body = append(out, body[i:i+j+1]), body[i+j+1:]
	}
}

func sse(w http.ResponseWriter, events ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, e := range events {
		var typ struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal([]byte(e), &typ)
		if typ.Type != "" {
			fmt.Fprintf(w, "event: %s\n", typ.Type)
		}
		fmt.Fprintf(w, "data: %s\n\n", e)
	}
}

func TestToolsOfEveryRoleAreProtectedAndOnlyAllowedOnesGetValues(t *testing.T) {
	v := newVendor(t)
	v.say = func(w http.ResponseWriter, r *http.Request, body string) {
		al := aliasesIn(body)
		args, _ := json.Marshal(fmt.Sprintf(`{"to":%q,"note":"a \"b\""}`, al[0]))
		answerJSON(fmt.Sprintf(`{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"look_up_order","arguments":%s}},{"id":"2","type":"function","function":{"name":"send_anywhere","arguments":%s}}]},"finish_reason":"tool_calls"}]}`, args, args))(w, r, body)
	}
	d := gate(t, v, DemoChat, nil)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","user":"jane-4711","tools":[{"type":"function","function":{"name":"look_up_order","parameters":{"type":"object","properties":{"to":{"type":"string","description":"as in ann.other@example.org"}}}}}],
		"messages":[{"role":"user","content":"mail jane.doe@example.org"},{"role":"assistant","content":null,"tool_calls":[{"id":"0","type":"function","function":{"name":"x","arguments":"{\"to\":\"b\\u0065n.roe@example.org\",\"phone\":491701234567}"}}]},
		{"role":"tool","tool_call_id":"0","content":"{\"found\":[{\"email\":\"carl.poe@example.org\",\"name\":\"plain\"}]}"},{"role":"user","content":[{"type":"text","text":"and dora.low@example.org"}]}]}`)
	if resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	if sent := v.last(t); strings.Contains(sent, "example.org") || !json.Valid([]byte(sent)) {
		t.Errorf("a value left: %s", sent)
	}
	var got struct {
		Choices []struct {
			Message struct {
				Tools []struct {
					Function struct{ Name, Arguments string }
				} `json:"tool_calls"`
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	for _, call := range got.Choices[0].Message.Tools {
		var args map[string]string
		if err := json.Unmarshal([]byte(call.Function.Arguments), &args); err != nil {
			t.Fatal(err)
		}
		if may := call.Function.Name == "look_up_order"; may != strings.Contains(args["to"], "@example.org") || args["note"] != `a "b"` {
			t.Errorf("%s got %v", call.Function.Name, args)
		}
	}
}

func TestAPastedTokenIsNotRestored(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	d.post("/openai/v1/chat/completions", janes)
	stolen := aliasesIn(v.last(t))
	// Another person pastes what somebody else's mail was called, and the same
	// person does in a later turn: it stays what it is.
	for _, user := range []string{"mallory-1", "jane-4711"} {
		said := strings.Join(stolen, " and ")
		resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","user":"`+user+`","messages":[{"role":"user","content":"«what is `+said+` of jane.doe@example.org»"}]}`)
		if resp.StatusCode != 200 || !strings.Contains(body, "what is "+said+" of jane.doe@example.org") {
			t.Errorf("%s: %s", user, body)
		}
	}
}

func TestOnePersonsAliasesStayTheSameAndAnothersDiffer(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	say := func(user string) string {
		d.post("/openai/v1/chat/completions", `{"model":"m","user":"`+user+`","messages":[{"role":"user","content":"«jane.doe@example.org»"}]}`)
		return fmt.Sprint(aliasesIn(v.last(t)))
	}
	a, b, c := say("jane-1"), say("jane-1"), say("june-2")
	if a != b || a == c || a == "[]" {
		t.Errorf("%s, %s, %s", a, b, c)
	}
}

func TestWhetherThisIsAHumanIsAnsweredTruthfully(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	for _, said := range []string{"Are you a real person?", "Bist du ein Mensch?", "Êtes-vous un robot ?", "Am I talking to an AI"} {
		for _, path := range []string{"/openai/v1/chat/completions", "/anthropic/v1/messages", "/openai/v1/responses"} {
			resp, body := d.post(path, `{"model":"m","max_tokens":9,"metadata":{"user_id":"jane-4711"},"input":"`+said+`","messages":[{"role":"user","content":"`+said+`"}]}`)
			if resp.StatusCode != 200 || !strings.Contains(body, "not with a person") || !strings.Contains(body, "/p/human/") || v.calls() != 0 {
				t.Errorf("%s %s: %d %s", path, said, resp.StatusCode, body)
			}
		}
	}
}

func TestAHumanIsFetchedAndTheModelIsNotAsked(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	for i, said := range []string{"I want to talk to a human.", "Ich möchte mit einem Menschen sprechen!", "quiero hablar con una persona", "je veux parler à un humain"} {
		stream := i%2 == 1
		resp, body := d.post("/openai/v1/chat/completions", fmt.Sprintf(`{"model":"m","user":"jane-4711","stream":%v,"messages":[{"role":"user","content":"%s"}]}`, stream, said))
		if resp.StatusCode != 200 || resp.Header.Get("X-Fairtouch-Handoff") != "requested" || !strings.Contains(body, "/p/human/") || v.calls() != 0 {
			t.Errorf("%s: %d %s", said, resp.StatusCode, body)
		}
		if s := d.stored(resp); s.Decision.Verdict != touch.Human || s.Content.Asked != "human" {
			t.Errorf("%s is on record as %s", said, s.Decision.Verdict)
		}
	}
	cases, err := d.app.DB.Cases(t.Context(), Demo, 100)
	if err != nil || len(cases) != 4 || cases[0].Kind != "talk" || cases[0].Subject == "" {
		t.Errorf("%d cases, %v", len(cases), err)
	}
	object(t, d.app, "june-1") // whom AI must not touch is heard all the same
	resp, _ := d.post("/openai/v1/chat/completions", `{"model":"m","user":"june-1","messages":[{"role":"user","content":"human please"}]}`)
	if cases, _ = d.app.DB.Cases(t.Context(), Demo, 100); resp.StatusCode != 403 || len(cases) != 5 {
		t.Errorf("%d, %d cases", resp.StatusCode, len(cases))
	}
	for _, said := range []string{"Make it human-readable, please", "Are you able to help?", "The human agents of change", "I want a person's name in the subject"} {
		before := v.calls()
		if d.post("/openai/v1/chat/completions", `{"model":"m","user":"jane-4711","messages":[{"role":"user","content":"«`+said+`»"}]}`); v.calls() != before+1 {
			t.Errorf("%q was taken for a request for a human", said)
		}
	}
}

func TestMessagesStreamComesBackWhole(t *testing.T) {
	v := newVendor(t)
	v.say = func(w http.ResponseWriter, r *http.Request, body string) {
		a := aliasesIn(body)[0]
		sse(w, `{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"model":"c","usage":{"input_tokens":21,"output_tokens":1}}}`,
			`{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"of `+a+`"}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig=="}}`,
			`{"type":"content_block_stop","index":0}`,
			`{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}`, `{"type":"ping"}`,
			`{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"To `+a[:4]+`"}}`, `{"type":"ping"}`,
			`{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"`+a[4:]+`!"}}`,
			`{"type":"content_block_stop","index":1}`,
			`{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"look_up_order","input":{}}}`,
			`{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"to\":\"`+a[:9]+`"}}`,
			`{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"`+a[9:]+`\"}"}}`,
			`{"type":"content_block_stop","index":2}`,
			`{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":17}}`, `{"type":"message_stop"}`)
	}
	d := gate(t, v, DemoChat, nil)
	resp, body := d.post("/anthropic/v1/messages", `{"model":"c","max_tokens":9,"stream":true,"metadata":{"user_id":"jane-4711"},"system":"You serve jane.doe@example.org","messages":[{"role":"user","content":"hello"}]}`,
		"anthropic-beta", "x-2026")
	if resp.StatusCode != 200 || strings.Count(body, "\nevent: ") != 17 {
		t.Fatalf("%d, %d events: %s", resp.StatusCode, strings.Count(body, "\nevent: "), body)
	}
	for _, want := range []string{`"text":"jane.doe@example.org!"`, `jane.doe@example.org\"}`, `"signature":"sig=="`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if a := aliasesIn(v.last(t))[0]; !strings.Contains(body, `"thinking":"of `+a+`"`) {
		t.Error("a signed block was edited")
	}
	if !strings.HasPrefix(body, ": fairtouch ") || !strings.HasSuffix(body, "data: {\"type\":\"message_stop\"}\n\n") {
		t.Errorf("begins or ends wrongly: %s", body)
	}
	if h := v.heads[0]; h.Get("Anthropic-Beta") != "x-2026" || h.Get("Anthropic-Version") == "" {
		t.Errorf("headers %v", h)
	}
	if c := d.stored(resp).Content; c.TokensIn != 21 || c.TokensOut != 17 || c.Restored["EMAIL_ADDRESS"] != 2 {
		t.Errorf("%+v", c)
	}
}

func TestResponsesDeltasAndSnapshotsSayTheSame(t *testing.T) {
	v := newVendor(t)
	v.say = func(w http.ResponseWriter, r *http.Request, body string) {
		a := aliasesIn(body)[0]
		at, part := `"item_id":"m","output_index":0,"content_index":0`, `{"type":"output_text","text":"To `+a+`","annotations":[]}`
		item := `{"type":"message","id":"m","role":"assistant","status":"completed","content":[` + part + `]}`
		call := `{"type":"function_call","id":"f","call_id":"c","name":"look_up_order","arguments":"{\"to\":\"` + a + `\"}"}`
		sse(w, `{"type":"response.created","sequence_number":0,"response":{"id":"r","instructions":"You serve `+a+`","output":[]}}`,
			`{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","content":[]}}`,
			`{"type":"response.output_text.delta","sequence_number":2,`+at+`,"delta":"To `+a[:5]+`"}`,
			`{"type":"response.output_text.delta","sequence_number":3,`+at+`,"delta":"`+a[5:]+`"}`,
			`{"type":"response.output_text.done","sequence_number":4,`+at+`,"text":"To `+a+`"}`,
			`{"type":"response.content_part.done","sequence_number":5,`+at+`,"part":`+part+`}`,
			`{"type":"response.output_item.done","sequence_number":6,"output_index":0,"item":`+item+`}`,
			`{"type":"response.output_item.added","sequence_number":7,"output_index":1,"item":{"type":"function_call","name":"look_up_order","arguments":""}}`,
			`{"type":"response.function_call_arguments.delta","sequence_number":8,"item_id":"f","output_index":1,"delta":"{\"to\":\"`+a+`\"}"}`,
			`{"type":"response.function_call_arguments.done","sequence_number":9,"item_id":"f","output_index":1,"arguments":"{\"to\":\"`+a+`\"}"}`,
			`{"type":"response.output_item.done","sequence_number":10,"output_index":1,"item":`+call+`}`,
			`{"type":"response.completed","sequence_number":11,"response":{"id":"r","output":[`+item+`,`+call+`],"usage":{"input_tokens":3,"output_tokens":4}}}`)
	}
	d := gate(t, v, DemoChat, nil)
	resp, body := d.post("/openai/v1/responses", `{"model":"m","stream":true,"safety_identifier":"jane-4711","instructions":"You serve jane.doe@example.org","input":[{"role":"user","content":[{"type":"input_text","text":"hello"}]}]}`)
	if resp.StatusCode != 200 || strings.Contains(body, "<EMAIL") {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	if n := strings.Count(body, "jane.doe@example.org"); n != 10 {
		t.Errorf("restored %d times: %s", n, body)
	}
	for i := range 12 {
		if !strings.Contains(body, fmt.Sprintf(`"sequence_number":%d,`, i)) {
			t.Errorf("event %d is gone", i)
		}
	}
	if strings.Contains(body, "[DONE]") {
		t.Error("something stands behind the end")
	}
}

func TestTheFirstPieceDoesNotWaitForTheLast(t *testing.T) {
	v := newVendor(t)
	v.say = v.drip(3, 300*time.Millisecond)
	d := gate(t, v, DemoCopywriter, nil)
	req, _ := http.NewRequestWithContext(t.Context(), "POST", d.url+"/openai/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`))
	req.Header.Set("Authorization", "Bearer "+d.key)
	req.Header.Set("Content-Type", "application/json")
	start := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	buf := make([]byte, 4096)
	got := ""
	for !strings.Contains(got, "piece 0") {
		n, err := resp.Body.Read(buf)
		if got += string(buf[:n]); err != nil {
			t.Fatal(err, got)
		}
	}
	if took := time.Since(start); took > 250*time.Millisecond {
		t.Errorf("the first piece took %v", took)
	}
	if strings.Index(got, ": fairtouch") > strings.Index(got, "piece 0") {
		t.Error("content came before the disclosure")
	}
	if rest, err := io.ReadAll(resp.Body); err != nil || !strings.HasSuffix(string(rest), "data: [DONE]\n\n") {
		t.Errorf("%s %v", rest, err)
	}
}

func TestAnAnswerWithSomebodyElsesDataIsBlockedWhereAsked(t *testing.T) {
	v := newVendor(t)
	leak := "write to peter.stranger@example.net today"
	d := gate(t, v, DemoCopywriter, func(b *gateway.Binding) { b.Found = gateway.FoundBlock })
	v.say = answerJSON(`{"choices":[{"index":0,"message":{"role":"assistant","content":"` + leak + `"}}]}`)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
	if resp.StatusCode != 403 || strings.Contains(body, "stranger") || resp.Header.Get("X-Should-Retry") != "false" {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	v.say = func(w http.ResponseWriter, _ *http.Request, _ string) {
		sse(w, `{"choices":[{"index":0,"delta":{"content":"write to peter.stra"}}]}`, `{"choices":[{"index":0,"delta":{"content":"nger@example.net today"}}]}`, `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, `[DONE]`)
	}
	_, body = d.post("/openai/v1/chat/completions", `{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`)
	if strings.Contains(body, "peter") || strings.Contains(body, "[DONE]") || !strings.Contains(body, `{"error":`) {
		t.Error(body)
	}
}

func TestKeysAreHeldToTheirSystemModelsAndLimits(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoCopywriter, nil)
	who, err := d.app.Desk.ByKey(t.Context(), d.key)
	if err != nil {
		t.Fatal(err)
	}
	rule := gateway.Rule{Key: who.Key, Systems: []touch.SystemID{DemoCopywriter}, Models: []string{"gpt-5*"}, PerMinute: 4}
	if err := d.app.PutRule(t.Context(), Demo, rule, LocalOperator); err != nil {
		t.Fatal(err)
	}
	time.Sleep(settingsTTL + 50*time.Millisecond)
	send := func(model string, headers ...string) int {
		resp, _ := d.post("/openai/v1/chat/completions", `{"model":"`+model+`","messages":[{"role":"user","content":"«x»"}]}`, headers...)
		return resp.StatusCode
	}
	got := []int{send("gpt-5-mini"), send("o9"), send("gpt-5", "X-Fairtouch-System", "chat"), send("gpt-5"), send("gpt-5")}
	if fmt.Sprint(got) != "[200 403 403 200 429]" {
		t.Errorf("%v", got)
	}
}

func TestManyAtOnceNeverSeeEachOthersValues(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for n := range 6 {
				mine := fmt.Sprintf("person%d.number%d@example.org", i, n)
				resp, body := d.post("/openai/v1/chat/completions", fmt.Sprintf(`{"model":"m","user":"p-%d-%d","messages":[{"role":"user","content":"«I am %s»"}]}`, i, n, mine))
				if resp.StatusCode != 200 || !strings.Contains(body, "I am "+mine) || strings.Count(body, "@") != 1 {
					t.Errorf("%d %s", resp.StatusCode, body)
				}
			}
		})
	}
	wg.Wait()
}

func TestTheLabelStandsBeforeTheTextWhereAsked(t *testing.T) {
	d := gate(t, newVendor(t), DemoChat, func(b *gateway.Binding) { b.Providers, b.InBand = []string{"sandbox"}, true })
	const label = `You are chatting with a computer program (AI), not with a person.\n\n`
	for path, want := range map[string][2]int{"/openai/v1/chat/completions": {1, 1}, "/anthropic/v1/messages": {1, 1}, "/openai/v1/responses": {1, 5}} {
		for i, stream := range []string{"false", "true"} {
			body := `{"model":"m","max_tokens":9,"stream":` + stream + `,"metadata":{"user_id":"jane-4711"},"input":"I am jane.doe@example.org","messages":[{"role":"user","content":"I am jane.doe@example.org"}]`
			resp, got := d.post(path, body+`}`)
			if n := strings.Count(got, label); resp.StatusCode != 200 || n != want[i] || !strings.Contains(got, "jane.doe@example.org") {
				t.Errorf("%s, stream %s: %d labels: %s", path, stream, n, got)
			}
			if _, got = d.post(path, body+`,"response_format":{"type":"json_object"},"text":{}}`); strings.Contains(got, label) && !strings.Contains(path, "anthropic") {
				t.Errorf("%s: a program reads this: %s", path, got)
			}
		}
	}
}

func TestCopyIsReadAndTheFindingsStayWithTheDecision(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoCopywriter, asking(0))
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"«Our climate-neutral cream is clinically proven; ask your salesman or the chairman.»"}]}`)
	rules := ""
	for _, c := range d.stored(resp).Decision.Checks {
		rules += c.Rule + " "
	}
	if resp.StatusCode != 200 || !strings.Contains(rules, "copy.claims") || !strings.Contains(rules, "copy.language") {
		t.Errorf("%d %s: %s", resp.StatusCode, body, rules)
	}
	if resp, _ = d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"«See you on Friday at the lake. Bring a friend.»"}]}`); strings.Contains(fmt.Sprint(d.stored(resp).Decision.Checks), "copy.") {
		t.Errorf("a plain text was found fault with: %v", d.stored(resp).Decision.Checks)
	}
}

func TestStaffSeeACallAsADecision(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	resp, _ := d.post("/openai/v1/chat/completions", janes)
	who := access.Principal{Workspace: Demo, User: LocalOperator, Name: "x", Scopes: access.Scopes()}
	got, err := d.app.Staff().Decisions.Decision(t.Context(), who, touch.DecisionID(resp.Header.Get("X-Fairtouch-Decision")))
	if err != nil {
		t.Fatal(err)
	}
	words := ""
	for _, s := range got.Stations {
		words += s.Words + "\n"
		for _, c := range s.Checks {
			words += c.Reason + "\n"
		}
	}
	if !strings.Contains(words, "values of 3 types were replaced before it left") || strings.Contains(words, "jane.doe") {
		t.Error(words)
	}
}

// breaking is a provider whose answer makes the house fail.
type breaking struct{}

func (breaking) Takes(wire.Route) bool { return true }

func (breaking) Send(context.Context, govern.Payload, wire.Call) (wire.Reply, error) {
	panic("jane.doe@example.org")
}

func TestAFailureOfOursIsOnRecordAndSaysNothing(t *testing.T) {
	a := demoApp(t, 20)
	var log strings.Builder
	h, err := gateway.New(gateway.Config{Desk: a.Desk, Path: a.Path, Upstreams: map[string]gateway.Upstream{"sandbox": breaking{}}, Hash: a.Keeper.Lookup,
		Settings:     &settings{db: a.DB, now: time.Now, bound: map[string]boundAt{}, rules: map[string]ruleAt{}},
		AllowedHosts: []string{"*"}, Log: logger(&log, "info"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	key, err := a.DemoTextKey(t.Context(), DemoCopywriter)
	if err != nil {
		t.Fatal(err)
	}
	d := door{t, a, srv.URL, key}
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"sandbox","messages":[{"role":"user","content":"hi"}]}`)
	if resp.StatusCode != 500 || strings.Contains(body+log.String(), "jane.doe") {
		t.Errorf("%d %s %s", resp.StatusCode, body, log.String())
	}
	if s := d.stored(resp); s.Content.Stopped != "failed" || s.Decision.Verdict != touch.Deny {
		t.Errorf("%+v", s.Content)
	}
}

func TestWhatIsOnlyNotedIsNotAltered(t *testing.T) {
	v := newVendor(t)
	answer := `{"choices":[{"index":0,"message":{"role":"assistant","content":"Write to p\u0065ter.stranger@example.net \/ ok"}}]}`
	v.say = answerJSON(answer)
	d := gate(t, v, DemoCopywriter, nil)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
	if c := d.stored(resp).Content; body != answer || c.Found["EMAIL_ADDRESS"] != 1 || c.Masked {
		t.Errorf("%s, %+v", body, c)
	}
	stream := "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"p\\u0065ter.stra\"}}]}\n\n: ping\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"nger@example.net\"},\"finish_reason\":\"stop\"}]}\r\n\r\ndata: [DONE]\n\n"
	v.say = func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		_, _ = io.WriteString(w, stream)
	}
	resp, body = d.post("/openai/v1/chat/completions", `{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`)
	_, rest, _ := strings.Cut(body, "\n\n") // behind the disclosure
	if c := d.stored(resp).Content; rest != stream || c.Found["EMAIL_ADDRESS"] != 1 {
		t.Errorf("%q, %+v", rest, c)
	}
}

func TestThePersonIsWhomTheHeaderNames(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	object(t, d.app, "jane-4711")
	body := `{"model":"m","user":"june-1","messages":[{"role":"user","content":"«hello»"}]}`
	if resp, got := d.post("/openai/v1/chat/completions", body); resp.StatusCode != 200 {
		t.Errorf("june: %d %s", resp.StatusCode, got)
	}
	if resp, _ := d.post("/openai/v1/chat/completions", body, "X-Fairtouch-Subject", "jane-4711"); resp.StatusCode != 403 {
		t.Errorf("jane, by the header: %d", resp.StatusCode)
	}
	if resp, _ := d.post("/openai/v1/chat/completions", strings.Replace(body, `"user":"june-1",`, "", 1)); resp.StatusCode != 400 {
		t.Errorf("nobody: %d", resp.StatusCode)
	}
}
