package api

import (
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

type server struct {
	cfg     Config
	log     *slog.Logger
	mux     *http.ServeMux
	meter   *meter
	openapi []byte
	anyHost bool
	epoch   string // makes request ids of different runs differ
	count   atomic.Uint64

	nosniff, noStore []string // header values, shared by all answers and never changed
}

// New makes the handler for /v1/…, /log/…, /healthz, /readyz and /metrics. It
// is safe for concurrent use.
func New(cfg Config) http.Handler {
	cfg = cfg.withDefaults()
	s := &server{cfg: cfg, log: cfg.Logger, mux: http.NewServeMux(), meter: newMeter(),
		anyHost: slices.Contains(cfg.AllowedHosts, "*"), epoch: touch.RandomID()[:12] + "-",
		nosniff: []string{"nosniff"}, noStore: []string{"no-store"}}
	table := routes()
	s.openapi = document(table)
	allowed := map[string][]string{}
	for i := range table {
		rt := &table[i]
		rt.gauge = s.meter.gauge(rt)
		allowed[rt.path] = append(allowed[rt.path], rt.method)
		s.mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) { s.serve(rt, w, r) })
	}
	for path, methods := range allowed {
		s.wrongMethod(path, strings.Join(methods, ", "))
	}
	lost := s.plain("lost", func(*call) error {
		return touch.Errorf(touch.Unknown, "there is nothing at this address; see /v1/openapi.json")
	})
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(lost, w, r) })
	return s
}

func (s *server) plain(name string, f func(*call) error) *route {
	rt := &route{path: name, scope: open, handle: f}
	rt.gauge = s.meter.gauge(rt)
	return rt
}

func (s *server) wrongMethod(path, allow string) {
	rt := s.plain("method", func(c *call) error {
		c.w.Header().Set("Allow", allow)
		return withStatus(http.StatusMethodNotAllowed, touch.Errorf(touch.Invalid, "this address takes %s", allow))
	})
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serve(rt, w, r) })
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// serve is what every route has around it.
func (s *server) serve(rt *route, w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	c := &call{s: s, w: w, r: r, route: rt, id: s.epoch + strconv.FormatUint(s.count.Add(1), 36)}
	defer func() {
		if p := recover(); p != nil {
			s.caught(c, p)
		}
		rt.gauge.done(c.sent, time.Since(start))
	}()
	h := w.Header()
	h["X-Request-Id"] = []string{c.id}
	h["X-Content-Type-Options"], h["Cache-Control"] = s.nosniff, s.noStore
	if err := s.enter(c); err != nil {
		c.fail(err, nil)
		return
	}
	if err := rt.handle(c); err != nil {
		c.fail(err, nil)
	}
}

// caught answers for a panic. Its value is not logged: it may hold anything.
func (s *server) caught(c *call, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.log.Error("a request panicked", "request", c.id, "route", c.route.path, "stack", string(debug.Stack()))
	if c.sent == 0 {
		c.fail(touch.Errorf(touch.Internal, "something failed on our side; the log has the cause"), nil)
	}
}

// enter lets a request in: host, then credential, then scope, then query.
func (s *server) enter(c *call) error {
	if !c.route.probe && !s.knownHost(c.r.Host) {
		return withStatus(http.StatusMisdirectedRequest, touch.Errorf(touch.Invalid, "this server does not answer for that host; an administrator can add it to the allowed hosts"))
	}
	if c.route.scope != open {
		if err := s.credential(c); err != nil {
			return err
		}
	}
	for _, name := range c.route.names {
		if !clean(c.r.PathValue(name)) {
			return touch.Errorf(touch.Unknown, "there is nothing of that id")
		}
	}
	return c.ask()
}

func (s *server) credential(c *call) error {
	kind, secret, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if secret == "" || !strings.EqualFold(kind, "Bearer") {
		return c.who.Require(c.route.scope) // says how to send one
	}
	who, err := s.cfg.Desk.ByKey(c.r.Context(), secret)
	if err != nil {
		return err
	}
	c.who = who
	return who.Require(c.route.scope)
}

func (s *server) knownHost(host string) bool {
	if s.anyHost {
		return true
	}
	if strings.IndexByte(host, ':') >= 0 {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	host = strings.Trim(host, "[]")
	for _, h := range s.cfg.AllowedHosts {
		if strings.EqualFold(h, host) {
			return true
		}
	}
	return false
}

// open marks a route that needs no key; it must be said, never left out.
const open access.Scope = "none"
