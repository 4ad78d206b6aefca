package govern

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"fairtouch/internal/disclose"
	"fairtouch/internal/explain"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// seal puts the decision on record and gives it its receipt. It recovers a
// panic, outlives a cancelled request, and withholds the answer when the record
// can't be written.
func (p *Path) seal(ctx context.Context, e *entry, d touch.Decision, err error, panicked any) (touch.Decision, error) {
	d, err, outcome := p.settle(e, d, err, panicked)
	row, rowErr := e.row(&d, outcome)
	if rowErr != nil {
		return touch.Decision{}, rowErr
	}
	receipt, recErr := p.rec.Append(context.WithoutCancel(ctx), e.caller.Workspace, row)
	if recErr != nil {
		return p.unrecorded(ctx, e, recErr)
	}
	d.Receipt = &receipt
	return d, err
}

// settle turns an error or a panic into a refusal that is recorded.
func (p *Path) settle(e *entry, d touch.Decision, err error, panicked any) (touch.Decision, error, record.Outcome) {
	if panicked != nil {
		// The panic's text may hold anything, so only its type is kept.
		err = touch.Errorf(touch.Internal, "a step of the path failed; the decision was refused")
		p.onFail(e.id, fmt.Errorf("panic of type %T", panicked))
	}
	switch {
	case err != nil:
		p.onFail(e.id, err)
		return p.failure(e, err), err, record.Failed
	case d.Verdict == touch.Allow:
		return d, nil, record.Answered
	}
	return d, nil, record.Refused
}

// failure is the decision of a touch that failed on the way.
func (p *Path) failure(e *entry, err error) touch.Decision {
	x := touch.AsError(err)
	why, human := p.links.For(e.caller.Workspace, e.id, e.at)
	v := touch.Deny
	if x.Code == touch.Missing {
		v = touch.Gap
	}
	d := e.head(v)
	d.Missing = x.Missing
	d.Checks = []touch.Check{{Step: touch.StepModel, Rule: "error." + string(x.Code), Verdict: v, Reason: x.Message + ".", Missing: x.Missing, Owner: "administrator"}}
	d.Explanation = explain.Refused(d.Checks, e.touch.Locale)
	d.Alternative = e.bound.System.Alternative
	d.Disclosure = e.world.Texts.Refused(e.touch.Locale, e.world.Locale, disclose.Links{Why: why, Human: human})
	e.stored.Failure = string(x.Code)
	return d
}

// unrecorded answers for a decision that is not on record: the first one of
// the same idempotency key, or an error.
func (p *Path) unrecorded(ctx context.Context, e *entry, err error) (touch.Decision, error) {
	var dup *record.DuplicateError
	if !errors.As(err, &dup) {
		return touch.Decision{}, err
	}
	ws := e.caller.Workspace
	b, err := p.rec.OpenReply(ctx, ws, e.idem, dup, record.Subject{ID: e.known.ID, Key: e.known.Key})
	if err != nil {
		return touch.Decision{}, err
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return touch.Decision{}, touch.Wrap(touch.Internal, err, "the first decision can't be read")
	}
	if k.Print != e.print {
		return touch.Decision{}, touch.Errorf(touch.Conflict, "this Idempotency-Key was used for another request; choose a new one")
	}
	receipt, err := p.rec.Receipt(ctx, ws, dup.Event)
	if err != nil {
		return touch.Decision{}, err
	}
	k.Decision.Receipt = &receipt
	return k.Decision, nil
}
