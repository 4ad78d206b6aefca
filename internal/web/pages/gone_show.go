package pages

import (
	"net/http"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type goneView struct {
	Gone      bool // the link is too old, wrong, or of another kind
	Reference string
}

// fail shows a page in plain words that still offers a human.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	c, cerr := p.Backend.Public.Company(r.Context())
	if cerr != nil {
		c = Company{}
	}
	f := view.FaultOf(p.Log, r.Pattern, err)
	v := goneView{Gone: touch.CodeOf(err) == touch.Unknown, Reference: f.Reference}
	if err := p.t.gone.Render(w, f.Status, doc[goneView]{p.frame(r, c), v}); err != nil {
		p.Log.Error("page failed", "route", r.Pattern, "cause", err.Error())
		http.Error(w, "This page can't be shown right now.", http.StatusInternalServerError)
	}
}
