package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/site"
	"fairtouch/internal/web/view"
)

const sitesPath = "/console/permissions/sites"

// siteRoutes are the rows of the console's table for Web sites.
func (c *Console) siteRoutes() []route {
	return []route{
		{"GET /console/permissions/again", access.ConsentRead, false, c.againShow},
		{"GET /console/permissions/again.csv", access.ConsentWrite, false, c.againCSV},
		{"GET /console/permissions/sites", access.ConsentRead, false, c.sitesList},
		{"GET /console/permissions/sites/new", access.ConsentWrite, false, c.siteNew},
		{"POST /console/permissions/sites", access.ConsentWrite, false, c.siteSave},
		{"GET /console/permissions/sites/{id}", access.ConsentRead, false, c.siteShow},
	}
}

func (c *Console) againShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Again.AskAgain(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.again.Render(w, http.StatusOK, page[AgainPage]{c.frame(p, "/console/permissions", nil), v})
}

func (c *Console) againCSV(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	download(w, "ask-again.csv", "text/csv; charset=utf-8")
	return c.Backend.Again.AskAgainCSV(r.Context(), p, w)
}

// siteView is one site, or the form for a new one.
type siteView struct {
	SitePage
	Origins string // one a line, as typed
	May     bool
}

// Asks reports whether the site asks a notice.
func (v siteView) Asks(key string) bool {
	return slices.ContainsFunc(v.Site.Choices, func(c site.Choice) bool { return c.Notice == key })
}

// Grants are the consent types that a yes to a notice grants.
func (v siteView) Grants(key string) string {
	for _, c := range v.Site.Choices {
		if c.Notice == key {
			return strings.Join(c.Storage, " ")
		}
	}
	return ""
}

// Storages are what a choice may grant, by what people call it.
func (v siteView) Storages() []view.Option {
	out := []view.Option{{Value: "", Label: "nothing"}, {Value: "analytics_storage", Label: "statistics (analytics_storage)"},
		{Value: "ad_storage ad_user_data ad_personalization", Label: "advertising (ad_storage, ad_user_data, ad_personalization)"},
		{Value: "personalization_storage", Label: "personalisation (personalization_storage)"}, {Value: "functionality_storage", Label: "functions (functionality_storage)"}}
	for _, c := range v.Site.Choices {
		have := strings.Join(c.Storage, " ")
		if !slices.ContainsFunc(out, func(o view.Option) bool { return o.Value == have }) {
			out = append(out, view.Option{Value: have, Label: have})
		}
	}
	return out
}

func (c *Console) sitesList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Sites.WebSites(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.sites.Render(w, http.StatusOK, page[[]SiteLine]{c.frame(p, "/console/permissions", nil), v})
}

func (c *Console) siteNew(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Sites.NewSite(r.Context(), p)
	if err != nil {
		return err
	}
	return c.sitePage(w, p, http.StatusOK, siteView{SitePage: v, May: true}, nil)
}

func (c *Console) siteShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Sites.WebSite(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.sitePage(w, p, http.StatusOK, siteView{v, strings.Join(v.Site.Origins, "\n"), p.Can(access.ConsentWrite)}, nil)
}

func (c *Console) sitePage(w http.ResponseWriter, p access.Principal, status int, v siteView, ps view.Problems) error {
	return c.t.site.Render(w, status, page[siteView]{c.frame(p, "/console/permissions", ps), v})
}

// siteSave takes the form. What was typed stays where something is wrong.
func (c *Console) siteSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	f := r.PostForm
	x := site.Site{ID: f.Get("id"), Name: f.Get("name"), Policy: strings.TrimSpace(f.Get("policy")), GPP: f.Get("gpp") == "yes", Retired: f.Get("retired") == "yes",
		Origins: strings.Fields(f.Get("origins"))}
	x.Version, _ = strconv.Atoi(f.Get("version"))
	for _, key := range f["ask"] {
		x.Choices = append(x.Choices, site.Choice{Notice: key, Storage: strings.Fields(f.Get("grants-" + key))})
	}
	id, err := c.Backend.Sites.SaveSite(r.Context(), p, x)
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		v, err := c.Backend.Sites.NewSite(r.Context(), p)
		if err != nil {
			return err
		}
		v.Site = x
		return c.sitePage(w, p, http.StatusUnprocessableEntity, siteView{v, f.Get("origins"), true}, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, sitesPath+"/"+url.PathEscape(id))
}
