package pages

import (
	"embed"
	"log/slog"
	"net/http"
	"time"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Config is what the pages need. All of it is required but Secure.
type Config struct {
	Backend Backend
	Assets  *view.Assets
	Log     *slog.Logger
	Now     func() time.Time
	Secure  bool      // cookies for https only; set it when public_url is https
	GPCFrom time.Time // since when Global Privacy Control is honoured
}

// Pages serves the customers' pages.
type Pages struct {
	Config
	assets   *view.Assets
	messages *Messages
	t        templates
	mux      *http.ServeMux
}

type doc[V any] struct {
	Frame
	V V
}

type templates struct {
	why      view.Page[doc[Why]]
	code     view.Page[doc[codeView]]
	stop     view.Page[doc[stopView]]
	consent  view.Page[doc[consentView]]
	human    view.Page[doc[humanView]]
	verify   view.Page[doc[verifyView]]
	register view.Page[doc[Register]]
	gone     view.Page[doc[goneView]]
	rights   view.Page[doc[rightsPageView]]
	confirm  view.Page[doc[confirmView]]
	guardian view.Page[doc[guardianView]]
	chat     view.Page[doc[chatView]]
	try      view.Page[doc[struct{}]]
}

// New parses every template and message; an error means that the build is broken.
func New(c Config) (*Pages, error) {
	m, err := LoadMessages()
	if err != nil {
		return nil, err
	}
	p := &Pages{Config: c, assets: c.Assets, messages: m, mux: http.NewServeMux()}
	if p.t, err = loadTemplates(); err != nil {
		return nil, err
	}
	for _, r := range p.routes() {
		p.mux.HandleFunc(r.pattern, p.wrap(r.handle))
	}
	p.mux.HandleFunc("GET /.well-known/gpc.json", p.gpcShow)
	return p, nil
}

func loadTemplates() (templates, error) {
	l := view.NewLoader(templateFiles, nil, "templates/layout.html")
	t := templates{
		why:      view.Load[doc[Why]](l, "templates/why_show.html"),
		code:     view.Load[doc[codeView]](l, "templates/code_show.html"),
		stop:     view.Load[doc[stopView]](l, "templates/stop_show.html"),
		consent:  view.Load[doc[consentView]](l, "templates/consent_show.html"),
		human:    view.Load[doc[humanView]](l, "templates/human_show.html"),
		verify:   view.Load[doc[verifyView]](l, "templates/verify_show.html"),
		register: view.Load[doc[Register]](l, "templates/register_show.html"),
		gone:     view.Load[doc[goneView]](l, "templates/gone_show.html"),
		rights:   view.Load[doc[rightsPageView]](l, "templates/rights_show.html"),
		confirm:  view.Load[doc[confirmView]](l, "templates/confirm_show.html"),
		guardian: view.Load[doc[guardianView]](l, "templates/guardian_show.html"),
		chat:     view.Load[doc[chatView]](l, "templates/chat_show.html"),
		try:      view.Load[doc[struct{}]](l, "templates/chat_try.html"),
	}
	return t, l.Err()
}

type handler func(w http.ResponseWriter, r *http.Request) error

type route struct {
	pattern string
	handle  handler
}

func (p *Pages) routes() []route {
	return []route{
		{"GET /p/why/{token}", p.whyShow},
		{"GET /p/why/{token}/code", p.codeShow},
		{"POST /p/why/{token}/code", p.codeSend},
		{"POST /p/why/{token}/unlock", p.codeTry},
		{"GET /p/stop/{token}", p.stopShow},
		{"POST /p/stop/{token}", p.stopSave},
		{"POST /p/stop/{token}/undo", p.stopUndo},
		{"GET /p/consent/{token}", p.consentShow},
		{"POST /p/consent/{token}", p.consentSave},
		{"POST /p/consent/{token}/browser", p.browserLink},
		{"GET /p/consent/{token}/receipt/{id}", p.receiptShow},
		{"GET /p/guardian/{token}", p.guardianShow},
		{"POST /p/guardian/{token}", p.guardianSave},
		{"GET /p/confirm/{token}", p.confirmShow},
		{"POST /p/confirm/{token}", p.confirmSave},
		{"GET /p/human/{token}", p.humanShow},
		{"POST /p/human/{token}", p.humanAsk},
		{"GET /p/verify/{token}", p.verifyShow},
		{"GET /p/verify/{token}/proof", p.proofShow},
		{"GET /p/rights/{token}", p.rightsShow},
		{"POST /p/rights/{token}", p.rightsAsk},
		{"POST /p/rights/{token}/code", p.rightsCode},
		{"POST /p/rights/{token}/unlock", p.rightsUnlock},
		{"POST /p/rights/{token}/answer", p.rightsAnswer},
		{"GET /p/chat/{token}", p.chatShow},
		{"POST /p/chat/{token}", p.chatSay},
		{"POST /p/chat/{token}/callback", p.chatCallBack},
		{"GET /p/try-chat", p.chatTryShow},
		{"POST /p/try-chat", p.chatTry},
		{"GET /register", p.registerShow},
		{"GET /p/", p.nothing},
	}
}

func (p *Pages) nothing(http.ResponseWriter, *http.Request) error {
	return touch.Errorf(touch.Unknown, "no such page")
}

// ServeHTTP serves /p/, /register and /.well-known/gpc.json.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// maxForm bounds a posted form; the longest field is a question of 4,000 characters.
const maxForm = 64 << 10

func (p *Pages) wrap(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		w.Header().Set("Vary", "Accept-Language")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := h(w, r); err != nil {
			p.fail(w, r, err)
		}
	}
}

func token(r *http.Request) Token { return Token(r.PathValue("token")) }

func back(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func form(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return touch.Wrap(touch.TooLarge, err, "the form is too large or damaged")
	}
	return nil
}

func and(u, query string) string {
	for _, c := range u {
		if c == '?' {
			return u + "&" + query
		}
	}
	return u + "?" + query
}
