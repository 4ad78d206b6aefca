package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/register"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// campaignForm is a campaign that is being written.
type campaignForm struct {
	C                campaign.Campaign
	Systems          []SystemLine
	Markets, Version string
	New              bool
}

// Has reports whether the campaign uses a system.
func (f campaignForm) Has(id touch.SystemID) bool {
	for _, s := range f.C.Systems {
		if s == id {
			return true
		}
	}
	return false
}

func (c *Console) campaignsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Campaigns.Campaigns(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.campaigns.Render(w, http.StatusOK, page[[]CampaignLine]{c.frame(p, "/console/campaigns", nil), v})
}

func (c *Console) campaignShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.campaignPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) campaignPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Campaigns.Campaign(r.Context(), p, touch.CampaignID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v.Due = c.Now().UTC().Add(24 * time.Hour).Format(time.DateOnly)
	return c.t.campaign.Render(w, status, page[CampaignPage]{c.frame(p, "/console/campaigns", ps), v})
}

func (c *Console) campaignNew(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.campaignForm(w, r, p, http.StatusOK, campaignForm{New: true}, nil)
}

func (c *Console) campaignForm(w http.ResponseWriter, r *http.Request, p access.Principal, status int, f campaignForm, ps view.Problems) error {
	var err error
	if f.Systems, err = c.Backend.Register.Systems(r.Context(), p); err != nil {
		return err
	}
	return c.t.campaignFor.Render(w, status, page[campaignForm]{c.frame(p, "/console/campaigns", ps), f})
}

func (c *Console) campaignEdit(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Campaigns.Campaign(r.Context(), p, touch.CampaignID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return c.campaignForm(w, r, p, http.StatusOK, campaignForm{C: v.Campaign, Markets: strings.Join(v.Markets, ", ")}, nil)
}

func (c *Console) campaignSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	var x campaign.Campaign
	id := touch.CampaignID(r.PathValue("id"))
	if id != "" {
		have, err := c.Backend.Campaigns.Campaign(r.Context(), p, id)
		if err != nil {
			return err
		}
		x = have.Campaign
	}
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	x.Name, x.Goal, x.Purpose, x.Channel = get("name"), get("goal"), get("purpose"), touch.Channel(get("channel"))
	x.From, x.To, x.Locale, x.Subject, x.Text = register.Date(get("from")), register.Date(get("to")), get("copy_locale"), get("subject"), get("text")
	x.Markets = list(strings.ToUpper(get("markets")))
	x.Systems = nil
	for _, s := range r.PostForm["system"] {
		x.Systems = append(x.Systems, touch.SystemID(s))
	}
	saved, err := c.Backend.Campaigns.SaveCampaign(r.Context(), p, x)
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.campaignForm(w, r, p, http.StatusUnprocessableEntity, campaignForm{C: x, Markets: get("markets"), New: id == ""}, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/campaigns/"+url.PathEscape(string(saved)))
}

func (c *Console) campaignStart(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.campaignMove(w, r, p, campaign.Running)
}

func (c *Console) campaignEnd(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.campaignMove(w, r, p, campaign.Ended)
}

func (c *Console) campaignStop(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.campaignMove(w, r, p, campaign.Stopped)
}

func (c *Console) campaignMove(w http.ResponseWriter, r *http.Request, p access.Principal, to campaign.State) error {
	id := touch.CampaignID(r.PathValue("id"))
	err := c.Backend.Campaigns.MoveCampaign(r.Context(), p, id, to, strings.TrimSpace(r.PostForm.Get("reason")))
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.campaignPage(w, r, p, http.StatusConflict, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/campaigns/"+url.PathEscape(string(id)))
}

// download makes the answer a file.
func download(w http.ResponseWriter, name, kind string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

func (c *Console) campaignReached(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := touch.CampaignID(r.PathValue("id"))
	if _, err := c.Backend.Campaigns.Campaign(r.Context(), p, id); err != nil {
		return err
	}
	download(w, "reached.csv", "text/csv; charset=utf-8")
	return c.Backend.Campaigns.Reached(r.Context(), p, id, w)
}

func (c *Console) packShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Campaigns.Pack(r.Context(), p, touch.CampaignID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return c.t.pack.Render(w, http.StatusOK, page[Pack]{c.frame(p, "/console/campaigns", nil), v})
}

func (c *Console) packJSON(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Campaigns.Pack(r.Context(), p, touch.CampaignID(r.PathValue("id")))
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the evidence can't be written")
	}
	download(w, "evidence-"+string(v.Campaign.ID)+".json", "application/json")
	_, err = w.Write(append(b, '\n'))
	return err
}

// launchReview is a member of the panel who signs the launch, or objects.
func (c *Console) launchReview(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := touch.CampaignID(r.PathValue("id"))
	err := c.Backend.Campaigns.ReviewLaunch(r.Context(), p, id, r.PostForm.Get("perspective"), r.PostForm.Get("why"), r.PostForm.Get("say") == "object")
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.campaignPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/campaigns/"+url.PathEscape(string(id))+"#launch")
}
