package connectors

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

// zendesk makes a ticket of each request; what is written to it for us are
// internal notes, and the staff's public replies come back as ticket events.
// Interfaces as documented at
// https://developer.zendesk.com/api-reference/ticketing/introduction/ (idempotency),
// https://developer.zendesk.com/rest_api/docs/core/ticket_comments,
// https://developer.zendesk.com/documentation/webhooks/verifying/ and
// https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events
// (comment_added, status_changed).
type zendesk struct {
	api    api
	secret string
	now    func() time.Time
}

func zendeskDesk(s DeskSettings, out DeskOutside) (HelpDesk, error) {
	switch {
	case s.URL == "":
		return nil, touch.Fielderr("url", "Give the account's address, such as https://example.zendesk.com")
	case !strings.Contains(s.Account, "@") || strings.ContainsAny(s.Account, " :\r\n"):
		return nil, touch.Fielderr("account", "Give the mail address of the user that the API token belongs to")
	case s.Token == "":
		return nil, touch.Fielderr("token", "Give an API token")
	}
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.Account+"/token:"+s.Token))
	return &zendesk{api{out.Client, base(s.URL, ""), header("Authorization", auth), out.Now}, s.Secret, out.Now}, nil
}

type zendeskTicket struct {
	ID       int64  `json:"id"`
	External string `json:"external_id"`
}

// Open implements HelpDesk. The key holds two hours at Zendesk; after that the
// ticket is found by its external id.
func (z *zendesk) Open(ctx context.Context, r DeskRequest, again bool) (string, error) {
	if again {
		var out struct {
			Tickets []zendeskTicket `json:"tickets"`
		}
		if _, err := z.api.do(ctx, http.MethodGet, "/api/v2/tickets.json?external_id="+url.QueryEscape(r.Token), nil, &out); err != nil {
			return "", err
		}
		for _, t := range out.Tickets {
			if t.External == r.Token {
				return strconv.FormatInt(t.ID, 10), nil
			}
		}
	}
	b, err := json.Marshal(map[string]any{"ticket": map[string]any{"subject": "A customer asks for a person", "external_id": r.Token, "tags": []string{"fairtouch"},
		"comment": map[string]any{"body": r.text(), "public": false}}})
	if err != nil {
		return "", touch.Errorf(touch.Internal, "the call can't be written")
	}
	var out struct {
		Ticket zendeskTicket `json:"ticket"`
	}
	if _, err := z.api.send(ctx, http.MethodPost, "/api/v2/tickets.json", strings.NewReader(string(b)), "application/json", http.Header{"Idempotency-Key": {r.Token}}, &out); err != nil {
		return "", err
	}
	return named(out.Ticket.ID)
}

// Say implements HelpDesk.
func (z *zendesk) Say(ctx context.Context, thread string, l DeskLine, again bool) error {
	path := "/api/v2/tickets/" + url.PathEscape(thread)
	if again {
		var out struct {
			Comments []struct {
				Body   string `json:"body"`
				Public bool   `json:"public"`
			} `json:"comments"`
		}
		if _, err := z.api.do(ctx, http.MethodGet, path+"/comments.json?sort_order=desc", nil, &out); err != nil {
			return err
		}
		for _, c := range out.Comments {
			if !c.Public && strings.HasPrefix(c.Body, l.mark()) {
				return nil
			}
		}
	}
	_, err := z.api.do(ctx, http.MethodPut, path+".json", map[string]any{"ticket": map[string]any{"comment": map[string]any{"body": l.text(), "public": false}}}, nil)
	return err
}

type zendeskEvent struct {
	Type   string `json:"type"`
	ID     string `json:"id"`
	Detail struct {
		ID     string `json:"id"`
		Status string `json:"status"`
	} `json:"detail"`
	Event struct {
		Current string `json:"current"`
		Comment struct {
			ID     string `json:"id"`
			Body   string `json:"body"`
			Public bool   `json:"is_public"`
			Author struct {
				Staff bool `json:"is_staff"`
			} `json:"author"`
		} `json:"comment"`
	} `json:"event"`
}

var zendeskID = regexp.MustCompile(`^[0-9]{1,20}$`)

// Read implements HelpDesk: public replies of the staff, and a ticket that is
// solved or closed.
func (z *zendesk) Read(h http.Header, body []byte) (DeskReply, error) {
	at := h.Get("X-Zendesk-Webhook-Signature-Timestamp")
	t, err := time.Parse(time.RFC3339, at)
	if err != nil || !fresh(t, z.now()) || !signed(z.secret, h.Get("X-Zendesk-Webhook-Signature"), unbase64, at, string(body)) {
		return DeskReply{}, forged()
	}
	var e zendeskEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return DeskReply{}, touch.Errorf(touch.Invalid, "the event is not as Zendesk documents it; subscribe the webhook to ticket events")
	}
	c := e.Event.Comment
	switch {
	case !zendeskID.MatchString(e.Detail.ID):
	case e.Type == "zen:event-type:ticket.comment_added" && c.Public && c.Author.Staff && zendeskID.MatchString(c.ID):
		return moved(DeskReply{Thread: e.Detail.ID, ID: c.ID, Text: c.Body}), nil
	case e.Type == "zen:event-type:ticket.status_changed" && (strings.EqualFold(e.Event.Current, "solved") || strings.EqualFold(e.Event.Current, "closed")):
		return DeskReply{Move: DeskCloses, Thread: e.Detail.ID, ID: e.ID}, nil
	}
	return DeskReply{}, nil
}
