package api

import (
	"errors"
	"fmt"
	"net/http"

	"fairtouch/touch"
)

// failure is an error with a status that its code alone doesn't give.
type failure struct {
	err    *touch.Error
	status int
}

// Error returns the safe message.
func (f *failure) Error() string { return f.err.Error() }

// Unwrap returns the error of the one type.
func (f *failure) Unwrap() error { return f.err }

func withStatus(status int, err *touch.Error) error { return &failure{err, status} }

// codes lists every code with its status, in the order of the documentation.
var codes = [...]struct {
	code   touch.Code
	status int
}{
	{touch.Invalid, http.StatusBadRequest}, {touch.Unauthenticated, http.StatusUnauthorized}, {touch.Forbidden, http.StatusForbidden},
	{touch.Unknown, http.StatusNotFound}, {touch.Conflict, http.StatusConflict}, {touch.Unapproved, http.StatusConflict}, {touch.TooLarge, http.StatusRequestEntityTooLarge},
	{touch.Missing, http.StatusUnprocessableEntity}, {touch.Unsupported, http.StatusUnprocessableEntity},
	{touch.RateLimited, http.StatusTooManyRequests}, {touch.Internal, http.StatusInternalServerError},
	{touch.Tampered, http.StatusInternalServerError}, {touch.Unavailable, http.StatusServiceUnavailable},
}

func statusOf(err error, e *touch.Error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.status
	}
	for _, c := range codes {
		if c.code == e.Code {
			return c.status
		}
	}
	return http.StatusInternalServerError
}

// problem is the one shape of an error. Missing is never null.
type problem struct {
	Code    touch.Code `json:"code"`
	Message string     `json:"message"`
	Field   string     `json:"field"`
	Missing []string   `json:"missing"`
}

type problemDoc struct {
	Error    problem         `json:"error"`
	Decision *touch.Decision `json:"decision,omitzero"`
}

// fail answers with an error, and with the decision that came with it.
func (c *call) fail(err error, d *touch.Decision) {
	e := touch.AsError(err)
	if c.r.Context().Err() != nil && e.Code == touch.Internal {
		e = &touch.Error{Code: touch.Unavailable, Message: "the request was broken off", Err: err}
		err = e
	}
	status := statusOf(err, e)
	h := c.w.Header()
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="fairtouch"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "1")
		}
	}
	if status >= 500 {
		c.s.log.Error("request failed", "request", c.id, "route", c.route.path, "code", e.Code, "cause", causeType(err))
	}
	doc := problemDoc{problem{e.Code, e.Message, e.Field, e.Missing}, d}
	c.send(status, &doc)
}

// causeType names the innermost cause by its type: its text may hold a
// person's data or a driver's.
func causeType(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return fmt.Sprintf("%T", err)
}
