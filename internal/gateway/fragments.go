package gateway

import (
	"strconv"
	"strings"

	"fairtouch/internal/wire"
)

// fragment is a string of a stream's event that may change on its way.
type fragment struct {
	key        string // the run of text that it continues; "" for one that is whole
	start, end int
	in         string
	kind       kind
	tool       string
	spot       string // of prose, see spot
}

// said is what one event says.
type said struct {
	parts    []fragment
	closes   []string // keys, or beginnings of keys ending in a slash, that say no more
	all      bool     // every run ends here
	terminal bool     // the answer ends here
	finished bool     // the model says that it is done; only an end sign may be missing
}

// teller reads the events of one stream.
type teller struct {
	a     *answer
	route wire.Route
	tools map[string]string // by key of the run
}

func (t *teller) tell(ev wire.Event) (said, error) {
	if string(ev.Data) == "[DONE]" {
		return said{all: true, terminal: true}, nil
	}
	nodes, err := t.a.nodes(ev.Data)
	if err != nil {
		return said{}, err
	}
	switch t.route {
	case wire.Messages:
		return t.messages(nodes), nil
	case wire.Responses:
		return t.responses(nodes), nil
	}
	return t.chat(nodes), nil
}

// of returns the value at a path without arrays, "" if there is none.
func of(nodes []node, names ...string) string {
	for i := range nodes {
		if !nodes[i].leaf.Name && nodes[i].path.Is(names...) {
			return nodes[i].leaf.Text()
		}
	}
	return ""
}

func (t *teller) part(nodes []node, n *node, key string, k kind, tool string) fragment {
	f := fragment{key: key, start: n.leaf.Start, end: n.leaf.End, in: n.leaf.Text(), kind: k, tool: tool}
	if k == isText && (t.a.label.text != "" || t.a.written.on) {
		f.spot = spot(t.route, nodes, n)
	}
	return f
}

// runKey names a run by where it lies: places in arrays count by the element's
// own index where it has one, since vendors send one element at a time.
func runKey(nodes []node, path wire.Path) string {
	var b strings.Builder
	for i, s := range path {
		if s.Key != "" {
			b.WriteString(s.Key)
		} else {
			b.WriteString(first(sibling(nodes, &node{path: path[:i+2]}, "index"), strconv.Itoa(s.Index)))
		}
		b.WriteByte('/')
	}
	return b.String()
}

func (t *teller) chat(nodes []node) said {
	var out said
	for i := range nodes {
		if n := &nodes[i]; n.path.Last() == "name" && n.path.Under("choices", "*", "delta") && !n.leaf.Name {
			t.tools[runKey(nodes, n.path[:len(n.path)-1])] = n.leaf.Text()
		}
	}
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.leaf.Name || n.leaf.Kind != '"' || !n.path.Under("choices", "*"):
		case n.path.Is("choices", "*", "finish_reason"):
			out.closes = append(out.closes, runKey(nodes, n.path[:2]))
			out.finished = true
		case n.path.Under("choices", "*", "delta"):
			if k := t.a.kind(nodes, n); k != isNothing {
				out.parts = append(out.parts, t.part(nodes, n, runKey(nodes, n.path), k, t.tools[runKey(nodes, n.path[:len(n.path)-1])]))
			}
		}
	}
	return out
}

func (t *teller) messages(nodes []node) said {
	var out said
	typ, block := of(nodes, "type"), of(nodes, "index")+"/"
	switch typ {
	case "content_block_start":
		if name := of(nodes, "content_block", "name"); name != "" {
			t.tools[block] = name
		}
	case "content_block_stop":
		out.closes = []string{block}
	case "message_delta":
		out.finished = of(nodes, "delta", "stop_reason") != ""
	case "message_stop", "error":
		out.all, out.terminal = true, true
	}
	for i := range nodes {
		n := &nodes[i]
		if n.leaf.Kind != '"' || n.leaf.Name || len(n.path) == 1 {
			continue
		}
		k := t.a.kind(nodes, n)
		switch {
		case n.path.Is("delta", "text"), n.path.Is("content_block", "text"):
			out.parts = append(out.parts, t.part(nodes, n, block+"text", isText, ""))
		case n.path.Is("delta", "partial_json"):
			out.parts = append(out.parts, t.part(nodes, n, block+"json", isArguments, t.tools[block]))
		case k == isInput:
			out.parts = append(out.parts, t.part(nodes, n, "", isInput, t.tools[block]))
		case k != isNothing && typ != "message_delta":
			out.parts = append(out.parts, t.part(nodes, n, "", k, t.tools[block]))
		}
	}
	return out
}

func (t *teller) responses(nodes []node) said {
	var out said
	typ := of(nodes, "type")
	t.a.responseID = first(of(nodes, "response", "id"), t.a.responseID)
	item := of(nodes, "output_index") + "/"
	if name := of(nodes, "item", "name"); name != "" {
		t.tools[item] = name
	}
	base, isDelta := strings.CutSuffix(typ, ".delta")
	base, isDone := strings.CutSuffix(base, ".done")
	key := item + of(nodes, "content_index") + "/" + of(nodes, "summary_index") + "/" + base
	switch typ {
	case "response.completed", "response.incomplete", "response.failed", "error":
		out.all, out.terminal = true, true
	case "response.output_item.done":
		out.closes = []string{item}
	}
	if isDone {
		out.closes = append(out.closes, key)
	}
	for i := range nodes {
		n := &nodes[i]
		if n.leaf.Kind != '"' || n.leaf.Name {
			continue
		}
		k := t.a.kind(nodes, n)
		switch {
		case isDelta && n.path.Is("delta"):
			if k = deltaKind(base); k != isNothing {
				out.parts = append(out.parts, t.part(nodes, n, key, k, t.tools[item]))
			}
		case n.path.Is("type"), k == isNothing:
		default:
			tool := t.tools[item]
			switch k {
			case isArguments:
				tool = first(sibling(nodes, n, "name"), tool)
			case isInput:
				tool = first(t.a.toolOf(nodes, n), tool)
			}
			out.parts = append(out.parts, t.part(nodes, n, "", k, tool))
		}
	}
	return out
}

func deltaKind(base string) kind {
	switch base {
	case "response.function_call_arguments", "response.mcp_call_arguments":
		return isArguments
	case "response.custom_tool_call_input":
		return isInput
	case "response.audio", "response.image_generation_call":
		return isNothing
	}
	return isText
}
