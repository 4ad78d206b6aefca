package govern

import (
	"context"
	"encoding/json"
	"errors"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Reviewing is a person's review of a decision.
type Reviewing struct {
	Old    Stored        // the decision as it was recorded
	Known  consent.Known // the person whom it is about; zero for none
	Action string        // what happens now
	Review touch.Review
	Key    string // the case: a second review of it returns ErrReviewed
}

// ErrReviewed says that the case was reviewed already, under the returned id.
// Nothing was recorded: show what the first reviewer found.
var ErrReviewed = errors.New("the case was reviewed already")

// Review puts a person's review on record as a decision of its own, linked to the
// one that it confirms or overturns. That one stays as it is. No permission is
// asked: a person decides, and no AI is used.
func (p *Path) Review(ctx context.Context, c Caller, r Reviewing) (touch.Decision, error) {
	old := r.Old.Decision
	d := touch.Decision{ID: touch.NewDecisionID(), Verdict: touch.Human, System: old.System, Purpose: old.Purpose, Channel: old.Channel, At: p.stamp(),
		Outcome: &touch.Outcome{Action: r.Action}, Jurisdictions: old.Jurisdictions, Review: &r.Review, Versions: old.Versions}
	words := "A person with authority to change it looked at the decision again and confirmed it."
	if r.Review.Outcome == touch.Overturned {
		words = "A person with authority to change it looked at the decision again and overturned it."
	}
	rule := "review." + string(r.Review.Outcome)
	d.Checks = []touch.Check{{Step: touch.StepModel, Rule: rule, Verdict: touch.Human, By: "a member of the staff", Reason: words}}
	locale := "en"
	if old.Explanation != nil {
		locale = old.Explanation.Locale
	}
	d.Explanation = &touch.Explanation{Locale: locale, Sentences: []string{r.Review.Reason}}
	d.Disclosure.Why, d.Disclosure.Human.URL = p.links.For(c.Workspace, d.ID, d.At)
	reply, err := json.Marshal(d)
	if err != nil {
		return d, touch.Wrap(touch.Internal, err, "the review can't be written")
	}
	body, err := json.Marshal(Stored{Decision: d, Operator: c.Operator})
	if err != nil {
		return d, touch.Wrap(touch.Internal, err, "the review can't be written")
	}
	e := record.Entry{Kind: record.Review, At: d.At, Payload: body, Decision: &record.DecisionRow{ID: d.ID, System: d.System, Purpose: d.Purpose,
		Channel: d.Channel, Verdict: d.Verdict, StoppedAt: touch.StepModel, Reason: rule, Arm: "review", At: d.At}}
	if len(d.Jurisdictions) > 0 {
		e.Decision.Jurisdiction = d.Jurisdictions[0].Place
	}
	if r.Known.ID != "" {
		e.Subject = &record.Subject{ID: r.Known.ID, Key: r.Known.Key}
	}
	hash, err := p.hash(c.Workspace, "review\x00"+r.Key)
	if err != nil {
		return d, err
	}
	e.Idempotency = &record.Idempotency{KeyHash: hash, Reply: reply}
	receipt, err := p.rec.Append(ctx, c.Workspace, e)
	if dup := (*record.DuplicateError)(nil); errors.As(err, &dup) {
		return touch.Decision{ID: dup.Decision}, ErrReviewed
	}
	d.Receipt = &receipt
	return d, err
}
