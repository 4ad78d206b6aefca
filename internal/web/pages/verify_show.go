package pages

import "net/http"

type verifyView struct {
	Verify
	Token string
}

func (p *Pages) verifyShow(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Backend.Reasons.Verify(r.Context(), token(r))
	if err != nil {
		return err
	}
	return p.t.verify.Render(w, http.StatusOK, doc[verifyView]{p.frame(r, v.Company), verifyView{v, string(token(r))}})
}

func (p *Pages) proofShow(w http.ResponseWriter, r *http.Request) error {
	b, err := p.Backend.Reasons.Proof(r.Context(), token(r))
	if err != nil {
		return err
	}
	return download(w, "proof.json", b)
}
