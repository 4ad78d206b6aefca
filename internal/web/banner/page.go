package banner

import (
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/site"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type templates struct {
	page view.Page[pageView]
	demo view.Page[pageView]
	gone view.Page[pageView]
}

// pageView is the plain page, and the demo's web site.
type pageView struct {
	CSS, Icon string
	Key       string
	Asked
	Saved   bool
	Changed bool
	Fault   view.Fault
}

func loadTemplates() (templates, error) {
	l := view.NewLoader(files, nil, "templates/layout.html")
	t := templates{page: view.Load[pageView](l, "templates/site.html"), demo: view.Load[pageView](l, "templates/demo.html"), gone: view.Load[pageView](l, "templates/gone.html")}
	return t, l.Err()
}

func (b *Banner) wrap(f func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		w.Header().Set("Vary", "Accept-Language")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		err := f(w, r)
		if err == nil {
			return
		}
		v := b.view(Asked{Words: &site.Words{}, Lang: "en"})
		v.Fault = view.FaultOf(b.Log, r.Pattern, err)
		if e := b.t.gone.Render(w, v.Fault.Status, v); e != nil {
			http.Error(w, v.Fault.Heading, v.Fault.Status)
		}
	}
}

func (b *Banner) view(a Asked) pageView {
	return pageView{CSS: b.Assets.URL("fairtouch.css"), Icon: b.Assets.URL("icon.svg"), Asked: a}
}

func (b *Banner) visit(r *http.Request) Visit {
	v := Visit{Key: r.PathValue("key"), GPC: r.Header.Get("Sec-GPC") == "1", Show: true, Page: true}
	v.Device = b.cookie(r, v.Key)
	if l := r.URL.Query().Get("lang"); l != "" {
		v.Langs = append(v.Langs, l)
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		v.Langs = append(v.Langs, tag)
	}
	v.Langs = v.Langs[:min(len(v.Langs), 10)]
	return v
}

func (b *Banner) pageShow(w http.ResponseWriter, r *http.Request) error {
	return b.page(w, r, http.StatusOK, false)
}

func (b *Banner) page(w http.ResponseWriter, r *http.Request, status int, changed bool) error {
	v := b.visit(r)
	a, err := b.Backend.Open(r.Context(), v)
	if err != nil {
		return err
	}
	p := b.view(a)
	p.Key, p.Saved, p.Changed = v.Key, r.URL.Query().Get("saved") == "1", changed
	return b.t.page.Render(w, status, p)
}

// pageSave takes the form. The button says all or each; what isn't ticked is
// left open.
func (b *Banner) pageSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return touch.Wrap(touch.TooLarge, err, "the form is too large or damaged")
	}
	if !b.limit.take(r.PathValue("key")) {
		return touch.Errorf(touch.RateLimited, "too many answers at once; please try again in a minute")
	}
	v, said := b.visit(r), Said{}
	for name := range r.PostForm {
		id, ok := strings.CutPrefix(name, "c-")
		got := r.PostForm.Get(name)
		if ok && (got == "yes" || got == "no") {
			said[id] = got == "yes"
		}
	}
	if all := r.PostForm.Get("all"); all != "" {
		clear(said)
		for _, id := range r.PostForm["id"] {
			said[id] = all == "yes"
		}
	}
	if len(said) == 0 && !v.GPC { // nothing was chosen: it stays open
		http.Redirect(w, r, "/p/site/"+url.PathEscape(v.Key), http.StatusSeeOther)
		return nil
	}
	out, err := b.Backend.Answer(r.Context(), v, r.PostForm.Get("ask"), said)
	if touch.CodeOf(err) == touch.Conflict {
		return b.page(w, r, http.StatusConflict, true)
	}
	if err != nil {
		return err
	}
	b.keep(w, v.Key, out.Device)
	q := url.Values{"saved": {"1"}}
	if l := r.URL.Query().Get("lang"); l != "" {
		q.Set("lang", l)
	}
	http.Redirect(w, r, "/p/site/"+url.PathEscape(v.Key)+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}
