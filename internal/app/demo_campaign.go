package app

import (
	"context"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// DemoCampaign is the campaign that the demo tells its story with.
const DemoCampaign touch.CampaignID = "spring"

// demoCampaign writes the spring campaign: a draft that is not ready.
func (a *App) demoCampaign(ctx context.Context) error {
	day := func(n int) register.Date {
		return register.Date(time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly))
	}
	var owner touch.UserID
	var trained []register.Attestation
	for _, role := range access.Roles() {
		u, err := a.Desk.DemoUser(ctx, Demo, role)
		if err != nil {
			return err
		}
		if role == access.Marketer {
			owner = u.ID // whose attestation is missing: the story's first fix
			continue
		}
		trained = append(trained, register.Attestation{User: u.ID, Training: "AI literacy, basic course", On: day(-12), Until: day(353), By: LocalOperator})
	}
	if err := a.DB.SaveJudgements(ctx, Demo, nil, trained); err != nil {
		return err
	}
	c := campaign.Campaign{
		ID: DemoCampaign, Version: 1, Name: "Spring deposit campaign", Owner: owner, State: campaign.Draft,
		Goal: "Offer a fixed-term deposit by phone to customers who are likely to want one.", Purpose: DemoPurpose, Channel: touch.Call,
		Systems: []touch.SystemID{DemoScorer2}, Markets: []string{"DE", "FR", "PT"}, From: day(14), To: day(60),
		Locale: "en", Text: "Good morning, this is the bank. We have a deposit at a fixed rate for twelve months. May I tell you about it?",
	}
	err := a.DB.PutVersion(ctx, Demo, DocCampaign, string(c.ID), 1, c, LocalOperator)
	if touch.CodeOf(err) == touch.Conflict {
		return nil // filled before
	}
	return err
}
