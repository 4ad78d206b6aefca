// Package model is the step at which an AI is called. Which one, and how, is a
// Provider's business; that it gets nothing but a Safe payload is this one's.
package model

import (
	"context"
	"time"

	"fairtouch/internal/protect"
	"fairtouch/touch"
)

// Provider is a model back end. Call promises to return within the context's
// deadline, to keep nothing of the payload, and to return the payload's row
// unchanged in Raw if it used it.
type Provider interface {
	Call(ctx context.Context, safe protect.Safe) (Raw, error)
}

// Raw is what a provider says.
type Raw struct {
	Outcome touch.Outcome
	Margin  float64 // of the positive class, before calibration; log-odds for a classifier
	Line    float64 // the margin at which the action changes to or from the positive one
	Hash    string  // sha256 of the model that answered
	Human   bool    // a human decides: the model's answer is too close to call
}

// Answer is what the model said of one payload. Only Call makes one.
type Answer struct {
	decision touch.DecisionID
	safe     protect.Safe
	raw      Raw
	took     time.Duration
}

// Call asks the provider. A zero payload is refused before it is asked.
func Call(ctx context.Context, p Provider, safe protect.Safe, now func() time.Time) (Answer, error) {
	if safe.Decision() == "" {
		return Answer{}, touch.Errorf(touch.Internal, "the model was to be called without a protected payload")
	}
	if err := ctx.Err(); err != nil {
		return Answer{}, touch.Wrap(touch.Unavailable, err, "the caller has gone")
	}
	start := now()
	raw, err := p.Call(ctx, safe)
	if err != nil {
		return Answer{}, err
	}
	if raw.Hash == "" {
		return Answer{}, touch.Errorf(touch.Internal, "the model did not say which version of it answered")
	}
	return Answer{decision: safe.Decision(), safe: safe, raw: raw, took: now().Sub(start)}, nil
}

// Decision is the decision that the answer belongs to; "" for a zero Answer.
func (a Answer) Decision() touch.DecisionID { return a.decision }

// Safe is the payload that was asked about.
func (a Answer) Safe() protect.Safe { return a.safe }

// Raw is what the provider said.
func (a Answer) Raw() Raw { return a.raw }

// Took is how long the provider took.
func (a Answer) Took() time.Duration { return a.took }
