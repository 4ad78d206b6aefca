package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/mail"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// confirmLife is how long a link in a mail confirms a permission.
const confirmLife = 72 * time.Hour

// waiting is what a confirmation is about, sealed under the person's key.
type waiting struct {
	Notice string `json:"notice"` // hash
	Key    string `json:"key"`
	Email  string `json:"email"`
	Via    string `json:"via"`
	Place  string `json:"place"`
	Token  string `json:"token,omitzero"` // in the demo alone, which shows the link in place of a mail
}

// asksConfirmation reports whether a yes to a notice has to be confirmed.
func (a *App) asksConfirmation(n *consent.Notice, place string) bool {
	return a.rules.AsksConfirmation(n, place, time.Now())
}

// askedByCompany marks an address that the company gave, with its person's id.
const askedByCompany = "asked for by the company"

func confirmAAD(id touch.SubjectID) []byte { return []byte("confirmation\x00" + string(id)) }

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte("confirm\x00" + token))
	return hex.EncodeToString(sum[:])
}

// requestConfirmation records that a permission was asked for, which permits
// nothing, and sends the link that confirms it. Without a mail server it is
// Unsupported, and nothing is recorded.
func (a *App) requestConfirmation(ctx context.Context, ws touch.Workspace, id touch.SubjectID, n *consent.Notice, email, place string, by consent.Actor, via string) error {
	if !mail.Address(email) || len(email) > 254 {
		return touch.Fielderr("email", "give the e-mail address that the link is sent to")
	}
	server, err := a.MailServer(ctx, ws)
	if err != nil {
		return err
	}
	if server == nil && ws != Demo {
		e := touch.Errorf(touch.Unsupported, "no mail server is set, so nothing can be confirmed by mail; an administrator sets one under Settings")
		e.Field = "email"
		return e
	}
	k, err := a.Ledger.ByID(ctx, ws, id)
	if err != nil {
		return err
	}
	token := touch.RandomID() + touch.RandomID()
	w := waiting{Notice: n.Hash, Key: n.Key, Email: email, Via: via, Place: place}
	if server == nil {
		w.Token = token
	}
	body, err := json.Marshal(w)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "a confirmation can't be written")
	}
	sealed, err := k.Key.Seal(body, confirmAAD(id))
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	if err := a.DB.PutConfirmation(ctx, ws, sqlstore.Confirmation{Hash: tokenHash(token), Subject: id, Sealed: sealed, At: now, Until: now.Add(confirmLife)}); err != nil {
		return err
	}
	var events []consent.Event
	for _, s := range n.Scopes() {
		events = append(events, consent.Event{Scope: s, State: consent.Requested, Basis: consent.ByNone, Notice: n.Hash, Locale: n.Locale, Surface: via, Actor: by, OccurredAt: now})
	}
	if _, err := a.Ledger.RecordByID(ctx, ws, id, events...); err != nil {
		return err
	}
	if server == nil {
		return nil
	}
	m, err := a.confirmMail(ctx, ws, n, email, token)
	if err == nil {
		err = server.Send(ctx, m)
	}
	return err
}

func (a *App) confirmMail(ctx context.Context, ws touch.Workspace, n *consent.Notice, to, token string) (mail.Message, error) {
	l, err := a.letterIn(ctx, ws, n.Locale, "")
	if err != nil {
		return mail.Message{}, err
	}
	m, err := l.write("confirm.subject", []any{n.Title}, "confirm.mail", []any{l.company.Name, n.Title + "\n" + n.Text, a.Config.Base() + "/p/confirm/" + token})
	m.To = to
	return m, err
}

// demoConfirmation is the newest open link of a person in the demo, "" elsewhere.
func (c customers) demoConfirmation(ctx context.Context, ws touch.Workspace, k *consent.Known) string {
	if ws != Demo {
		return ""
	}
	row, err := c.DB.LastConfirmation(ctx, ws, k.ID)
	if err != nil || row.Used || !time.Now().Before(row.Until) {
		return ""
	}
	w, err := openWaiting(k, &row)
	if err != nil || w.Token == "" {
		return ""
	}
	return "/p/confirm/" + w.Token
}

func openWaiting(k *consent.Known, row *sqlstore.Confirmation) (w waiting, err error) {
	b, err := k.Key.Open(row.Sealed, confirmAAD(k.ID))
	if err == nil {
		err = touch.Wrap(touch.Tampered, json.Unmarshal(b, &w), "a confirmation can't be read")
	}
	return w, err
}

// confirmable opens what a link's token stands for, and checks that it still can
// be confirmed.
func (a *App) confirmable(ctx context.Context, token string) (row sqlstore.Confirmation, w waiting, n consent.Notice, err error) {
	gone := touch.Errorf(touch.Unknown, "this link is not valid, was used already, or is too old")
	if len(token) < 32 || len(token) > 128 {
		return row, w, n, gone
	}
	row, err = a.DB.ConfirmationOf(ctx, tokenHash(token))
	if err != nil || row.Used || !time.Now().Before(row.Until) {
		return row, w, n, gone
	}
	k, err := a.Ledger.ByID(ctx, row.Workspace, row.Subject)
	if err != nil {
		return row, w, n, gone
	}
	if w, err = openWaiting(&k, &row); err != nil {
		return row, w, n, err
	}
	all, err := docs[consent.Notice](ctx, a.DB, row.Workspace, DocNotice)
	if err != nil {
		return row, w, n, err
	}
	i := slices.IndexFunc(all, func(x consent.Notice) bool { return x.Hash == w.Notice && !x.Published.IsZero() })
	if i < 0 {
		return row, w, n, touch.Errorf(touch.Conflict, "the text was replaced since; say yes to the new one")
	}
	n = all[i]
	for _, s := range n.Scopes() {
		if r := consent.Evaluate(k.Members, s, time.Now()); r.State.Negative() && !r.Since.Before(row.At) {
			return row, w, n, touch.Errorf(touch.Conflict, "you said no since you asked for this; the no counts")
		}
	}
	return row, w, n, nil
}

// ToConfirm implements pages.Choices.
func (c customers) ToConfirm(ctx context.Context, t pages.Token) (pages.Confirm, error) {
	row, _, n, err := c.confirmable(ctx, string(t))
	if err != nil {
		return pages.Confirm{}, err
	}
	co, err := c.company(ctx, row.Workspace)
	return pages.Confirm{Company: co, Notice: pages.Notice{Hash: n.Hash, Title: n.Title, Text: n.Text}}, err
}

// Confirm implements pages.Choices: the address's owner pressed the button.
func (c customers) Confirm(ctx context.Context, t pages.Token) error {
	row, w, n, err := c.confirmable(ctx, string(t))
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	if err := c.DB.UseConfirmation(ctx, row.Workspace, row.Hash, now); err != nil {
		return err
	}
	var events []consent.Event
	for _, s := range n.Scopes() {
		events = append(events, consent.Event{Scope: s, State: consent.Given, Basis: n.Basis, Notice: n.Hash, Locale: n.Locale, Surface: w.Via, Method: "link in an e-mail, and a button",
			Actor: consent.Self, Assurance: consent.ByDoubleOptIn, OccurredAt: now, ValidUntil: now.AddDate(0, c.rules.Lasts(w.Place, false, now).Yes, 0)})
	}
	_, err = c.Ledger.RecordByID(ctx, row.Workspace, row.Subject, events...)
	return err
}

// AskConfirmation sends a link to confirm a permission on behalf of a company's
// own form or of a call: by its own id of the person, and the notice's hash.
func (a *App) AskConfirmation(ctx context.Context, ws touch.Workspace, external, notice, email string) error {
	all, err := docs[consent.Notice](ctx, a.DB, ws, DocNotice)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(n consent.Notice) bool { return n.Hash == notice && !n.Published.IsZero() })
	if i < 0 {
		return touch.Fielderr("notice", "no published notice has this hash")
	}
	if all[i].Channel != touch.Email {
		return touch.Fielderr("notice", "only a permission for e-mail is confirmed by mail")
	}
	k, _, err := a.Ledger.Find(ctx, ws, external)
	if err != nil {
		return err
	}
	return a.requestConfirmation(ctx, ws, k.ID, &all[i], strings.TrimSpace(email), "", consent.Operator, askedByCompany)
}

// MustConfirm implements api.Confirmer: by the notice, or a rule of the company's
// own country.
func (a *App) MustConfirm(ctx context.Context, ws touch.Workspace, e *consent.Event) (bool, error) {
	c, err := a.confirmer(ctx, ws)
	return err == nil && c.asks(e, nil) != "", err
}

// AskToConfirm implements console.People.
func (s staff) AskToConfirm(ctx context.Context, p access.Principal, external, notice, email string) error {
	return s.AskConfirmation(ctx, p.Workspace, external, notice, email)
}
