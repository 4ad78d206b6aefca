package app

import (
	"context"
	"slices"
	"time"

	"fairtouch/internal/access"
	talks "fairtouch/internal/handoff"
	"fairtouch/touch"
)

const (
	lateLease = 30 * time.Second // in which a node tells of a broken promise, before another one does
	lateBatch = 50
)

// EventLate is the webhook's type for a promise of a person that was broken.
const EventLate = "handoff.late"

// AlertLate tells, once over all nodes, of every conversation in which a person
// was promised and did not come: an event to the webhooks, and a message to the
// reviewers on duty. The server runs it each second.
func (a *App) AlertLate(ctx context.Context, ws touch.Workspace) error {
	now := utcNow()
	late, err := a.DB.ClaimLate(ctx, ws, now, now.Add(lateLease), lateBatch)
	if err != nil || len(late) == 0 {
		return err
	}
	ends, err := a.Endpoints(ctx, ws) // help desks are told, too
	if err != nil {
		return err
	}
	duty, err := a.onDuty(ctx, ws)
	if err != nil {
		return err
	}
	for _, c := range late {
		if err := a.alert(ctx, ws, c, ends, duty); err != nil {
			return err // its lease runs out, and it is told again; what was told has an id
		}
	}
	return nil
}

func (a *App) alert(ctx context.Context, ws touch.Workspace, c talks.Conversation, ends []Endpoint, duty []touch.UserID) error {
	id := "late-" + c.ID + "-" + c.Due.UTC().Format("20060102T150405")
	data := map[string]any{"conversation": c.ID, "state": c.State, "reason": c.Reason, "language": c.Language, "requested_at": c.Requested.UTC(), "due_at": c.Due.UTC()}
	if err := a.announce(ctx, ws, ends, id, c.Subject, EventLate, data); err != nil {
		return err
	}
	for _, u := range duty {
		m := Message{ID: "msg_" + id + "-" + string(u), To: u, Subject: "Somebody still waits for a person in a chat",
			Text: "A person was promised by " + c.Due.UTC().Format("15:04:05 on 2 January 2006") + " UTC, and nobody has come. Take it over in the console.",
			Link: a.Links.base + "/console/conversations/talks/" + c.ID}
		if err := a.PostOnce(ctx, ws, m); err != nil {
			return err
		}
	}
	return a.DB.ToldLate(ctx, ws, c)
}

// onDuty are the staff of the settings, else every reviewer, else the
// administrators: somebody is always told.
func (a *App) onDuty(ctx context.Context, ws touch.Workspace) ([]touch.UserID, error) {
	s, err := a.TalkSettings(ctx, ws)
	if err != nil {
		return nil, err
	}
	users, err := a.Desk.Users(ctx, ws)
	if err != nil {
		return nil, err
	}
	pick := func(is func(access.User) bool) (out []touch.UserID) {
		for _, u := range users {
			if is(u) {
				out = append(out, u.ID)
			}
		}
		return out
	}
	if out := pick(func(u access.User) bool { return slices.Contains(s.Duty, u.ID) }); len(out) > 0 {
		return out, nil
	}
	if out := pick(func(u access.User) bool { return u.Role == access.Reviewer }); len(out) > 0 {
		return out, nil
	}
	return pick(func(u access.User) bool { return u.Role == access.Administrator }), nil
}

// lateTalks counts who waits beyond what was promised.
func (a *App) lateTalks(ctx context.Context, ws touch.Workspace, now time.Time) (int, error) {
	list, err := a.DB.Waiting(ctx, ws, 1000)
	n := 0
	for _, c := range list {
		if c.State != talks.Human && !c.Due.IsZero() && now.After(c.Due) {
			n++
		}
	}
	return n, err
}
