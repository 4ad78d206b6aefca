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

// slack posts each request as a message of a channel; its thread is the
// conversation. Interfaces as documented at
// https://docs.slack.dev/reference/methods/chat.postMessage,
// https://docs.slack.dev/reference/methods/conversations.replies,
// https://api.slack.com/docs/verifying-requests-from-slack and
// https://api.slack.com/events/url_verification. The bot needs the scopes
// chat:write and channels:history (groups:history for a private channel) and
// the event message.channels (message.groups).
type slack struct {
	api     api
	channel string
	secret  string
	now     func() time.Time
}

var slackChannel = regexp.MustCompile(`^[CG][A-Z0-9]{2,20}$`)

func slackDesk(s DeskSettings, out DeskOutside) (HelpDesk, error) {
	switch {
	case !slackChannel.MatchString(s.Room):
		return nil, touch.Fielderr("room", "Give the channel's id, such as C0123456789; Slack shows it in the channel's details")
	case s.Token == "":
		return nil, touch.Fielderr("token", "Give the app's bot token, which begins with xoxb-")
	case s.Secret == "":
		return nil, touch.Fielderr("secret", "Give the app's signing secret; without it no answer can be told from a forged one")
	}
	return &slack{api{out.Client, base(s.URL, "https://slack.com"), bearer(s.Token), out.Now}, s.Room, s.Secret, out.Now}, nil
}

// slackMark is the type of the metadata that names a request or a line.
const slackMark = "fairtouch_handoff"

type slackMessage struct {
	TS       string `json:"ts"`
	Metadata struct {
		Type    string `json:"event_type"`
		Payload struct {
			Name string `json:"name"`
		} `json:"event_payload"`
	} `json:"metadata"`
}

type slackAnswer struct {
	OK       bool           `json:"ok"`
	Error    string         `json:"error"`
	TS       string         `json:"ts"`
	Messages []slackMessage `json:"messages"`
	More     bool           `json:"has_more"`
	Next     struct {
		Cursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// Open implements HelpDesk.
func (s *slack) Open(ctx context.Context, r DeskRequest, again bool) (string, error) {
	if again {
		ts, err := s.find(ctx, "conversations.history", url.Values{}, r.Token)
		if err != nil || ts != "" {
			return ts, err
		}
	}
	return s.post(ctx, "", r.Token, r.text())
}

// Say implements HelpDesk.
func (s *slack) Say(ctx context.Context, thread string, l DeskLine, again bool) error {
	name := thread + l.mark()
	if again {
		ts, err := s.find(ctx, "conversations.replies", url.Values{"ts": {thread}}, name)
		if err != nil || ts != "" {
			return err
		}
	}
	_, err := s.post(ctx, thread, name, l.text())
	return err
}

// slackPlain keeps a customer's text from calling anybody: the three letters
// are control characters of Slack's own markup.
var slackPlain = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (s *slack) post(ctx context.Context, thread, name, text string) (string, error) {
	body := map[string]any{"channel": s.channel, "text": slackPlain.Replace(text), "mrkdwn": false, "unfurl_links": false, "unfurl_media": false,
		"metadata": map[string]any{"event_type": slackMark, "event_payload": map[string]string{"name": name}}}
	if thread != "" {
		body["thread_ts"] = thread
	}
	var out slackAnswer
	if _, err := s.api.do(ctx, http.MethodPost, "/api/chat.postMessage", body, &out); err != nil {
		return "", err
	}
	if err := out.fault(); err != nil {
		return "", err
	}
	if out.TS == "" {
		return "", &rights.Later{Err: touch.Errorf(touch.Unavailable, "Slack's answer names no message")}
	}
	return out.TS, nil
}

// maxSlackPages bounds how far back an earlier call's message is looked for;
// a page has 200 messages.
const maxSlackPages = 10

// find looks for the message that has this name; "" where there is none.
func (s *slack) find(ctx context.Context, method string, q url.Values, name string) (string, error) {
	q.Set("channel", s.channel)
	q.Set("include_all_metadata", "true")
	q.Set("limit", "200")
	for range maxSlackPages {
		var out slackAnswer
		if _, err := s.api.do(ctx, http.MethodGet, "/api/"+method+"?"+q.Encode(), nil, &out); err != nil {
			return "", err
		}
		if err := out.fault(); err != nil {
			return "", err
		}
		for _, m := range out.Messages {
			if m.Metadata.Type == slackMark && m.Metadata.Payload.Name == name {
				return m.TS, nil
			}
		}
		if !out.More || out.Next.Cursor == "" {
			return "", nil
		}
		q.Set("cursor", out.Next.Cursor)
	}
	return "", nil
}

// fault sorts the errors that Slack gives with status 200. Its words are not
// passed on, but for the code.
func (a slackAnswer) fault() error {
	if a.OK {
		return nil
	}
	switch a.Error {
	case "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org":
		return &rights.Later{Err: touch.Errorf(touch.Unavailable, "Slack failed; it is tried again")}
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope":
		return touch.Errorf(touch.Forbidden, "Slack refuses the bot token; check it and its scopes")
	}
	return touch.Errorf(touch.Invalid, "Slack refuses the call; check that the bot is a member of the channel")
}

type slackEvent struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Event     struct {
		Type    string `json:"type"`
		Subtype string `json:"subtype"`
		Channel string `json:"channel"`
		User    string `json:"user"`
		Bot     string `json:"bot_id"`
		Text    string `json:"text"`
		TS      string `json:"ts"`
		Thread  string `json:"thread_ts"`
	} `json:"event"`
}

// Read implements HelpDesk. What a bot says, an edit, a removal and what stands
// outside of a thread is nothing.
func (s *slack) Read(h http.Header, body []byte) (DeskReply, error) {
	at := h.Get("X-Slack-Request-Timestamp")
	sec, err := strconv.ParseInt(at, 10, 64)
	got, ok := strings.CutPrefix(h.Get("X-Slack-Signature"), "v0=")
	if err != nil || !ok || !fresh(time.Unix(sec, 0), s.now()) || !signed(s.secret, got, unhex, "v0:", at, ":", string(body)) {
		return DeskReply{}, forged()
	}
	var e slackEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return DeskReply{}, touch.Errorf(touch.Invalid, "the event is no JSON")
	}
	m := e.Event
	switch {
	case e.Type == "url_verification":
		return DeskReply{Challenge: e.Challenge}, nil
	case e.Type != "event_callback" || m.Type != "message" || m.Subtype != "" || m.Bot != "" || m.User == "" || m.Channel != s.channel || m.Thread == "" || m.Thread == m.TS:
		return DeskReply{}, nil
	}
	return moved(DeskReply{Thread: m.Thread, ID: m.TS, Text: slackText(m.Text)}), nil
}

var (
	slackLink = regexp.MustCompile(`<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>`)
	slackCall = regexp.MustCompile(`<[@#!][^>]*>`)
	slackBack = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// slackText is a message without Slack's markup: links as addresses, nobody called.
func slackText(s string) string {
	return slackBack.Replace(slackCall.ReplaceAllString(slackLink.ReplaceAllString(s, "$1"), ""))
}
