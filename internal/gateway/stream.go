package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// openStream sends the head of a stream and, before any content, the disclosure:
// as a comment, since clients stop at events that they don't know.
func (j *job) openStream() {
	h := j.w.Header()
	h["Content-Type"] = []string{"text/event-stream"}
	h["X-Accel-Buffering"] = []string{"no"}
	j.sent = true
	j.w.WriteHeader(http.StatusOK)
	d := j.use.Disclosure()
	_ = j.sendNow(wire.Comment("fairtouch decision=" + string(j.use.Decision()) + " label=" + ascii(d.Label.Text) + " human=" + d.Human.URL))
}

// sendNow writes and flushes; an error means that the client has gone.
func (j *job) sendNow(b []byte) error {
	if _, err := j.w.Write(b); err != nil {
		return err
	}
	return http.NewResponseController(j.w).Flush()
}

// errGone means that the client left: nothing more is written.
var errGone = errors.New("gateway: the client has gone")

// stream passes a stream on. The closing is on record before the event that ends
// it leaves.
func (j *job) stream(reply wire.Reply) error {
	j.openStream()
	v := j.answer.weaver(j.route)
	in := wire.NewEvents(reply.Body)
	finished := false
	for {
		ev, err := in.Next()
		if err != nil {
			return j.streamEnds(v, err, finished)
		}
		v.put(ev)
		if no, why := j.answer.refusal(); no != nil {
			return j.broken(no, why)
		}
		done, err := j.passOn(v, &finished)
		if err == nil && !done && !in.Waiting() && http.NewResponseController(j.w).Flush() != nil {
			err = errGone
		}
		switch {
		case errors.Is(err, errGone):
			return j.gone()
		case errors.Is(err, errSilent):
			return j.cut(err)
		case err != nil:
			return j.withheld(err)
		case done:
			return nil
		}
	}
}

// cut ends a stream whose conversation a person has taken: nothing more of the
// machine's leaves, and the client sees no sign of a good end.
func (j *job) cut(err error) error {
	if recErr := j.taken(); recErr != nil {
		j.s.cfg.Log.Error("a stream's end can't be recorded", "request", j.id, "decision", string(j.use.Decision()), "cause", causeType(recErr))
	}
	j.errorEvent(err)
	return nil
}

// passOn sends what can go; done says that the last event went.
func (j *job) passOn(v *weaver, finished *bool) (done bool, err error) {
	for it := v.next(); it != nil; it = v.next() {
		if err := j.speaks(); err != nil {
			return false, err
		}
		*finished = *finished || it.said.finished
		b := it.bytes()
		j.sum.add(b)
		j.answer.bytes += len(b)
		if it.said.terminal {
			if _, err := j.end(record.Answered, nil, ""); err != nil {
				return false, err
			}
			if err := j.speaks(); err != nil { // taken while the closing was written
				return false, err
			}
			if n := j.answer.left; n > 0 { // a header would be too late
				_ = j.sendNow(wire.Comment("fairtouch left=" + strconv.Itoa(n)))
			}
			j.again.done(nil) // a stream isn't kept; that it was answered is
			_ = j.sendNow(b)  // on record either way
			return true, nil
		}
		if _, err := j.w.Write(b); err != nil {
			return false, errGone
		}
	}
	return false, nil
}

// streamEnds is what follows when the provider says no more: a stream without
// its end sign is whole only if the model said that it was done.
func (j *job) streamEnds(v *weaver, cause error, finished bool) error {
	if j.r.Context().Err() != nil {
		return j.gone()
	}
	v.end()
	if no, why := j.answer.refusal(); no != nil {
		return j.broken(no, why)
	}
	done, err := j.passOn(v, &finished)
	switch {
	case errors.Is(err, errGone):
		return j.gone()
	case errors.Is(err, errSilent):
		return j.cut(err)
	case err != nil:
		return j.withheld(err)
	case done:
		return nil
	case finished && errors.Is(cause, io.EOF) && j.route == wire.Chat:
		if _, err := j.end(record.Answered, nil, ""); err != nil {
			return j.withheld(err)
		}
		j.again.done(nil)
		return nil
	}
	return j.broken(touch.Wrap(touch.Unavailable, cause, "the provider's answer broke off"), "provider")
}

// gone ends a use whose client left. The provider's connection ends with the
// request's context.
func (j *job) gone() error {
	_, err := j.end(record.ClientGone, nil, "client_gone")
	if err != nil {
		j.s.cfg.Log.Error("a stream's end can't be recorded", "request", j.id, "decision", string(j.use.Decision()), "cause", causeType(err))
	}
	panic(http.ErrAbortHandler)
}

// broken ends a stream with an error in the client's own shape, and without the
// sign of a good end.
func (j *job) broken(err error, why string) error {
	_, _ = j.end(record.Failed, err, why)
	j.errorEvent(err)
	return nil
}

// withheld ends a stream whose closing could not be recorded.
func (j *job) withheld(err error) error {
	j.s.cfg.Log.Error("a stream's end can't be recorded", "request", j.id, "decision", string(j.use.Decision()), "cause", causeType(err))
	j.errorEvent(touch.Errorf(touch.Unavailable, "the rest of the answer can't be put on record, so it is withheld"))
	return nil
}

func (j *job) errorEvent(err error) {
	s := shapeOf(err)
	switch j.route {
	case wire.Messages:
		_ = j.sendNow(wire.Message("error", s.body(true, j.id)))
	case wire.Responses:
		data := `{"type":"error","sequence_number":0,"code":` + string(wire.Quote(s.code)) + `,"message":` + string(wire.Quote(s.message)) + `,"param":null}`
		_ = j.sendNow(wire.Message("error", []byte(data)))
	default:
		_ = j.sendNow(wire.Message("", s.body(false, j.id)))
	}
}

// endHuman ends a use in which a human was asked for: no model was called.
func (j *job) endHuman() (touch.Decision, error) {
	j.ended = true
	return j.use.End(context.WithoutCancel(j.r.Context()), govern.Ending{Outcome: record.Refused, Human: true, Model: "fairtouch"})
}
