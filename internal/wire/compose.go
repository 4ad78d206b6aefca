package wire

import (
	"strconv"
	"strings"
)

// Composed is an answer that this house gives itself, in a vendor's shape.
type Composed struct {
	ID      string // without the vendor's prefix
	Model   string
	Text    string
	Tool    string // a tool to call in place of the text; "" for none
	Args    string // its arguments, JSON
	Created int64  // Unix seconds
	In, Out int    // tokens
}

func str(s string) string { return string(Quote(s)) }
func num(n int) string    { return strconv.Itoa(n) }

// JSON is the whole answer of a route.
func (c Composed) JSON(r Route) []byte {
	switch r {
	case Messages:
		return []byte(c.message(c.blocks(), c.stop()))
	case Count:
		return []byte(`{"input_tokens":` + num(c.In) + `}`)
	case Responses:
		return []byte(c.response("completed", "["+c.item("completed")+"]"))
	case Embeddings:
		return []byte(`{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0,0,0,0]}],"model":` + str(c.Model) + `,"usage":{"prompt_tokens":` + num(c.In) + `,"total_tokens":` + num(c.In) + `}}`)
	}
	finish, msg := "stop", `{"role":"assistant","content":`+str(c.Text)+`,"refusal":null}`
	if c.Tool != "" {
		finish, msg = "tool_calls", `{"role":"assistant","content":null,"refusal":null,"tool_calls":[`+c.call()+`]}`
	}
	return []byte(`{"id":"chatcmpl-` + c.ID + `","object":"chat.completion","created":` + strconv.FormatInt(c.Created, 10) + `,"model":` + str(c.Model) +
		`,"choices":[{"index":0,"message":` + msg + `,"logprobs":null,"finish_reason":"` + finish + `"}],"usage":` + c.chatUsage() + `}`)
}

func (c Composed) chatUsage() string {
	return `{"prompt_tokens":` + num(c.In) + `,"completion_tokens":` + num(c.Out) + `,"total_tokens":` + num(c.In+c.Out) + `}`
}

func (c Composed) call() string {
	return `{"id":"call_` + c.ID + `","type":"function","function":{"name":` + str(c.Tool) + `,"arguments":` + str(c.Args) + `}}`
}

// Events is the answer as a stream of whole events.
func (c Composed) Events(r Route) [][]byte {
	switch r {
	case Messages:
		return c.messageEvents()
	case Responses:
		return c.responseEvents()
	}
	return c.chatEvents()
}

// pieces cuts text behind its spaces, so that a stream looks like one.
func pieces(s string) []string {
	var out []string
	for s != "" {
		i := strings.IndexByte(s, ' ') + 1
		if i <= 0 {
			i = len(s)
		}
		out, s = append(out, s[:i]), s[i:]
	}
	return out
}

func (c Composed) chatEvents() [][]byte {
	head := `{"id":"chatcmpl-` + c.ID + `","object":"chat.completion.chunk","created":` + strconv.FormatInt(c.Created, 10) + `,"model":` + str(c.Model) + `,"choices":[{"index":0,"delta":`
	chunk := func(delta, finish string) []byte {
		return Message("", []byte(head+delta+`,"logprobs":null,"finish_reason":`+finish+`}]}`))
	}
	out := [][]byte{chunk(`{"role":"assistant","content":""}`, "null")}
	finish := `"stop"`
	if c.Tool != "" {
		finish = `"tool_calls"`
		out = append(out, chunk(`{"tool_calls":[{"index":0,"id":"call_`+c.ID+`","type":"function","function":{"name":`+str(c.Tool)+`,"arguments":""}}]}`, "null"))
		for _, p := range pieces(c.Args) {
			out = append(out, chunk(`{"tool_calls":[{"index":0,"function":{"arguments":`+str(p)+`}}]}`, "null"))
		}
	} else {
		for _, p := range pieces(c.Text) {
			out = append(out, chunk(`{"content":`+str(p)+`}`, "null"))
		}
	}
	return append(out, chunk(`{}`, finish), Message("", []byte("[DONE]")))
}

func (c Composed) stop() string {
	if c.Tool != "" {
		return `"tool_use"`
	}
	return `"end_turn"`
}

func (c Composed) blocks() string {
	if c.Tool != "" {
		return `[{"type":"tool_use","id":"toolu_` + c.ID + `","name":` + str(c.Tool) + `,"input":` + c.Args + `}]`
	}
	return `[{"type":"text","text":` + str(c.Text) + `}]`
}

func (c Composed) message(content, stop string) string {
	return `{"id":"msg_` + c.ID + `","type":"message","role":"assistant","model":` + str(c.Model) + `,"content":` + content + `,"stop_reason":` + stop +
		`,"stop_sequence":null,"usage":{"input_tokens":` + num(c.In) + `,"output_tokens":` + num(c.Out) + `}}`
}

func (c Composed) messageEvents() [][]byte {
	ev := func(name, rest string) []byte { return Message(name, []byte(`{"type":"`+name+`"`+rest+`}`)) }
	out := [][]byte{ev("message_start", `,"message":`+c.message("[]", "null"))}
	block, kind, field, text := `{"type":"text","text":""}`, "text_delta", "text", c.Text
	if c.Tool != "" {
		block, kind, field, text = `{"type":"tool_use","id":"toolu_`+c.ID+`","name":`+str(c.Tool)+`,"input":{}}`, "input_json_delta", "partial_json", c.Args
	}
	out = append(out, ev("content_block_start", `,"index":0,"content_block":`+block))
	for _, p := range pieces(text) {
		out = append(out, ev("content_block_delta", `,"index":0,"delta":{"type":"`+kind+`","`+field+`":`+str(p)+`}`))
	}
	return append(out, ev("content_block_stop", `,"index":0`),
		ev("message_delta", `,"delta":{"stop_reason":`+c.stop()+`,"stop_sequence":null},"usage":{"output_tokens":`+num(c.Out)+`}`),
		ev("message_stop", ""))
}

func (c Composed) part() string {
	return `{"type":"output_text","text":` + str(c.Text) + `,"annotations":[]}`
}

func (c Composed) item(status string) string {
	if c.Tool != "" {
		return `{"type":"function_call","id":"fc_` + c.ID + `","call_id":"call_` + c.ID + `","name":` + str(c.Tool) + `,"arguments":` + str(c.Args) + `,"status":"` + status + `"}`
	}
	content := "[]"
	if status == "completed" {
		content = "[" + c.part() + "]"
	}
	return `{"type":"message","id":"msg_` + c.ID + `","status":"` + status + `","role":"assistant","content":` + content + `}`
}

func (c Composed) response(status, output string) string {
	return `{"id":"resp_` + c.ID + `","object":"response","created_at":` + strconv.FormatInt(c.Created, 10) + `,"status":"` + status + `","error":null,"incomplete_details":null,"instructions":null,"metadata":{},"model":` + str(c.Model) +
		`,"output":` + output + `,"parallel_tool_calls":true,"temperature":1,"tool_choice":"auto","tools":[],"top_p":1,"usage":{"input_tokens":` + num(c.In) + `,"input_tokens_details":{"cached_tokens":0},"output_tokens":` + num(c.Out) + `,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":` + num(c.In+c.Out) + `}}`
}

func (c Composed) responseEvents() [][]byte {
	var out [][]byte
	ev := func(name, rest string) {
		out = append(out, Message("response."+name, []byte(`{"type":"response.`+name+`","sequence_number":`+num(len(out))+rest+`}`)))
	}
	ev("created", `,"response":`+c.response("in_progress", "[]"))
	if c.Tool != "" {
		empty := c
		empty.Args = ""
		at := `,"item_id":"fc_` + c.ID + `","output_index":0`
		ev("output_item.added", `,"output_index":0,"item":`+empty.item("in_progress"))
		for _, p := range pieces(c.Args) {
			ev("function_call_arguments.delta", at+`,"delta":`+str(p))
		}
		ev("function_call_arguments.done", at+`,"arguments":`+str(c.Args))
	} else {
		at := `,"item_id":"msg_` + c.ID + `","output_index":0,"content_index":0`
		ev("output_item.added", `,"output_index":0,"item":`+c.item("in_progress"))
		ev("content_part.added", at+`,"part":{"type":"output_text","text":"","annotations":[]}`)
		for _, p := range pieces(c.Text) {
			ev("output_text.delta", at+`,"delta":`+str(p)+`,"logprobs":[]`)
		}
		ev("output_text.done", at+`,"text":`+str(c.Text)+`,"logprobs":[]`)
		ev("content_part.done", at+`,"part":`+c.part())
	}
	ev("output_item.done", `,"output_index":0,"item":`+c.item("completed"))
	ev("completed", `,"response":`+c.response("completed", "["+c.item("completed")+"]"))
	return out
}
