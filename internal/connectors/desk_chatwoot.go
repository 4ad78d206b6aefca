package connectors

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// chatwoot makes a conversation of each request in an inbox of the kind API,
// with a contact of its own that is called after the request and not after the
// person. It is open from the start, so that a bot of theirs, which has what is
// pending, doesn't speak in it. Interfaces as documented at
// https://developers.chatwoot.com/api-reference/conversations/create-new-conversation
// and https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks.
// The signature (sha256= and hex of HMAC-SHA-256 over timestamp, a dot and the
// body) is as the schema of Chatwoot's webhooks describes it
// (https://raw.githubusercontent.com/api-evangelist/chatwoot/refs/heads/main/json-schema/webhook.json);
// what an older version sends without it is refused.
type chatwoot struct {
	api    api
	root   string // of the account's paths
	inbox  int64
	secret string
	now    func() time.Time
}

func chatwootDesk(s DeskSettings, out DeskOutside) (HelpDesk, error) {
	account, err1 := strconv.ParseInt(s.Account, 10, 64)
	inbox, err2 := strconv.ParseInt(s.Room, 10, 64)
	switch {
	case s.URL == "":
		return nil, touch.Fielderr("url", "Give the installation's address, such as https://app.chatwoot.com")
	case err1 != nil || account < 1:
		return nil, touch.Fielderr("account", "Give the account's number, as the address of its pages has it")
	case err2 != nil || inbox < 1:
		return nil, touch.Fielderr("room", "Give the number of an inbox of the kind API")
	case s.Token == "":
		return nil, touch.Fielderr("token", "Give the access token of a user")
	}
	return &chatwoot{api{out.Client, base(s.URL, ""), header("api_access_token", s.Token), out.Now}, "/api/v1/accounts/" + strconv.FormatInt(account, 10), inbox, s.Secret, out.Now}, nil
}

// Open implements HelpDesk. Contact and conversation are looked for before each
// is made, since neither call can be told from a repeated one.
func (c *chatwoot) Open(ctx context.Context, r DeskRequest, again bool) (string, error) {
	contact, source := int64(0), ""
	var err error
	if again {
		if contact, source, err = c.contact(ctx, r.Token); err != nil {
			return "", err
		}
	}
	thread := ""
	if contact != 0 {
		if thread, err = c.conversation(ctx, contact); err != nil {
			return "", err
		}
	} else if contact, source, err = c.newContact(ctx, r.Token); err != nil {
		return "", err
	}
	if thread == "" {
		var out struct {
			ID int64 `json:"id"`
		}
		body := map[string]any{"source_id": source, "inbox_id": c.inbox, "contact_id": contact, "status": "open", "message": map[string]string{"content": r.text()}}
		if _, err := c.api.do(ctx, http.MethodPost, c.root+"/conversations", body, &out); err != nil {
			return "", err
		}
		if thread, err = named(out.ID); err != nil {
			return "", err
		}
	}
	// An inbox with a bot makes it pending; open is asked for once more.
	_, err = c.api.do(ctx, http.MethodPost, c.root+"/conversations/"+thread+"/toggle_status", map[string]string{"status": "open"}, nil)
	return thread, err
}

type chatwootContact struct {
	ID         int64  `json:"id"`
	Identifier string `json:"identifier"`
	Inboxes    []struct {
		Source string `json:"source_id"`
		Inbox  struct {
			ID int64 `json:"id"`
		} `json:"inbox"`
	} `json:"contact_inboxes"`
}

func (c *chatwoot) sourceOf(x chatwootContact) string {
	for _, i := range x.Inboxes {
		if i.Inbox.ID == c.inbox {
			return i.Source
		}
	}
	return ""
}

func (c *chatwoot) contact(ctx context.Context, token string) (int64, string, error) {
	var out struct {
		Payload []chatwootContact `json:"payload"`
	}
	if _, err := c.api.do(ctx, http.MethodGet, c.root+"/contacts/search?q="+url.QueryEscape(token), nil, &out); err != nil {
		return 0, "", err
	}
	for _, x := range out.Payload {
		if x.Identifier == token {
			return x.ID, c.sourceOf(x), nil
		}
	}
	return 0, "", nil
}

func (c *chatwoot) newContact(ctx context.Context, token string) (int64, string, error) {
	var out struct {
		Payload struct {
			Contact chatwootContact `json:"contact"`
			Inbox   struct {
				Source string `json:"source_id"`
			} `json:"contact_inbox"`
		} `json:"payload"`
	}
	body := map[string]any{"inbox_id": c.inbox, "identifier": token, "name": "Customer " + token[:min(6, len(token))]}
	if _, err := c.api.do(ctx, http.MethodPost, c.root+"/contacts", body, &out); err != nil {
		return 0, "", err
	}
	source := out.Payload.Inbox.Source
	if source == "" {
		source = c.sourceOf(out.Payload.Contact)
	}
	if out.Payload.Contact.ID == 0 || source == "" {
		return 0, "", touch.Errorf(touch.Invalid, "Chatwoot's answer names no contact; check that the inbox is of the kind API")
	}
	return out.Payload.Contact.ID, source, nil
}

// conversation is the contact's one in this inbox: a contact stands for one request.
func (c *chatwoot) conversation(ctx context.Context, contact int64) (string, error) {
	var out struct {
		Payload []struct {
			ID    int64 `json:"id"`
			Inbox int64 `json:"inbox_id"`
		} `json:"payload"`
	}
	if _, err := c.api.do(ctx, http.MethodGet, c.root+"/contacts/"+strconv.FormatInt(contact, 10)+"/conversations", nil, &out); err != nil {
		return "", err
	}
	for _, x := range out.Payload {
		if x.Inbox == c.inbox {
			return named(x.ID)
		}
	}
	return "", nil
}

// Say implements HelpDesk.
func (c *chatwoot) Say(ctx context.Context, thread string, l DeskLine, again bool) error {
	path := c.root + "/conversations/" + url.PathEscape(thread) + "/messages"
	if again {
		var out struct {
			Payload []struct {
				Content string `json:"content"`
				Type    int    `json:"message_type"` // 0 incoming
			} `json:"payload"`
		}
		if _, err := c.api.do(ctx, http.MethodGet, path, nil, &out); err != nil {
			return err
		}
		for _, m := range out.Payload {
			if m.Type == 0 && strings.HasPrefix(m.Content, l.mark()) {
				return nil
			}
		}
	}
	_, err := c.api.do(ctx, http.MethodPost, path, map[string]any{"content": l.text(), "message_type": "incoming", "private": false}, nil)
	return err
}

type chatwootEvent struct {
	Event   string      `json:"event"`
	ID      json.Number `json:"id"` // of the message, or the conversation's number
	Content string      `json:"content"`
	Type    string      `json:"message_type"`
	Private bool        `json:"private"`
	Status  string      `json:"status"`
	Sender  struct {
		Type string `json:"type"`
	} `json:"sender"`
	Conversation struct {
		ID json.Number `json:"id"`
	} `json:"conversation"`
}

var chatwootSignature = regexp.MustCompile(`^sha256=[0-9a-f]{64}$`)

// Read implements HelpDesk: public messages of a member of staff, no bot's; a
// conversation that is resolved, or pending, which is what a bot has.
func (c *chatwoot) Read(h http.Header, body []byte) (DeskReply, error) {
	at, sig := h.Get("X-Chatwoot-Timestamp"), h.Get("X-Chatwoot-Signature")
	sec, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !chatwootSignature.MatchString(sig) || !fresh(time.Unix(sec, 0), c.now()) || !signed(c.secret, sig[len("sha256="):], unhex, at, ".", string(body)) {
		return DeskReply{}, forged()
	}
	var e chatwootEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return DeskReply{}, touch.Errorf(touch.Invalid, "the event is not as Chatwoot documents it")
	}
	switch {
	case e.Event == "message_created" && e.Type == "outgoing" && !e.Private && e.Sender.Type == "user" && e.ID != "":
		return moved(DeskReply{Thread: e.Conversation.ID.String(), ID: e.ID.String(), Text: e.Content}), nil
	case e.Event == "conversation_status_changed" && e.Status == "resolved":
		return DeskReply{Move: DeskCloses, Thread: e.ID.String(), ID: "resolved"}, nil
	case e.Event == "conversation_status_changed" && e.Status == "pending":
		return DeskReply{Move: DeskReturns, Thread: e.ID.String(), ID: "pending"}, nil
	}
	return DeskReply{}, nil
}

// named is a number as the thread's name; an answer without one may have done
// its work, and is looked up by the next try.
func named(id int64) (string, error) {
	if id < 1 {
		return "", &rights.Later{Err: touch.Errorf(touch.Unavailable, "the help desk's answer names nothing")}
	}
	return strconv.FormatInt(id, 10), nil
}
