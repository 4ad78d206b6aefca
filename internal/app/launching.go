package app

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/inclusion"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// docReview are what members of the launch panel said.
const docReview = "launch-review"

// launchReview is a review with the campaign that it is about.
type launchReview struct {
	Campaign touch.CampaignID `json:"campaign"`
	inclusion.Review
}

// LaunchCheck is what a launch would leave out, as far as it can be told.
type LaunchCheck struct {
	Words   []inclusion.Note
	Reading inclusion.Reading
	Email   []inclusion.Problem
	Rules   bool // there are rules for the copy's language
	Reviews []inclusion.Review
	Open    []inclusion.Open
	Reached []reached // by the latest audits of its systems
}

// Launch checks a campaign's copy and gathers its reviews.
func (a *App) Launch(ctx context.Context, ws touch.Workspace, c *campaign.Campaign, content string) (LaunchCheck, error) {
	var out LaunchCheck
	locale := c.Locale
	if locale == "" {
		locale = "en"
	}
	pack, ok, err := inclusion.LoadPack(locale)
	if err != nil {
		return out, err
	}
	if out.Rules = ok; ok && c.Text != "" {
		out.Words = pack.Check(c.Subject+"\n\n"+c.Text, inclusion.CheckOptions{})
	}
	out.Reading = inclusion.Read(c.Text, locale)
	if math.IsNaN(out.Reading.Grade) {
		out.Reading.Grade = 0
	}
	if c.Channel == touch.Email && strings.Contains(c.Text, "<") {
		if out.Email, err = inclusion.CheckEmail(c.Text, ""); err != nil {
			return out, err
		}
	}
	all, err := docs[launchReview](ctx, a.DB, ws, docReview)
	if err != nil {
		return out, err
	}
	for _, r := range all {
		if r.Campaign == c.ID {
			out.Reviews = append(out.Reviews, r.Review)
		}
	}
	if out.Reached, err = a.reachedBy(ctx, ws, c); err != nil {
		return out, err
	}
	reach, excluded := gateReach(out.Reached)
	_, out.Open = inclusion.Gate(inclusion.Launch{Content: content, Reviews: out.Reviews, Author: c.Owner, Words: out.Words, Email: out.Email, Reach: reach, Excluded: excluded})
	return out, nil
}

// objections counts who objects to what a campaign is now.
func (l *LaunchCheck) objections(content string) (n int) {
	for _, r := range l.Reviews {
		if r.Objects && r.Content == content {
			n++
		}
	}
	return n
}

// ReviewLaunch implements console.Campaigns: a member of the panel signs or
// objects, for a perspective, on the record.
func (s staff) ReviewLaunch(ctx context.Context, p access.Principal, id touch.CampaignID, perspective, reason string, objects bool) error {
	v, err := s.View(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	if v.Owner == p.User {
		return touch.Fielderr("perspective", "Nobody reviews their own campaign; ask a colleague")
	}
	r, err := inclusion.Sign(p.User, strings.TrimSpace(perspective), v.Content, strings.TrimSpace(reason), objects, time.Now().UTC())
	if err != nil {
		return err
	}
	key := string(id) + "/" + string(p.User) + "/" + r.Perspective
	if _, err := s.DB.PutDocument(ctx, p.Workspace, docReview, key, launchReview{id, r}, p.User); err != nil {
		return err
	}
	return s.campaignEvent(ctx, p.Workspace, map[string]any{"campaign": id, "review": r.Perspective, "objects": objects, "by": p.User, "content": v.Content})
}

// launchLines are the check as the campaign's page shows it.
func (s staff) launchLines(ctx context.Context, p access.Principal, v *CampaignView) (console.LaunchCheck, error) {
	l, err := s.Launch(ctx, p.Workspace, &v.Campaign, v.Content)
	if err != nil {
		return console.LaunchCheck{}, err
	}
	users, err := s.names(ctx, p.Workspace)
	out := console.LaunchCheck{Words: l.Words, Reading: l.Reading, Email: l.Email, Rules: l.Rules, Measured: len(l.Reached) > 0}
	for _, r := range l.Reached {
		out.Left = append(out.Left, console.LeftOut{Plan: r.Plan, System: r.System, At: r.At, Groups: r.Left, Rules: r.Excluded})
	}
	for _, r := range l.Reviews {
		out.Reviews = append(out.Reviews, console.ReviewLine{Review: r, Name: nameOf(users, r.Member), Stale: r.Content != v.Content})
	}
	slices.SortFunc(out.Reviews, func(a, b console.ReviewLine) int { return b.At.Compare(a.At) })
	return out, err
}
