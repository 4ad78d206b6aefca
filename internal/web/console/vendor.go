package console

import (
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/register"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// VendorPage is the questionnaire as a supplier sees it.
type VendorPage struct {
	Company, System, Vendor string
	Questions               []register.Question
	Answers                 map[string]string
	Done                    bool
	Action                  string
}

// Choices are a question's answers as options of a field.
func (VendorPage) Choices(q register.Question) []view.Option {
	out := []view.Option{{Value: "", Label: "choose"}}
	for _, c := range q.Choices {
		out = append(out, view.Option{Value: c[0], Label: c[1]})
	}
	return out
}

// vendorAsk makes the link of a system's questionnaire.
func (c *Console) vendorAsk(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := touch.SystemID(r.PathValue("id"))
	if _, err := c.Backend.Register.AskVendor(r.Context(), p, id); err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/"+url.PathEscape(string(id))+"#supplier")
}

func (c *Console) vendorShow(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	return c.vendorPage(w, r, http.StatusOK, nil, nil)
}

func (c *Console) vendorPage(w http.ResponseWriter, r *http.Request, status int, said map[string]string, ps view.Problems) error {
	token := r.PathValue("token")
	v, err := c.Backend.Register.Questionnaire(r.Context(), token)
	if err != nil {
		return err
	}
	v.Questions, v.Action = register.Questions(), "/console/vendor/"+url.PathEscape(token)
	if said != nil {
		v.Answers = said
	}
	f := c.frame(access.Principal{}, "", ps)
	return c.t.vendor.Render(w, status, page[VendorPage]{f, v})
}

func (c *Console) vendorAnswer(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	said := map[string]string{}
	for _, q := range register.Questions() {
		said[q.ID] = strings.TrimSpace(r.PostForm.Get(q.ID))
	}
	err := c.Backend.Register.AnswerVendor(r.Context(), r.PathValue("token"), said)
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && ps.FromError(err) {
		return c.vendorPage(w, r, http.StatusUnprocessableEntity, said, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/vendor/"+url.PathEscape(r.PathValue("token")))
}
