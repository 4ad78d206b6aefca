package console

import (
	"net/http"
	"net/url"

	"fairtouch/internal/access"
	"fairtouch/internal/statement"
	"fairtouch/internal/web/view"
)

// PolicyPage is the section on AI of the privacy policy: what it would say now,
// and how that differs from what is published.
type PolicyPage struct {
	Number    int    // of the published version; 0 for none
	Hash, Day string // its name, and the day it describes
	Current   bool   // it still describes the systems
	Changes   []statement.Change
	Missing   []string // what the register doesn't say
	Facts     string   // hash of the facts shown
	Now       statement.Section
	Languages []string
	Base      string
	May       bool
}

func (c *Console) policyShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.policyPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) policyPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Register.PolicyText(r.Context(), p, r.URL.Query().Get("lang"))
	if err != nil {
		return err
	}
	v.May = p.Can(access.RegisterWrite)
	return c.t.policy.Render(w, status, page[PolicyPage]{c.frame(p, "/console/systems", ps), v})
}

// policyPublish publishes what the person saw; where the register changed since,
// the page is shown anew.
func (c *Console) policyPublish(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	err := c.Backend.Register.PublishPolicy(r.Context(), p, r.PostForm.Get("facts"))
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.policyPage(w, r, p, http.StatusConflict, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/policy?"+url.Values{"lang": {r.PostForm.Get("lang")}}.Encode())
}
