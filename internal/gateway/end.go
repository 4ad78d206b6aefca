package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// failed ends a use that has no answer.
func (j *job) failed(err error) error {
	if j.r.Context().Err() != nil {
		_, _ = j.end(record.ClientGone, nil, "client_gone")
		panic(http.ErrAbortHandler)
	}
	if _, recErr := j.end(record.Failed, err, "provider"); recErr != nil && touch.CodeOf(recErr) == touch.Unavailable {
		return recErr
	}
	return err
}

// abandoned closes a use that a panic left open, before the panic goes on.
func (j *job) abandoned() {
	if !j.ended {
		j.answer = newAnswer(j.keep) // whatever was in the old one may be what failed
		_, _ = j.end(record.Failed, touch.Errorf(touch.Internal, "a step of the gateway failed"), "failed")
	}
}

// end puts the closing on record.
func (j *job) end(o record.Outcome, err error, stopped string) (touch.Decision, error) {
	j.ended = true
	var no *refusal
	if errors.As(err, &no) { // the record has codes of its own
		err = touch.Errorf(touch.Forbidden, "%s", strings.TrimSuffix(no.message, "."))
	}
	a := j.answer
	heard := a.finish()
	if a.unread != nil && stopped == "" {
		stopped = "unread" // the answer passed, and what it held is not known
	}
	var found []touch.Check
	if o == record.Answered {
		if found, err = j.keeps(heard); err != nil {
			o, stopped = record.Failed, "not kept"
		}
	}
	if a.usage.in+a.usage.out == 0 && j.status == http.StatusOK { // a vendor that doesn't count
		a.usage = usage{len(j.prompt.body) / 4, a.bytes / 4}
	}
	j.s.meter.spent(j.rule, j.who.Workspace, j.who.Key, a.usage.in+a.usage.out)
	a.left = j.left(heard)
	return j.use.End(context.WithoutCancel(j.r.Context()), govern.Ending{Outcome: o, Err: err, Checks: found, Model: j.from + "/" + j.prompt.model, Taken: stopped == "taken", Note: func(n *govern.ContentNote) {
		if j.from != "" {
			n.Provider = j.from
		}
		n.Status, n.Answer, n.BytesOut, n.Stopped = j.status, j.sum.hex(), a.bytes, stopped
		n.Restored, n.Found, n.Masked, n.Unrestored = orNil(a.restored), orNil(a.found), a.masked, a.unrestored
		n.Left = a.left
		n.TokensIn, n.TokensOut = a.usage.in, a.usage.out
	}})
}

// keeps keeps what later calls need of an answer: the words that people must
// approve, and whose turn it was. What can't be kept doesn't leave. The checks go
// into the decision.
func (j *job) keeps(heard string) ([]touch.Check, error) {
	var found []touch.Check
	if j.system.Kind == touch.CopyGen {
		found = j.s.copy.checks(heard, j.use.Disclosure().Label.Locale)
	}
	waits, err := j.putUp()
	if err != nil {
		return nil, err
	}
	return append(found, waits...), j.remember()
}
