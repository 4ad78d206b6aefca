package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/handoff"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Conversations is what the pages of the queue and of one conversation ask.
type Conversations interface {
	// Talks lists who waits for a person or has one, and how the promise is kept.
	Talks(ctx context.Context, p access.Principal) (Talks, error)
	// Talk opens one, and records that p read it.
	Talk(ctx context.Context, p access.Principal, id string) (Talk, error)
	// MoveTalk takes, returns or closes one: move is "take", "return" or "close".
	MoveTalk(ctx context.Context, p access.Principal, id, move string) error
	// SayTalk answers, once for each message id.
	SayTalk(ctx context.Context, p access.Principal, id, message, text string) error
	// CallTalk promises an answer on a day at a time of the settings' zone:
	// YYYY-MM-DD and HH:MM.
	CallTalk(ctx context.Context, p access.Principal, id, day, clock string) error
	// HandoffSettings are hours, promise and languages; SaveHandoff keeps them and
	// puts the change on record. An error names the field.
	HandoffSettings(ctx context.Context, p access.Principal) (handoff.Settings, error)
	SaveHandoff(ctx context.Context, p access.Principal, s handoff.Settings) error
	// Desks lists the company's help desks in which staff answer, without their
	// secrets; AddDesk returns the secret, once.
	Desks(ctx context.Context, p access.Principal) ([]HelpDesk, error)
	AddDesk(ctx context.Context, p access.Principal, url string) (HelpDesk, error)
	RemoveDesk(ctx context.Context, p access.Principal, id string) error
	Reviews
}

// Talks is the queue.
type Talks struct {
	List    []TalkLine
	Kept    handoff.Kept // over the last 28 days
	Promise handoff.Promise
}

// TalkLine is a row of the queue.
type TalkLine struct {
	handoff.Conversation
	Mine, Late bool
}

// Talk is one conversation.
type Talk struct {
	TalkLine
	Said    []TalkSaid
	Message string // the id that the next answer will have
	Zone    string // of the settings: of a promised time
}

// TalkSaid is one message, open.
type TalkSaid struct {
	From, Kind, Text string
	At               time.Time
}

type conversationsView struct {
	Cases []Case
	Talks
	Rates []ReviewRate
}

// Waits counts who waits: for an answer to a question, and for a person in a chat.
func (v conversationsView) Waits() int {
	n := len(v.Cases)
	for _, t := range v.List {
		if t.State != handoff.Human {
			n++
		}
	}
	return n
}

func (c *Console) casesList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := conversationsView{}, error(nil)
	if v.Cases, err = c.Backend.Decisions.Cases(r.Context(), p); err != nil {
		return err
	}
	if v.Talks, err = c.Backend.Conversations.Talks(r.Context(), p); err != nil {
		return err
	}
	if v.Rates, err = c.Backend.Conversations.ReviewRates(r.Context(), p); err != nil {
		return err
	}
	return c.t.cases.Render(w, http.StatusOK, page[conversationsView]{c.frame(p, "/console/conversations", nil), v})
}

func (c *Console) talkShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.talkPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) talkPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Conversations.Talk(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.t.talk.Render(w, status, page[Talk]{c.frame(p, "/console/conversations", ps), v})
}

// talkMove takes, returns, closes or answers. What came too late is told on the
// page, with what was said meanwhile.
func (c *Console) talkMove(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id, move := r.PathValue("id"), r.PostForm.Get("move")
	var ps view.Problems
	err := error(nil)
	if text := strings.TrimSpace(r.PostForm.Get("text")); move == "say" && text == "" {
		err = touch.Fielderr("text", "Write an answer")
	} else if move == "callback" {
		err = c.Backend.Conversations.CallTalk(r.Context(), p, id, r.PostForm.Get("day"), r.PostForm.Get("clock"))
	} else if move == "say" {
		err = c.Backend.Conversations.SayTalk(r.Context(), p, id, r.PostForm.Get("message"), text)
	} else {
		err = c.Backend.Conversations.MoveTalk(r.Context(), p, id, move)
	}
	if err != nil && ps.FromError(err) {
		return c.talkPage(w, r, p, http.StatusConflict, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/conversations/talks/"+url.PathEscape(id))
}
