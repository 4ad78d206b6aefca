package console

import (
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/inclusion"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/view"
)

// ReachPage is whom the uses of a plan's system reach.
type ReachPage struct {
	Plan       audit.Plan
	Attributes []ReachOf
}

// ReachOf is the reach by one attribute.
type ReachOf struct {
	Attribute string
	Groups    []string
	Shares    []string // of the groups in the declared population, in percent; "" for not declared
	Source    string   // of the population; "" where nothing is compared with one
	Verdict   string
	Figures   []chart.Figure
	Table     chart.Table
	Rows      []inclusion.Reached  // what the table shows
	Rules     []inclusion.Excluded // that remove much of a group
}

func (c *Console) reachShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.reachPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) reachPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Fairness.Reach(r.Context(), p, r.PathValue("plan"))
	if err != nil {
		return err
	}
	return c.t.reach.Render(w, status, page[ReachPage]{c.frame(p, "/console/fairness", ps), v})
}

// populationSave keeps the population that an attribute is compared with.
func (c *Console) populationSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	shares := map[string]string{}
	for i, g := range r.PostForm["group"] {
		if all := r.PostForm["share"]; i < len(all) {
			shares[g] = all[i]
		}
	}
	err := c.Backend.Fairness.SavePopulation(r.Context(), p, r.PathValue("plan"), r.PostForm.Get("attribute"), strings.TrimSpace(r.PostForm.Get("source")), shares)
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.reachPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/fairness/reach/"+url.PathEscape(r.PathValue("plan")))
}
