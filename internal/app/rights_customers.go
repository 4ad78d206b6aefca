package app

import (
	"context"
	"encoding/json"
	"strings"

	"fairtouch/internal/rights"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// maxOpen is how many requests of one kind a person may have open: one. A
// second one would only hide the first.
const maxOpen = 1

// Rights implements pages.Rights.
func (c customers) Rights(ctx context.Context, t pages.Token, session string) (pages.RightsView, error) {
	ws, d, err := c.from(ctx, t, LinkRights)
	if err != nil {
		return pages.RightsView{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.RightsView{}, err
	}
	out := pages.RightsView{Company: co, Links: c.links(ws, &d), Unlocked: c.unlocked(session, ws, d.Decision.ID)}
	all, err := c.DB.RightsOf(ctx, ws, d.Subject)
	if err != nil {
		return out, err
	}
	for _, row := range all {
		v, err := c.Right(ctx, ws, row.ID)
		if err != nil {
			return out, err
		}
		a := pages.Asked{ID: v.ID, Reference: rightReference(v.ID), Kind: v.Kind, State: v.State, At: v.ReceivedAt,
			Appeal: v.State == rights.Refused || v.State == rights.Partly}
		if v.State.Open() {
			a.By = v.Due
		}
		if a.Appeal || v.Extended {
			a.Reason = v.Reason
		}
		a.Download = v.Kind.Discloses() && (v.State == rights.Done || v.State == rights.Partly)
		out.Unsure = out.Unsure || v.State == rights.Received || a.Download
		out.Asked = append(out.Asked, a)
	}
	return out, nil
}

// rightReference is what a person can read out.
func rightReference(id string) string {
	s := strings.ToUpper(id)
	s = s[max(0, len(s)-8):]
	return s[:len(s)/2] + "-" + s[len(s)/2:]
}

// AskRight implements pages.Rights. A link is proof enough for a no; what shows
// or destroys data waits for a code.
func (c customers) AskRight(ctx context.Context, t pages.Token, session string, q pages.RightAsk) error {
	ws, d, err := c.from(ctx, t, LinkRights)
	if err != nil {
		return err
	}
	if d.Subject == "" {
		return touch.Errorf(touch.Invalid, "this decision is about no person")
	}
	have, err := c.DB.RightsOf(ctx, ws, d.Subject)
	if err != nil {
		return err
	}
	n := 0
	for _, r := range have {
		if r.Kind == q.Kind && r.State.Open() {
			n++
		}
	}
	if n >= maxOpen {
		return touch.Errorf(touch.RateLimited, "this was asked for already")
	}
	proof := rights.ProofLink
	if c.unlocked(session, ws, d.Decision.ID) {
		proof = rights.ProofCode
	}
	v, err := c.App.AskRight(ctx, ws, rights.Ask{Kind: q.Kind, Subject: d.Subject, Place: placeOf(&d), Claimed: q.Email, Text: q.Text, Locale: q.Locale, Via: "page",
		Decision: string(d.Decision.ID), Of: q.Of, Proof: proof})
	if err != nil || v.State != rights.Verified || !v.Kind.Discloses() {
		return err
	}
	_, err = c.RunRight(ctx, ws, "", v.ID, false)
	return err
}

// placeOf is where the person lives, as the decision's facts say; "" for the
// company's country.
func placeOf(d *StoredDecision) string {
	country, _ := d.Facts["subject.country"].(string)
	region, _ := d.Facts["subject.region"].(string)
	country, region = strings.ToUpper(country), strings.ToUpper(region)
	switch {
	case len(country) != 2:
		return ""
	case strings.HasPrefix(region, country+"-"):
		return region
	case region != "":
		return country + "-" + region
	}
	return country
}

// ConfirmRights implements pages.Rights.
func (c customers) ConfirmRights(ctx context.Context, t pages.Token, session string) error {
	ws, d, err := c.from(ctx, t, LinkRights)
	if err != nil {
		return err
	}
	if !c.unlocked(session, ws, d.Decision.ID) {
		return touch.Errorf(touch.Forbidden, "a code is needed first")
	}
	all, err := c.DB.RightsOf(ctx, ws, d.Subject)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.State != rights.Received {
			continue
		}
		if _, err := c.VerifyRight(ctx, ws, "", r.ID, rights.ProofCode, "", ""); err != nil {
			return err
		}
		if !r.Kind.Discloses() {
			continue
		}
		if _, err := c.RunRight(ctx, ws, "", r.ID, false); err != nil {
			return err
		}
	}
	return nil
}

// RightAnswer implements pages.Rights.
func (c customers) RightAnswer(ctx context.Context, t pages.Token, session, id string) ([]byte, error) {
	ws, d, err := c.from(ctx, t, LinkRights)
	if err != nil {
		return nil, err
	}
	if !c.unlocked(session, ws, d.Decision.ID) {
		return nil, touch.Errorf(touch.Forbidden, "a code is needed first")
	}
	row, err := c.DB.RightOf(ctx, ws, id)
	if err != nil || row.Subject != d.Subject {
		return nil, touch.Errorf(touch.Unknown, "there is no such request")
	}
	v, err := c.AnswerRight(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(v, "", "  ")
	return b, touch.Wrap(touch.Internal, err, "the answer can't be written")
}
