package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

func (c *Console) approvalAsk(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := touch.CampaignID(r.PathValue("id"))
	due, err := time.Parse(time.DateOnly, r.PostForm.Get("due"))
	if err != nil {
		err = touch.Fielderr("due", "Write the date as 2026-12-02")
	} else {
		err = c.Backend.Campaigns.Ask(r.Context(), p, id, touch.UserID(r.PostForm.Get("of")), due.Add(17*time.Hour))
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.campaignPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/campaigns/"+url.PathEscape(string(id))+"#approvals")
}

func (c *Console) approvalsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.approvalsPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) approvalsPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Campaigns.Approvals(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.approvals.Render(w, status, page[[]ApprovalLine]{c.frame(p, "/console/approvals", ps), v})
}

// approvalsBatch approves several at once, each on its own: one that was
// changed meanwhile stops none of the others.
func (c *Console) approvalsBatch(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	var ps view.Problems
	for _, id := range r.PostForm["approval"] {
		if err := c.Backend.Campaigns.Approve(r.Context(), p, id, campaign.Approved, ""); err != nil && !ps.FromError(err) {
			return err
		}
	}
	if len(r.PostForm["approval"]) == 0 {
		ps.Add("approval", "Choose what you approve")
	}
	if len(ps) > 0 {
		return c.approvalsPage(w, r, p, http.StatusConflict, ps)
	}
	return redirect(w, r, "/console/approvals")
}

func (c *Console) approvalShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.approvalPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) approvalPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Campaigns.Approval(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	v.Action = "/console/approvals/" + url.PathEscape(v.ID)
	return c.t.approval.Render(w, status, page[ApprovalPage]{c.frame(p, "/console/approvals", ps), v})
}

func (c *Console) approvalAnswer(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := r.PathValue("id")
	var err error
	if answer := r.PostForm.Get("answer"); answer == "delegate" {
		err = c.Backend.Campaigns.Delegate(r.Context(), p, id, touch.UserID(r.PostForm.Get("to")))
	} else {
		err = c.Backend.Campaigns.Approve(r.Context(), p, id, answer, strings.TrimSpace(r.PostForm.Get("said")))
	}
	var ps view.Problems
	if err != nil && (ps.FromError(err) || touch.CodeOf(err) == touch.Forbidden) {
		if len(ps) == 0 {
			ps.Add("", touch.AsError(err).Message)
		}
		return c.approvalPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/approvals")
}

// linkShow is an approval by a signed link, for who was asked and isn't signed in.
func (c *Console) linkShow(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	return c.linkPage(w, r, http.StatusOK, nil)
}

func (c *Console) linkPage(w http.ResponseWriter, r *http.Request, status int, ps view.Problems) error {
	p, v, err := c.Backend.Campaigns.ByLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	v.Action, v.Others = "/console/approve/"+url.PathEscape(r.PathValue("token")), nil
	f := c.frame(access.Principal{Workspace: p.Workspace}, "", ps)
	f.Menu = nil
	return c.t.approval.Render(w, status, page[ApprovalPage]{f, v})
}

func (c *Console) linkAnswer(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	err := c.Backend.Campaigns.AnswerByLink(r.Context(), r.PathValue("token"), r.PostForm.Get("answer"), strings.TrimSpace(r.PostForm.Get("said")))
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && (ps.FromError(err) || touch.CodeOf(err) == touch.Forbidden) {
		if len(ps) == 0 {
			ps.Add("", touch.AsError(err).Message)
		}
		return c.linkPage(w, r, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/approve/"+url.PathEscape(r.PathValue("token")))
}
