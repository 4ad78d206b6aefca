package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/connectors"
	"fairtouch/internal/events"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/mail"
	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// helpDeskOf makes the adapter of a help desk that has one.
func (a *App) helpDeskOf(ws touch.Workspace, e Endpoint) (connectors.HelpDesk, error) {
	return connectors.NewDesk(connectors.DeskSettings{Kind: e.Kind, URL: e.URL, Token: e.Token, Secret: e.Secret, Account: e.Account, Room: e.Room},
		connectors.DeskOutside{Client: a.Outbound, Now: utcNow, Verify: verifyWith, Mail: func(ctx context.Context, m connectors.DeskMail) error {
			s, err := a.MailServer(ctx, ws)
			if err != nil {
				return err
			}
			if s == nil {
				return touch.Errorf(touch.Unavailable, "no mail server is set up; name one in Settings")
			}
			return s.Send(ctx, mail.Message{To: m.To, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, ID: m.ID, Thread: m.Thread})
		}})
}

func verifyWith(secret string, h http.Header, body []byte, now time.Time) (string, error) {
	s, err := events.ParseSecret(secret)
	if err != nil {
		return "", err
	}
	return events.Verify([]events.Secret{s}, h, body, now)
}

// AddHelpDesk keeps a help desk of a kind, and returns it with its secret where
// we make it (webhook and email).
func (a *App) AddHelpDesk(ctx context.Context, ws touch.Workspace, by touch.UserID, e Endpoint) (Endpoint, error) {
	if e.Kind == "" || e.Kind == "webhook" {
		return a.AddDesk(ctx, ws, by, e.URL)
	}
	e.ID, e.Talks = touch.NewID("hook"), true
	if e.Kind == "email" {
		s, err := a.MailServer(ctx, ws)
		if err != nil {
			return Endpoint{}, err
		}
		if s == nil {
			return Endpoint{}, touch.Fielderr("kind", "Name a mail server in Settings first; requests go out through it")
		}
		_, text, err := events.NewSecret(rand.Reader)
		if err != nil {
			return Endpoint{}, err
		}
		e.Secret = text
	}
	if _, err := a.helpDeskOf(ws, e); err != nil {
		return Endpoint{}, err
	}
	return e, a.putSealed(ctx, ws, by, docEndpoint, e.ID, e)
}

// SignDesk gives a help desk the secret that its system signs with, which some
// systems make only once they know our address.
func (a *App) SignDesk(ctx context.Context, ws touch.Workspace, by touch.UserID, id, secret string) error {
	desks, err := a.Desks(ctx, ws)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(desks, func(e Endpoint) bool { return e.ID == id })
	switch {
	case i < 0:
		return touch.Errorf(touch.Unknown, "there is no such help desk")
	case desks[i].Kind == "" || desks[i].Kind == "email":
		return touch.Fielderr("secret", "this help desk's secret was made here; add it anew for another one")
	case secret == "":
		return touch.Fielderr("secret", "Give the secret that its webhooks are signed with")
	}
	desks[i].Secret = secret
	return a.putSealed(ctx, ws, by, docEndpoint, id, desks[i])
}

// deskParcel is what lies in the outbox for a help desk; see tellAsked, tellHeard.
type deskParcel struct {
	Type string `json:"type"`
	Data struct {
		Conversation string     `json:"conversation"`
		Epoch        int64      `json:"epoch"`
		Reason       string     `json:"reason"`
		Language     string     `json:"language"`
		Due          time.Time  `json:"due_at"`
		Transcript   []deskLine `json:"transcript"`
		URL          string     `json:"url"`
		Explanation  string     `json:"explanation_url"`
		Message      deskLine   `json:"message"`
	} `json:"data"`
}

// carry hands what lies in the outbox to a help desk in its own way. The caller
// puts off what fails.
func (a *App) carry(ctx context.Context, p rights.Parcel, e Endpoint, body []byte, again bool) error {
	d, err := a.helpDeskOf(p.Workspace, e)
	if err != nil {
		return err
	}
	var m deskParcel
	if err := json.Unmarshal(body, &m); err != nil {
		return touch.Errorf(touch.Internal, "what is handed over can't be read")
	}
	if m.Type == EventAsked {
		return a.carryAsked(ctx, p, e, d, m, again)
	}
	t, err := a.DB.LastThread(ctx, p.Workspace, e.ID, m.Data.Conversation)
	if err != nil {
		return err
	}
	thread, err := a.threadName(ctx, p.Workspace, t)
	if err != nil {
		return err
	}
	return d.Say(ctx, thread, lineOf(m.Data.Message), again)
}

func (a *App) carryAsked(ctx context.Context, p rights.Parcel, e Endpoint, d connectors.HelpDesk, m deskParcel, again bool) error {
	ws := p.Workspace
	t, err := a.DB.BeginThread(ctx, ws, sqlstore.DeskThread{Desk: e.ID, Conversation: m.Data.Conversation, Epoch: m.Data.Epoch, Subject: p.Subject, At: utcNow()})
	if err != nil || t.Look != "" { // an earlier call has its receipt
		return err
	}
	token, err := a.Keeper.Lookup(ws, "desk-request/"+e.ID+"/"+t.Conversation+"/"+strconv.FormatInt(t.Epoch, 10))
	if err != nil {
		return err
	}
	r := connectors.DeskRequest{Token: token[:32], Language: m.Data.Language, Reason: m.Data.Reason, Due: m.Data.Due, URL: m.Data.URL, Explanation: m.Data.Explanation}
	for _, l := range m.Data.Transcript {
		if l.Kind == "" {
			r.Lines = append(r.Lines, lineOf(l))
		}
	}
	thread, err := d.Open(ctx, r, again)
	if err != nil {
		return err
	}
	if t.Look, err = a.threadLook(ws, e.ID, thread); err != nil {
		return err
	}
	if t.Sealed, err = (talkSealer{a}).Seal(ctx, ws, t.Subject, thread, threadPlace(t)); err != nil {
		return err
	}
	return a.DB.NameThread(ctx, ws, t)
}

func lineOf(l deskLine) connectors.DeskLine {
	return connectors.DeskLine{Number: l.Number, From: l.From, Text: l.Text}
}

func threadPlace(t sqlstore.DeskThread) string {
	return "desk-thread/" + t.Desk + "/" + t.Conversation + "/" + strconv.FormatInt(t.Epoch, 10)
}

func (a *App) threadLook(ws touch.Workspace, desk, thread string) (string, error) {
	return a.Keeper.Lookup(ws, "desk-thread/"+desk+"/"+thread)
}

func (a *App) threadName(ctx context.Context, ws touch.Workspace, t sqlstore.DeskThread) (string, error) {
	if t.Look == "" {
		return "", touch.Errorf(touch.Unavailable, "the request has not been handed over yet")
	}
	return talkSealer{a}.Open(ctx, ws, t.Subject, t.Sealed, threadPlace(t))
}

const (
	// underWay is how long an answer may be faster than the receipt of its request.
	underWay = time.Hour
	// maxSaid is the longest message of a conversation, in letters; a longer one
	// of a help desk becomes several.
	maxSaid = 4000
)

// takeKind takes a webhook of a help desk with an adapter in. What is not ours,
// late or repeated changes nothing and is told to be dropped; the help desk
// must not send it again.
func (a *App) takeKind(ctx context.Context, ws touch.Workspace, e Endpoint, h http.Header, body []byte) (map[string]any, error) {
	d, err := a.helpDeskOf(ws, e)
	if err != nil {
		return nil, err
	}
	r, err := d.Read(h, body)
	switch {
	case err != nil:
		return nil, err
	case r.Challenge != "":
		return map[string]any{"challenge": r.Challenge}, nil
	case r.Move == "":
		return map[string]any{"done": false, "dropped": "not_an_answer"}, nil
	}
	look, err := a.threadLook(ws, e.ID, r.Thread)
	if err != nil {
		return nil, err
	}
	t, err := a.DB.ThreadByLook(ctx, ws, e.ID, look)
	if touch.CodeOf(err) == touch.Unknown {
		return a.nobodys(ctx, ws, e)
	}
	if err != nil {
		return nil, err
	}
	err = a.fromKind(ctx, ws, e, t, r)
	if errors.Is(err, talks.ErrLate) || touch.CodeOf(err) == touch.Unknown { // erased meanwhile
		return map[string]any{"done": false, "dropped": "late"}, nil
	}
	return map[string]any{"done": true}, err
}

// nobodys answers what names no request that we know: to be sent again while
// one is being handed over, else nothing.
func (a *App) nobodys(ctx context.Context, ws touch.Workspace, e Endpoint) (map[string]any, error) {
	soon, err := a.DB.ThreadsUnderWay(ctx, ws, e.ID, utcNow().Add(-underWay))
	if err != nil {
		return nil, err
	}
	if soon {
		return nil, touch.Errorf(touch.Unavailable, "a request is being handed over; send it again")
	}
	return map[string]any{"done": false, "dropped": "not_ours"}, nil
}

func (a *App) fromKind(ctx context.Context, ws touch.Workspace, e Endpoint, t sqlstore.DeskThread, r connectors.DeskReply) error {
	m := deskMessage{Type: r.Move}
	m.Data.Conversation, m.Data.Epoch = t.Conversation, t.Epoch
	if r.Move != connectors.DeskSays {
		return a.fromDesk(ctx, ws, outsideOwner(e.ID), r.ID, m)
	}
	text := []rune(strings.ReplaceAll(strings.ToValidUTF8(r.Text, "�"), "\x00", ""))
	for n := 0; len(text) > 0; n++ {
		piece := text[:min(maxSaid, len(text))]
		text = text[len(piece):]
		m.Data.Text = string(piece)
		if strings.TrimSpace(m.Data.Text) == "" {
			continue
		}
		if err := a.fromDesk(ctx, ws, outsideOwner(e.ID), e.ID+"/"+r.ID+"/"+strconv.Itoa(n), m); err != nil {
			return err
		}
	}
	return nil
}
