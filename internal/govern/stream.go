package govern

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"fairtouch/internal/model"
	"fairtouch/internal/policy"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// Use is a touch whose model is being asked by an adapter, streamed or not. It
// was admitted, and its opening is durable. End must be called, once; a process
// that dies before leaves it to the record's next start to say so.
type Use struct {
	p       *Path
	e       *entry
	a       admitted
	payload Payload
	note    touch.Disclosure
	receipt touch.Receipt
	start   time.Time
	ended   bool
}

// Payload is what may leave.
func (u *Use) Payload() Payload { return u.payload }

// Decision is the id of the decision.
func (u *Use) Decision() touch.DecisionID { return u.e.id }

// Subject is the person, "" where the system faces none.
func (u *Use) Subject() touch.SubjectID { return u.e.known.ID }

// Disclosure is what must reach the person before the answer's first byte.
func (u *Use) Disclosure() touch.Disclosure { return u.note }

// Opened is the receipt of the opening record.
func (u *Use) Opened() touch.Receipt { return u.receipt }

// Begin takes a touch of content through pilot, consent, law, ownership,
// protection and disclosure, and puts its opening on record. It returns a Use,
// or a refusal that is on record, or an error, as Decide does.
func (p *Path) Begin(ctx context.Context, c Caller, t touch.Touch, x Exchange) (*Use, touch.Decision, error) {
	for range tries {
		u, d, err := p.begin(ctx, c, t, x)
		if !errors.Is(err, record.ErrStale) {
			return u, d, err
		}
	}
	return nil, touch.Decision{}, touch.Errorf(touch.Conflict, "the person's permissions keep changing; try again")
}

func (p *Path) begin(ctx context.Context, c Caller, t touch.Touch, x Exchange) (u *Use, d touch.Decision, err error) {
	e, err := p.open(ctx, c, t, "")
	if err != nil {
		return nil, touch.Decision{}, err
	}
	if e.bound.System.Mode != register.Enforced {
		return nil, touch.Decision{}, touch.Fielderr("system", "the model of this system is not called here; only an enforced system's is")
	}
	note := x.Note
	e.stored.Content = &note
	unrecorded := false // the opening itself failed: there is nothing to close
	defer func() {
		if r := recover(); r != nil || u == nil && !unrecorded {
			u = nil
			d, err = p.seal(ctx, e, d, err, r)
		}
	}()
	a, refused, err := p.admit(e)
	if err != nil {
		return nil, touch.Decision{}, err
	}
	if refused != nil {
		return nil, p.refusal(e, refused), nil
	}
	u = &Use{p: p, e: e, a: a, start: p.now()}
	if err := u.prepare(x); err != nil {
		return nil, touch.Decision{}, err
	}
	if u.receipt, err = p.rec.Append(context.WithoutCancel(ctx), c.Workspace, u.opening()); err != nil {
		unrecorded = true
		return nil, touch.Decision{}, err
	}
	return u, touch.Decision{}, nil
}

// prepare protects the prompt and renders the disclosure.
func (u *Use) prepare(x Exchange) error {
	body, replaced, err := x.Protect(u.e.id)
	if err != nil {
		return err
	}
	if u.a.safe.Decision() != u.e.id {
		return touch.Errorf(touch.Internal, "the steps belong to different decisions")
	}
	n := u.e.stored.Content
	sum := sha256.Sum256(body)
	n.Replaced, n.Request = replaced, hex.EncodeToString(sum[:])
	u.payload = Payload{u.e.id, body}
	u.note, err = u.p.note(u.e, u.a.duty)
	return err
}

// opening is the record that a text is about to leave. It is committed only
// while the person's permissions are those that were read.
func (u *Use) opening() record.Entry {
	e := u.e
	body, err := record.Canonical(make([]byte, 0, 1<<10), struct {
		Decision touch.DecisionID `json:"decision"`
		System   touch.SystemID   `json:"system"`
		Purpose  string           `json:"purpose"`
		Channel  touch.Channel    `json:"channel"`
		Content  *ContentNote     `json:"content"`
		Key      touch.KeyID      `json:"key,omitzero"`
	}{e.id, e.touch.System, e.touch.Purpose, e.touch.Channel, e.stored.Content, e.caller.Key})
	out := record.Entry{Kind: record.Opened, At: e.at, Payload: body, Canonical: true}
	if err != nil {
		out.Kind = "" // refused by the recorder: what can't be written must not leave
	}
	if e.known.ID != "" {
		out.Subject = &record.Subject{ID: e.known.ID, Key: e.known.Key}
		out.Guard = &record.Guard{Version: e.known.Version}
		if e.touch.Campaign != "" {
			out.Guard.Epoch = e.world.Epoch
		}
	}
	return out
}

// Ending says how a use went.
type Ending struct {
	Outcome record.Outcome     // Answered, Failed or ClientGone
	Model   string             // who answered, such as "openai/gpt-5"; hashed into the decision's versions
	Err     error              // for Failed
	Human   bool               // the person asked for a human: no model was called
	Taken   bool               // a human took the conversation while the model answered
	Checks  []touch.Check      // findings on the text, for Answered; none may refuse
	Note    func(*ContentNote) // adds what is known now
}

// End puts the closing record. An error means that it isn't on record: then
// what is left of the answer must be withheld.
func (u *Use) End(ctx context.Context, x Ending) (touch.Decision, error) {
	if u.ended {
		return touch.Decision{}, touch.Errorf(touch.Internal, "a use was ended twice")
	}
	u.ended = true
	if x.Note != nil {
		x.Note(u.e.stored.Content)
	}
	d, err, outcome := u.settle(x)
	row, rowErr := u.e.row(&d, outcome)
	if rowErr != nil {
		return touch.Decision{}, rowErr
	}
	row.Closes, row.Guard = touch.EventID(u.receipt.ID), nil // it happened, whatever the person said meanwhile
	receipt, recErr := u.p.rec.Append(context.WithoutCancel(ctx), u.e.caller.Workspace, row)
	if errors.Is(recErr, record.ErrStale) && row.Subject != nil { // erased meanwhile: nothing of the person is written
		row.Subject, row.Payload = nil, []byte(`{"decision":"`+string(d.ID)+`"}`)
		receipt, recErr = u.p.rec.Append(context.WithoutCancel(ctx), u.e.caller.Workspace, row)
	}
	if recErr != nil {
		return touch.Decision{}, recErr
	}
	d.Receipt = &receipt
	return d, err
}

// Withhold appends that an answer, or its end, did not leave although its
// closing is on record: a human took the conversation in that moment.
func (u *Use) Withhold(ctx context.Context, why string) error {
	body, err := json.Marshal(map[string]any{"decision": u.e.id, "why": why})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "what was withheld can't be recorded")
	}
	e := record.Entry{Kind: record.Withheld, At: u.p.now(), Payload: body}
	if u.e.known.ID != "" {
		e.Subject = &record.Subject{ID: u.e.known.ID, Key: u.e.known.Key}
	}
	_, err = u.p.rec.Append(context.WithoutCancel(ctx), u.e.caller.Workspace, e)
	return err
}

func (u *Use) settle(x Ending) (d touch.Decision, err error, outcome record.Outcome) {
	defer func() {
		if r := recover(); r != nil {
			d, err, outcome = u.p.settle(u.e, d, nil, r)
		}
	}()
	switch {
	case x.Human:
		return u.handedOver("handoff.asked", "The person asked for a human, so no model was called; a human answers."), nil, record.Refused
	case x.Taken:
		return u.handedOver("handoff.taken", "A human took the conversation over while the model answered; the rest of its answer was withheld."), nil, record.Refused
	case x.Outcome == record.Failed:
		if x.Err == nil {
			x.Err = touch.Errorf(touch.Unavailable, "the provider failed")
		}
		return u.p.settle(u.e, touch.Decision{}, x.Err, nil)
	}
	if d, err = u.finish(x); err != nil {
		return u.p.settle(u.e, d, err, nil)
	}
	return d, nil, x.Outcome
}

func (u *Use) finish(x Ending) (touch.Decision, error) {
	sum := sha256.Sum256([]byte(x.Model))
	answer, err := model.Call(context.Background(), answered{hex.EncodeToString(sum[:])}, u.a.safe, u.p.now)
	if err != nil {
		return touch.Decision{}, err
	}
	d, err := u.p.finish(u.e, u.a, answer)
	if err != nil {
		return touch.Decision{}, err
	}
	n := u.e.stored.Content
	u.e.stored.Model = u.p.now().Sub(u.start).Microseconds()
	i := slices.IndexFunc(d.Checks, func(c touch.Check) bool { return c.Rule == "protect.minimise" })
	if i >= 0 {
		d.Checks[i] = n.protectedCheck()
	}
	d.Checks = append(append(d.Checks, n.answerChecks()...), x.Checks...)
	return d, nil
}

// handedOver is the decision of a use in whose conversation a human answers.
func (u *Use) handedOver(rule, reason string) touch.Decision {
	permit := u.a.safe.Permit()
	c := touch.Check{Step: touch.StepModel, Rule: rule, Verdict: touch.Human, By: "the conversation", Reason: reason, Owner: "reviewer"}
	return u.p.refusal(u.e, &policy.Refusal{Verdict: touch.Human, Checks: append(permit.Checks(), c), Packs: permit.Packs(),
		Alternative: u.e.bound.System.Alternative})
}
