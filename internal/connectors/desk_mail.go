package connectors

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

// DeskMail is one mail to a shared address.
type DeskMail struct {
	To, ReplyTo, Subject, Text string
	ID                         string // the local part of the Message-ID: a repeated mail has the same one
	Thread                     string // the local part of the first mail's Message-ID; "" in the first
}

// mailbox sends each request as a mail to a shared address. Whoever answers it
// answers to an address that holds the request's token (sub-addressing, RFC 5233);
// the answer comes back as a message of RFC 5322, posted with a Standard
// Webhooks signature as fairtouch desks mail does, or as Mailgun posts what its
// routes receive: fields body-mime, timestamp, token and signature, HMAC-SHA-256
// over timestamp and token
// (https://rubydoc.info/github/rails/rails/Ingresses/Mailgun/InboundEmailsController
// describes them; Mailgun's own page was not at hand).
type mailbox struct {
	s   DeskSettings
	out DeskOutside
}

func mailDesk(s DeskSettings, out DeskOutside) (HelpDesk, error) {
	if a, err := mail.ParseAddress(s.Room); err != nil || a.Address != s.Room {
		return nil, touch.Fielderr("room", "Give the shared address, such as help@example.com")
	}
	if a, err := mail.ParseAddress(s.Account); err != nil || a.Address != s.Account || strings.ContainsAny(s.Account, "+\"") {
		return nil, touch.Fielderr("account", "Give the address that takes the answers, such as chat@reply.example.com; mail to chat+…@ must reach it")
	}
	return &mailbox{s, out}, nil
}

// Open implements HelpDesk. A mail can't be looked for; a repeated one has the
// same Message-ID, by which mail programs tell it.
func (m *mailbox) Open(ctx context.Context, r DeskRequest, _ bool) (string, error) {
	return r.Token, m.send(ctx, r.Token, "request."+r.Token, "", r.text())
}

// Say implements HelpDesk.
func (m *mailbox) Say(ctx context.Context, thread string, l DeskLine, _ bool) error {
	return m.send(ctx, thread, "line"+strconv.FormatInt(l.Number, 10)+"."+thread, "request."+thread, l.text())
}

func (m *mailbox) send(ctx context.Context, token, id, thread, text string) error {
	if m.out.Mail == nil {
		return touch.Errorf(touch.Unavailable, "no mail server is set up; name one in Settings")
	}
	local, domain, _ := strings.Cut(m.s.Account, "@")
	subject := "A customer asks for a person [" + token[:min(6, len(token))] + "]"
	if thread != "" {
		subject = "Re: " + subject
	}
	return m.out.Mail(ctx, DeskMail{To: m.s.Room, ReplyTo: local + "+" + token + "@" + domain, Subject: subject, Text: text, ID: id, Thread: thread})
}

// Read implements HelpDesk.
func (m *mailbox) Read(h http.Header, body []byte) (DeskReply, error) {
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data" {
		raw, ok := m.mailgun(kind, params["boundary"], body)
		if !ok {
			return DeskReply{}, forged()
		}
		return m.answer(raw)
	}
	if m.s.Secret == "" || m.out.Verify == nil {
		return DeskReply{}, forged()
	}
	if _, err := m.out.Verify(m.s.Secret, h, body, m.out.Now()); err != nil {
		return DeskReply{}, forged()
	}
	return m.answer(body)
}

// mailgun checks a form that Mailgun posted, and returns the message in it. The
// signature covers no more than time and token: who saw one call could send
// another text within five minutes, which TLS prevents.
func (m *mailbox) mailgun(kind, boundary string, body []byte) ([]byte, bool) {
	var f url.Values
	var err error
	if kind == "multipart/form-data" {
		f, err = formOf(boundary, body)
	} else {
		f, err = url.ParseQuery(string(body))
	}
	if err != nil {
		return nil, false
	}
	sec, err := strconv.ParseInt(f.Get("timestamp"), 10, 64)
	if err != nil || !fresh(time.Unix(sec, 0), m.out.Now()) || !signed(m.s.Token, f.Get("signature"), unhex, f.Get("timestamp"), f.Get("token")) {
		return nil, false
	}
	return []byte(f.Get("body-mime")), true
}

var mailToken = regexp.MustCompile(`^[0-9a-f]{32}$`)

// answer reads one message. What a machine sent (RFC 3834) is nothing, and so is
// what names no request of ours.
func (m *mailbox) answer(raw []byte) (DeskReply, error) {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return DeskReply{}, touch.Errorf(touch.Invalid, "the message is not as RFC 5322 wants it")
	}
	if auto := strings.ToLower(msg.Header.Get("Auto-Submitted")); auto != "" && auto != "no" || msg.Header.Get("List-Id") != "" {
		return DeskReply{}, nil
	}
	token := m.token(msg.Header)
	if token == "" {
		return DeskReply{}, nil
	}
	text, err := mailText(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body, 0)
	if err != nil {
		return DeskReply{}, err
	}
	id := msg.Header.Get("Message-Id")
	if id == "" {
		id = string(raw)
	}
	sum := sha256.Sum256([]byte(id))
	return moved(DeskReply{Thread: token, ID: hex.EncodeToString(sum[:16]), Text: Unquoted(text)}), nil
}

// token is the request's, from an address that the message went to.
func (m *mailbox) token(h mail.Header) string {
	local, domain, _ := strings.Cut(strings.ToLower(m.s.Account), "@")
	for _, name := range []string{"To", "Cc", "Delivered-To", "X-Original-To"} {
		list, err := h.AddressList(name)
		if err != nil {
			continue
		}
		for _, a := range list {
			rest, ok := strings.CutPrefix(strings.ToLower(a.Address), local+"+")
			t, at, _ := strings.Cut(rest, "@")
			if ok && at == domain && mailToken.MatchString(t) {
				return t
			}
		}
	}
	return ""
}
