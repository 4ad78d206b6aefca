package console

import (
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

const connectorsPath = "/console/connectors"

// connectorRoutes are the rows of the console's table for Connectors. They hold
// keys to other systems: privacy officers and administrators alone.
func (c *Console) connectorRoutes() []route {
	return []route{
		{"GET /console/connectors", access.LawWrite, false, c.connectorsList},
		{"GET /console/connectors/new", access.LawWrite, false, c.connectorNew},
		{"POST /console/connectors/new", access.LawWrite, false, c.connectorSave},
		{"GET /console/connectors/of/{name}", access.LawWrite, false, c.connectorShow},
		{"POST /console/connectors/of/{name}", access.LawWrite, false, c.connectorSave},
		{"POST /console/connectors/of/{name}/try", access.LawWrite, false, c.connectorTry},
		{"POST /console/connectors/of/{name}/switch", access.LawWrite, false, c.connectorSwitch},
		{"POST /console/connectors/of/{name}/forget", access.LawWrite, false, c.connectorForget},
	}
}

type connectorView struct {
	ConnectorPage
	New          bool
	Tried        []rights.Entry
	Person, Mail string // that was asked about
}

// Kinds are the systems that can be connected.
func (connectorView) Kinds() []view.Option { return connectorKinds() }

func connectorKinds() []view.Option {
	return []view.Option{{Value: "hubspot", Label: "HubSpot"}, {Value: "salesforce_mc", Label: "Salesforce Marketing Cloud"}, {Value: "braze", Label: "Braze"},
		{Value: "klaviyo", Label: "Klaviyo"}, {Value: "customerio", Label: "Customer.io"}, {Value: "mailchimp", Label: "Mailchimp"}, {Value: "listmonk", Label: "listmonk"},
		{Value: "webhook", Label: "Signed webhook"}}
}

func (c *Console) connectorsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Connectors.ConnectorList(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.connectors.Render(w, http.StatusOK, page[[]ConnectorLine]{c.frame(p, connectorsPath, nil), v})
}

func (c *Console) connectorNew(w http.ResponseWriter, _ *http.Request, p access.Principal) error {
	return c.connectorPage(w, p, http.StatusOK, connectorView{New: true}, nil)
}

func (c *Console) connectorShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Connectors.ConnectorPage(r.Context(), p, r.PathValue("name"))
	if err != nil {
		return err
	}
	return c.connectorPage(w, p, http.StatusOK, connectorView{ConnectorPage: v}, nil)
}

func (c *Console) connectorPage(w http.ResponseWriter, p access.Principal, status int, v connectorView, ps view.Problems) error {
	v.Form.Key = "" // never shown again
	return c.t.connector.Render(w, status, page[connectorView]{c.frame(p, connectorsPath, ps), v})
}

// connectorSave takes the form. What was typed stays where something is wrong,
// but for the key.
func (c *Console) connectorSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	f := ConnectorForm{Kind: get("kind"), Name: get("name"), URL: get("url"), Second: get("second"), Key: get("key"), Account: get("account"), List: get("list")}
	v := connectorView{New: r.PathValue("name") == ""}
	if !v.New {
		var err error
		if v.ConnectorPage, err = c.Backend.Connectors.ConnectorPage(r.Context(), p, r.PathValue("name")); err != nil {
			return err
		}
		f.Name, f.Kind = v.Name, v.Kind // they name it in every receipt
	}
	name, err := "", error(nil)
	if v.New {
		name, err = c.newConnector(r, p, f)
	} else {
		name, err = c.Backend.Connectors.SaveConnectorForm(r.Context(), p, f)
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		v.Form = f
		return c.connectorPage(w, p, http.StatusUnprocessableEntity, v, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, connectorsPath+"/of/"+url.PathEscape(name))
}

// newConnector refuses a name that is taken, so that no form replaces a system
// that it doesn't show.
func (c *Console) newConnector(r *http.Request, p access.Principal, f ConnectorForm) (string, error) {
	name := f.Name
	if name == "" {
		name = f.Kind
	}
	_, err := c.Backend.Connectors.ConnectorPage(r.Context(), p, name)
	if err == nil {
		return "", touch.Fielderr("name", "a system of this name is connected already; give this one another name")
	}
	if touch.CodeOf(err) != touch.Unknown {
		return "", err
	}
	return c.Backend.Connectors.SaveConnectorForm(r.Context(), p, f)
}

func (c *Console) connectorTry(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	name := r.PathValue("name")
	person, mail := strings.TrimSpace(r.PostForm.Get("external_id")), strings.TrimSpace(r.PostForm.Get("email"))
	got, err := c.Backend.Connectors.DryConnector(r.Context(), p, name, person, mail)
	var ps view.Problems
	if err != nil && (touch.CodeOf(err) == touch.Unknown || !ps.FromError(err)) {
		return err
	}
	v, err := c.Backend.Connectors.ConnectorPage(r.Context(), p, name)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(ps) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return c.connectorPage(w, p, status, connectorView{ConnectorPage: v, Tried: got, Person: person, Mail: mail}, ps)
}

func (c *Console) connectorSwitch(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if err := c.Backend.Connectors.SwitchConnectorTo(r.Context(), p, r.PathValue("name"), r.PostForm.Get("to") == "on"); err != nil {
		return err
	}
	return redirect(w, r, connectorsPath+"/of/"+url.PathEscape(r.PathValue("name")))
}

func (c *Console) connectorForget(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if r.PostForm.Get("sure") != "yes" {
		v, err := c.Backend.Connectors.ConnectorPage(r.Context(), p, r.PathValue("name"))
		if err != nil {
			return err
		}
		return c.connectorPage(w, p, http.StatusUnprocessableEntity, connectorView{ConnectorPage: v}, view.Problems{{Field: "sure", Message: "Tick the box: its key is forgotten"}})
	}
	if err := c.Backend.Connectors.ForgetConnector(r.Context(), p, r.PathValue("name")); err != nil {
		return err
	}
	return redirect(w, r, connectorsPath)
}
