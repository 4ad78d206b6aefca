package console

import (
	"net/http"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type settingsView struct {
	Settings
	NewKey string // shown this once
	Invite string // a link, shown this once
	Done   string // what was just changed
	Scopes []access.Scope
	Roles  []access.Role
}

func (c *Console) settingsShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.settings(w, r, p, settingsView{}, http.StatusOK, nil)
}

func (c *Console) settings(w http.ResponseWriter, r *http.Request, p access.Principal, v settingsView, status int, ps view.Problems) error {
	s, err := c.Backend.House.Settings(r.Context(), p)
	if err != nil {
		return err
	}
	v.Settings, v.Scopes, v.Roles = s, access.Scopes(), access.Roles()
	return c.t.settings.Render(w, status, page[settingsView]{c.frame(p, "/console/settings", ps), v})
}

func (c *Console) companySave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	err := c.Backend.House.SaveCompany(r.Context(), p, Company{Name: get("name"), Address: get("address"), Officer: get("officer"),
		Authority: get("authority"), Country: strings.ToUpper(get("country")), Locale: get("locale")})
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.settings(w, r, p, settingsView{}, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/settings")
}

func (c *Console) keyCreate(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	scopes, err := access.ParseScopes(strings.Join(r.PostForm["scope"], ","))
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.settings(w, r, p, settingsView{}, http.StatusUnprocessableEntity, ps)
	}
	_, secret, err := c.Desk.CreateKey(r.Context(), p.Workspace, p.User, strings.TrimSpace(r.PostForm.Get("name")), scopes)
	if err != nil {
		return err
	}
	return c.settings(w, r, p, settingsView{NewKey: secret}, http.StatusOK, nil)
}

func (c *Console) keyRevoke(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if err := c.Desk.RevokeKey(r.Context(), p.Workspace, touch.KeyID(r.PathValue("id"))); err != nil {
		return err
	}
	return redirect(w, r, "/console/settings")
}

func (c *Console) userInvite(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	role, err := access.ParseRole(r.PostForm.Get("role"))
	if err != nil {
		return err
	}
	token, err := c.Desk.Invite(r.Context(), p.Workspace, role)
	if err != nil {
		return err
	}
	return c.settings(w, r, p, settingsView{Invite: "/console/join/" + token}, http.StatusOK, nil)
}

func (c *Console) demoAsk(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.t.retire.Render(w, http.StatusOK, page[confirm]{c.frame(p, "/console/settings", nil), confirm{"Remove the demo?",
		"Its people, decisions and log are deleted. Your own data are not touched.", "/console/settings/demo", "Remove the demo", "/console/settings"}})
}

func (c *Console) demoRemove(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if err := c.Backend.House.RemoveDemo(r.Context(), p); err != nil {
		return err
	}
	return redirect(w, r, "/console/sign-in")
}
