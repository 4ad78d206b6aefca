package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	_ "time/tzdata" // time zones, also where the machine has none

	"fairtouch/internal/access"
	"fairtouch/internal/gateway"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/record"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// DocTalks is the document of how a workspace promises a person.
const DocTalks = "handoff"

// TalkSettings are the workspace's own, or the defaults.
func (a *App) TalkSettings(ctx context.Context, ws touch.Workspace) (talks.Settings, error) {
	s := talks.DefaultSettings()
	err := a.DB.Document(ctx, ws, DocTalks, DocTalks, &s)
	if touch.CodeOf(err) == touch.Unknown {
		return talks.DefaultSettings(), nil
	}
	return s, err
}

// SaveTalkSettings keeps them, and puts who changed what on record.
func (a *App) SaveTalkSettings(ctx context.Context, ws touch.Workspace, by touch.UserID, s talks.Settings) error {
	s.By = by
	if err := s.Validate(); err != nil {
		return err
	}
	if s.System != "" {
		bound, err := a.Bindings(ctx, ws)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(bound, func(b gateway.Binding) bool { return b.System == s.System }) {
			return touch.Fielderr("system", "Choose a system that is bound to a provider under Prompts, or none")
		}
	}
	version, err := a.DB.PutDocument(ctx, ws, DocTalks, DocTalks, s, by)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"what": DocTalks, "by": by, "version": version, "settings": s})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the settings can't be recorded")
	}
	_, err = a.Record.Append(ctx, ws, record.Entry{Kind: record.Settings, Payload: body})
	return err
}

// TalkDesk hands conversations of a workspace's customers over, by its settings.
func (a *App) TalkDesk(ctx context.Context, ws touch.Workspace) (*talks.Desk, error) {
	s, err := a.TalkSettings(ctx, ws)
	if err != nil {
		return nil, err
	}
	d := a.desk()
	d.Promise = s.Promise()
	d.Hours, err = s.Hours()
	return d, err
}

// desk is one that promises nobody anything: it can tell who holds a
// conversation, and no more.
func (a *App) desk() *talks.Desk {
	return &talks.Desk{Store: a.DB, Sealer: talkSealer{a}, Hours: talks.Hours{Zone: time.UTC}, Now: time.Now}
}

// HandoffSettings implements console.Conversations.
func (s staff) HandoffSettings(ctx context.Context, p access.Principal) (talks.Settings, error) {
	return s.TalkSettings(ctx, p.Workspace)
}

// SaveHandoff implements console.Conversations.
func (s staff) SaveHandoff(ctx context.Context, p access.Principal, x talks.Settings) error {
	return s.SaveTalkSettings(ctx, p.Workspace, p.User, x)
}

// Desks implements console.Conversations.
func (s staff) Desks(ctx context.Context, p access.Principal) ([]console.HelpDesk, error) {
	all, err := s.App.Desks(ctx, p.Workspace)
	out := make([]console.HelpDesk, len(all))
	for i, e := range all {
		out[i] = s.helpDesk(p.Workspace, e)
	}
	return out, err
}

func (s staff) helpDesk(ws touch.Workspace, e Endpoint) console.HelpDesk {
	return console.HelpDesk{ID: e.ID, URL: e.URL, Back: s.Links.base + "/hooks/" + string(ws) + "/desks/" + e.ID}
}

// AddDesk implements console.Conversations.
func (s staff) AddDesk(ctx context.Context, p access.Principal, url string) (console.HelpDesk, error) {
	e, err := s.App.AddDesk(ctx, p.Workspace, p.User, url)
	if err != nil {
		return console.HelpDesk{}, err
	}
	out := s.helpDesk(p.Workspace, e)
	out.Secret = e.Secret
	return out, nil
}

// RemoveDesk implements console.Conversations.
func (s staff) RemoveDesk(ctx context.Context, p access.Principal, id string) error {
	return s.RemoveEndpoint(ctx, p.Workspace, p.User, id)
}
