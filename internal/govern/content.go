package govern

import (
	"context"
	"fmt"

	"fairtouch/internal/disclose"
	"fairtouch/internal/model"
	"fairtouch/internal/protect"
	"fairtouch/touch"
)

// ContentNote is what the record keeps of a prompt and its answer: types and
// counts, never values, and hashes that prove which texts they were.
type ContentNote struct {
	Route      string         `json:"route"`    // "openai chat.completions"
	Provider   string         `json:"provider"` // who was asked; after a failover, who answered
	Model      string         `json:"model"`
	Stream     bool           `json:"stream,omitzero"`
	Retry      int            `json:"retry,omitzero"`    // the client's own count
	Replaced   map[string]int `json:"replaced,omitzero"` // values in the prompt, by type
	Request    string         `json:"request,omitzero"`  // SHA-256 of the body that went out, in hex
	Answer     string         `json:"answer,omitzero"`   // SHA-256 of the body that was given, in hex
	Status     int            `json:"status,omitzero"`   // of the provider's answer
	BytesOut   int            `json:"bytes_out,omitzero"`
	Restored   map[string]int `json:"restored,omitzero"` // values put back, by type
	Unrestored int            `json:"unrestored,omitzero"`
	Left       int            `json:"left,omitzero"`   // placeholders of earlier calls that nobody here can put back
	Found      map[string]int `json:"found,omitzero"`  // personal data in the answer that the prompt didn't hold
	Masked     bool           `json:"masked,omitzero"` // and it was replaced
	TokensIn   int            `json:"tokens_in,omitzero"`
	TokensOut  int            `json:"tokens_out,omitzero"`
	Asked      string         `json:"asked,omitzero"`   // human: a person was asked for; nature: whether this is an AI
	Stopped    string         `json:"stopped,omitzero"` // why the answer is not whole: client_gone, provider, record, found, not kept; unread: it passed, or was withheld, without the model of names having read it
}

// Payload is a prompt that may leave: admitted, protected, and its opening on
// record. Only Begin makes one; a provider refuses the zero Payload.
type Payload struct {
	decision touch.DecisionID
	body     []byte
}

// Decision is the decision that the payload belongs to; "" for the zero value.
func (s Payload) Decision() touch.DecisionID { return s.decision }

// Body is the request's body, personal data replaced. It must not be changed.
func (s Payload) Body() []byte { return s.body }

// Exchange is a prompt before it is admitted.
type Exchange struct {
	Note ContentNote
	// Protect returns the body that may leave and what was replaced in it, by
	// type. It is called once consent and law have agreed, and again when the
	// person's permissions changed meanwhile.
	Protect func(id touch.DecisionID) (body []byte, replaced map[string]int, err error)
}

// answered hands on that a model answered, after the fact: the content itself
// went to the client and is not kept.
type answered struct{ hash string }

func (m answered) Call(context.Context, protect.Safe) (model.Raw, error) {
	return model.Raw{Outcome: touch.Outcome{Action: "answered"}, Hash: m.hash}, nil
}

// protectedCheck says what left, in place of the check on features.
func (n *ContentNote) protectedCheck() touch.Check {
	total := 0
	for _, v := range n.Replaced {
		total += v
	}
	reason := "The text was scanned; nothing in it was taken for personal data."
	if total > 0 {
		reason = fmt.Sprintf("The text was scanned; %d values of %d types were replaced before it left.", total, len(n.Replaced))
	}
	return touch.Check{Step: touch.StepProtect, Rule: "protect.text", Verdict: touch.Allow, By: "the scan of every text field", Reason: reason}
}

func (n *ContentNote) answerChecks() []touch.Check {
	var out []touch.Check
	add := func(step touch.Step, rule, reason string) {
		out = append(out, touch.Check{Step: step, Rule: rule, Verdict: touch.Allow, Reason: reason})
	}
	if len(n.Found) > 0 {
		what := "It was noted, as this system's registration asks."
		if n.Masked {
			what = "It was replaced before it was passed on."
		}
		add(touch.StepProtect, "protect.answer", "The answer held personal data that the prompt did not. "+what)
	}
	if n.Unrestored > 0 {
		add(touch.StepProtect, "protect.unrestored", fmt.Sprintf("%d placeholders stood in addresses or in arguments of tools that may not have them, and stayed.", n.Unrestored))
	}
	if n.Left > 0 {
		add(touch.StepProtect, "protect.left", fmt.Sprintf("%d placeholders of earlier calls stood in the answer and stayed.", n.Left))
	}
	if n.Asked == "nature" {
		add(touch.StepDisclose, "disclose.nature", "The person asked whether this is a human, and was told that it is not.")
	}
	return out
}

// note renders the disclosure, which must be there before the first byte.
func (p *Path) note(e *entry, d disclose.Duty) (touch.Disclosure, error) {
	why, human := p.links.For(e.caller.Workspace, e.id, e.at)
	return d.Render(string(e.bound.System.ID), disclose.Links{Why: why, Human: human})
}
