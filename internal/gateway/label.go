package gateway

import (
	"strconv"

	"fairtouch/internal/wire"
)

// labelling puts the disclosure's label before the prose of an answer, where the
// binding asks for it in the text itself. Deltas get it once, and every snapshot
// that repeats the text gets it, too, so that both say the same.
type labelling struct {
	text   string // with its empty line; "" for none
	spot   string // that has it, where an answer has one text
	begun  map[string]bool
	single bool // one text of the answer has it, not each of several choices
}

// inBand turns labelling on. Answers that programs read are never changed: those
// of calls with tools or a format.
func (j *job) inBand() {
	if j.binding.InBand && j.prompt.plain {
		j.answer.label = labelling{text: j.use.Disclosure().Label.Text + "\n\n", begun: map[string]bool{}, single: j.route != wire.Chat}
	}
}

// before is what stands before a text at a spot.
func (l *labelling) before(spot, text string, delta bool) string {
	if l.text == "" || spot == "" || text == "" {
		return ""
	}
	if l.single && l.spot == "" {
		l.spot = spot
	}
	if l.single && spot != l.spot || delta && l.begun[spot] {
		return ""
	}
	l.begun[spot] = true
	return l.text
}

// spot names the place of prose that a person reads, the same for its deltas and
// its snapshots; "" for other strings.
func spot(r wire.Route, nodes []node, n *node) string {
	p := n.path
	at := func(i int) string { return strconv.Itoa(p[i].Index) }
	switch r {
	case wire.Chat:
		if p.Is("choices", "*", "message", "content") || p.Is("choices", "*", "delta", "content") {
			return "choice " + first(sibling(nodes, &node{path: p[:3]}, "index"), at(1))
		}
	case wire.Messages:
		switch {
		case p.Is("delta", "text"), p.Is("content_block", "text"):
			return "block " + of(nodes, "index")
		case p.Is("content", "*", "text"):
			return "block " + at(1)
		}
	case wire.Responses:
		return responseSpot(nodes, p)
	}
	return ""
}

func responseSpot(nodes []node, p wire.Path) string {
	at := func(i int) string { return strconv.Itoa(p[i].Index) }
	out, part := of(nodes, "output_index"), of(nodes, "content_index")
	switch {
	case p.Is("delta") && of(nodes, "type") == "response.output_text.delta", p.Is("text") && of(nodes, "type") == "response.output_text.done",
		p.Is("part", "text") && of(nodes, "part", "type") == "output_text":
		return out + "/" + part
	case p.Is("item", "content", "*", "text"):
		return out + "/" + at(2)
	case p.Is("response", "output", "*", "content", "*", "text"):
		return at(2) + "/" + at(4)
	case p.Is("output", "*", "content", "*", "text"):
		return at(1) + "/" + at(3)
	}
	return ""
}
