package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/events"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// An outside desk is a help desk of the company's in which staff answer chats. It
// gets each request for a person with what was said, redacted, as a signed
// webhook, and answers by signed webhooks (Standard Webhooks, both with the
// endpoint's secret).

// The types of the messages to an outside desk.
const (
	EventAsked = "handoff.requested"
	EventHeard = "handoff.message"
)

// outsideOwner is who holds a conversation that an outside desk took.
func outsideOwner(endpoint string) string { return "desk:" + endpoint }

// deskLine is one line of what was said, without personal data that the detector
// finds.
type deskLine struct {
	Number int64     `json:"number"` // in the conversation, from 1: what comes twice has one number
	From   string    `json:"from"`
	Text   string    `json:"text,omitzero"`
	Kind   string    `json:"kind,omitzero"` // of a change of hands
	At     time.Time `json:"at"`
}

// AddDesk keeps an outside desk, and returns its secret to hand over once.
func (a *App) AddDesk(ctx context.Context, ws touch.Workspace, by touch.UserID, url string) (Endpoint, error) {
	return a.addEndpoint(ctx, ws, by, url, true)
}

// Desks lists the outside desks, secrets included.
func (a *App) Desks(ctx context.Context, ws touch.Workspace) ([]Endpoint, error) {
	all, err := a.Endpoints(ctx, ws)
	return slices.DeleteFunc(all, func(e Endpoint) bool { return !e.Talks }), err
}

// TellDesks hands new requests for a person, and what customers wrote since, to
// the outside desks. The server runs it each second; over several nodes each is
// told once, and one that dies leaves it to the next round.
func (a *App) TellDesks(ctx context.Context, ws touch.Workspace) error {
	desks, err := a.Desks(ctx, ws)
	if err != nil || len(desks) == 0 {
		return err
	}
	now := utcNow()
	asked, err := a.DB.ClaimAsked(ctx, ws, now, now.Add(lateLease), lateBatch)
	if err != nil {
		return err
	}
	for _, c := range asked {
		if err := a.tellAsked(ctx, ws, desks, c); err != nil {
			return err
		}
	}
	for _, d := range desks {
		heard, err := a.DB.ClaimHeard(ctx, ws, outsideOwner(d.ID), now, now.Add(lateLease), lateBatch)
		if err != nil {
			return err
		}
		for _, h := range heard {
			if err := a.tellHeard(ctx, ws, d, h); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) tellAsked(ctx context.Context, ws touch.Workspace, desks []Endpoint, c talks.Conversation) error {
	said, err := a.DB.Said(ctx, ws, c.ID)
	if err != nil {
		return err
	}
	lines := make([]deskLine, len(said))
	for i, m := range said {
		if lines[i], err = a.redacted(ctx, ws, c.ID, c.Subject, m); err != nil {
			return err
		}
	}
	data := map[string]any{"conversation": c.ID, "epoch": c.Epoch, "state": c.State, "reason": c.Reason, "language": c.Language, "due_at": c.Due.UTC(),
		"transcript": lines, "url": a.Links.base + "/console/conversations/talks/" + c.ID}
	if !c.Callback.IsZero() {
		data["callback_at"] = c.Callback.UTC()
	}
	if c.Decision != "" {
		data["decision"], data["explanation_url"] = c.Decision, a.Links.base+"/console/decisions/"+string(c.Decision)
	}
	if err := a.announce(ctx, ws, desks, "asked-"+c.ID+"-"+strconv.FormatInt(c.Epoch, 10), c.Subject, EventAsked, data); err != nil {
		return err
	}
	return a.DB.ToldAsked(ctx, ws, c)
}

func (a *App) tellHeard(ctx context.Context, ws touch.Workspace, d Endpoint, h sqlstore.Heard) error {
	line, err := a.redacted(ctx, ws, h.Conversation, h.Subject, handoffMessage(h))
	if err != nil {
		return err
	}
	data := map[string]any{"conversation": h.Conversation, "message": line}
	if err := a.announce(ctx, ws, []Endpoint{d}, "heard-"+h.Conversation+"-"+strconv.FormatInt(h.Message.Seq, 10), h.Subject, EventHeard, data); err != nil {
		return err
	}
	return a.DB.ToldHeard(ctx, ws, h)
}

func handoffMessage(h sqlstore.Heard) talks.Message {
	m := h.Message
	m.From = talks.FromCustomer
	return m
}

// redacted opens a message and replaces personal data by its type.
func (a *App) redacted(ctx context.Context, ws touch.Workspace, id string, subject touch.SubjectID, m talks.Message) (deskLine, error) {
	out := deskLine{Number: m.Seq, From: string(m.From), Kind: m.Kind, At: m.At.UTC()}
	if m.Kind != "" {
		return out, nil
	}
	text, err := talkSealer{a}.Open(ctx, ws, subject, m.Sealed, id+"/"+m.ID)
	if err != nil {
		return out, err
	}
	t, err := a.seen(ctx, text)
	out.Text = t.Sent
	return out, err
}

// deskMessage is what an outside desk posts.
type deskMessage struct {
	Type string `json:"type"` // handoff.message, handoff.take, handoff.return or handoff.close
	Data struct {
		Conversation string `json:"conversation"`
		Epoch        int64  `json:"epoch"` // of the request that is answered; as handoff.requested had it
		Text         string `json:"text"`
	} `json:"data"`
}

// TakeDesk takes a signed webhook of an outside desk in. late says that the
// conversation has changed hands meanwhile, so that nothing was done: the desk
// must not send it again. The same message twice is done once.
func (a *App) TakeDesk(ctx context.Context, ws touch.Workspace, endpoint string, h http.Header, body []byte) (late bool, err error) {
	forged := touch.Errorf(touch.Unauthenticated, "the webhook's signature is not valid, or it is too old")
	desks, err := a.Desks(ctx, ws)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(desks, func(e Endpoint) bool { return e.ID == endpoint })
	if i < 0 {
		return false, forged
	}
	secret, err := events.ParseSecret(desks[i].Secret)
	if err != nil {
		return false, err
	}
	id, err := events.Verify([]events.Secret{secret}, h, body, utcNow())
	if err != nil {
		return false, err
	}
	var m deskMessage
	if err := json.Unmarshal(body, &m); err != nil || m.Data.Conversation == "" {
		return false, touch.Errorf(touch.Invalid, `send {"type":"handoff.message","data":{"conversation","epoch","text"}}`)
	}
	err = a.fromDesk(ctx, ws, outsideOwner(endpoint), id, m)
	if errors.Is(err, talks.ErrLate) {
		return true, nil
	}
	return false, err
}

func (a *App) fromDesk(ctx context.Context, ws touch.Workspace, owner, id string, m deskMessage) error {
	d, err := a.TalkDesk(ctx, ws)
	if err != nil {
		return err
	}
	conv := m.Data.Conversation
	switch m.Type {
	case "handoff.take":
		return a.deskTakes(ctx, d, ws, owner, m)
	case "handoff.message":
		text := strings.TrimSpace(m.Data.Text)
		if text == "" || len([]rune(text)) > 4000 || strings.ContainsRune(text, 0) {
			return touch.Fielderr("text", "must be 1 to 4,000 letters")
		}
		if err := a.deskTakes(ctx, d, ws, owner, m); err != nil {
			return err
		}
		return d.Answer(ctx, ws, conv, "d/"+id, owner, text)
	case "handoff.return", "handoff.close":
		c, err := d.Store.Conversation(ctx, ws, conv)
		if err != nil {
			return err
		}
		if c.State != talks.Human || c.Owner != owner || !answers(c, m.Data.Epoch) {
			return talks.ErrLate
		}
		if m.Type == "handoff.close" {
			_, err = d.Close(ctx, ws, conv, owner)
		} else {
			_, err = d.Return(ctx, ws, conv, owner)
		}
		return err
	}
	return touch.Fielderr("type", "must be handoff.message, handoff.take, handoff.return or handoff.close")
}

// deskTakes gives the conversation to the desk, if the request that it answers is
// the one that waits; nothing where the desk has it. A message of an earlier
// request never takes a later one.
func (a *App) deskTakes(ctx context.Context, d *talks.Desk, ws touch.Workspace, owner string, m deskMessage) error {
	c, err := d.Store.Conversation(ctx, ws, m.Data.Conversation)
	switch {
	case err != nil:
		return err
	case c.State == talks.Human && c.Owner == owner && answers(c, m.Data.Epoch):
		return nil
	case c.Epoch != m.Data.Epoch || c.State != talks.Queued && c.State != talks.Callback:
		return talks.ErrLate
	}
	_, err = d.Take(ctx, ws, c.ID, owner)
	return err
}

// answers reports whether an epoch is that of the request which the conversation's
// holder took; 0 is from a desk that doesn't say.
func answers(c talks.Conversation, epoch int64) bool {
	return epoch == 0 || epoch == c.Epoch-1 || epoch == c.Epoch
}

// deskHook answers POST /hooks/{ws}/desks/{endpoint}.
func (a *App) deskHook(ctx context.Context, ws touch.Workspace, r *http.Request, body []byte) (map[string]any, error) {
	desks, err := a.Desks(ctx, ws)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(desks, func(e Endpoint) bool { return e.ID == r.PathValue("endpoint") && e.Kind != "" }); i >= 0 {
		return a.takeKind(ctx, ws, desks[i], r.Header, body)
	}
	late, err := a.TakeDesk(ctx, ws, r.PathValue("endpoint"), r.Header, body)
	if late {
		return map[string]any{"done": false, "dropped": "late"}, nil
	}
	return map[string]any{"done": true}, err
}
