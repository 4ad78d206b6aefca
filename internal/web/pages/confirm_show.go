package pages

import (
	"net/http"
)

type confirmView struct {
	Confirm
	Token string
}

// confirmShow shows what a mail's link asks. Opening it changes nothing: mail
// scanners open links too.
func (p *Pages) confirmShow(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Backend.Choices.ToConfirm(r.Context(), token(r))
	if err != nil {
		return err
	}
	return p.t.confirm.Render(w, http.StatusOK, doc[confirmView]{p.frame(r, c.Company), confirmView{c, string(token(r))}})
}

// confirmSave is the button.
func (p *Pages) confirmSave(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Backend.Choices.ToConfirm(r.Context(), token(r))
	if err != nil {
		return err
	}
	if err := p.Backend.Choices.Confirm(r.Context(), token(r)); err != nil {
		return err
	}
	c.Done = true
	return p.t.confirm.Render(w, http.StatusOK, doc[confirmView]{p.frame(r, c.Company), confirmView{c, string(token(r))}})
}
