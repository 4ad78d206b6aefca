package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// refusal is a no that a retry won't change: 403, in the client's own shape.
type refusal struct {
	code, message string
}

// Error is the sentence that the client sees.
func (r *refusal) Error() string { return r.message }

// refused words a recorded decision that did not allow the use.
func refused(d *touch.Decision) *refusal {
	r := &refusal{code: "refused"}
	var why []string
	for _, c := range d.Checks {
		if c.Verdict != touch.Allow {
			if len(why) == 0 {
				r.code = c.Rule
			}
			if len(why) < 3 {
				why = append(why, c.Reason)
			}
		}
	}
	r.message = "Refused, and on record as " + string(d.ID) + ". " + strings.Join(why, " ")
	if len(d.Missing) > 0 {
		r.message += " Missing: " + strings.Join(d.Missing, ", ") + "."
	}
	if d.Alternative != nil {
		r.message += " Instead: " + d.Alternative.Text + "."
	}
	if d.Disclosure.Human.URL != "" {
		r.message += " A human: " + d.Disclosure.Human.URL
	}
	return r
}

// shape is an error as it goes out.
type shape struct {
	status              int
	kind, code, message string
	param               string
	retry               string // of x-should-retry; "" leaves it to the client
}

func shapeOf(err error) shape {
	var no *refusal
	if errors.As(err, &no) {
		return shape{status: http.StatusForbidden, kind: "permission_error", code: no.code, message: no.message, retry: "false"}
	}
	var rep *repeated
	if errors.As(err, &rep) {
		s := shape{status: http.StatusConflict, kind: "invalid_request_error", code: rep.code, message: rep.message, param: headAgain, retry: "false"}
		if rep.wait {
			s.retry = ""
		}
		return s
	}
	e := touch.AsError(err)
	s := shape{code: string(e.Code), message: sentence(e.Error()), param: e.Field, retry: "false"}
	switch e.Code {
	case touch.Invalid, touch.Missing:
		s.status, s.kind = http.StatusBadRequest, "invalid_request_error"
	case touch.Unauthenticated:
		s.status, s.kind = http.StatusUnauthorized, "authentication_error"
	case touch.Forbidden, touch.Unsupported:
		s.status, s.kind = http.StatusForbidden, "permission_error"
	case touch.Unknown:
		s.status, s.kind = http.StatusNotFound, "not_found_error"
	case touch.TooLarge:
		s.status, s.kind = http.StatusRequestEntityTooLarge, "request_too_large"
	case touch.RateLimited:
		s.status, s.kind, s.retry = http.StatusTooManyRequests, "rate_limit_error", ""
	case touch.Unavailable, touch.Conflict:
		s.status, s.kind, s.retry = http.StatusServiceUnavailable, "api_error", ""
	default:
		s.status, s.kind = http.StatusInternalServerError, "api_error"
	}
	return s
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// body is the error in the interface's own shape.
func (s shape) body(anthropic bool, request string) []byte {
	q := func(v string) string { return string(wire.Quote(v)) }
	if anthropic {
		return fmt.Appendf(nil, `{"type":"error","error":{"type":%s,"message":%s,"details":{"error_code":%s}},"request_id":%s}`, q(s.kind), q(s.message), q(s.code), q(request))
	}
	param := "null"
	if s.param != "" {
		param = q(s.param)
	}
	return fmt.Appendf(nil, `{"error":{"message":%s,"type":%s,"param":%s,"code":%s}}`, q(s.message), q(s.kind), param, q(s.code))
}

// fail answers with an error. Once something has left, it breaks the answer
// off, so that nobody takes a half for a whole.
func (c *call) fail(err error) {
	s := shapeOf(err)
	if s.status >= 500 {
		c.s.cfg.Log.Error("gateway request failed", "request", c.id, "route", string(c.route), "code", s.code, "cause", causeType(err))
	}
	if c.sent {
		panic(http.ErrAbortHandler)
	}
	h := c.w.Header()
	if s.retry != "" {
		h.Set("X-Should-Retry", s.retry)
	}
	if (s.status == http.StatusServiceUnavailable || s.code == errAgainRuns.code) && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
	if s.status == http.StatusRequestEntityTooLarge {
		h.Set("Connection", "close")
	}
	c.json(s.status, s.body(c.anthropic, c.id))
}

func (c *call) json(status int, b []byte) {
	h := c.w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["Content-Length"] = []string{strconv.Itoa(len(b))}
	c.again.keep(status, h, b)
	c.sent = true
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b) // a client that left is no failure of ours
}

// causeType names the innermost cause by its type: its text may hold a
// person's data or a driver's.
func causeType(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return fmt.Sprintf("%T", err)
}
