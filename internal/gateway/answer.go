package gateway

import (
	"context"
	"slices"
	"strings"

	"fairtouch/internal/wire"
	"fairtouch/pii"
)

// answer is what is known of one answer while it passes.
type answer struct {
	k    *keeper
	live bool // the request minted aliases

	restored   map[string]int
	unrestored int
	found      map[string]int
	masked     bool
	blocked    bool
	unread     error // the model of names did not answer for a part of it
	usage      usage
	heard      strings.Builder // the text as the provider wrote it, for the scan at the end
	bytes      int
	label      labelling
	reads      bool // the text is read at the end, whatever the binding asks
	written    written
	left       int    // placeholders of earlier calls that stayed
	responseID string // of a response that the provider keeps

	walker wire.Walker // and what nodes uses again for each event
	list   []node
	steps  []wire.Step
}

// maxHeard bounds how much of an answer is scanned for new personal data once
// it has passed, where the binding only notes it.
const maxHeard = 1 << 20

func newAnswer(k *keeper) *answer {
	return &answer{k: k, live: len(k.session.Types()) > 0 || len(k.recalled) > 0, restored: map[string]int{}, found: map[string]int{}}
}

// ignores reports whether a type may stand in texts as it is.
func (k *keeper) ignores(t pii.Type) bool {
	if slices.Contains(k.binding.Replace, t) {
		return false
	}
	return slices.Contains(kept[:], t) || slices.Contains(k.binding.Keep, t)
}

// hear keeps a text for the scan at the end.
func (a *answer) hear(s string) {
	if !a.reads && a.scanned() || a.heard.Len()+len(s) > maxHeard {
		return
	}
	a.heard.WriteString(s)
}

// scanned reports whether new personal data is looked for while the text passes.
func (a *answer) scanned() bool {
	return a.k.binding.Found == FoundMask || a.k.binding.Found == FoundBlock
}

// finish scans what was heard, unless that was done on the way, and returns it.
func (a *answer) finish() string {
	s := a.heard.String()
	a.heard.Reset()
	if s == "" || a.scanned() {
		return s
	}
	// The client may have gone, and the record is still to say what the answer held.
	fs, err := a.k.scan.Find(context.WithoutCancel(a.k.ctx), s, pii.Context{})
	a.unread = err
	for _, f := range fs {
		a.counts(f, s[f.Start:f.End])
	}
	return s
}

// refusal is why the answer may not go on, and the record's word for it.
func (a *answer) refusal() (err error, why string) {
	switch {
	case a.unread != nil:
		return errUnread(a.unread), "unread"
	case a.blocked:
		return errFound, "found"
	}
	return nil, ""
}

// tool reports whether values may be restored into a tool's arguments.
func (a *answer) tool(name string) bool { return slices.Contains(a.k.binding.Tools, name) }

// whole passes a complete text through.
func (a *answer) whole(s string) string {
	p := a.pipe(true)
	return p.Write(s) + p.Flush()
}

// arguments passes complete arguments of a tool through.
func (a *answer) arguments(s string, tool string) string {
	w := a.argumentsOf(tool)
	return w.Write(s) + w.Flush()
}

func (a *answer) argumentsOf(tool string) writer {
	return &jsonPipe{a: a, restore: a.tool(tool)}
}

// changes reports whether any text of the answer can change on its way.
func (a *answer) changes() bool {
	return a.live || a.label.text != "" || a.scanned()
}

// node is one string of an answer with its path kept.
type node struct {
	path wire.Path
	leaf wire.Leaf
}

// nodes lists the strings and numbers of an answer and reads its counts. The
// list is good until the next call.
func (a *answer) nodes(b []byte) ([]node, error) {
	a.list, a.steps = a.list[:0], a.steps[:0]
	err := a.walker.Walk(b, false, func(p wire.Path, l wire.Leaf) error {
		if l.Kind == '0' {
			a.usage.leaf(p, l)
		}
		if l.Kind == '"' && !l.Name || l.Kind == '0' && p.Last() == "index" || l.Kind == '0' && len(p) == 1 {
			at := len(a.steps)
			a.steps = append(a.steps, p...)
			a.list = append(a.list, node{a.steps[at:len(a.steps):len(a.steps)], l})
		}
		return nil
	})
	return a.list, err
}

// sibling is the text of a string beside n, "" if there is none.
func sibling(all []node, n *node, name string) string {
	at := len(n.path) - 1
	for i := range all {
		m := &all[i]
		if !m.leaf.Name && len(m.path) == at+1 && m.path[at].Key == name && slices.Equal(m.path[:at], n.path[:at]) {
			return m.leaf.Text()
		}
	}
	return ""
}

// json restores a whole answer: every text but signed blocks, and arguments of
// the tools that may have them.
func (a *answer) json(r wire.Route, b []byte) ([]byte, error) {
	all, err := a.nodes(b)
	if err != nil {
		return b, err
	}
	if r == wire.Responses {
		a.responseID = of(all, "id")
	}
	var edits []wire.Edit
	for i := range all {
		n := &all[i]
		if n.leaf.Kind != '"' {
			continue
		}
		in, out := n.leaf.Text(), ""
		switch a.kind(all, n) {
		case isArguments:
			out = a.arguments(in, sibling(all, n, "name"))
		case isInput:
			if out = in; a.tool(a.toolOf(all, n)) {
				out = a.whole(in)
			}
		case isText:
			a.hear(in + "\n")
			at := spot(r, all, n)
			out = a.whole(in)
			a.written.add(at, out)
			out = a.label.before(at, in, false) + out
		default:
			continue
		}
		if out != in {
			edits = append(edits, wire.Edit{Start: n.leaf.Start, End: n.leaf.End, By: wire.Quote(out)})
		}
	}
	return wire.Splice(b, edits), nil
}

type kind int

const (
	isNothing   kind = iota
	isText           // prose
	isArguments      // JSON within a string, for a tool
	isInput          // a string within a tool's input
)

// plainWords are members that hold the interface's own words.
var plainWords = [...]string{"id", "object", "model", "role", "type", "finish_reason", "stop_reason", "name", "service_tier", "system_fingerprint",
	"status", "call_id", "tool_call_id", "tool_use_id", "item_id", "signature", "thinking", "encrypted_content", "data", "b64_json", "obfuscation", "previous_response_id", "token", "code", "effort"}

func (a *answer) kind(all []node, n *node) kind {
	for i, s := range n.path {
		if s.Key == "input" && i > 0 && i < len(n.path)-1 {
			return isInput
		}
		if s.Key == "logprobs" || s.Key == "usage" || s.Key == "tools" {
			return isNothing
		}
	}
	last := n.path.Last()
	switch {
	case n.leaf.Name:
		return isNothing
	case last == "arguments", last == "partial_json":
		return isArguments
	case last == "input" && sibling(all, n, "type") == "custom_tool_call":
		return isInput
	case slices.Contains(plainWords[:], last):
		return isNothing
	}
	return isText
}

// toolOf names the tool whose input a string lies in.
func (a *answer) toolOf(all []node, n *node) string {
	for i, s := range n.path {
		if s.Key == "input" && i > 0 {
			return sibling(all, &node{path: n.path[:i+1]}, "name")
		}
	}
	return ""
}
