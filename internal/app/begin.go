package app

import (
	"context"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/consent"
	"fairtouch/internal/web/console"
)

// begin is a new team's way to its first campaign; nil once it was gone.
func (s staff) begin(ctx context.Context, p access.Principal) ([]console.BeginStep, error) {
	systems, err := s.DB.Systems(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	notices, err := docs[consent.Notice](ctx, s.DB, p.Workspace, DocNotice)
	if err != nil {
		return nil, err
	}
	people, err := s.DB.CountPeople(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	campaigns, err := s.App.Campaigns(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	rehearsed, err := docs[campaign.Rehearsal](ctx, s.DB, p.Workspace, DocRehearsal)
	if err != nil {
		return nil, err
	}
	steps := []console.BeginStep{
		{Text: "Register the AI that you use, from a template", Link: "/console/systems/new", Done: len(systems) > 0},
		{Text: "Write the notice that people see", Link: "/console/permissions", Done: len(notices) > 0},
		{Text: "Import the permissions that you have", Link: "/console/permissions", Done: people > 0},
		{Text: "Make a campaign", Link: "/console/campaigns/new", Done: len(campaigns) > 0},
		{Text: "Rehearse its audience: no model is called, nothing is sent", Link: "/console/campaigns", Done: len(rehearsed) > 0},
	}
	for _, x := range steps {
		if !x.Done {
			return steps, nil
		}
	}
	return nil, nil
}
