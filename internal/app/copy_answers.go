package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fairtouch/internal/campaign"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Answer records what somebody says of a draft: on record first, then in force.
// Whoever sends words back stops the running campaigns that carry them.
func (c CopyDesk) Answer(ctx context.Context, ws touch.Workspace, by touch.UserID, id string, state campaign.CopyState, said, via string) (campaign.CopyStanding, error) {
	d, err := c.Draft(ctx, ws, id)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	if err := c.approves(ctx, ws, by); err != nil && !(state == campaign.CopyReturned && d.AskedBy(by)) { // who asked may take words back
		return campaign.CopyStanding{}, err
	}
	a, err := d.Answer(by, state, said, via, time.Now())
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	if err := c.recorded(ctx, ws, &d, map[string]any{"what": a.State, "by": by, "said": a.Said, "via": via}); err != nil {
		return campaign.CopyStanding{}, err
	}
	key, _, err := c.keyFor(ctx, ws, d.Subject)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	row := sqlstore.CopyAnswer{By: by, State: string(a.State), Via: via, At: a.At}
	if row.Sealed, err = key.Seal([]byte(a.Said), answerAAD(id, by)); err != nil {
		return campaign.CopyStanding{}, err
	}
	if err := c.DB.AnswerDraft(ctx, ws, id, row); err != nil {
		return campaign.CopyStanding{}, err
	}
	if a.State == campaign.CopyReturned {
		if err := c.stopCarriers(ctx, ws, by, &d); err != nil {
			return campaign.CopyStanding{}, err
		}
	}
	if d, err = c.Draft(ctx, ws, id); err != nil {
		return campaign.CopyStanding{}, err
	}
	n, err := c.needs(ctx, ws, d.System)
	return d.Standing(n), err
}

// approves reports whether somebody's role approves.
func (c CopyDesk) approves(ctx context.Context, ws touch.Workspace, by touch.UserID) error {
	switch err := c.mayApprove(ctx, ws, by); touch.CodeOf(err) {
	case "":
		return nil
	case touch.Invalid:
		return touch.Errorf(touch.Forbidden, "your role approves no copy; a privacy officer, reviewer, analyst or administrator does")
	default:
		return err
	}
}

// stopCarriers stops the running campaigns whose copy are a draft's words.
func (c CopyDesk) stopCarriers(ctx context.Context, ws touch.Workspace, by touch.UserID, d *campaign.Copy) error {
	all, err := c.Campaigns(ctx, ws)
	if err != nil {
		return err
	}
	for i := range all {
		x := &all[i]
		if x.State != campaign.Running || !slices.Contains(x.Systems, d.System) || !carries(x, d.Content.Text) {
			continue
		}
		if _, err := c.MoveCampaign(ctx, ws, by, x.ID, campaign.Stopped, "its copy was sent back: "+d.ID); err != nil {
			return err
		}
	}
	return nil
}

// carries reports whether a campaign's subject line or text are canonical words.
func carries(c *campaign.Campaign, text string) bool {
	return slices.ContainsFunc(copyOf(c), func(p part) bool { return p.text == text })
}

// part is a part of a campaign's copy, in canonical form.
type part struct{ name, text string }

// copyOf lists a campaign's words: the subject line and the text, each by itself.
// Words that have no canonical form count as they are, which nobody has approved.
func copyOf(c *campaign.Campaign) []part {
	var out []part
	for _, p := range []part{{"subject line", c.Subject}, {"text", c.Text}} {
		if p.text == "" {
			continue
		}
		if canonical, err := campaign.Canonical(p.text); err == nil {
			p.text = canonical
		}
		out = append(out, p)
	}
	return out
}

// unapproved lists the words of a campaign that its systems ask approvals for
// and that don't have them yet.
func (c CopyDesk) unapproved(ctx context.Context, ws touch.Workspace, x *campaign.Campaign) ([]campaign.CopyGap, error) {
	var out []campaign.CopyGap
	nobody := touch.SubjectID("")
	for _, system := range x.Systems {
		n, err := c.needs(ctx, ws, system)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		for _, p := range copyOf(x) {
			s, err := c.standing(ctx, ws, system, &nobody, p.text)
			if err != nil {
				return nil, err
			}
			if !s.MayUse {
				out = append(out, campaign.CopyGap{Part: p.name, CopyStanding: s})
			}
		}
	}
	return out, nil
}

// approvedWith counts a person's approval of a campaign as one of its words: it
// is bound to the hash of a content that holds them, and nobody is asked twice.
// Words that the person asked for themselves, or whose approval needs another
// role, still wait for somebody else.
func (c CopyDesk) approvedWith(ctx context.Context, ws touch.Workspace, x *campaign.Campaign, by touch.UserID, approval string) error {
	for _, system := range x.Systems {
		n, err := c.needs(ctx, ws, system)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		for _, p := range copyOf(x) {
			if _, err := campaign.Canonical(p.text); err != nil {
				continue // nobody can approve it: the campaign stays blocked
			}
			d, err := c.keep(ctx, ws, campaign.Copy{System: system, Content: campaign.CopyContent{Locale: x.Locale}}, p.text, campaign.CopyAsked{By: x.Owner, At: time.Now()})
			if err != nil {
				return err
			}
			if state, _ := d.Stands(n); state == campaign.CopyReturned {
				continue // sent back by name: only whoever did so can take that back
			}
			if _, err := c.Answer(ctx, ws, by, d.ID, campaign.CopyApproved, "", approval); err != nil && touch.CodeOf(err) != touch.Forbidden {
				return err
			}
		}
	}
	return nil
}

// mayUse refuses words that may not reach a person: those of a system that asks
// for approvals, and of whichever system they are known to be.
func (c CopyDesk) mayUse(ctx context.Context, ws touch.Workspace, system touch.SystemID, subject touch.SubjectID, texts ...string) error {
	for _, raw := range texts {
		if raw == "" {
			continue
		}
		text, err := campaign.Canonical(raw)
		if err != nil {
			n, needErr := c.needs(ctx, ws, system)
			if needErr != nil || n > 0 {
				return cmp.Or(needErr, err)
			}
			continue // it can't be a draft, and its system asks for nothing
		}
		s, err := c.standing(ctx, ws, system, &subject, text)
		if err != nil {
			return err
		}
		if !s.MayUse {
			return s.Unapproved()
		}
	}
	return nil
}
