package app

import (
	"context"
	"slices"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/campaign"
	"fairtouch/internal/inclusion"
	"fairtouch/touch"
)

// docReached is whom a plan's system left out, as its latest audit saw it.
const docReached = "reached"

// reached is kept beside the audit: counts of groups, nobody's name.
type reached struct {
	Plan     string               `json:"plan"`
	System   touch.SystemID       `json:"system"`
	At       time.Time            `json:"at"`
	Left     []inclusion.Reached  `json:"left"`     // groups shown to be left out
	Excluded []inclusion.Excluded `json:"excluded"` // rules that remove much of a group
}

// noteReach measures a plan's reach after its audit, under the same permission,
// so that a launch can look at it without opening anything.
func (a *App) noteReach(ctx context.Context, ws touch.Workspace, p *audit.Plan, by touch.UserID) error {
	page, err := staff{a}.Reach(ctx, access.Principal{Workspace: ws, User: by}, p.ID)
	if err != nil {
		return err
	}
	out := reached{Plan: p.ID, System: p.System, At: time.Now().UTC(), Left: []inclusion.Reached{}, Excluded: []inclusion.Excluded{}}
	for _, x := range page.Attributes {
		for _, r := range x.Rows {
			if r.Verdict == fairness.Fail {
				out.Left = append(out.Left, r)
			}
		}
		out.Excluded = append(out.Excluded, x.Rules...)
	}
	_, err = a.DB.PutDocument(ctx, ws, docReached, p.ID, out, by)
	return err
}

// reachedBy gathers what the latest audits of a campaign's systems saw; false if
// none has measured it.
func (a *App) reachedBy(ctx context.Context, ws touch.Workspace, c *campaign.Campaign) (all []reached, err error) {
	docs, err := docs[reached](ctx, a.DB, ws, docReached)
	for _, r := range docs {
		if slices.Contains(c.Systems, r.System) {
			all = append(all, r)
		}
	}
	return all, err
}

// gateReach is what the launch gate looks at; nil where nothing was measured.
func gateReach(all []reached) (*inclusion.Reach, []inclusion.Excluded) {
	if len(all) == 0 {
		return nil, nil
	}
	out, excluded := &inclusion.Reach{Verdict: fairness.Pass}, []inclusion.Excluded{}
	for _, r := range all {
		out.Rows = append(out.Rows, r.Left...)
		excluded = append(excluded, r.Excluded...)
	}
	if len(out.Rows) > 0 {
		out.Verdict = fairness.Fail
	}
	return out, excluded
}
