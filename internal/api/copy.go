package api

import (
	"context"
	"net/http"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/touch"
)

// CopyDesk says whether words may be used. People approve them, in the console:
// no key can.
type CopyDesk interface {
	Check(ctx context.Context, p access.Principal, q campaign.CopyQuestion) (campaign.CopyStanding, error)
	// Submit puts words up for approval, as asked for by the key's owner.
	Submit(ctx context.Context, p access.Principal, q campaign.CopyQuestion) (campaign.CopyStanding, error)
	// Drafts lists what waits, or what was answered.
	Drafts(ctx context.Context, p access.Principal, answered bool) ([]campaign.DraftLine, error)
}

func copyRoutes() []route {
	return []route{
		{method: "POST", path: "/v1/copy/check", id: "checkCopy", scope: access.Decide, body: "CopyQuestion", answer: "CopyStanding", status: 200, handle: (*call).checkCopy,
			summary: "Ask whether a text may be used: approved by as many people as its system asks for, or not, and why. An approval holds for these very words."},
		{method: "POST", path: "/v1/copy/drafts", id: "submitCopy", scope: access.Decide, body: "CopyQuestion", answer: "CopyStanding", status: 200, handle: (*call).submitCopy,
			summary: "Put a text up for approval: one that was changed by hand, or that came as a tool's argument. What the gateway answers for such a system is put up by itself. People approve in the console; a key can't."},
		{method: "GET", path: "/v1/copy/drafts", id: "listCopy", scope: access.RecordRead, answer: "CopyDraftList", status: 200, handle: (*call).listCopy,
			query:   []param{{"state", "Text", "waiting (unless told), or answered.", false}},
			summary: "List the texts that wait for approval, the oldest first, or those that were answered. The words themselves are read in the console."},
	}
}

func (c *call) copyDesk() (CopyDesk, error) {
	if c.s.cfg.Copy == nil {
		return nil, touch.Errorf(touch.Unsupported, "this server keeps no drafts")
	}
	return c.s.cfg.Copy, nil
}

// aboutCopy reads a question and lets f answer it.
func (c *call) aboutCopy(f func(CopyDesk, campaign.CopyQuestion) (campaign.CopyStanding, error)) error {
	d, err := c.copyDesk()
	if err != nil {
		return err
	}
	var q campaign.CopyQuestion
	if err := c.decode(&q); err != nil {
		return err
	}
	s, err := f(d, q)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &s)
	return nil
}

func (c *call) checkCopy() error {
	return c.aboutCopy(func(d CopyDesk, q campaign.CopyQuestion) (campaign.CopyStanding, error) {
		return d.Check(c.r.Context(), c.who, q)
	})
}

func (c *call) submitCopy() error {
	return c.aboutCopy(func(d CopyDesk, q campaign.CopyQuestion) (campaign.CopyStanding, error) {
		return d.Submit(c.r.Context(), c.who, q)
	})
}

func (c *call) listCopy() error {
	d, err := c.copyDesk()
	if err != nil {
		return err
	}
	state := c.r.URL.Query().Get("state")
	if state != "" && state != "waiting" && state != "answered" {
		return touch.Fielderr("state", "is waiting or answered")
	}
	var out struct {
		Drafts []campaign.DraftLine `json:"drafts"`
	}
	if out.Drafts, err = d.Drafts(c.r.Context(), c.who, state == "answered"); err != nil {
		return err
	}
	c.send(http.StatusOK, &out)
	return nil
}
