// Package banner serves a web site's consent banner: one script that a site
// embeds, the two addresses that it asks, and the same as a plain page.
//
// It can write states of a device and nothing else. A request is answered for
// pages of the site's own origins only; the device is a value that the server
// signed, bound to workspace and site; and each answer belongs to one question
// that the server asked, so that it can't be sent twice.
package banner

import (
	"embed"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

//go:embed assets templates
var files embed.FS

// Config is what the banner is made of.
type Config struct {
	Backend Backend
	Assets  *view.Assets
	Log     *slog.Logger
	Now     func() time.Time
	Hosts   []string // that requests may carry
	Secure  bool     // cookies for https only
	Demo    func() string
}

// Banner serves /site/ and /p/site/, and the demo's web site.
type Banner struct {
	Config
	script []byte
	mux    *http.ServeMux
	plain  *http.ServeMux
	t      templates
	limit  *limiter
}

const (
	maxBody    = 16 << 10
	deviceLife = 400 * 24 * time.Hour // what browsers keep a cookie at the longest (RFC 6265bis)
)

// New parses the templates; an error means that the build is broken.
func New(c Config) (*Banner, error) {
	b := &Banner{Config: c, mux: http.NewServeMux(), plain: http.NewServeMux(), limit: newLimiter(c.Now)}
	var err error
	if b.script, err = files.ReadFile("assets/consent.js"); err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the banner's script is missing")
	}
	if b.t, err = loadTemplates(); err != nil {
		return nil, err
	}
	b.mux.HandleFunc("GET /site/{key}/consent.js", b.scriptShow)
	b.mux.HandleFunc("POST /site/{key}/open", b.across(b.open))
	b.mux.HandleFunc("POST /site/{key}/answer", b.across(b.answer))
	b.plain.HandleFunc("GET /p/site/{key}", b.wrap(b.pageShow))
	b.plain.HandleFunc("POST /p/site/{key}", b.wrap(b.pageSave))
	b.plain.HandleFunc("GET /demo/site", b.wrap(b.demoShow))
	b.plain.HandleFunc("GET /demo/{file}", b.demoFile)
	return b, nil
}

// Across is what pages of other origins reach: /site/.
func (b *Banner) Across() http.Handler { return view.Headers(view.AllowHosts(b.Hosts, b.mux)) }

// Plain is what visitors open themselves: /p/site/ and /demo/. It belongs behind
// view.Guard.
func (b *Banner) Plain() http.Handler { return b.plain }

func (b *Banner) scriptShow(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // it is the same for everybody, and says nothing
	h.Set("Content-Length", strconv.Itoa(len(b.script)))
	_, _ = w.Write(b.script)
}

// message is what the script sends.
type message struct {
	Device string   `json:"device"`
	GPC    bool     `json:"gpc"`
	Langs  []string `json:"langs"`
	Show   bool     `json:"show"`
	Ask    string   `json:"ask"`
	Said   Said     `json:"said"`
}

type exchange func(r *http.Request, v Visit, m message) (any, string, error)

// across lets a page of the site's own origins in, and nobody else. The reply
// may be read by that origin alone.
func (b *Banner) across(f exchange) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Add("Vary", "Origin")
		key := r.PathValue("key")
		origin, err := b.origin(r, key)
		if err != nil {
			b.fail(w, r, err)
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		var m message
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&m); err != nil {
			b.fail(w, r, touch.Errorf(touch.Invalid, "the message is damaged or too large"))
			return
		}
		v := Visit{Key: key, Device: m.Device, Langs: m.Langs[:min(len(m.Langs), 10)], GPC: m.GPC || r.Header.Get("Sec-GPC") == "1", Show: m.Show}
		if v.Device == "" {
			v.Device = b.cookie(r, key)
		}
		out, device, err := f(r, v, m)
		if err != nil {
			b.fail(w, r, err)
			return
		}
		if device != "" {
			b.keep(w, key, device)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	}
}

// origin is the caller's, if it may ask: one of the site's, or this server's own
// pages.
func (b *Banner) origin(r *http.Request, key string) (string, error) {
	o := r.Header.Get("Origin")
	s, err := b.Backend.Site(r.Context(), key)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(o)
	own := err == nil && u.Host != "" && u.Host == r.Host && (u.Scheme == "https" || !b.Secure)
	if !own && !s.Allows(o) {
		return "", touch.Errorf(touch.Forbidden, "this web site is not registered here; add its address under Permissions, Web sites")
	}
	return o, nil
}

func (b *Banner) open(r *http.Request, v Visit, _ message) (any, string, error) {
	out, err := b.Backend.Open(r.Context(), v)
	return out, "", err
}

func (b *Banner) answer(r *http.Request, v Visit, m message) (any, string, error) {
	if !b.limit.take(v.Key) {
		return nil, "", touch.Errorf(touch.RateLimited, "too many answers at once")
	}
	out, err := b.Backend.Answer(r.Context(), v, m.Ask, m.Said)
	return out, out.Device, err
}

// cookieName is one cookie a site: a device is bound to the site it answered on.
const cookiePrefix = "ft_device_"

func (b *Banner) cookie(r *http.Request, key string) string {
	c, err := r.Cookie(cookiePrefix + key)
	if err != nil {
		return ""
	}
	return c.Value
}

// keep sets the device's cookie. SameSite=Lax: browsers take it where this
// server lies under the site's own domain, and drop it elsewhere; there the page's
// own storage holds the same value.
func (b *Banner) keep(w http.ResponseWriter, key, device string) {
	http.SetCookie(w, &http.Cookie{Name: cookiePrefix + key, Value: device, Path: "/", MaxAge: int(deviceLife / time.Second), HttpOnly: true,
		Secure: b.Secure, SameSite: http.SameSiteLaxMode})
}

// fail answers an error without a word of its cause.
func (b *Banner) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := view.FaultOf(b.Log, r.Pattern, err)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": string(touch.CodeOf(err)), "message": f.Message}})
}
