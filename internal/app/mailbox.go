package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Message is one mail to a member of the staff. Without a mail server it is
// read in the console.
type Message struct {
	ID      string       `json:"id"`
	To      touch.UserID `json:"to"`
	Subject string       `json:"subject"`
	Text    string       `json:"text"`
	Link    string       `json:"link,omitzero"`
	At      time.Time    `json:"at"`
	Sent    bool         `json:"sent"` // by a mail server
}

// sealedMessage is a message as it is stored: a link in it answers for a
// person, so that nobody who reads the database may follow it.
type sealedMessage struct {
	ID     string `json:"id"`
	Sealed []byte `json:"sealed"`
}

const docMail = "mail"

// Post keeps a message for its reader, and sends it where a mail server is set.
func (a *App) Post(ctx context.Context, ws touch.Workspace, m Message) error {
	m.ID, m.At = "msg_"+touch.RandomID(), time.Now().UTC()
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return err
	}
	if a.Mailer != nil {
		if err := a.Mailer(ctx, ws, m); err != nil {
			a.Log.Warn("mail", "code", touch.CodeOf(err), "cause", causeOf(err))
		} else {
			m.Sent = true
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "a message can't be written")
	}
	sealed, err := key.Seal(b, []byte("mail\x00"+m.ID))
	if err != nil {
		return err
	}
	_, err = a.DB.PutDocument(ctx, ws, docMail, m.ID, sealedMessage{m.ID, sealed}, m.To)
	return err
}

// Mailbox lists the messages to somebody, the newest first; "" lists all, for
// an administrator of an installation without a mail server.
func (a *App) Mailbox(ctx context.Context, ws touch.Workspace, of touch.UserID) ([]Message, error) {
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return nil, err
	}
	all, err := docs[sealedMessage](ctx, a.DB, ws, docMail)
	if err != nil {
		return nil, err
	}
	var out []Message
	for _, s := range all {
		b, err := key.Open(s.Sealed, []byte("mail\x00"+s.ID))
		if err != nil {
			return nil, err
		}
		var m Message
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, touch.Wrap(touch.Internal, err, "a message can't be read")
		}
		if of == "" || m.To == of {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(x, y Message) int { return y.At.Compare(x.At) })
	return out, nil
}

// Mail implements console.House.
func (s staff) Mail(ctx context.Context, p access.Principal) (console.Mail, error) {
	out := console.Mail{Server: s.Mailer != nil}
	out.All = !out.Server && p.Can(access.Admin)
	of := p.User
	if out.All {
		of = ""
	}
	all, err := s.Mailbox(ctx, p.Workspace, of)
	if err != nil {
		return out, err
	}
	users, err := s.names(ctx, p.Workspace)
	for _, m := range all {
		if m.To != p.User {
			m.Link = "" // it answers for its reader, and for nobody else
		}
		out.Lines = append(out.Lines, console.MailLine{To: nameOf(users, m.To), Subject: m.Subject, Text: m.Text, Link: m.Link, At: m.At, Sent: m.Sent})
	}
	return out, err
}

func (s staff) approvalTimes(ctx context.Context, p access.Principal, t *console.Today) error {
	all, err := s.App.Approvals(ctx, p.Workspace)
	if err != nil {
		return err
	}
	t.Median, t.Answered = campaign.Waited(all)
	for _, a := range all {
		if a.State == campaign.Open || a.State == campaign.Question {
			t.Waits++
		}
	}
	return nil
}
