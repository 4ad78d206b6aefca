package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/mail"
	"fairtouch/internal/web/console"
	"fairtouch/internal/web/pages"
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
	a.sendOut(ctx, ws, &m)
	sealed, err := a.sealMessage(ws, m)
	if err != nil {
		return err
	}
	_, err = a.DB.PutDocument(ctx, ws, docMail, m.ID, sealed, m.To)
	return err
}

// PostOnce is Post for a message that several nodes may want to send: one with
// its id is kept and sent once. A node that dies after it was kept and before it
// went to the mail server leaves it to be read in the console.
func (a *App) PostOnce(ctx context.Context, ws touch.Workspace, m Message) error {
	m.At = time.Now().UTC()
	sealed, err := a.sealMessage(ws, m)
	if err != nil {
		return err
	}
	err = a.DB.PutVersion(ctx, ws, docMail, m.ID, 1, sealed, m.To)
	if touch.CodeOf(err) == touch.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	if a.sendOut(ctx, ws, &m); !m.Sent {
		return nil
	}
	if sealed, err = a.sealMessage(ws, m); err != nil {
		return err
	}
	return a.DB.PutVersion(ctx, ws, docMail, m.ID, 2, sealed, m.To)
}

// sendOut mails and chats a message; what fails is read in the console.
func (a *App) sendOut(ctx context.Context, ws touch.Workspace, m *Message) {
	var err error
	if m.Sent, err = a.mailOut(ctx, ws, m); err != nil {
		a.Log.Warn("mail", "code", touch.CodeOf(err), "cause", causeOf(err))
	}
	if err := a.chat(ctx, ws, m); err != nil {
		a.Log.Warn("webhook", "code", touch.CodeOf(err), "cause", causeOf(err))
	}
}

func (a *App) sealMessage(ws touch.Workspace, m Message) (sealedMessage, error) {
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return sealedMessage{}, err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return sealedMessage{}, touch.Wrap(touch.Internal, err, "a message can't be written")
	}
	sealed, err := key.Seal(b, []byte("mail\x00"+m.ID))
	return sealedMessage{m.ID, sealed}, err
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

// docServer is the mail server of a workspace; its password makes all of it
// sealed.
const docServer = "mail-server"

// MailServer is the workspace's mail server; nil for none.
func (a *App) MailServer(ctx context.Context, ws touch.Workspace) (*mail.Server, error) {
	var s sealedMessage
	err := a.DB.Document(ctx, ws, docServer, docServer, &s)
	if touch.CodeOf(err) == touch.Unknown || err == nil && len(s.Sealed) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return nil, err
	}
	b, err := key.Open(s.Sealed, []byte(docServer))
	if err != nil {
		return nil, err
	}
	var out mail.Server
	return &out, touch.Wrap(touch.Internal, json.Unmarshal(b, &out), "the mail server's settings can't be read")
}

// SaveMailServer keeps a mail server, or none where the host is empty. An empty
// password keeps the one before.
func (a *App) SaveMailServer(ctx context.Context, ws touch.Workspace, by touch.UserID, s mail.Server) error {
	have, err := a.MailServer(ctx, ws)
	if err != nil {
		return err
	}
	if s.Host == "" {
		_, err := a.DB.PutDocument(ctx, ws, docServer, docServer, sealedMessage{ID: docServer}, by)
		return err
	}
	if s.Password == "" && have != nil && have.User == s.User {
		s.Password = have.Password
	}
	if err := s.Validate(); err != nil {
		return err
	}
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return err
	}
	b, err := json.Marshal(s)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the settings can't be written")
	}
	sealed, err := key.Seal(b, []byte(docServer))
	if err != nil {
		return err
	}
	_, err = a.DB.PutDocument(ctx, ws, docServer, docServer, sealedMessage{docServer, sealed}, by)
	return err
}

// mailOut sends a message to a member of the staff whose sign-in name is an address.
func (a *App) mailOut(ctx context.Context, ws touch.Workspace, m *Message) (bool, error) {
	s, err := a.MailServer(ctx, ws)
	if err != nil || s == nil {
		return false, err
	}
	users, err := a.Desk.Users(ctx, ws)
	if err != nil {
		return false, err
	}
	for _, u := range users {
		if u.ID == m.To && mail.Address(u.Login) {
			err := s.Send(ctx, mail.Message{To: u.Login, Subject: m.Subject, Text: m.Text + "\n\n" + m.Link})
			return err == nil, err
		}
	}
	return false, nil
}

// SaveMail implements console.House.
func (s staff) SaveMail(ctx context.Context, p access.Principal, x console.MailServer) error {
	return s.SaveMailServer(ctx, p.Workspace, p.User, mail.Server{Host: x.Host, Port: x.Port, User: x.User, Password: x.Password, From: x.From, Plain: x.Plain})
}

// TestMail implements console.House: one message to the reader's own address.
func (s staff) TestMail(ctx context.Context, p access.Principal) error {
	sent, err := s.mailOut(ctx, p.Workspace, &Message{To: p.User, Subject: "Fairtouch can send mail", Text: "This is the test that you asked for."})
	if err == nil && !sent {
		err = touch.Fielderr("test", "Set a mail server first, and sign in with a name that is a mail address")
	}
	return err
}

// Mail implements console.House.
func (s staff) Mail(ctx context.Context, p access.Principal) (console.Mail, error) {
	var out console.Mail
	server, err := s.MailServer(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	out.Server = server != nil
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
	w, why, err := s.waits(ctx, p.Workspace, all)
	if err != nil {
		return err
	}
	t.Median, t.Answered, t.Untimed = w.Median, w.Asked, why
	for _, a := range all {
		if a.State == campaign.Open || a.State == campaign.Question {
			t.Waits++
		}
	}
	drafts, err := (CopyDesk{s.App}).Drafts(ctx, p, false)
	t.Copy = len(drafts)
	return err
}

// letter is what a mail to a person is written with.
type letter struct {
	words   *pages.Messages
	company Company
	lang    string
}

// letterIn finds the words for a mail in the language of a locale; explicit is
// one that the person's own choice or a text gave.
func (a *App) letterIn(ctx context.Context, ws touch.Workspace, explicit, locale string) (letter, error) {
	words, err := pages.LoadMessages()
	if err != nil {
		return letter{}, err
	}
	co, err := a.Worlds.CompanyOf(ctx, ws)
	return letter{words, co, words.Pick(explicit, locale, co.Locale)}, err
}

// write fills a subject and a text in.
func (l *letter) write(subject string, about []any, text string, says []any) (mail.Message, error) {
	var out mail.Message
	var err error
	if out.Subject, err = l.words.Text(l.lang, subject, about...); err == nil {
		out.Text, err = l.words.Text(l.lang, text, says...)
	}
	return out, touch.Wrap(touch.Internal, err, "a mail can't be written")
}
