package pages

import "net/http"

// codeCookie holds the session that a one-time code opened.
const codeCookie = "ft_code"

func (p *Pages) whyShow(w http.ResponseWriter, r *http.Request) error {
	session := ""
	if c, err := r.Cookie(codeCookie); err == nil {
		session = c.Value
	}
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	v, err := p.Backend.Reasons.Why(r.Context(), token(r), p.locale(r, c.Locale), session)
	if err != nil {
		return err
	}
	return p.t.why.Render(w, http.StatusOK, doc[Why]{p.frame(r, v.Company), v})
}

// Locked reports whether a code would show more.
func (v Why) Locked() bool {
	for _, r := range v.Reasons {
		if r.Locked && !v.Unlocked {
			return true
		}
	}
	return false
}
