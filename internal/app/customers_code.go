package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"time"

	"fairtouch/internal/mail"
	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// A one-time code has six digits, lives ten minutes and takes five tries.
const (
	codeLife  = 10 * time.Minute
	codeTries = 5
)

// Code implements pages.Reasons.
func (c customers) Code(ctx context.Context, t pages.Token) (pages.Code, error) {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return pages.Code{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Code{}, err
	}
	out := pages.Code{Company: co, Where: "the address on file"}
	k, err := c.DB.CodeOf(ctx, ws, d.Decision.ID)
	if touch.CodeOf(err) == touch.Unknown {
		return out, nil
	}
	out.Sent, out.TriesLeft, out.Until = time.Now().Before(k.Until), k.Tries, k.Until
	if ws == Demo && out.Sent {
		out.Demo = c.shown(ws, d.Decision.ID, k.Hash)
	}
	return out, err
}

// shown finds the demo's code again, to show it on the page in place of a mail.
func (c customers) shown(ws touch.Workspace, id touch.DecisionID, hash string) string {
	code, _, _ := strings.Cut(hash, ":")
	if len(code) == 6 {
		return code
	}
	return ""
}

// SendCode implements pages.Reasons. A code goes to an address that is known to
// be the person's: never to one that whoever holds a link typed.
func (c customers) SendCode(ctx context.Context, t pages.Token) error {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return err
	}
	send, err := c.way(ctx, ws, &d)
	if err != nil {
		return err
	}
	if k, err := c.DB.CodeOf(ctx, ws, d.Decision.ID); err == nil && time.Until(k.Until) > codeLife-send.pause {
		return touch.Fielderr("code", "a code was sent a moment ago; use that one")
	}
	if err := c.countCode(ctx, ws, d.Decision.ID); err != nil {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return touch.Wrap(touch.Internal, err, "no randomness")
	}
	code := fmt.Sprintf("%06d", n)
	hash, err := c.codeHash(ws, d.Decision.ID, code)
	if err != nil {
		return err
	}
	kept := sqlstore.Code{Hash: ":" + hash, Tries: codeTries, Until: time.Now().Add(codeLife)}
	if send.server == nil { // the demo shows the code on the page, so it keeps it beside the hash
		kept.Hash = code + kept.Hash
		return c.DB.PutCode(ctx, ws, d.Decision.ID, kept)
	}
	if err := c.DB.PutCode(ctx, ws, d.Decision.ID, kept); err != nil {
		return err
	}
	return c.mailCode(ctx, ws, &d, send, code)
}

// way is how a code reaches a person.
type way struct {
	server *mail.Server // nil: the demo shows it
	to     string
	pause  time.Duration // between two codes
}

// way finds the address that is known to be the person's. Without one, or
// without a mail server, no code can be sent.
func (c customers) way(ctx context.Context, ws touch.Workspace, d *StoredDecision) (way, error) {
	server, err := c.MailServer(ctx, ws)
	if err != nil {
		return way{}, err
	}
	if server != nil && d.Subject != "" {
		to, err := c.provedAddress(ctx, ws, d.Subject)
		if err != nil || to != "" {
			return way{server, to, 2 * time.Minute}, err
		}
	}
	if ws == Demo {
		return way{pause: 30 * time.Second}, nil
	}
	return way{}, touch.Errorf(touch.Unsupported, "no code can be sent from here; ask a person instead")
}

// provedAddress is the address that the company gave for a person and its reader
// confirmed, or that somebody compared for a request; "" for none.
func (a *App) provedAddress(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (string, error) {
	k, err := a.Ledger.ByID(ctx, ws, id)
	if err != nil {
		return "", err
	}
	used, err := a.DB.Confirmed(ctx, ws, id)
	if err != nil {
		return "", err
	}
	for i := range used {
		if w, err := openWaiting(&k, &used[i]); err == nil && w.Via == askedByCompany && mail.Address(w.Email) {
			return w.Email, nil
		}
	}
	all, err := a.DB.RightsOf(ctx, ws, id)
	for i := len(all) - 1; i >= 0 && err == nil; i-- {
		r, _, err := a.openRight(ctx, ws, all[i].ID)
		if err != nil {
			return "", err
		}
		if to, theirs := r.Mailbox(rights.AboutAnswered); theirs && mail.Address(to) {
			return to, nil
		}
	}
	return "", err
}

// codesADay bounds the codes for one link, so that nobody's mailbox is filled.
const codesADay = 10

// codesSent is how many codes were sent for a decision's link on a day.
type codesSent struct {
	Day string `json:"day"`
	N   int    `json:"n"`
}

func (c customers) countCode(ctx context.Context, ws touch.Workspace, id touch.DecisionID) error {
	var sent codesSent
	if err := c.DB.Document(ctx, ws, docCodes, string(id), &sent); err != nil && touch.CodeOf(err) != touch.Unknown {
		return err
	}
	if day := time.Now().UTC().Format(time.DateOnly); sent.Day != day {
		sent = codesSent{Day: day}
	}
	if sent.N++; sent.N > codesADay {
		return touch.Fielderr("code", "many codes were sent today; try again tomorrow, or ask a person")
	}
	_, err := c.DB.PutDocument(ctx, ws, docCodes, string(id), sent, "")
	return err
}

// docCodes counts the codes that were sent.
const docCodes = "codes-sent"

func (c customers) mailCode(ctx context.Context, ws touch.Workspace, d *StoredDecision, by way, code string) error {
	asked := ""
	if d.Decision.Explanation != nil {
		asked = d.Decision.Explanation.Locale
	}
	l, err := c.letterIn(ctx, ws, "", asked)
	if err != nil {
		return err
	}
	m, err := l.write("code.mailsubject", []any{l.company.Name}, "code.mail", []any{code, l.company.Name})
	if err != nil {
		return err
	}
	m.To = by.to
	return by.server.Send(ctx, m)
}

func (c customers) codeHash(ws touch.Workspace, id touch.DecisionID, code string) (string, error) {
	return c.Keeper.Lookup(ws, "code\x00"+string(id)+"\x00"+code)
}

// TryCode implements pages.Reasons.
func (c customers) TryCode(ctx context.Context, t pages.Token, code string) (string, error) {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return "", err
	}
	wrong := touch.Fielderr("code", "that is not the code, or it is too old")
	if err := c.DB.TakeTry(ctx, ws, d.Decision.ID, time.Now()); err != nil {
		return "", wrong
	}
	k, err := c.DB.CodeOf(ctx, ws, d.Decision.ID)
	if err != nil {
		return "", wrong
	}
	hash, err := c.codeHash(ws, d.Decision.ID, code)
	if err != nil {
		return "", err
	}
	_, kept, _ := strings.Cut(k.Hash, ":")
	if subtle.ConstantTimeCompare([]byte(hash), []byte(kept)) != 1 {
		return "", wrong
	}
	return c.Links.Token(Link{LinkCode, ws, string(d.Decision.ID), time.Now().Add(codeLife)})
}

// unlocked reports whether a session was opened by a code for this decision.
func (c customers) unlocked(session string, ws touch.Workspace, id touch.DecisionID) bool {
	k, err := c.Links.Parse(session, LinkCode)
	return err == nil && k.Workspace == ws && k.ID == string(id)
}
