package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Copy is what the pages about copy ask: words that AI wrote and that people
// approve before they are used.
type Copy interface {
	Copy(ctx context.Context, p access.Principal) (CopyPage, error)
	// CopyDraft opens one; where it is about a person, that is on record.
	CopyDraft(ctx context.Context, p access.Principal, id string) (DraftPage, error)
	AnswerCopy(ctx context.Context, p access.Principal, id string, state campaign.CopyState, said string) error
	// SubmitCopy puts words up for approval, as asked for by p, and names their draft.
	SubmitCopy(ctx context.Context, p access.Principal, q campaign.CopyQuestion) (id string, err error)
}

// CopyPage is the list of drafts.
type CopyPage struct {
	Waiting, Answered []CopyLine
	Systems           []touch.SystemID // whose copy needs approvals
	System, Text      string           // as somebody typed them
}

// CopyLine is a draft in the list.
type CopyLine struct {
	campaign.DraftLine
	Begins string // the first words
	ByName string // who asked first
	Mine   bool   // the reader asked for it, so that others must approve
}

// DraftPage is one draft.
type DraftPage struct {
	campaign.Copy
	Standing campaign.CopyStanding
	ByNames  []string // who asked
	Said     []SaidOf
	MayAct   bool // the reader's role approves
	Mine     bool // the reader asked for these words
	Changed  string
}

// SaidOf is what somebody said of a draft.
type SaidOf struct {
	campaign.CopyAnswer
	Name string
}

func (c *Console) copyList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.copyPage(w, r, p, http.StatusOK, CopyPage{}, nil)
}

func (c *Console) copyPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, keep CopyPage, ps view.Problems) error {
	v, err := c.Backend.Copy.Copy(r.Context(), p)
	if err != nil {
		return err
	}
	v.System, v.Text = keep.System, keep.Text
	return c.t.copies.Render(w, status, page[CopyPage]{c.frame(p, "/console/copy", ps), v})
}

func (c *Console) copySubmit(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	keep := CopyPage{System: strings.TrimSpace(r.PostForm.Get("system")), Text: r.PostForm.Get("text")}
	id, err := c.Backend.Copy.SubmitCopy(r.Context(), p, campaign.CopyQuestion{System: touch.SystemID(keep.System), Text: keep.Text})
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.copyPage(w, r, p, http.StatusUnprocessableEntity, keep, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, draftPath(id))
}

func draftPath(id string) string { return "/console/copy/" + url.PathEscape(id) }

func (c *Console) draftShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.draftPage(w, r, p, http.StatusOK, "", nil)
}

func (c *Console) draftPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, changed string, ps view.Problems) error {
	v, err := c.Backend.Copy.CopyDraft(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	if v.Changed = changed; changed == "" {
		v.Changed = v.Content.Text
	}
	return c.t.draft.Render(w, status, page[DraftPage]{c.frame(p, "/console/copy", ps), v})
}

func (c *Console) draftAnswer(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id, next, err := r.PathValue("id"), "/console/copy", error(nil)
	changed := ""
	switch answer := r.PostForm.Get("answer"); answer {
	case "changed":
		changed = r.PostForm.Get("text")
		if next, err = c.Backend.Copy.SubmitCopy(r.Context(), p, campaign.CopyQuestion{Draft: id, Text: changed}); err == nil {
			next = draftPath(next)
		}
	default:
		err = c.Backend.Copy.AnswerCopy(r.Context(), p, id, campaign.CopyState(answer), r.PostForm.Get("said"))
	}
	var ps view.Problems
	if err != nil && (ps.FromError(err) || touch.CodeOf(err) == touch.Forbidden) {
		if len(ps) == 0 {
			ps.Add("", touch.AsError(err).Message)
		}
		return c.draftPage(w, r, p, http.StatusUnprocessableEntity, changed, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, next)
}
