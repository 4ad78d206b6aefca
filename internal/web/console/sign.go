package console

import (
	"net/http"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type signInView struct {
	Login string
	Roles []access.Role // of the demo, to be entered without a password
}

type joinView struct{ Token, Login, Name, Role string }

func (c *Console) demoRoles() []access.Role {
	if c.Demo == nil || c.Demo() == "" {
		return nil
	}
	return access.Roles()
}

func (c *Console) signInShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if p.Workspace != "" {
		return redirect(w, r, "/console/")
	}
	return c.t.signIn.Render(w, http.StatusOK, page[signInView]{c.frame(p, "", nil), signInView{Roles: c.demoRoles()}})
}

func (c *Console) signInTry(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	login := r.PostForm.Get("login")
	_, token, err := c.Desk.SignIn(r.Context(), login, r.PostForm.Get("password"))
	if code := touch.CodeOf(err); code == touch.Unauthenticated || code == touch.RateLimited {
		ps := view.Problems{{Field: "login", Message: touch.AsError(err).Message}}
		return c.t.signIn.Render(w, http.StatusUnprocessableEntity, page[signInView]{c.frame(p, "", ps), signInView{login, c.demoRoles()}})
	}
	if err != nil {
		return err
	}
	c.setSession(w, token)
	return redirect(w, r, "/console/")
}

func (c *Console) setSession(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: token, Path: "/console/", MaxAge: int(access.SessionLife.Seconds()),
		HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode})
}

// demoEnter signs in to the demo as one of its roles. It exists only where the
// server runs the demo, whose people are invented.
func (c *Console) demoEnter(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	if c.Demo == nil || c.Demo() == "" {
		return touch.Errorf(touch.Unknown, "no such page")
	}
	role, err := access.ParseRole(r.PostForm.Get("role"))
	if err != nil {
		return err
	}
	token, err := c.Desk.EnterDemo(r.Context(), c.Demo(), role)
	if err != nil {
		return err
	}
	c.setSession(w, token)
	return redirect(w, r, "/console/")
}

func (c *Console) joinShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	token := r.PathValue("token")
	inv, err := c.Desk.Peek(r.Context(), token)
	if err != nil {
		return touch.Errorf(touch.Unknown, "this link was used or is too old; ask an administrator for a new one")
	}
	return c.t.join.Render(w, http.StatusOK, page[joinView]{c.frame(p, "", nil), joinView{Token: token, Role: inv.Role.Words()}})
}

func (c *Console) joinSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v := joinView{Token: r.PathValue("token"), Login: r.PostForm.Get("login"), Name: r.PostForm.Get("name")}
	u, err := c.Desk.Join(r.Context(), v.Token, v.Login, v.Name, r.PostForm.Get("password"))
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.t.join.Render(w, http.StatusUnprocessableEntity, page[joinView]{c.frame(p, "", ps), v})
	}
	if err != nil {
		return err
	}
	token, err := c.Desk.OpenSession(r.Context(), u)
	if err != nil {
		return err
	}
	c.setSession(w, token)
	return redirect(w, r, "/console/")
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	if k, err := r.Cookie(cookieName); err == nil {
		if err := c.Desk.SignOut(r.Context(), k.Value); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/console/", MaxAge: -1, HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode})
	return redirect(w, r, "/console/sign-in")
}
