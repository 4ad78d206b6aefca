package app

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/gateway"
	"fairtouch/internal/govern"
	"fairtouch/internal/model"
	"fairtouch/internal/protect"
	"fairtouch/internal/provider"
	"fairtouch/internal/register"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Kinds of documents of the gateway: a binding by its system, a rule by its key.
const (
	DocBinding = "gateway"
	DocRule    = "gateway-key"
)

// PutBinding lets a registered system be used through the gateway.
func (a *App) PutBinding(ctx context.Context, ws touch.Workspace, b gateway.Binding, by touch.UserID) error {
	if err := b.Validate(); err != nil {
		return err
	}
	systems, err := a.DB.Systems(ctx, ws)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(systems, func(s register.System) bool { return s.ID == b.System })
	if i < 0 {
		return touch.Fielderr("system", "no system of this id is registered here; register it first")
	}
	if b.Approvals > 0 && systems[i].Kind != touch.CopyGen {
		return touch.Fielderr("approvals", "are for systems that write copy; what this one says reaches a person at once")
	}
	_, err = a.DB.PutDocument(ctx, ws, DocBinding, string(b.System), b, by)
	return err
}

// Bindings lists the systems that are used through the gateway.
func (a *App) Bindings(ctx context.Context, ws touch.Workspace) ([]gateway.Binding, error) {
	return docs[gateway.Binding](ctx, a.DB, ws, DocBinding)
}

// PutRule limits a key's use of the gateway.
func (a *App) PutRule(ctx context.Context, ws touch.Workspace, r gateway.Rule, by touch.UserID) error {
	if err := r.Validate(); err != nil {
		return err
	}
	_, err := a.DB.PutDocument(ctx, ws, DocRule, string(r.Key), r, by)
	return err
}

// byGateway stands for the model of a system that answers through the gateway
// alone: there its text is scanned, which features are not.
type byGateway struct{}

func (byGateway) Call(context.Context, protect.Safe) (model.Raw, error) {
	return model.Raw{}, touch.Errorf(touch.Unsupported, "this system writes text; ask it through /openai/v1 or /anthropic/v1")
}

// bindGateway binds a system that has a binding there.
func (w *Worlds) bindGateway(ctx context.Context, ws touch.Workspace, b *govern.Bound) bool {
	if b.System.ModelHash != "" {
		return false
	}
	var x gateway.Binding
	if err := w.db.Document(ctx, ws, DocBinding, string(b.System.ID), &x); err != nil {
		return false
	}
	b.Provider, b.Text = byGateway{}, true
	return true
}

// settings answers the gateway's questions from the store. What it read is good
// for a second: a change of a binding or a rule is effective by then. People's
// permissions are not among it.
type settings struct {
	db  *sqlstore.DB
	now func() time.Time

	mu    sync.Mutex // guards what follows
	bound map[string]boundAt
	rules map[string]ruleAt
}

type boundAt struct {
	system  register.System
	binding gateway.Binding
	at      time.Time
}

type ruleAt struct {
	rule gateway.Rule
	at   time.Time
}

const (
	settingsTTL = time.Second
	maxSettings = 10_000
)

// Bound implements gateway.Settings.
func (s *settings) Bound(ctx context.Context, ws touch.Workspace, id touch.SystemID) (register.System, gateway.Binding, error) {
	key, now := string(ws)+"/"+string(id), s.now()
	s.mu.Lock()
	x, ok := s.bound[key]
	s.mu.Unlock()
	if ok && now.Sub(x.at) < settingsTTL {
		return x.system, x.binding, nil
	}
	x = boundAt{at: now} // fresh: others still read the slices of the last one
	if err := s.db.Document(ctx, ws, DocBinding, string(id), &x.binding); err != nil {
		if touch.CodeOf(err) == touch.Unknown {
			err = touch.Errorf(touch.Unknown, "no system of this id answers through the gateway here")
		}
		return x.system, x.binding, err
	}
	all, err := s.db.Systems(ctx, ws)
	if err != nil {
		return x.system, x.binding, err
	}
	i := slices.IndexFunc(all, func(y register.System) bool { return y.ID == id })
	if i < 0 {
		return x.system, x.binding, touch.Errorf(touch.Unknown, "no system of this id is registered here")
	}
	x.system = all[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.bound) > maxSettings {
		clear(s.bound)
	}
	s.bound[key] = x
	return x.system, x.binding, nil
}

// Rule implements gateway.Settings.
func (s *settings) Rule(ctx context.Context, ws touch.Workspace, id touch.KeyID) (gateway.Rule, error) {
	key, now := string(ws)+"/"+string(id), s.now()
	s.mu.Lock()
	x, ok := s.rules[key]
	s.mu.Unlock()
	if ok && now.Sub(x.at) < settingsTTL {
		return x.rule, nil
	}
	x = ruleAt{at: now}
	if err := s.db.Document(ctx, ws, DocRule, string(id), &x.rule); err != nil && touch.CodeOf(err) != touch.Unknown {
		return x.rule, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules) > maxSettings {
		clear(s.rules)
	}
	s.rules[key] = x
	return x.rule, nil
}

// Gateway is the interface of the language models.
func (a *App) Gateway() (http.Handler, error) {
	ups, err := a.upstreams()
	if err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{Names: a.Names, Desk: a.Desk, Path: a.Path, Upstreams: ups, Handoff: a.Handoff(), Turns: turns{a}, Meter: a.meter, Drafts: a.CopyDesk(), Replies: replies{a}, Hash: a.Keeper.Lookup,
		Settings:     &settings{db: a.DB, now: time.Now, bound: map[string]boundAt{}, rules: map[string]ruleAt{}},
		AllowedHosts: a.Config.AllowedHosts(), MaxBody: int64(a.Config.Gateway.MaxBody), Log: a.Log, Now: time.Now})
}

// upstreams are the providers that the configuration turns on, and the sandbox.
func (a *App) upstreams() (map[string]gateway.Upstream, error) {
	c := a.Config.Gateway
	trip := provider.NewDialer(strings.Split(c.AllowHosts, ",")).Transport()
	out := map[string]gateway.Upstream{"sandbox": provider.Sandbox{}}
	if c.OpenAIKey != "" || c.OpenAIURL != "" && !strings.Contains(c.OpenAIURL, "//api.openai.com") {
		up, err := provider.NewOpenAI("openai", c.OpenAIURL, c.OpenAIKey, trip)
		if err != nil {
			return nil, err
		}
		out["openai"] = up
	}
	if c.FallbackURL != "" {
		up, err := provider.NewOpenAI("openai-fallback", c.FallbackURL, c.FallbackKey, trip)
		if err != nil {
			return nil, err
		}
		out["openai-fallback"] = up
	}
	if c.AnthropicKey != "" || c.AnthropicURL != "" && !strings.Contains(c.AnthropicURL, "//api.anthropic.com") {
		up, err := provider.NewAnthropic("anthropic", c.AnthropicURL, c.AnthropicKey, trip)
		if err != nil {
			return nil, err
		}
		out["anthropic"] = up
	}
	return out, nil
}
