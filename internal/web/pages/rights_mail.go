package pages

import (
	"strings"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// RightMail is a mail to a person about their request.
type RightMail struct {
	Company, Reference string
	About              rights.About
	State              rights.State
	By                 time.Time // the last day of the answer
	Reason             string    // of an extension, a refusal or a part; "" where the address isn't known to be theirs
	Link, Authority    string    // "" for none
	LastMail           bool      // the address is forgotten with everything else
}

// RightMail writes it in a language that Pick gave.
func (m *Messages) RightMail(lang string, v RightMail) (subject, text string, err error) {
	var b strings.Builder
	say := func(key string, args ...any) {
		s, e := m.text(lang, key, args)
		if err == nil {
			err = e
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(s)
	}
	subject, err = m.text(lang, "rights.mail.subject", []any{v.Reference})
	switch {
	case v.About == rights.AboutReceived:
		say("rights.mail.received", v.Company, v.Reference, m.day(lang, v.By))
	case v.About == rights.AboutExtended:
		say("rights.mail.extended", v.Reference, v.Company, m.day(lang, v.By))
	case v.LastMail:
		say("rights.mail.erased", v.Company, v.Reference)
	default:
		say("rights.mail.answered", v.Company, v.Reference)
	}
	if v.About == rights.AboutAnswered && (!v.LastMail || v.State != rights.Done) {
		say("rights.is." + string(v.State))
	}
	if v.Reason != "" && v.About != rights.AboutReceived {
		b.WriteString("\n\n" + m.by[lang]["rights.reason"] + " " + v.Reason)
	}
	if refused := v.State == rights.Refused || v.State == rights.Partly; refused && v.About == rights.AboutAnswered {
		say("rights.mail.appeal")
		if v.Authority != "" {
			b.WriteString("\n" + v.Authority)
		}
	}
	if v.Link != "" {
		say("rights.mail.link")
		b.WriteString("\n" + v.Link)
	}
	if v.About == rights.AboutReceived {
		say("rights.mail.notyou")
	}
	return subject, b.String(), touch.Wrap(touch.Internal, err, "a mail can't be written")
}
