package app

import (
	"context"
	"errors"
	"time"

	"fairtouch/internal/access"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// talkSealer seals what people wrote under their key.
type talkSealer struct{ app *App }

// Seal implements handoff.Sealer.
func (s talkSealer) Seal(ctx context.Context, ws touch.Workspace, subject touch.SubjectID, plain, at string) ([]byte, error) {
	k, err := s.app.Ledger.ByID(ctx, ws, subject)
	if err != nil {
		return nil, err
	}
	return k.Key.Seal([]byte(plain), []byte(at))
}

// Open implements handoff.Sealer.
func (s talkSealer) Open(ctx context.Context, ws touch.Workspace, subject touch.SubjectID, sealed []byte, at string) (string, error) {
	k, err := s.app.Ledger.ByID(ctx, ws, subject)
	if err != nil {
		return "", err
	}
	b, err := k.Key.Open(sealed, []byte(at))
	return string(b), err
}

// Talks implements console.Conversations.
func (s staff) Talks(ctx context.Context, p access.Principal) (console.Talks, error) {
	list, err := s.DB.Waiting(ctx, p.Workspace, 200)
	if err != nil {
		return console.Talks{}, err
	}
	now := time.Now()
	out := console.Talks{List: make([]console.TalkLine, len(list))}
	for i, c := range list {
		out.List[i] = talkLine(c, p, now)
	}
	moves, err := s.DB.Moves(ctx, p.Workspace, now.AddDate(0, 0, -28))
	if err != nil {
		return out, err
	}
	var waits []talks.Waited
	for _, m := range moves {
		waits = append(waits, talks.Waits(m)...)
	}
	set, err := s.TalkSettings(ctx, p.Workspace)
	out.Promise = set.Promise()
	out.Kept = out.Promise.Of(waits, now)
	return out, err
}

func talkLine(c talks.Conversation, p access.Principal, now time.Time) console.TalkLine {
	return console.TalkLine{Conversation: c, Mine: c.Owner == string(p.User), Late: c.State != talks.Human && !c.Due.IsZero() && now.After(c.Due)}
}

// Talk implements console.Conversations. That p read it is recorded.
func (s staff) Talk(ctx context.Context, p access.Principal, id string) (console.Talk, error) {
	c, err := s.DB.Conversation(ctx, p.Workspace, id)
	if err != nil {
		return console.Talk{}, err
	}
	if err := s.viewed(ctx, p, "conversation", id, c.Subject); err != nil {
		return console.Talk{}, err
	}
	said, err := s.DB.Said(ctx, p.Workspace, id)
	if err != nil {
		return console.Talk{}, err
	}
	set, err := s.TalkSettings(ctx, p.Workspace)
	if err != nil {
		return console.Talk{}, err
	}
	out := console.Talk{TalkLine: talkLine(c, p, time.Now()), Message: touch.NewID("msg"), Zone: set.Zone}
	for _, m := range said {
		line := console.TalkSaid{From: string(m.From), Kind: m.Kind, At: m.At}
		if m.Kind == "" {
			if line.Text, err = (talkSealer{s.App}).Open(ctx, p.Workspace, c.Subject, m.Sealed, id+"/"+m.ID); err != nil {
				return out, err
			}
		}
		out.Said = append(out.Said, line)
	}
	return out, nil
}

// MoveTalk implements console.Conversations.
func (s staff) MoveTalk(ctx context.Context, p access.Principal, id, move string) error {
	d, err := s.TalkDesk(ctx, p.Workspace)
	if err != nil {
		return err
	}
	switch move {
	case "take":
		_, err = d.Take(ctx, p.Workspace, id, string(p.User))
	case "return":
		_, err = d.Return(ctx, p.Workspace, id, string(p.User))
	case "close":
		_, err = d.Close(ctx, p.Workspace, id, string(p.User))
	default:
		err = touch.Errorf(touch.Invalid, "a conversation can be taken, returned or closed")
	}
	return toLate(err)
}

// CallTalk implements console.Conversations. Who holds the conversation, or
// nobody yet, may put it off; the customer reads the date.
func (s staff) CallTalk(ctx context.Context, p access.Principal, id, day, clock string) error {
	d, err := s.TalkDesk(ctx, p.Workspace)
	if err != nil {
		return err
	}
	c, err := s.DB.Conversation(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	if c.State == talks.Human && c.Owner != string(p.User) {
		return toLate(talks.ErrLate)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, d.Hours.Zone)
	switch {
	case err != nil:
		return touch.Fielderr("day", "Give a day and a time")
	case !at.After(time.Now()) || !d.Hours.Open(at):
		return touch.Fielderr("day", "Choose a time to come at which somebody is there")
	}
	_, err = d.CallBack(ctx, p.Workspace, id, at)
	return err
}

// SayTalk implements console.Conversations.
func (s staff) SayTalk(ctx context.Context, p access.Principal, id, message, text string) error {
	d, err := s.TalkDesk(ctx, p.Workspace)
	if err != nil {
		return err
	}
	return toLate(d.Answer(ctx, p.Workspace, id, message, string(p.User), text))
}

func toLate(err error) error {
	if errors.Is(err, talks.ErrLate) {
		return touch.Errorf(touch.Conflict, "somebody else holds this conversation now; nothing was sent")
	}
	return err
}
