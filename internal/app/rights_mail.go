package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/mail"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// mailPatience is how long a mail about a request is tried.
const mailPatience = 24 * time.Hour

// owedMails are the mails that steps of a request ask for. Without a mail server,
// or an address, that is what the journal says, and nothing is ever sent.
func (a *App) owedMails(ctx context.Context, ws touch.Workspace, r *rights.Request, steps []rights.Step) (out []rights.Mail, err error) {
	server, err := a.MailServer(ctx, ws)
	for _, s := range steps {
		about, ok := rights.MailOf(s.What)
		if !ok {
			continue
		}
		m := rights.Mail{Request: r.ID, About: about, State: rights.MailWaiting, NotBefore: utcNow(), At: utcNow()}
		to, _ := r.Mailbox(about)
		switch {
		case server == nil:
			m.State = rights.MailNoServer
		case to == "":
			m.State = rights.MailNoAddress
		}
		out = append(out, m)
	}
	return out, err
}

// TellRights sends what people are owed by mail about their requests. One that
// fails doesn't stop the others, and is tried again for a day.
func (a *App) TellRights(ctx context.Context, ws touch.Workspace) error {
	due, err := a.DB.DueMails(ctx, ws, utcNow(), 100)
	if err != nil || len(due) == 0 {
		return err
	}
	var errs []error
	for _, m := range due {
		switch err := a.tellRight(ctx, ws, m); touch.CodeOf(err) {
		case touch.Conflict: // another node has it, or somebody changes the request: the next round
		default:
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (a *App) tellRight(ctx context.Context, ws touch.Workspace, m rights.Mail) error {
	// Between sending and noting it a process may end: the mail is sent again then,
	// with the same Message-ID, by which mail programs show it once.
	if err := a.DB.ClaimMail(ctx, ws, m, utcNow().Add(min(time.Hour, time.Minute<<min(m.Tries+1, 6)))); err != nil {
		return err
	}
	r, k, err := a.openRight(ctx, ws, m.Request)
	if err != nil {
		return err
	}
	if k.ID == "" { // erased: nothing is known any more that could be told or written to
		return a.DB.EndMail(ctx, ws, m.Request, m.About, rights.MailNoAddress, utcNow())
	}
	if m.About == rights.AboutReceived && !r.State.Open() {
		return a.DB.EndMail(ctx, ws, m.Request, m.About, rights.MailOvertaken, utcNow())
	}
	sent, err := a.mailRight(ctx, ws, r, m.About)
	switch {
	case err != nil && utcNow().After(m.At.Add(mailPatience)):
		return errors.Join(a.DB.EndMail(ctx, ws, m.Request, m.About, rights.MailFailed, utcNow()), err)
	case err != nil:
		return err
	case sent != rights.MailSent:
		return a.DB.EndMail(ctx, ws, m.Request, m.About, sent, utcNow())
	}
	return a.noteMail(ctx, ws, m.Request, m.About)
}

// noteMail puts on record that a mail went out, and ends it.
func (a *App) noteMail(ctx context.Context, ws touch.Workspace, id string, about rights.About) error {
	if err := a.DB.EndMail(ctx, ws, id, about, rights.MailSent, utcNow()); err != nil {
		return err
	}
	var err error
	for range 5 { // somebody may change the request at the same moment
		_, err = a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
			r.Note("mailed", string(about), now)
			return nil
		})
		if touch.CodeOf(err) != touch.Conflict {
			break
		}
	}
	return err
}

// mailRight writes and sends one mail. Its state is sent, or why nothing was.
func (a *App) mailRight(ctx context.Context, ws touch.Workspace, r *rights.Request, about rights.About) (rights.MailState, error) {
	server, err := a.MailServer(ctx, ws)
	if err != nil {
		return "", err
	}
	to, theirs := r.Mailbox(about)
	switch {
	case server == nil:
		return rights.MailNoServer, nil
	case !mail.Address(to):
		return rights.MailNoAddress, nil
	}
	m, err := a.rightMail(ctx, ws, r, about, theirs)
	if err != nil {
		return "", err
	}
	m.To = to
	return rights.MailSent, server.Send(ctx, m)
}

// rightMail is a mail in the person's language: which request by its reference,
// by when, and where an address is theirs a reason and a link. Nothing that they
// asked, and nothing that is held about them, is in it.
func (a *App) rightMail(ctx context.Context, ws touch.Workspace, r *rights.Request, about rights.About, theirs bool) (mail.Message, error) {
	l, err := a.letterIn(ctx, ws, "", r.Locale)
	if err != nil {
		return mail.Message{}, err
	}
	co := l.company
	out := pages.RightMail{Company: co.Name, Reference: rightReference(r.ID), About: about, State: r.State, By: r.Due(), LastMail: r.Kind == rights.Erasure && about == rights.AboutAnswered}
	if theirs {
		out.Reason, out.Authority = r.Reason, co.Authority
		if !out.LastMail {
			out.Link = a.rightLink(ws, r)
		}
	}
	subject, text, err := l.words.RightMail(l.lang, out)
	id := sha256.Sum256([]byte("right mail\x00" + string(ws) + "\x00" + r.ID + "\x00" + string(about)))
	return mail.Message{Subject: subject, Text: text, ID: hex.EncodeToString(id[:16])}, err
}

// rightLink leads to the person's page of requests: by the decision that they
// asked about, or by themselves.
func (a *App) rightLink(ws touch.Workspace, r *rights.Request) string {
	id := r.Decision
	if id == "" {
		id = usePrefix + "//" + string(r.Subject)
	}
	t, err := a.Links.Token(Link{LinkRights, ws, id, utcNow().Add(linkLife)})
	if err != nil {
		return ""
	}
	return a.Links.base + "/p/rights/" + t
}

// lastMail tells a person that everything about them is being erased, while
// their address is still known. wait is true while the mail server fails and the
// answer isn't owed yet: the erasure goes on in the next round.
func (a *App) lastMail(ctx context.Context, ws touch.Workspace, r *rights.Request, missing []string, force bool) (wait bool, err error) {
	told := *r
	told.State = rights.Done
	if len(missing) > 0 {
		told.State, told.Reason = rights.Partly, strings.Join(missing, "; ")
	}
	owed, err := a.owedMails(ctx, ws, &told, []rights.Step{{What: string(told.State)}})
	if err == nil {
		err = a.DB.PutMail(ctx, ws, owed[0])
	}
	if err != nil {
		return false, err
	}
	all, err := a.DB.MailsOf(ctx, ws, r.ID)
	for _, m := range all {
		if err != nil || m.About != rights.AboutAnswered || m.State != rights.MailWaiting {
			continue
		}
		if err := a.DB.ClaimMail(ctx, ws, m, utcNow().Add(time.Minute)); err != nil {
			return true, nil // it is being sent this very moment
		}
		sent, sendErr := a.mailRight(ctx, ws, &told, m.About)
		switch {
		case sendErr == nil && sent == rights.MailSent:
			err = a.noteMail(ctx, ws, r.ID, m.About)
		case sendErr == nil:
			err = a.DB.EndMail(ctx, ws, r.ID, m.About, sent, utcNow())
		case force || utcNow().After(m.At.Add(mailPatience)) || !rights.DayOf(utcNow()).Before(r.Due()):
			err = a.DB.EndMail(ctx, ws, r.ID, m.About, rights.MailFailed, utcNow())
		default:
			a.Log.Warn("mail", "code", touch.CodeOf(sendErr), "cause", causeOf(sendErr))
			return true, nil
		}
	}
	return false, err
}
