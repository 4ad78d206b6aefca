package touch

import (
	"errors"
	"fmt"
	"strings"
)

// Code is a stable error code that scripts may rely on; it is listed in the OpenAPI.
type Code string

// The codes. Adding one is a change of the API; renaming one breaks it.
const (
	Invalid         Code = "invalid"         // the request is malformed; Field says where
	Unknown         Code = "not_found"       // no such thing in this workspace
	Forbidden       Code = "forbidden"       // the credential lacks the scope or role
	Unauthenticated Code = "unauthenticated" // no credential, or one that isn't valid
	Conflict        Code = "conflict"        // it changed meanwhile; read it again
	Missing         Code = "missing_fact"    // Missing names the facts
	TooLarge        Code = "too_large"       // the body is over the limit
	Unavailable     Code = "unavailable"     // the store or the record can't be written; retry
	Unsupported     Code = "unsupported"     // a model, file or construct we refuse by name
	Tampered        Code = "tampered"        // the record doesn't verify
	RateLimited     Code = "rate_limited"    // slow down; see Retry-After
	Unapproved      Code = "unapproved_copy" // the text needs people's approval before it is used; ask for it
	Internal        Code = "internal"        // ours; the log has the cause
)

// Error is the one error type that crosses package borders: a code, a message
// that is safe to show to users and holds no person's data, and a cause for
// the log.
type Error struct {
	Code    Code
	Message string
	Field   string   // the input's field, where one is at fault
	Missing []string // names of missing facts, for code Missing
	Err     error    // the cause; logged, never shown
}

// Error returns the safe message.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Field != "" {
		fmt.Fprintf(&b, " (field %s)", e.Field)
	}
	if len(e.Missing) > 0 {
		fmt.Fprintf(&b, " (missing: %s)", strings.Join(e.Missing, ", "))
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error with a safe message. Pass no person's data.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Fielderr makes an Invalid error about one field of the input.
func Fielderr(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives a cause a code and a safe message. Wrap(nil) is nil.
func Wrap(code Code, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// AsError returns err as *Error. Whatever is not one becomes Internal, so that
// no driver's or library's text reaches a user.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: Internal, Message: "something failed on our side; the log has the cause", Err: err}
}

// CodeOf returns err's code, Internal for a foreign error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return AsError(err).Code
}
