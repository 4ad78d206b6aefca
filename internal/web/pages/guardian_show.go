package pages

import (
	"net/http"

	"fairtouch/internal/web/view"
)

type guardianView struct {
	Centre
	Token string
	Saved bool
}

// guardianShow is the page on which a guardian answers for somebody under age.
func (p *Pages) guardianShow(w http.ResponseWriter, r *http.Request) error {
	return p.guardianPage(w, r, http.StatusOK, "")
}

func (p *Pages) guardianPage(w http.ResponseWriter, r *http.Request, status int, problem string) error {
	c, err := p.ward(r)
	if err != nil {
		return err
	}
	f := p.frame(r, c.Company)
	if problem != "" {
		msg, err := f.T(problem)
		if err != nil {
			return err
		}
		f.Problems = view.Problems{{Message: msg}}
	}
	return p.t.guardian.Render(w, status, doc[guardianView]{f, guardianView{c, string(token(r)), r.URL.Query().Get("saved") == "1"}})
}

func (p *Pages) ward(r *http.Request) (Centre, error) {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return Centre{}, err
	}
	return p.Backend.Choices.Ward(r.Context(), token(r), p.locale(r, c.Locale))
}

// guardianSave records what changed, once they said that they are the guardian.
func (p *Pages) guardianSave(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	c, err := p.ward(r)
	if err != nil {
		return err
	}
	cs, replaced := changed(r, c)
	switch {
	case r.PostForm.Get("guardian") != "yes":
		return p.guardianPage(w, r, http.StatusUnprocessableEntity, "guardian.tick")
	case replaced:
		return p.guardianPage(w, r, http.StatusConflict, "consent.replaced")
	}
	f := p.frame(r, c.Company)
	to := f.To("guardian", string(token(r)))
	if len(cs) == 0 {
		return back(w, r, to)
	}
	if err := p.Backend.Choices.ChooseForWard(r.Context(), token(r), f.Lang, cs); err != nil {
		return err
	}
	return back(w, r, and(to, "saved=1"))
}
