package cli

import (
	"fmt"

	"fairtouch/internal/app"
	"fairtouch/internal/campaign"
	"fairtouch/touch"
)

type campaignCmd struct {
	List   campaignListCmd   `cmd:"" help:"The campaigns, and whether each can go out."`
	Create campaignCreateCmd `cmd:"" help:"Write a campaign from a JSON file."`
	Stop   campaignStopCmd   `cmd:"" help:"Hold everything unsent, at once, on every node."`
}

type campaignListCmd struct{}

type campaignLine struct {
	ID       touch.CampaignID   `json:"id"`
	Name     string             `json:"name"`
	State    campaign.State     `json:"state"`
	From     string             `json:"from"`
	To       string             `json:"to"`
	Ready    bool               `json:"ready"`
	Blockers []campaign.Blocker `json:"blockers"`
	Reached  int                `json:"reached"`
}

// Run lists the campaigns.
func (c *campaignListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		all, err := a.Campaigns(r.ctx, ws)
		if err != nil {
			return err
		}
		lines := []campaignLine{}
		for _, x := range all {
			v, err := a.View(r.ctx, ws, x.ID)
			if err != nil {
				return err
			}
			lines = append(lines, campaignLine{x.ID, x.Name, x.State, string(x.From), string(x.To), v.Ready(), v.Blockers, v.Reached})
		}
		if r.opts.JSON {
			return r.print(lines)
		}
		table(r.Out, "CAMPAIGN\tNAME\tSTATE\tFROM\tTO\tCAN IT GO OUT?\tREACHED", func(line func(cells ...any)) {
			for _, l := range lines {
				word := "yes"
				if !l.Ready {
					word = fmt.Sprintf("no: %s", l.Blockers[0].What)
				}
				line(l.ID, l.Name, l.State, l.From, l.To, word, l.Reached)
			}
		})
		return nil
	})
}

type campaignCreateCmd struct {
	File string `short:"f" required:"" help:"JSON: name, goal, purpose, channel, systems, markets, from, to, subject, text; - is standard input." placeholder:"FILE"`
	As   string `help:"The owner: a user's id." placeholder:"USER"`
}

// Run writes a campaign and prints its id.
func (c *campaignCreateCmd) Run(r *run) error {
	b, err := r.read(c.File)
	if err != nil {
		return err
	}
	var x campaign.Campaign
	if err := touch.Decode(b, &x); err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		who := touch.UserID(c.As)
		if who == "" {
			who = app.LocalOperator
		}
		x.ID = ""
		saved, err := a.SaveCampaign(r.ctx, ws, who, x)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(saved)
		}
		fmt.Fprintln(r.Out, saved.ID)
		return nil
	})
}

type campaignStopCmd struct {
	Campaign string `arg:"" help:"The campaign, by its id or its name."`
	Reason   string `help:"Why." default:"stopped at the command line"`
}

// Run stops a campaign.
func (c *campaignStopCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		x, err := a.FindCampaign(r.ctx, ws, c.Campaign)
		if err != nil {
			return err
		}
		if _, err := a.MoveCampaign(r.ctx, ws, app.LocalOperator, x.ID, campaign.Stopped, c.Reason); err != nil {
			return err
		}
		v, err := a.View(r.ctx, ws, x.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.Out, "stopped; %d people were reached before\n", v.Reached)
		return nil
	})
}
