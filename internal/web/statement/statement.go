// Package statement serves the section on AI of the company's privacy policy: as
// a page, as a fragment of HTML and as JSON that any site may embed.
package statement

import (
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fairtouch/internal/statement"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

//go:embed templates/*.html
var files embed.FS

// Published is a published statement, and whether it still describes the systems.
type Published struct {
	statement.Version
	Current bool
	Newest  int
	Demo    bool
}

// Backend reads what was published.
type Backend interface {
	// Published reads a version, the newest for 0; touch.Unknown where there is none.
	Published(ctx context.Context, number int) (Published, error)
}

// Pages serves /register/policy, /register/policy.html and /register/policy.json.
type Pages struct {
	back   Backend
	assets *view.Assets
	log    *slog.Logger
	mux    *http.ServeMux
	page   view.Page[doc]
	fault  view.Page[doc]
	part   *template.Template
}

type doc struct {
	CSS, Icon string
	Section   statement.Section
	Published
	Langs []statement.Section
	Fault view.Fault
}

// New parses the templates; an error means that the build is broken.
func New(back Backend, assets *view.Assets, log *slog.Logger) (*Pages, error) {
	p := &Pages{back: back, assets: assets, log: log, mux: http.NewServeMux()}
	l := view.NewLoader(files, nil, "templates/layout.html", "templates/section.html")
	p.page, p.fault = view.Load[doc](l, "templates/policy.html"), view.Load[doc](l, "templates/fault.html")
	if err := l.Err(); err != nil {
		return nil, err
	}
	var err error
	if p.part, err = template.ParseFS(files, "templates/section.html"); err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the fragment's template is broken")
	}
	p.mux.HandleFunc("GET /register/policy", p.wrap(p.show))
	p.mux.HandleFunc("GET /register/policy.html", p.wrap(p.fragment))
	p.mux.HandleFunc("GET /register/policy.json", p.wrap(p.json))
	return p, nil
}

// ServeHTTP serves the three.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

func (p *Pages) wrap(f func(w http.ResponseWriter, r *http.Request, d doc) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache") // it must be able to say that it is out of date
		w.Header().Set("Vary", "Accept-Language")
		d := doc{CSS: p.assets.URL("fairtouch.css"), Icon: p.assets.URL("icon.svg")}
		number, err := strconv.Atoi(r.URL.Query().Get("version"))
		if err != nil {
			number = 0
		}
		if d.Published, err = p.back.Published(r.Context(), number); err == nil {
			p.language(&d, r)
			err = f(w, r, d)
		}
		if err == nil {
			return
		}
		d.Fault, d.Section = view.FaultOf(p.log, r.Pattern, err), statement.Section{Lang: "en", Dir: "ltr"}
		if e := p.fault.Render(w, d.Fault.Status, d); e != nil {
			http.Error(w, d.Fault.Heading, d.Fault.Status)
		}
	}
}

// language picks the one asked for, then the browser's, then English.
func (p *Pages) language(d *doc, r *http.Request) {
	wanted := []string{strings.ToLower(r.URL.Query().Get("lang"))}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		wanted = append(wanted, base)
	}
	d.Section = d.In(wanted...)
	for _, s := range d.Sections {
		if s.Lang != d.Section.Lang {
			d.Langs = append(d.Langs, s)
		}
	}
	slices.SortFunc(d.Langs, func(a, b statement.Section) int { return strings.Compare(a.Lang, b.Lang) })
}

func (p *Pages) show(w http.ResponseWriter, _ *http.Request, d doc) error {
	return p.page.Render(w, http.StatusOK, d)
}

// fragment is the section alone, without style, for a server that puts it into a
// page of its own.
func (p *Pages) fragment(w http.ResponseWriter, _ *http.Request, d doc) error {
	var b strings.Builder
	if err := p.part.ExecuteTemplate(&b, "section", d); err != nil {
		return touch.Wrap(touch.Internal, err, "the fragment can't be written")
	}
	w.Header().Set("Access-Control-Allow-Origin", "*") // it is public, and the same for everybody
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("ETag", `"`+d.Hash+`"`)
	_, err := w.Write([]byte(b.String()))
	return err
}

func (p *Pages) json(w http.ResponseWriter, _ *http.Request, d doc) error {
	langs := make([]string, 0, len(d.Sections))
	for l := range d.Sections {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Del("Vary")
	w.Header().Set("Vary", "Accept-Language")
	return json.NewEncoder(w).Encode(struct {
		Version   int               `json:"version"`
		Hash      string            `json:"hash"`
		Describes string            `json:"describes"`
		Current   bool              `json:"up_to_date"`
		Languages []string          `json:"languages"`
		Section   statement.Section `json:"section"`
	}{d.Number, d.Hash, d.Day, d.Current, langs, d.Section})
}
