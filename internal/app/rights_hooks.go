package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/events"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

const (
	docEndpoint = "webhook-endpoint" // where webhooks go
	docSource   = "webhook-source"   // where they come from
	maxHook     = 4 << 20
)

// Endpoint is where webhooks go.
type Endpoint struct {
	ID     string `json:"id"`
	URL    string `json:"url"`
	Secret string `json:"secret"`
	Talks  bool   `json:"talks,omitempty"` // a help desk: it gets conversations, and nothing else

	// Of a help desk with an adapter of its own; see connectors.DeskSettings.
	Kind    string `json:"kind,omitempty"`
	Token   string `json:"token,omitempty"`
	Account string `json:"account,omitempty"`
	Room    string `json:"room,omitempty"`
}

// Source is another system that tells what people said there.
type Source struct {
	ID      string         `json:"id"`
	System  string         `json:"system"` // see events.Systems
	Secret  string         `json:"secret"`
	Mapping events.Mapping `json:"mapping"`
}

// AddEndpoint keeps where webhooks go, and returns the secret to hand over once.
func (a *App) AddEndpoint(ctx context.Context, ws touch.Workspace, by touch.UserID, url string) (Endpoint, error) {
	return a.addEndpoint(ctx, ws, by, url, false)
}

func (a *App) addEndpoint(ctx context.Context, ws touch.Workspace, by touch.UserID, url string, desk bool) (Endpoint, error) {
	if !strings.HasPrefix(url, "https://") {
		return Endpoint{}, touch.Fielderr("url", "must be an https address")
	}
	_, text, err := events.NewSecret(rand.Reader)
	if err != nil {
		return Endpoint{}, err
	}
	if _, err := a.DB.Announced(ctx, ws); err != nil { // from here on; nobody is told what was long ago
		return Endpoint{}, err
	}
	e := Endpoint{ID: touch.NewID("hook"), URL: url, Secret: text, Talks: desk}
	return e, a.putSealed(ctx, ws, by, docEndpoint, e.ID, e)
}

// RemoveEndpoint forgets one; what waits for it is given up.
func (a *App) RemoveEndpoint(ctx context.Context, ws touch.Workspace, by touch.UserID, id string) error {
	return a.putSealed(ctx, ws, by, docEndpoint, id, nil)
}

// Endpoints lists where webhooks go, secrets included.
func (a *App) Endpoints(ctx context.Context, ws touch.Workspace) (out []Endpoint, err error) {
	err = a.eachSealed(ctx, ws, docEndpoint, func(b []byte) error {
		var e Endpoint
		err := json.Unmarshal(b, &e)
		out = append(out, e)
		return touch.Wrap(touch.Internal, err, "an endpoint can't be read")
	})
	return out, err
}

// listeners are the endpoints that are told of permissions and requests: all but
// help desks.
func (a *App) listeners(ctx context.Context, ws touch.Workspace) ([]Endpoint, error) {
	all, err := a.Endpoints(ctx, ws)
	return slices.DeleteFunc(all, func(e Endpoint) bool { return e.Talks }), err
}

// AddSource keeps another system, and returns the secret that it signs with.
func (a *App) AddSource(ctx context.Context, ws touch.Workspace, by touch.UserID, system string, m events.Mapping) (Source, error) {
	if !slices.Contains(events.Systems(), system) {
		return Source{}, touch.Fielderr("system", "must be one of %s", strings.Join(events.Systems(), ", "))
	}
	_, text, err := events.NewSecret(rand.Reader)
	if err != nil {
		return Source{}, err
	}
	s := Source{touch.NewID("src"), system, text, m}
	return s, a.putSealed(ctx, ws, by, docSource, s.ID, s)
}

func (a *App) source(ctx context.Context, ws touch.Workspace, id string) (out Source, err error) {
	err = a.eachSealed(ctx, ws, docSource, func(b []byte) error {
		var s Source
		err := json.Unmarshal(b, &s)
		if s.ID == id {
			out = s
		}
		return touch.Wrap(touch.Internal, err, "a source can't be read")
	})
	if err == nil && out.ID == "" {
		err = touch.Errorf(touch.Unauthenticated, "the webhook's signature is not valid, or it is too old")
	}
	return out, err
}

// announcement is what a webhook says. It names the person by the id that the
// company's own systems use, where that is known.
type announcement struct {
	Type      string    `json:"type"` // consent.changed, rights.done and so on
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

// Announce puts a webhook to every endpoint into the outbox, sealed. subject
// may be "": then nobody is concerned.
func (a *App) Announce(ctx context.Context, ws touch.Workspace, subject touch.SubjectID, kind string, data any) error {
	ends, err := a.listeners(ctx, ws)
	if err != nil || len(ends) == 0 {
		return err
	}
	return a.announce(ctx, ws, ends, touch.NewID("msg"), subject, kind, data)
}

// announce names each message after what it is about, so that it is put into
// the outbox once, however often this is called.
func (a *App) announce(ctx context.Context, ws touch.Workspace, ends []Endpoint, about string, subject touch.SubjectID, kind string, data any) error {
	now := utcNow()
	b, err := json.Marshal(announcement{kind, now, data})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "a webhook can't be written")
	}
	key, err := a.keyOf(ctx, ws, subject)
	if err != nil {
		return err
	}
	ps := make([]rights.Parcel, 0, len(ends))
	for _, e := range ends {
		p := rights.Parcel{Workspace: ws, ID: about + "." + e.ID, Endpoint: e.ID, Subject: subject, NotBefore: now, At: now}
		if p.Sealed, err = key.Seal(b, []byte("outbox\x00"+p.ID)); err != nil {
			return err
		}
		ps = append(ps, p)
	}
	return a.DB.PutParcel(ctx, ps...)
}

// changedPermission is one line of a consent.changed message.
type changedPermission struct {
	Purpose string         `json:"purpose"`
	System  touch.SystemID `json:"system,omitzero"`
	Channel touch.Channel  `json:"channel"`
	State   consent.State  `json:"state"`
	At      time.Time      `json:"at"`
}

// AnnounceConsent puts a webhook into the outbox for every permission that
// changed since it was last called, whoever changed it. A crash repeats a part
// of it, with the same ids. It returns how many changes there were.
func (a *App) AnnounceConsent(ctx context.Context, ws touch.Workspace) (n int, err error) {
	ends, err := a.listeners(ctx, ws)
	if err != nil || len(ends) == 0 {
		return 0, err
	}
	at, err := a.DB.Announced(ctx, ws)
	if err != nil {
		return 0, err
	}
	for {
		rows, err := a.DB.PlacedAfter(ctx, ws, at, 500)
		if err != nil || len(rows) == 0 {
			return n, err
		}
		for _, row := range rows {
			if row.Kind != string(record.Grant) || row.Subject == "" {
				continue
			}
			err := a.announceGrant(ctx, ws, ends, row)
			if err != nil && !errors.Is(err, seal.ErrErased) && touch.CodeOf(err) != touch.Unknown {
				return n, err
			}
			n++
		}
		at = rows[len(rows)-1].Place
		if err := a.DB.SetAnnounced(ctx, ws, at); err != nil {
			return n, err
		}
	}
}

func (a *App) announceGrant(ctx context.Context, ws touch.Workspace, ends []Endpoint, row sqlstore.Placed) error {
	o, err := a.Record.Opening(ctx, ws, row.ID)
	if err != nil {
		return err
	}
	var body struct {
		Events []consent.Event `json:"events"`
	}
	if err := payload(o.Payload, &body); err != nil {
		return err
	}
	var lines []changedPermission
	for i := range body.Events {
		if e := &body.Events[i]; !e.Device { // a browser's answer is nobody's permission
			lines = append(lines, changedPermission{e.Scope.Purpose, e.Scope.System, e.Scope.Channel, e.State, e.Effective()})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return a.announce(ctx, ws, ends, string(row.ID), row.Subject, "consent.changed", map[string]any{"subject": row.Subject, "event": row.ID, "permissions": lines})
}

// RunWebhooks announces and delivers until the context ends; run it beside the
// server. It looks every second.
func (a *App) RunWebhooks(ctx context.Context) {
	box, tick := a.Outbox(), time.NewTicker(time.Second)
	defer tick.Stop()
	failed := func(what string, err error) {
		if err != nil && ctx.Err() == nil {
			a.Log.Error(what, "code", touch.CodeOf(err), "cause", causeOf(err))
		}
	}
	for {
		all, err := a.DB.AllWorkspaces(ctx)
		failed("webhooks", err)
		for _, w := range all {
			_, err := a.AnnounceConsent(ctx, w.ID)
			failed("webhooks", err)
		}
		for n := events.Batch; n == events.Batch && ctx.Err() == nil; {
			n, err = box.Deliver(ctx)
			failed("webhooks", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// keyOf is a person's key, or the workspace's for nobody.
func (a *App) keyOf(ctx context.Context, ws touch.Workspace, subject touch.SubjectID) (seal.SubjectKey, error) {
	if subject == "" {
		return a.Keeper.WorkspaceKey(ws)
	}
	k, err := a.Ledger.ByID(ctx, ws, subject)
	return k.Key, err
}

// knownEndpoints keeps the opened endpoints of each workspace until one of its
// documents changes, so that not every delivery opens them all.
type knownEndpoints struct {
	app *App
	mu  sync.Mutex // owns at
	at  map[touch.Workspace]endpointsAt
}

type endpointsAt struct {
	epoch int64
	ends  []Endpoint
}

func (k *knownEndpoints) of(ctx context.Context, ws touch.Workspace) ([]Endpoint, error) {
	epoch, err := k.app.DB.Epoch(ctx, ws) // before the endpoints: what changes between is read again
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if x, ok := k.at[ws]; ok && x.epoch == epoch {
		return x.ends, nil
	}
	ends, err := k.app.Endpoints(ctx, ws)
	if err != nil {
		return nil, err
	}
	if k.at == nil {
		k.at = map[touch.Workspace]endpointsAt{}
	}
	k.at[ws] = endpointsAt{epoch, ends}
	return ends, nil
}

// Outbox delivers webhooks; run it beside the server.
func (a *App) Outbox() *events.Outbox {
	addresses := &knownEndpoints{app: a}
	return &events.Outbox{Store: a.DB, Client: a.Outbound, Now: utcNow, Open: func(ctx context.Context, p rights.Parcel) (events.Letter, error) {
		ends, err := addresses.of(ctx, p.Workspace)
		if err != nil {
			return events.Letter{}, err
		}
		i := slices.IndexFunc(ends, func(e Endpoint) bool { return e.ID == p.Endpoint })
		if i < 0 {
			return events.Letter{}, touch.Errorf(touch.Unknown, "the endpoint is gone")
		}
		key, err := a.keyOf(ctx, p.Workspace, p.Subject)
		if err != nil {
			return events.Letter{}, err
		}
		b, err := key.Open(p.Sealed, []byte("outbox\x00"+p.ID))
		if err != nil {
			return events.Letter{}, err
		}
		if ends[i].Kind != "" {
			return events.Letter{Carry: func(ctx context.Context, again bool) error { return a.carry(ctx, p, ends[i], b, again) }}, nil
		}
		s, err := events.ParseSecret(ends[i].Secret)
		return events.Letter{URL: ends[i].URL, Secret: s, Body: b}, err
	}}
}
