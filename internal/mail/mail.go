// Package mail sends mail by SMTP. Nothing of Fairtouch needs it: without a
// server, what would have been sent is read in the console.
package mail

import (
	"context"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"fairtouch/touch"
)

// Server is a mail server, as Settings keep it.
type Server struct {
	Host     string `json:"host"`
	Port     int    `json:"port"` // 587 with STARTTLS, 465 with TLS, 25 inside a network
	User     string `json:"user,omitzero"`
	Password string `json:"password,omitzero"`
	From     string `json:"from"`
	Plain    bool   `json:"plain,omitzero"` // no TLS; for a server on the same machine
}

// timeout bounds one delivery.
const timeout = 15 * time.Second

// Validate reports the first field that is wrong.
func (s *Server) Validate() error {
	switch {
	case s.Host == "" || strings.ContainsAny(s.Host, " /:@"):
		return touch.Fielderr("host", "Name the server's host, as mail.example.com")
	case s.Port < 1 || s.Port > 65535:
		return touch.Fielderr("port", "The port is usually 587 or 465")
	case !Address(s.From):
		return touch.Fielderr("from", "Give the address that mail comes from")
	case s.Password != "" && s.Plain:
		return touch.Fielderr("plain", "A password does not go over a connection without TLS")
	}
	return nil
}

// Address reports whether s can be a mail address.
func Address(s string) bool {
	m := gomail.NewMsg()
	return strings.Contains(s, "@") && m.To(s) == nil
}

// Message is one mail in plain text.
type Message struct {
	To, Subject, Text string
	ReplyTo           string // "" for the sender
	ID, Thread        string // local parts of the Message-ID and of the one that it follows; "" for a new one
}

// ids sets the Message-ID, and what it follows (RFC 5322, 3.6.4).
func (m Message) ids(msg *gomail.Msg, from string) {
	_, domain, _ := strings.Cut(from, "@")
	if m.ID == "" {
		msg.SetMessageID()
	} else {
		msg.SetMessageIDWithValue(m.ID + "@" + domain)
	}
	if m.Thread != "" {
		msg.SetGenHeader(gomail.HeaderInReplyTo, "<"+m.Thread+"@"+domain+">")
		msg.SetGenHeader(gomail.HeaderReferences, "<"+m.Thread+"@"+domain+">")
	}
}

// Send delivers one message. An error is Unavailable, and says what to check;
// it never carries the message or its address.
func (s *Server) Send(ctx context.Context, m Message) error {
	if err := s.Validate(); err != nil {
		return err
	}
	msg := gomail.NewMsg()
	if err := msg.From(s.From); err != nil {
		return touch.Fielderr("from", "is no mail address")
	}
	if err := msg.To(m.To); err != nil {
		return touch.Fielderr("to", "is no mail address")
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	m.ids(msg, s.From)
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return touch.Fielderr("reply_to", "is no mail address")
		}
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	c, err := gomail.NewClient(s.Host, s.options()...)
	if err == nil {
		err = c.DialAndSendWithContext(ctx, msg)
	}
	return touch.Wrap(touch.Unavailable, err, "the mail server did not take the message; check host, port, user and password in Settings")
}

func (s *Server) options() []gomail.Option {
	out := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(timeout)}
	switch {
	case s.Plain:
		out = append(out, gomail.WithTLSPolicy(gomail.NoTLS))
	case s.Port == 465:
		out = append(out, gomail.WithSSL())
	default:
		out = append(out, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		out = append(out, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return out
}
