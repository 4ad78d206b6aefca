package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/govern"
	"fairtouch/internal/register"
	"fairtouch/internal/wire"
	"fairtouch/pii"
	"fairtouch/touch"
)

// Desk checks keys.
type Desk interface {
	ByKey(ctx context.Context, secret string) (access.Principal, error)
}

// Path admits a use and puts it on record.
type Path interface {
	Begin(ctx context.Context, c govern.Caller, t touch.Touch, x govern.Exchange) (*govern.Use, touch.Decision, error)
}

// Upstream is a provider, or several in turn.
type Upstream interface {
	// Takes reports whether it has the route's interface.
	Takes(r wire.Route) bool
	// Send returns the reply's head, or an error before anything was said. The
	// body ends with ctx.
	Send(ctx context.Context, p govern.Payload, c wire.Call) (wire.Reply, error)
}

// Settings is what the gateway asks about systems and keys.
type Settings interface {
	// Bound returns a registered system and how the gateway uses it. One that
	// isn't bound to a provider is Unknown.
	Bound(ctx context.Context, ws touch.Workspace, id touch.SystemID) (register.System, Binding, error)
	// Rule returns what a key may do here; a key without a rule has the zero one.
	Rule(ctx context.Context, ws touch.Workspace, key touch.KeyID) (Rule, error)
}

// Config is what a gateway is made of.
type Config struct {
	Desk      Desk
	Path      Path
	Settings  Settings
	Upstreams map[string]Upstream // by the name that bindings use
	Handoff   Handoff
	Drafts    Drafts
	Turns     Turns
	Meter     *Meter  // of the process, so that all its gateways count together
	Replies   Replies // nil: a repeated request is a new one
	// Hash is a keyed hash of the workspace's, in hex: for pseudonyms of people.
	Hash func(ws touch.Workspace, s string) (string, error)
	// Bare means that the client shows label and way to a human itself, so that
	// answers that no model wrote don't repeat them.
	Bare         bool
	AllowedHosts []string
	MaxBody      int64     // bytes; 32 MiB unless set
	Names        pii.Model // finds names beside the detector's own; nil: none
	Log          *slog.Logger
	Now          func() time.Time
}

type server struct {
	cfg    Config
	mux    *http.ServeMux
	meter  *Meter
	scans  *scanners
	detect Handoff
	copy   *copyReader
	slots  chan struct{} // one for each request that is on its way
}

// maxCalls bounds the requests that are on their way at once; more are told to
// come back.
const maxCalls = 2048

// New makes the handler of /openai/v1/… and /anthropic/v1/….
func New(cfg Config) (http.Handler, error) {
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = 32 << 20
	}
	s := &server{cfg: cfg, mux: http.NewServeMux(), meter: cfg.Meter, detect: cfg.Handoff, copy: newCopyReader(), slots: make(chan struct{}, maxCalls)}
	var err error
	if s.scans, err = newScanners(cfg.Names); err != nil {
		return nil, err
	}
	for addr, route := range map[string]wire.Route{
		"POST /openai/v1/chat/completions": wire.Chat, "POST /openai/v1/responses": wire.Responses, "POST /openai/v1/embeddings": wire.Embeddings,
		"POST /anthropic/v1/messages": wire.Messages, "POST /anthropic/v1/messages/count_tokens": wire.Count,
	} {
		s.mux.HandleFunc(addr, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) })
	}
	s.mux.HandleFunc("GET /openai/v1/models", s.models)
	s.mux.HandleFunc("GET /anthropic/v1/models", s.models)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r, "")
		c.fail(touch.Errorf(touch.Unknown, "this address is not governed here, so it is refused; chat/completions, responses, embeddings, models, messages and messages/count_tokens are"))
	})
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// call is one request on its way.
type call struct {
	s         *server
	w         http.ResponseWriter
	r         *http.Request
	route     wire.Route
	anthropic bool
	id        string
	began     time.Time
	who       access.Principal
	rule      Rule
	sent      bool   // something of the answer has left
	again     *again // nil without an Idempotency-Key
}

func (s *server) call(w http.ResponseWriter, r *http.Request, route wire.Route) *call {
	c := &call{s: s, w: w, r: r, route: route, anthropic: strings.HasPrefix(r.URL.Path, "/anthropic/"), id: "req_" + touch.RandomID(), began: s.cfg.Now()}
	h := w.Header()
	h["X-Request-Id"], h["Request-Id"] = []string{c.id}, []string{c.id}
	h["X-Content-Type-Options"], h["Cache-Control"] = []string{"nosniff"}, []string{"no-store"}
	return c
}

func (s *server) serve(w http.ResponseWriter, r *http.Request, route wire.Route) {
	c := s.call(w, r, route)
	defer func() {
		p := recover()
		switch {
		case p == nil:
		case p == http.ErrAbortHandler || c.sent:
			panic(http.ErrAbortHandler)
		default: // the panic's text may hold anything, so it isn't logged
			s.cfg.Log.Error("a gateway request panicked", "request", c.id, "route", string(route), "stack", string(debug.Stack()))
			c.fail(touch.Errorf(touch.Internal, "something failed on our side; the log has the cause"))
		}
	}()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		c.fail(touch.Errorf(touch.Unavailable, "too many requests are on their way here; try again"))
		return
	}
	if err := c.enter(); err != nil {
		c.fail(err)
		return
	}
	c.answer()
}

// answer runs a request; what it held on a key ends with it.
func (c *call) answer() {
	defer func() { c.again.release() }()
	if err := c.run(); err != nil {
		c.fail(err)
	}
}

// enter lets a request in: host, then key, then the key's limits.
func (c *call) enter() error {
	if !c.s.knownHost(c.r.Host) {
		return touch.Errorf(touch.Invalid, "this server does not answer for that host; an administrator can add it to the allowed hosts")
	}
	secret := c.r.Header.Get("X-Api-Key")
	if kind, s, ok := strings.Cut(c.r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		secret = strings.TrimSpace(s)
	}
	if secret == "" {
		return touch.Errorf(touch.Unauthenticated, "send a Fairtouch key as the API key; `fairtouch keys create --scopes decide` makes one")
	}
	var err error
	if c.who, err = c.s.cfg.Desk.ByKey(c.r.Context(), secret); err != nil {
		return err
	}
	if err := c.who.Require(access.Decide); err != nil {
		return err
	}
	c.rule, err = c.s.cfg.Settings.Rule(c.r.Context(), c.who.Workspace, c.who.Key)
	return err
}

func (s *server) knownHost(host string) bool {
	for _, h := range s.cfg.AllowedHosts {
		if h == "*" || strings.EqualFold(strings.Trim(h, "[]"), hostName(host)) {
			return true
		}
	}
	return false
}

// hostName is a Host header without its port and brackets.
func hostName(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.IndexByte(host[i:], ']') < 0 && strings.Count(host, ":") == 1 || strings.HasPrefix(host, "[") && i > strings.IndexByte(host, ']') {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}
