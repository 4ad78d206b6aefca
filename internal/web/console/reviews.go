package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Reviews is what the page of a case asks.
type Reviews interface {
	// CaseToReview reads a case with the decision beside it. Under blind review
	// nothing of what the machine answered is in it.
	CaseToReview(ctx context.Context, p access.Principal, id string) (ReviewPage, error)
	// ReviewCase records a review as a decision of its own, linked to the one that
	// it is about, and closes the case. An error names the field; Conflict says
	// that a colleague was faster.
	ReviewCase(ctx context.Context, p access.Principal, id string, f ReviewForm) (ReviewDone, error)
	// ReviewRates measures how often people overturn what each system decided.
	ReviewRates(ctx context.Context, p access.Principal) ([]ReviewRate, error)
}

// ReviewPage is a case with all that its reviewer needs.
type ReviewPage struct {
	Case
	Of      Decision
	Actions []string // that the system's model chooses among; none for one without
	Blind   bool     // the reviewer decides before seeing the machine's answer
	Timed   bool     // that reviews are timed was agreed
	Began   string   // signed; the form brings it back
}

// ReviewForm is what a reviewer says.
type ReviewForm struct {
	Outcome string // confirmed or overturned; unused under blind review
	Action  string // what happens now
	Reason  string
	Saw     []string // of SawAll
	Began   string
}

// ReviewDone is a review on record.
type ReviewDone struct {
	Review          touch.DecisionID
	Outcome         touch.ReviewOutcome
	Action, Machine string
	Blind           bool
}

// ReviewRate is how people reviewed one system.
type ReviewRate struct {
	System           touch.SystemID
	N, Overturned    int
	Share, Low, High float64       // of the overturned, with its 95 % Wilson interval
	Median           time.Duration // 0 where fewer than five reviewers were timed
}

// SawAll lists what a reviewer can have looked at.
func SawAll() []string { return []string{"data", "reasons", "rules", "words"} }

type reviewView struct {
	ReviewPage
	Form ReviewForm
}

// Ticked reports whether a box was ticked.
func (v reviewView) Ticked(name string) bool { return slices.Contains(v.Form.Saw, name) }

func (c *Console) reviewShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.reviewPage(w, r, p, http.StatusOK, ReviewForm{}, nil)
}

func (c *Console) reviewPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, f ReviewForm, ps view.Problems) error {
	v := reviewView{Form: f}
	var err error
	if v.ReviewPage, err = c.Backend.Conversations.CaseToReview(r.Context(), p, r.PathValue("id")); err != nil {
		return err
	}
	if f.Began != "" {
		v.Began = f.Began // the clock runs from the first look
	}
	return c.t.review.Render(w, status, page[reviewView]{c.frame(p, "/console/conversations", ps), v})
}

// reviewSave puts a review on record; a question that is about no review is
// answered and closed.
func (c *Console) reviewSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := r.PathValue("id")
	if r.PostForm.Has("answered") {
		if err := c.Backend.Decisions.Answer(r.Context(), p, id); err != nil {
			return err
		}
		return redirect(w, r, "/console/conversations")
	}
	f := ReviewForm{Outcome: r.PostForm.Get("outcome"), Action: r.PostForm.Get("action"), Reason: r.PostForm.Get("reason"), Saw: r.PostForm["saw"], Began: r.PostForm.Get("began")}
	done, err := c.Backend.Conversations.ReviewCase(r.Context(), p, id, f)
	var ps view.Problems
	if err != nil && touch.AsError(err).Field != "" && ps.FromError(err) {
		return c.reviewPage(w, r, p, http.StatusUnprocessableEntity, f, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/decisions/"+string(done.Review))
}
