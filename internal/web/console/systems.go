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

// systemForm is a system that is being written.
type systemForm struct {
	Templates                               []register.Template
	Template                                string
	S                                       register.System
	Purposes, Channels, Markets, Categories string
	AltText                                 string
}

// triState is a fact that may be unknown.
type triState struct{ Name, Label, Value string }

// Facts are the facts that rules ask for, as the form shows them.
func (f systemForm) Facts() []triState {
	say := func(b *bool) string {
		switch {
		case b == nil:
			return ""
		case *b:
			return "yes"
		}
		return "no"
	}
	return []triState{
		{"special_categories", "It uses special categories of data (health, religion and the like)", say(f.S.SpecialCategories)},
		{"substantially_replaces", "It substantially replaces a human's decision", say(f.S.SubstantiallyReplaces)},
		{"prohibited_screened", "A named person screened it against prohibited practices", say(f.S.ProhibitedScreened)},
		{"vendor_contract", "Every vendor behind it is under contract", say(f.S.VendorContract)},
	}
}

func (c *Console) systemsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	ss, err := c.Backend.Register.Systems(r.Context(), p)
	if err != nil {
		return err
	}
	v, err := c.Backend.Register.PolicyText(r.Context(), p, "en")
	if err != nil {
		return err
	}
	return c.t.systems.Render(w, http.StatusOK, page[systemsView]{c.frame(p, "/console/systems", nil), systemsView{ss, v}})
}

// systemsView is the list, and whether the privacy policy still describes it.
type systemsView struct {
	Lines  []SystemLine
	Policy PolicyPage
}

func (c *Console) systemShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	s, err := c.Backend.Register.System(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	s.Judge = s.Supplier.Open() && p.Can(access.LawWrite) && s.Supplier.By != p.User
	return c.t.system.Render(w, http.StatusOK, page[System]{c.frame(p, "/console/systems", nil), s})
}

func (c *Console) systemNew(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.t.systemNew.Render(w, http.StatusOK, page[systemForm]{c.frame(p, "/console/systems", nil), systemForm{Templates: register.Templates()}})
}

func (c *Console) systemCreate(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	f := systemForm{Templates: register.Templates(), Template: r.PostForm.Get("template")}
	id, name := touch.SystemID(strings.TrimSpace(r.PostForm.Get("id"))), strings.TrimSpace(r.PostForm.Get("name"))
	s, err := register.FromTemplate(f.Template, id, name)
	if err == nil {
		s.Owner = p.User
		f.AltText = strings.TrimSpace(r.PostForm.Get("alternative"))
		if f.AltText != "" {
			s.Alternative = &touch.Alternative{ID: "alternative", Text: f.AltText}
		}
		if v := strings.TrimSpace(r.PostForm.Get("vendor")); v != "" && s.Mode == register.Advised {
			s.Vendor = v
		}
		if err = s.Validate(); err == nil {
			err = c.Backend.Register.Save(r.Context(), p, s)
		}
	}
	f.S = s
	f.S.ID, f.S.Name = id, name
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.t.systemNew.Render(w, http.StatusUnprocessableEntity, page[systemForm]{c.frame(p, "/console/systems", ps), f})
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/"+url.PathEscape(string(id))+"/edit")
}

func formOf(s register.System) systemForm {
	f := systemForm{S: s, Purposes: strings.Join(s.Purposes, ", "), Markets: strings.Join(s.Markets, ", "), Categories: strings.Join(s.DataCategories, ", ")}
	var cs []string
	for _, ch := range s.Channels {
		cs = append(cs, string(ch))
	}
	f.Channels = strings.Join(cs, ", ")
	if s.Alternative != nil {
		f.AltText = s.Alternative.Text
	}
	return f
}

func (c *Console) systemEdit(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	s, err := c.Backend.Register.System(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return c.t.systemEdit.Render(w, http.StatusOK, page[systemForm]{c.frame(p, "/console/systems", nil), formOf(s.System)})
}

func list(s string) []string {
	var out []string
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

func (c *Console) systemSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	have, err := c.Backend.Register.System(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	s := have.System
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	s.Name, s.Purposes, s.Markets, s.DataCategories = get("name"), list(get("purposes")), list(get("markets")), list(get("data_categories"))
	s.Channels = nil
	for _, ch := range list(get("channels")) {
		s.Channels = append(s.Channels, touch.Channel(ch))
	}
	if r.PostForm.Has("vendor") {
		s.Vendor = get("vendor")
	}
	s.HumanRoute, s.OptOutRoute, s.Asset, s.ModelHash = get("human_route"), get("opt_out_route"), get("asset"), get("model_hash")
	s.PlacedOnMarket, s.PutIntoService = register.Date(get("placed_on_market")), register.Date(get("put_into_service"))
	s.DPIAOn, s.RiskAssessmentOn = register.Date(get("dpia_on")), register.Date(get("risk_assessment_on"))
	s.SpecialCategories, s.SubstantiallyReplaces = triple(get("special_categories")), triple(get("substantially_replaces"))
	s.ProhibitedScreened, s.VendorContract = triple(get("prohibited_screened")), triple(get("vendor_contract"))
	s.RequireLiteracy, s.ScaledUnpiloted = get("requires_literacy") == "yes", get("scaled_unpiloted") == "yes"
	s.Alternative = nil
	if t := get("alternative"); t != "" {
		s.Alternative = &touch.Alternative{ID: "alternative", Text: t}
	}
	s.Version++
	if err = s.Validate(); err == nil {
		err = c.Backend.Register.Save(r.Context(), p, s)
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		f := formOf(s)
		f.Purposes, f.Channels, f.Markets, f.Categories = get("purposes"), get("channels"), get("markets"), get("data_categories")
		return c.t.systemEdit.Render(w, http.StatusUnprocessableEntity, page[systemForm]{c.frame(p, "/console/systems", ps), f})
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/"+url.PathEscape(string(s.ID)))
}

// triple reads yes, no or unknown.
func triple(s string) *bool {
	b := s == "yes"
	if s != "yes" && s != "no" {
		return nil
	}
	return &b
}

func (c *Console) systemAssess(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := touch.SystemID(r.PathValue("id"))
	s := register.Significance{System: id, Verdict: r.PostForm.Get("verdict"), By: p.User, Name: p.Name, On: register.Date(c.Now().UTC().Format("2006-01-02")),
		Reason: strings.TrimSpace(r.PostForm.Get("reason"))}
	if err := s.Validate(); err != nil {
		return err
	}
	if err := c.Backend.Register.Assess(r.Context(), p, s); err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/"+url.PathEscape(string(id)))
}

// supplierJudge records whether people's permission covers a new supplier.
func (c *Console) supplierJudge(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	have, err := c.Backend.Register.System(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	s := have.System
	if err := s.AnswerSupplier(r.PostForm.Get("covered"), strings.TrimSpace(r.PostForm.Get("reason")), p.Name, p.User, c.Now()); err != nil {
		return err
	}
	s.Version++
	if err := c.Backend.Register.Save(r.Context(), p, s); err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/"+url.PathEscape(string(s.ID)))
}

func (c *Console) systemRetireAsk(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	s, err := c.Backend.Register.System(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	at := "/console/systems/" + url.PathEscape(string(s.ID))
	return c.t.retire.Render(w, http.StatusOK, page[confirm]{c.frame(p, "/console/systems", nil), confirm{"Retire “" + s.Name + "”?",
		"From then on every use of it is refused, and everybody gets the alternative. Its record stays.", at + "/retire", "Retire it", at}})
}

func (c *Console) systemRetire(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	have, err := c.Backend.Register.System(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	s := have.System
	s.State = "retired"
	s.Version++
	if err := c.Backend.Register.Save(r.Context(), p, s); err != nil {
		return err
	}
	return redirect(w, r, "/console/systems/"+url.PathEscape(string(s.ID)))
}

func (c *Console) ownershipShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	o, err := c.Backend.Register.Ownership(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.ownership.Render(w, http.StatusOK, page[Ownership]{c.frame(p, "/console/ownership", nil), o})
}

func (c *Console) modelShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Register.Global(r.Context(), p, touch.SystemID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return c.t.model.Render(w, http.StatusOK, page[GlobalPage]{c.frame(p, "/console/systems", nil), v})
}
