package rights

import "time"

// About is what a mail to the person tells them.
type About string

// What is told: that the request came in and by when it is answered; that more
// time is needed, and why (GDPR Art. 12(3)); how it ended (Art. 12(3), (4)).
const (
	AboutReceived About = "received"
	AboutExtended About = "extended"
	AboutAnswered About = "answered"
)

// MailState is where such a mail stands.
type MailState string

// The states. Only a waiting one is ever sent.
const (
	MailWaiting   MailState = "waiting"
	MailSent      MailState = "sent"
	MailFailed    MailState = "failed"     // the server refused it for a day
	MailOvertaken MailState = "overtaken"  // the request ended before: the answer tells
	MailNoServer  MailState = "no_server"  // none was set when it fell due
	MailNoAddress MailState = "no_address" // nothing is known that it could be sent to
)

// Mail is the journal's row of one mail. It names nobody.
type Mail struct {
	Request   string
	About     About
	State     MailState
	Tries     int
	NotBefore time.Time
	At        time.Time // when it fell due; once sent, when it was sent
}

// MailOf is the mail that a step of a request asks for; ok is false for a step
// that the person need not be told by mail.
func MailOf(step string) (a About, ok bool) {
	switch step {
	case "received":
		return AboutReceived, true
	case "extended":
		return AboutExtended, true
	case "done", "partly", "refused":
		return AboutAnswered, true
	}
	return "", false
}

// Mailbox is where a mail to the person goes, and whether what only they may
// know can be in it. An address that nobody compared could be anybody's: it is
// told that a request came in, and of a no, which needs no proof, how it ended;
// never a link or a reason. "" is no address.
func (r *Request) Mailbox(a About) (to string, theirs bool) {
	if p := r.compared(); p != "" {
		return p, true
	}
	if a == AboutReceived || r.Kind.OptOut() {
		return r.Claimed, false
	}
	return "", false
}
