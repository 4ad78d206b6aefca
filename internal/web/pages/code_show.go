package pages

import (
	"net/http"
	"strings"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type codeView struct {
	Code
	Token string
}

func (p *Pages) codeShow(w http.ResponseWriter, r *http.Request) error {
	return p.codePage(w, r, http.StatusOK, nil)
}

func (p *Pages) codePage(w http.ResponseWriter, r *http.Request, status int, ps view.Problems) error {
	c, err := p.Backend.Reasons.Code(r.Context(), token(r))
	if err != nil {
		return err
	}
	f := p.frame(r, c.Company)
	f.Problems = ps
	return p.t.code.Render(w, status, doc[codeView]{f, codeView{c, string(token(r))}})
}

func (p *Pages) codeSend(w http.ResponseWriter, r *http.Request) error {
	if err := p.Backend.Reasons.SendCode(r.Context(), token(r)); err != nil {
		key := "code.toomany"
		if touch.CodeOf(err) == touch.Unsupported {
			key = "rights.nocode"
		}
		var ps view.Problems
		if ps.FromError(err) || touch.CodeOf(err) == touch.Unsupported {
			if len(ps) == 0 {
				ps.Add("code", "")
			}
			return p.codePage(w, r, http.StatusUnprocessableEntity, p.say(r, ps, key))
		}
		return err
	}
	return back(w, r, p.frame(r, Company{}).To("why", string(token(r)), "code"))
}

func (p *Pages) codeTry(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	code := strings.Join(strings.Fields(r.PostForm.Get("code")), "")
	session, err := p.Backend.Reasons.TryCode(r.Context(), token(r), code)
	if err != nil {
		var ps view.Problems
		if ps.FromError(err) {
			return p.codePage(w, r, http.StatusUnprocessableEntity, p.say(r, ps, "code.wrong"))
		}
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: codeCookie, Value: session, Path: "/p/why/", MaxAge: 600, HttpOnly: true, Secure: p.Secure, SameSite: http.SameSiteLaxMode})
	return back(w, r, p.frame(r, Company{}).To("why", string(token(r))))
}

// say replaces the back end's English words by a message in the person's language.
func (p *Pages) say(r *http.Request, ps view.Problems, key string) view.Problems {
	f := p.frame(r, Company{})
	for i := range ps {
		ps[i].Message, _ = f.T(key)
		ps[i].Field = "code"
	}
	return ps
}
