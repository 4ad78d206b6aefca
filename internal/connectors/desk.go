package connectors

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"fairtouch/touch"
)

// DeskSettings is one help desk in which staff answer chats. It holds secrets
// and is kept sealed.
type DeskSettings struct {
	Kind    string // see DeskKinds
	URL     string // Zendesk, Chatwoot: the account's address
	Token   string // Slack: bot token; Zendesk, Chatwoot: API token; mail: Mailgun's signing key, or ""
	Secret  string // that its webhooks are signed with; "" refuses them all
	Account string // Zendesk: the API user's mail address; Chatwoot: the account's number; mail: the address for answers
	Room    string // Slack: the channel's id; Chatwoot: the inbox's number; mail: the shared address
}

// DeskKinds lists the kinds of help desks that have an adapter of their own.
func DeskKinds() []string { return []string{"slack", "email", "zendesk", "chatwoot"} }

// DeskOutside is what help desks need of the world.
type DeskOutside struct {
	Client *http.Client // nil: nothing goes out
	Now    func() time.Time
	// Mail sends one mail; for the kind email.
	Mail func(ctx context.Context, m DeskMail) error
	// Verify checks a Standard Webhooks signature and returns the message's id; for the kind email.
	Verify func(secret string, h http.Header, body []byte, now time.Time) (id string, err error)
}

// HelpDesk is somebody else's help desk. Its calls are made at least once: where
// again is true an earlier call may have got through, and it looks for what that
// one made before it makes anything.
type HelpDesk interface {
	// Open hands a request for a person over, and returns what the help desk calls
	// it. A *rights.Later can be tried again.
	Open(ctx context.Context, r DeskRequest, again bool) (thread string, err error)
	// Say adds what the customer wrote since.
	Say(ctx context.Context, thread string, l DeskLine, again bool) error
	// Read checks a webhook's signature, then reads it. A webhook that is not signed
	// rightly is Unauthenticated, whatever else is wrong with it.
	Read(h http.Header, body []byte) (DeskReply, error)
}

// DeskRequest is a request for a person, redacted.
type DeskRequest struct {
	Token       string // names the request; nobody can guess it
	Language    string
	Reason      string
	Due         time.Time // by when a person was promised
	Lines       []DeskLine
	URL         string // of the conversation, for who signs in
	Explanation string // of the decision it is about; "" for none
}

// DeskLine is one line of what was said, redacted.
type DeskLine struct {
	Number int64 // in the conversation, from 1
	From   string
	Text   string
}

// The moves that a help desk can make.
const (
	DeskSays    = "handoff.message"
	DeskTakes   = "handoff.take"
	DeskReturns = "handoff.return"
	DeskCloses  = "handoff.close"
)

// DeskReply is what came from a help desk. Move is "" where there is nothing to do.
type DeskReply struct {
	Move      string
	Thread    string // as Open returned it
	ID        string // of the message there: what comes twice has one id
	Text      string
	Challenge string // to be sent back
}

// NewDesk makes a help desk's adapter.
func NewDesk(s DeskSettings, out DeskOutside) (HelpDesk, error) {
	make, ok := map[string]func(DeskSettings, DeskOutside) (HelpDesk, error){"slack": slackDesk, "email": mailDesk, "zendesk": zendeskDesk, "chatwoot": chatwootDesk}[s.Kind]
	if !ok {
		return nil, touch.Fielderr("kind", "must be webhook, %s", strings.Join(DeskKinds(), ", "))
	}
	if err := checkURL(s.URL); err != nil {
		return nil, err
	}
	return make(s, out)
}

// maxTranscript bounds the lines that are handed over, in letters; the newest are kept.
const maxTranscript = 12_000

// text is the request as staff read it.
func (r DeskRequest) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "A customer asks for a person (%s; language: %s). Answer by %s.\n\n", r.Reason, r.Language, r.Due.UTC().Format("2006-01-02 15:04 MST"))
	var kept []string
	left := maxTranscript
	for _, l := range slices.Backward(r.Lines) {
		t := l.text()
		if left -= len([]rune(t)); left < 0 && len(kept) > 0 {
			kept = append(kept, "(what was said before is at the link below)")
			break
		}
		kept = append(kept, t)
	}
	slices.Reverse(kept)
	b.WriteString(strings.Join(kept, "\n"))
	b.WriteString("\n\nThe conversation: " + r.URL)
	if r.Explanation != "" {
		b.WriteString("\nWhy the decision was made: " + r.Explanation)
	}
	b.WriteString("\n\nReply here, and the customer reads it. Reply !take to take over without a word, !return to give the conversation back to the program, !close to end it. Personal data was replaced by its type.")
	return b.String()
}

// text begins with the line's mark, by which an earlier call's line is found.
func (l DeskLine) text() string { return l.mark() + l.From + ": " + l.Text }

func (l DeskLine) mark() string { return fmt.Sprintf("#%d ", l.Number) }

// moved reads a reply's text, which may be one of the moves.
func moved(r DeskReply) DeskReply {
	r.Text = strings.TrimSpace(r.Text)
	switch strings.ToLower(r.Text) {
	case "":
		r.Move = ""
	case "!take":
		r.Move = DeskTakes
	case "!return":
		r.Move = DeskReturns
	case "!close":
		r.Move = DeskCloses
	default:
		r.Move = DeskSays
	}
	return r
}

// deskTolerance is how far a webhook's time may be from ours, either way.
const deskTolerance = 5 * time.Minute

// forged is every refusal of a webhook: it says nothing of which part was wrong.
func forged() error {
	return touch.Errorf(touch.Unauthenticated, "the webhook's signature is not valid, or it is too old")
}

// signed compares a signature in constant time with HMAC-SHA-256 over what was signed.
func signed(secret, got string, decode func(string) ([]byte, error), parts ...string) bool {
	b, err := decode(got)
	if secret == "" || err != nil || len(b) == 0 {
		return false
	}
	m := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		_, _ = m.Write([]byte(p))
	}
	return hmac.Equal(b, m.Sum(nil))
}

var (
	unhex    = hex.DecodeString
	unbase64 = base64.StdEncoding.DecodeString
)

// fresh reports whether a message's time is near.
func fresh(at, now time.Time) bool {
	age := now.Sub(at)
	return !at.IsZero() && age <= deskTolerance && age >= -deskTolerance
}
