package provider

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	"fairtouch/internal/govern"
	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// Sandbox answers offline, in every interface's shape, and says that it is no
// model. It repeats the last thing that was written, as it arrived here: what
// was replaced is seen to be.
type Sandbox struct{}

// sandboxEcho is the most bytes of the prompt that are repeated.
const sandboxEcho = 600

// Takes implements Sender: it has every interface.
func (Sandbox) Takes(wire.Route) bool { return true }

// Send implements Sender.
func (Sandbox) Send(ctx context.Context, p govern.Payload, c wire.Call) (wire.Reply, error) {
	if p.Decision() == "" {
		return wire.Reply{}, touch.Errorf(touch.Internal, "a provider was to be asked without a protected payload")
	}
	in := readSandbox(p.Body())
	out := wire.Composed{ID: strings.TrimPrefix(string(p.Decision()), "dec_"), Model: "sandbox", In: (len(p.Body()) + 3) / 4}
	out.Text = "This is Fairtouch's sandbox: no model was called. The text arrived here as: " + in.text
	if in.tool != "" && in.forced {
		out.Tool, out.Args = in.tool, in.arguments()
	}
	out.Out = (len(out.Text) + 3) / 4
	h := http.Header{"Content-Type": {"application/json"}}
	body := out.JSON(c.Route)
	if c.Stream {
		h.Set("Content-Type", "text/event-stream")
		body = bytes.Join(out.Events(c.Route), nil)
	}
	return wire.Reply{Status: http.StatusOK, Header: h, Body: io.NopCloser(bytes.NewReader(body)), From: "sandbox"}, ctx.Err()
}

type sandboxPrompt struct {
	text, tool string
	forced     bool // a tool must be called
	fields     []string
}

// readSandbox finds the last user's text and the first tool.
func readSandbox(body []byte) sandboxPrompt {
	var in sandboxPrompt
	_ = wire.Walk(body, true, func(p wire.Path, l wire.Leaf) error {
		switch {
		case l.Name && len(p) > 2 && p[0].Key == "tools" && p[1].Index == 0 && p[len(p)-2].Key == "properties":
			in.fields = append(in.fields, p.Last())
		case l.Name || l.Kind != '"':
		case p.Last() == "tool_choice" || p.Under("tool_choice"):
			in.forced = in.forced || l.Text() != "auto" && l.Text() != "none"
		case p.Is("tools", "*", "name"), p.Is("tools", "*", "function", "name"):
			if in.tool == "" {
				in.tool = l.Text()
			}
		case p.Under("messages") && (p.Last() == "content" || p.Last() == "text"), p.Under("input") && p.Last() != "role" && p.Last() != "type":
			in.text = l.Text()
		}
		return nil
	})
	if len(in.text) > sandboxEcho {
		in.text = strings.ToValidUTF8(in.text[:sandboxEcho], "")
	}
	return in
}

func (in sandboxPrompt) arguments() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, f := range in.fields {
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(wire.Quote(f))
		b.WriteString(": ")
		b.Write(wire.Quote(in.text))
	}
	b.WriteByte('}')
	return b.String()
}
