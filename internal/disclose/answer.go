package disclose

import (
	"fairtouch/internal/explain"
	"fairtouch/touch"
)

// Disclosed is an explained answer that acknowledges AI use and offers a
// human: all that may leave. Only Answer makes one.
type Disclosed struct {
	explained explain.Explained
	note      touch.Disclosure
}

// Answer closes an explained answer with the duty that was resolved before the
// model was called. Failing to disclose fails the decision.
func Answer(e explain.Explained, d Duty, model string, l Links) (Disclosed, error) {
	if e.Decision() == "" {
		return Disclosed{}, touch.Errorf(touch.Internal, "a disclosure was made before there was an answer")
	}
	note, err := d.Render(model, l)
	if err != nil {
		return Disclosed{}, err
	}
	return Disclosed{explained: e, note: note}, nil
}

// Decision is the decision that the disclosure belongs to; "" for a zero one.
func (d Disclosed) Decision() touch.DecisionID { return d.explained.Decision() }

// Explained is the answer that is disclosed.
func (d Disclosed) Explained() explain.Explained { return d.explained }

// Note is the disclosure itself.
func (d Disclosed) Note() touch.Disclosure { return d.note }
