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

// SaveConnector keeps one, under its name; an empty key keeps the one before,
// while kind and address stay. That it was saved goes on record, its key nowhere.
func (a *App) SaveConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, s connectors.Settings) error {
	if s.Name == "" {
		s.Name = s.Kind
	}
	if len(s.Name) > 64 {
		return touch.Fielderr("name", "please keep it under 64 letters")
	}
	have, err := a.connector(ctx, ws, s.Name)
	if err != nil && touch.CodeOf(err) != touch.Unknown {
		return err
	}
	if s.Key == "" && have.Key != "" { // a key goes to whom it was given for, and nowhere else
		if have.Kind != s.Kind || have.URL != s.URL || have.Second != s.Second {
			return touch.Fielderr("key", "give the key anew: the system or its address is another one")
		}
		s.Key = have.Key
	}
	if _, err := connectors.New(s, a.outside()); err != nil {
		return err
	}
	return a.keepConnector(ctx, ws, by, "saved", s)
}

// SwitchConnector switches one off or on again. While it is off nothing is asked
// of the system, and requests say that it is missing; on, they go on.
func (a *App) SwitchConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, name string, on bool) error {
	s, err := a.connector(ctx, ws, name)
	if err != nil || s.Off != on {
		return err
	}
	s.Off = !on
	if !on {
		return a.keepConnector(ctx, ws, by, "switched off", s)
	}
	if err := a.keepConnector(ctx, ws, by, "switched on", s); err != nil {
		return err
	}
	_, err = a.DB.ResumeCalls(ctx, ws, name)
	return err
}

// TryConnector asks one system about a person in a dry run: it changes nothing
// there, and nothing of the person is kept here.
func (a *App) TryConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, name string, who rights.Person) ([]rights.Entry, error) {
	if who.External == "" && who.Email == "" {
		return nil, touch.Fielderr("external_id", "give an id or an address to ask about, such as your own")
	}
	s, err := a.connector(ctx, ws, name)
	if err != nil {
		return nil, err
	}
	c, err := connectors.New(s, a.outside())
	if err != nil {
		return nil, err
	}
	if err := a.noteConnector(ctx, ws, by, "tried", s); err != nil {
		return nil, err
	}
	run := &rights.Runner{Journal: a.DB, Connectors: []rights.Connector{c}, Now: utcNow}
	ops := slices.DeleteFunc(c.Can(), func(o rights.Op) bool { return o == rights.OpStatus }) // of an operation that runs alone
	return run.Dry(ctx, who, ops...), nil
}

// connector reads one, its key included; Unknown for none.
func (a *App) connector(ctx context.Context, ws touch.Workspace, name string) (connectors.Settings, error) {
	all, err := a.ConnectorSettings(ctx, ws)
	i := slices.IndexFunc(all, func(s connectors.Settings) bool { return s.Name == name })
	switch {
	case err != nil:
		return connectors.Settings{}, err
	case i < 0:
		return connectors.Settings{}, touch.Errorf(touch.Unknown, "no system of this name is connected")
	}
	return all[i], nil
}

func (a *App) keepConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, what string, s connectors.Settings) error {
	if err := a.noteConnector(ctx, ws, by, what, s); err != nil {
		return err
	}
	return a.putSealed(ctx, ws, by, docConnector, s.Name, s)
}

func (a *App) noteConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, what string, s connectors.Settings) error {
	return a.note(ctx, ws, rights.EventKind, map[string]any{"system": s.Name, "kind": s.Kind, "what": what, "by": by})
}

// RemoveConnector forgets one and its key.
func (a *App) RemoveConnector(ctx context.Context, ws touch.Workspace, by touch.UserID, name string) error {
	s, err := a.connector(ctx, ws, name)
	if err != nil {
		return err
	}
	if err := a.noteConnector(ctx, ws, by, "removed", s); err != nil {
		return err
	}
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
