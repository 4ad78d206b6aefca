package view

import (
	"log/slog"
	"net/http"

	"fairtouch/touch"
)

// Fault is what an error page may say: a sentence that is safe to show, and a
// reference under which the log has the cause.
type Fault struct {
	Status    int
	Heading   string
	Message   string
	Reference string // "" where nothing was logged
}

// FaultOf turns an error into what may be shown. The cause of an error that is
// ours goes to the log under the reference, never to the page.
func FaultOf(log *slog.Logger, route string, err error) Fault {
	e := touch.AsError(err)
	f := Fault{Status: http.StatusInternalServerError, Heading: "Something failed on our side", Message: "Nothing was changed. Try again; if it fails again, give your administrator the reference below."}
	switch e.Code {
	case touch.Unknown:
		return Fault{Status: http.StatusNotFound, Heading: "There is nothing at this address", Message: UpperFirst(e.Message) + "."}
	case touch.Forbidden:
		return Fault{Status: http.StatusForbidden, Heading: "Your role may not do this", Message: UpperFirst(e.Message) + "."}
	case touch.Invalid, touch.Missing, touch.Unsupported, touch.TooLarge:
		return Fault{Status: http.StatusUnprocessableEntity, Heading: "That can't be done as asked", Message: UpperFirst(e.Message) + "."}
	case touch.Conflict:
		return Fault{Status: http.StatusConflict, Heading: "It changed in the meantime", Message: UpperFirst(e.Message) + "."}
	case touch.Unapproved:
		return Fault{Status: http.StatusConflict, Heading: "This text is not approved", Message: UpperFirst(e.Message) + "."}
	case touch.RateLimited:
		return Fault{Status: http.StatusTooManyRequests, Heading: "Too many tries", Message: UpperFirst(e.Message) + "."}
	case touch.Unavailable:
		f = Fault{Status: http.StatusServiceUnavailable, Heading: "This can't be read right now", Message: "The store does not answer. Nothing was lost; try again in a minute."}
	}
	f.Reference = touch.RandomID()[:10]
	log.Error("page failed", "reference", f.Reference, "route", route, "code", string(e.Code), "cause", causeOf(e))
	return f
}

func causeOf(e *touch.Error) string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return e.Message
}
