package gateway

import (
	"slices"
	"strings"

	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// prompt is a request as it was read: its bytes, and where in them lies what
// matters here.
type prompt struct {
	body                   []byte
	route                  wire.Route
	model                  string
	stream                 bool
	texts                  []text
	people                 []identity
	turns                  []turn
	previous, conversation string // what the provider keeps and this builds on (Responses)
	unkept                 bool   // the provider shall not keep this answer

	plain bool // neither tools nor a format: the answer is prose
}

// text is a string that is scanned.
type text struct {
	start, end int
	value      string
	column     string // the member's name in free-form data, for the scanner
	address    bool   // something that the provider would fetch
	handle     bool   // the name of a participant, which may hold no sign but - and _
}

// identity is where a request says who the person is.
type identity struct {
	source     string
	start, end int
	value      string
}

// turn is one message of the conversation.
type turn struct {
	index int
	role  string
	said  []string
}

// read takes a request apart. Errors name the place, never a value.
func read(route wire.Route, body []byte) (*prompt, error) {
	p := &prompt{body: body, route: route, plain: true}
	if len(body) == 0 {
		return nil, touch.Errorf(touch.Invalid, "the body is empty; send JSON")
	}
	err := wire.Walk(body, true, func(path wire.Path, l wire.Leaf) error {
		if len(path) == 0 {
			return touch.Errorf(touch.Invalid, "the body must be a JSON object")
		}
		return p.leaf(path, l)
	})
	switch {
	case err != nil:
		return nil, err
	case p.model == "":
		return nil, touch.Fielderr("model", "name the model")
	case p.stream && !streams(route):
		return nil, touch.Fielderr("stream", "this address has no streams")
	}
	return p, nil
}

func (p *prompt) leaf(path wire.Path, l wire.Leaf) error {
	top := path[0].Key
	switch {
	case len(path) == 1 && l.Name:
		p.plain = p.plain && !slices.Contains([]string{"tools", "functions", "response_format", "text", "output_config", "output_format"}, top)
		return nil
	case len(path) == 1 && top == "model":
		if p.model = l.Text(); l.Kind != '"' || p.model == "" || len(p.model) > 200 {
			return touch.Fielderr("model", "must be a model's name")
		}
		return nil
	case len(path) == 1 && top == "stream":
		p.stream = l.Kind == 't'
		return nil
	}
	p.builds(path, l)
	if source := p.source(path); source != "" && l.Kind == '"' && !l.Name {
		if v := l.Text(); v != "" {
			p.people = append(p.people, identity{source, l.Start, l.End, v})
		}
		return nil
	}
	p.turn(path, l)
	return p.scan(path, l)
}

// builds reads what the provider keeps and the request builds on.
func (p *prompt) builds(path wire.Path, l wire.Leaf) {
	switch {
	case p.route != wire.Responses || l.Name:
	case l.Kind == '"' && path.Is("previous_response_id"):
		p.previous = l.Text()
	case l.Kind == '"' && (path.Is("conversation") || path.Is("conversation", "id")):
		p.conversation = l.Text()
	case l.Kind == 'f' && path.Is("store"):
		p.unkept = true
	}
}

// holds reports whether a text of the request has s in it.
func (p *prompt) holds(s string) bool {
	return slices.ContainsFunc(p.texts, func(t text) bool { return strings.Contains(t.value, s) })
}

// source names a field that says who the person is.
func (p *prompt) source(path wire.Path) string {
	switch {
	case path.Is("metadata", "user_id"):
		return "metadata.user_id"
	case p.route.Anthropic():
		return ""
	case path.Is("safety_identifier"), path.Is("user"):
		return path[0].Key
	}
	return ""
}

// turn gathers who said what.
func (p *prompt) turn(path wire.Path, l wire.Leaf) {
	if l.Kind != '"' || l.Name {
		return
	}
	top := path[0].Key
	if top == "input" && (len(path) == 1 || len(path) == 2 && path[1].Key == "") {
		p.at(-1, "user").said = append(p.at(-1, "user").said, l.Text())
		return
	}
	if top != "messages" && top != "input" || len(path) < 3 || path[1].Key != "" {
		return
	}
	t := p.at(path[1].Index, "")
	switch last := path.Last(); {
	case len(path) == 3 && last == "role":
		t.role = l.Text()
	case len(path) == 3 && last == "content", len(path) == 5 && path[2].Key == "content" && last == "text":
		t.said = append(t.said, l.Text())
	}
}

func (p *prompt) at(index int, role string) *turn {
	if n := len(p.turns); n > 0 && p.turns[n-1].index == index {
		return &p.turns[n-1]
	}
	p.turns = append(p.turns, turn{index: index, role: role})
	return &p.turns[len(p.turns)-1]
}

// lastSaid is what the person said last, "" if somebody else spoke last.
func (p *prompt) lastSaid() string {
	if len(p.turns) == 0 {
		return ""
	}
	t := p.turns[len(p.turns)-1]
	if t.role != "user" {
		return ""
	}
	return strings.Join(t.said, "\n")
}

// structural are members whose values are the interface's own words: no text of
// a person's stands there, and the call would break if one were changed.
var structural = [...]string{"role", "type", "id", "tool_call_id", "call_id", "tool_use_id", "item_id", "detail", "format", "encrypted_content",
	"signature", "media_type", "object", "status", "service_tier", "reasoning_effort", "effort", "previous_response_id", "conversation", "file_id",
	"container", "prompt_cache_key", "prompt_cache_retention", "tool_choice", "include", "modalities", "verbosity", "truncation", "ttl", "summary_format", "model",
	"voice", "encoding_format", "search_context_size", "betas", "speed", "inference_geo", "server_label", "require_approval"}

// signed blocks are the provider's own and must come back as they went; what was
// replaced stays replaced in them.
func signed(path wire.Path) bool { return path.Last() == "thinking" || path.Last() == "signature" }

// freeForm reports whether a value lies in data of the caller's own shape: tool
// input, metadata, schemas. Names of members are scanned there, too.
func (p *prompt) freeForm(path wire.Path) bool {
	for i, s := range path {
		switch s.Key {
		case "metadata", "schema", "input_schema", "parameters", "variables":
			return i < len(path)-1
		case "input":
			if i > 0 && i < len(path)-1 { // of a tool; the first one of Responses is the conversation
				return true
			}
		}
	}
	return false
}

func (p *prompt) scan(path wire.Path, l wire.Leaf) error {
	free := p.freeForm(path)
	if !free && (l.Name || l.Kind != '"') || l.Kind != '"' && l.Kind != '0' {
		return nil
	}
	last := path.Last()
	t := text{start: l.Start, end: l.End}
	switch {
	case free:
		if !l.Name {
			t.column = last
		}
		if l.Name && (path.Has("properties") || last == "properties") {
			return nil // of a schema: the caller's words for its fields
		}
	case slices.Contains(structural[:], last) || signed(path):
		return nil
	case last == "data" || last == "file_data" || last == "url" || last == "image_url" || last == "file_url" || last == "server_url":
		if v := l.Text(); last == "data" || last == "file_data" {
			if binary(v) {
				return nil // pictures, sound, and blocks that the provider redacted
			}
			t.address = strings.HasPrefix(v, "data:")
		} else {
			t.address = true
		}
	case last == "name":
		if !(len(path) == 3 && (path.Under("messages") || path.Under("input"))) {
			return nil // of a tool or a format
		}
		t.handle = true
	}
	t.value = l.Text()
	if t.address && strings.HasPrefix(t.value, "data:") || t.value == "" {
		return nil
	}
	p.texts = append(p.texts, t)
	return nil
}

// binary reports whether a text is base64 of something: a plain text has spaces
// or other signs, and where it has none, it is short.
func binary(s string) bool {
	if len(s) < 16 || len(s)%4 != 0 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte("+/-_=", c) < 0 {
			return false
		}
	}
	return true
}
