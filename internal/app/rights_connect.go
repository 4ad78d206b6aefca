package app

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/connectors"
	"fairtouch/internal/events"
	"fairtouch/internal/provider"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// docConnector is one other system; its key makes all of it sealed.
const docConnector = "connector"

// runner carries operations out in the workspace's other systems.
func (a *App) runner(ctx context.Context, ws touch.Workspace) (*rights.Runner, error) {
	cs, err := a.Connectors(ctx, ws)
	return &rights.Runner{Journal: a.DB, Connectors: cs, Now: utcNow}, err
}

func utcNow() time.Time { return time.Now().UTC() }

func (a *App) outside() connectors.Outside {
	return connectors.Outside{Client: a.Outbound, Now: utcNow, Sign: events.SignWith}
}

// wayOut is the client for connectors and webhooks: no private address unless
// the configuration allows it, and no redirect.
func wayOut(cfg Config) *http.Client {
	return &http.Client{Transport: provider.NewDialer(strings.Split(cfg.Gateway.AllowHosts, ",")).Transport(), Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Connectors are the other systems that requests are carried out in.
func (a *App) Connectors(ctx context.Context, ws touch.Workspace) ([]rights.Connector, error) {
	all, err := a.ConnectorSettings(ctx, ws)
	if err != nil {
		return nil, err
	}
	var out []rights.Connector
	for _, s := range all {
		c, err := connectors.New(s, a.outside())
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// ConnectorSettings reads them, keys included; nobody shows the keys.
func (a *App) ConnectorSettings(ctx context.Context, ws touch.Workspace) ([]connectors.Settings, error) {
	var out []connectors.Settings
	err := a.eachSealed(ctx, ws, docConnector, func(b []byte) error {
		var s connectors.Settings
		err := json.Unmarshal(b, &s)
		out = append(out, s)
		return touch.Wrap(touch.Internal, err, "a connector can't be read")
	})
	slices.SortFunc(out, func(x, y connectors.Settings) int { return strings.Compare(x.Name, y.Name) })
	return out, err
}

// SaveConnector keeps one, under its name. It is tried by nothing: a dry run of
// a request does that.
func (a *App) SaveConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, s connectors.Settings) error {
	if s.Name == "" {
		s.Name = s.Kind
	}
	if len(s.Name) > 64 {
		return touch.Fielderr("name", "please keep it under 64 letters")
	}
	if _, err := connectors.New(s, a.outside()); err != nil {
		return err
	}
	return a.putSealed(ctx, ws, by, docConnector, s.Name, s)
}

// RemoveConnector forgets one and its key.
func (a *App) RemoveConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, name string) error {
	return a.putSealed(ctx, ws, by, docConnector, name, nil)
}

// putSealed keeps a document under the workspace's key; nil empties it.
func (a *App) putSealed(ctx context.Context, ws touch.Workspace, by touch.UserID, kind, id string, v any) error {
	s := sealedMessage{ID: id}
	if v != nil {
		key, err := a.Keeper.WorkspaceKey(ws)
		if err != nil {
			return err
		}
		b, err := json.Marshal(v)
		if err != nil {
			return touch.Wrap(touch.Internal, err, "a setting can't be written")
		}
		if s.Sealed, err = key.Seal(b, []byte(kind+"\x00"+id)); err != nil {
			return err
		}
	}
	_, err := a.DB.PutDocument(ctx, ws, kind, id, s, by)
	return err
}

// eachSealed opens every document of a kind that isn't empty.
func (a *App) eachSealed(ctx context.Context, ws touch.Workspace, kind string, f func(b []byte) error) error {
	all, err := docs[sealedMessage](ctx, a.DB, ws, kind)
	if err != nil || len(all) == 0 {
		return err
	}
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return err
	}
	for _, s := range all {
		if len(s.Sealed) == 0 {
			continue
		}
		b, err := key.Open(s.Sealed, []byte(kind+"\x00"+s.ID))
		if err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}
