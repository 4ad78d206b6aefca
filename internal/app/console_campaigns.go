package app

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	"fairtouch/demo"
	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/register"
	"fairtouch/internal/tables"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// names are the staff by id.
func (s staff) names(ctx context.Context, ws touch.Workspace) (map[touch.UserID]access.User, error) {
	users, err := s.Desk.Users(ctx, ws)
	out := make(map[touch.UserID]access.User, len(users))
	for _, u := range users {
		out[u.ID] = u
	}
	return out, err
}

func nameOf(users map[touch.UserID]access.User, id touch.UserID) string {
	if u, ok := users[id]; ok && u.Name != "" {
		return u.Name
	}
	return string(id)
}

// Campaigns implements console.Campaigns.
func (s staff) Campaigns(ctx context.Context, p access.Principal) ([]console.CampaignLine, error) {
	all, err := s.App.Campaigns(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	out := make([]console.CampaignLine, len(all))
	for i, c := range all {
		v, err := s.View(ctx, p.Workspace, c.ID)
		if err != nil {
			return nil, err
		}
		l := console.CampaignLine{Campaign: c, OwnerName: nameOf(users, c.Owner), Blockers: len(v.Blockers), Reached: v.Reached}
		if l.Blockers > 0 {
			l.First = v.Blockers[0].What
		}
		l.Left, l.Len = calendar(c.From, c.To, time.Now())
		out[i] = l
	}
	return out, nil
}

// calendar places dates in a quarter that begins a month before now, in percent.
func calendar(from, to register.Date, now time.Time) (left, length int) {
	start, span := now.AddDate(0, 0, -30), 90*24*time.Hour
	at := func(d register.Date) int {
		t, err := time.Parse(time.DateOnly, string(d))
		if err != nil {
			return 0
		}
		return int(max(0, min(100, 100*t.Sub(start)/span)))
	}
	left = at(from)
	return left, max(1, at(to)-left)
}

// Campaign implements console.Campaigns.
func (s staff) Campaign(ctx context.Context, p access.Principal, id touch.CampaignID) (console.CampaignPage, error) {
	v, err := s.View(ctx, p.Workspace, id)
	if err != nil {
		return console.CampaignPage{}, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return console.CampaignPage{}, err
	}
	out := console.CampaignPage{Campaign: v.Campaign, Ready: v.Ready(), OwnerName: nameOf(users, v.Owner), TierWords: v.Tier.Words(), TierWhy: v.Why,
		Needs: v.Tier.Needs(), Blockers: v.Blockers, Rehearsal: v.Rehearsal, Reached: v.Reached, Refused: v.Refused, Mine: p.Can(access.Campaign),
		MayStop: p.Can(access.Campaign), Demo: p.Workspace == Demo && id == DemoCampaign}
	if v.Rehearsal != nil {
		out.Denied, out.Missing = v.Rehearsal.Stopped()
	}
	for i := range v.Approvals {
		out.Approvals = append(out.Approvals, line(&v.Approvals[i], v.Campaign.Name, v.Content, users, p.User))
	}
	out.Can = asked(users, v.Owner, p.User)
	if out.Systems, err = s.campaignSystems(ctx, p, &v.Campaign); err != nil {
		return out, err
	}
	if out.Launch, err = s.launchLines(ctx, p, &v); err != nil {
		return out, err
	}
	out.Complaint, err = s.complaints(ctx, p.Workspace, id)
	return out, err
}

// asked are the people who may approve, without the owner and who asks.
func asked(users map[touch.UserID]access.User, not ...touch.UserID) []console.Asked {
	var out []console.Asked
	for _, u := range users {
		if u.RetiredAt.IsZero() && slices.Contains(Approvers(), u.Role) && !slices.Contains(not, u.ID) {
			out = append(out, console.Asked{ID: u.ID, Name: u.Name, Role: u.Role.Words()})
		}
	}
	slices.SortFunc(out, func(a, b console.Asked) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}

func line(a *campaign.Approval, name, content string, users map[touch.UserID]access.User, reader touch.UserID) console.ApprovalLine {
	open := a.State == campaign.Open || a.State == campaign.Question
	l := console.ApprovalLine{Approval: *a, Name: name, OfName: nameOf(users, a.Of), ByName: nameOf(users, a.Asked), Mine: a.Of == reader,
		Late: open && time.Now().After(a.Due), Void: a.Content != content && a.State != campaign.Delegated, Waiting: time.Since(a.AskedAt)}
	l.Low = l.Mine && open && !l.Void
	return l
}

func (s staff) campaignSystems(ctx context.Context, p access.Principal, c *campaign.Campaign) ([]console.CampaignSystem, error) {
	all, err := s.Systems(ctx, p)
	if err != nil {
		return nil, err
	}
	pilots, err := s.DB.Pilots(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	var out []console.CampaignSystem
	for _, x := range all {
		if !slices.Contains(c.Systems, x.ID) {
			continue
		}
		l := console.CampaignSystem{ID: x.ID, Name: x.Name, Mode: string(x.Mode), Ownership: x.Ownership, Assessed: x.Assessed, Alt: "none declared", Pilot: "none"}
		if x.Alternative != nil {
			l.Alt = x.Alternative.Text
		}
		if l.Assessed == "" {
			l.Assessed = "not assessed"
		}
		if x.ScaledUnpiloted {
			l.Pilot = "in full use"
		}
		if pl := pilotOf(pilots, x.ID); pl != nil {
			l.Pilot = string(pl.State) + ", " + strconv.FormatFloat(pl.Epoch.Coverage*100, 'g', 3, 64) + " %"
		}
		out = append(out, l)
	}
	return out, nil
}

// complaints counts "wrong or unfair" about decisions on a campaign's behalf.
func (s staff) complaints(ctx context.Context, ws touch.Workspace, id touch.CampaignID) (int, error) {
	return s.DB.CampaignCases(ctx, ws, id, "unfair")
}

// SaveCampaign implements console.Campaigns.
func (s staff) SaveCampaign(ctx context.Context, p access.Principal, c campaign.Campaign) (touch.CampaignID, error) {
	saved, err := s.App.SaveCampaign(ctx, p.Workspace, p.User, c)
	return saved.ID, err
}

// MoveCampaign implements console.Campaigns.
func (s staff) MoveCampaign(ctx context.Context, p access.Principal, id touch.CampaignID, to campaign.State, reason string) error {
	_, err := s.App.MoveCampaign(ctx, p.Workspace, p.User, id, to, reason)
	return err
}

// Reached implements console.Campaigns.
func (s staff) Reached(ctx context.Context, p access.Principal, id touch.CampaignID, w io.Writer) error {
	out, err := tables.Create("reached.csv", nopCloser{w}, []string{"decision_id", "at", "system", "channel", "band"})
	if err != nil {
		return err
	}
	err = s.DB.CampaignReached(ctx, p.Workspace, id, func(d touch.DecisionID, at time.Time, system, channel, band string) error {
		return out.Write([]string{string(d), at.UTC().Format(time.RFC3339), system, channel, band})
	})
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// Sample implements console.Campaigns: the invented people around all calls.
func (s staff) Sample(_ context.Context, _ access.Principal, w io.Writer) error {
	out, err := tables.Create("sample.csv", nopCloser{w}, []string{"external_id", "country", "language", "minor", "business", "first_contact"})
	if err != nil {
		return err
	}
	for i := range demo.Count {
		x := demo.Someone(i)
		if err := out.Write([]string{x.ExternalID, x.Country, x.Locale, "false", "false", "false"}); err != nil {
			return err
		}
	}
	return out.Close()
}

// Approvals implements console.Campaigns.
func (s staff) Approvals(ctx context.Context, p access.Principal) ([]console.ApprovalLine, error) {
	all, err := s.App.Approvals(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	views := map[touch.CampaignID]CampaignView{}
	var mine, others []console.ApprovalLine
	for i := range all {
		a := &all[i]
		v, ok := views[a.Campaign]
		if !ok {
			if v, err = s.View(ctx, p.Workspace, a.Campaign); err != nil {
				return nil, err
			}
			views[a.Campaign] = v
		}
		l := line(a, v.Name, v.Content, users, p.User)
		if l.Low {
			mine = append(mine, l)
		} else {
			others = append(others, l)
		}
	}
	return append(mine, others...), nil
}

// Approval implements console.Campaigns.
func (s staff) Approval(ctx context.Context, p access.Principal, id string) (console.ApprovalPage, error) {
	q, v, err := s.App.Approval(ctx, p.Workspace, id)
	if err != nil {
		return console.ApprovalPage{}, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return console.ApprovalPage{}, err
	}
	out := console.ApprovalPage{ApprovalLine: line(&q, v.Name, v.Content, users, p.User), Others: asked(users, v.Owner, p.User)}
	if out.C, err = s.Campaign(ctx, p, q.Campaign); err != nil {
		return out, err
	}
	if out.Words, out.Findings, err = s.copyFindings(ctx, p.Workspace, &v.Campaign); err != nil {
		return out, err
	}
	out.First = !slices.ContainsFunc(v.Approvals, func(a campaign.Approval) bool { return a.State == campaign.Approved })
	out.Changes, err = s.SinceApproved(ctx, p.Workspace, &v, "")
	return out, err
}

// Ask implements console.Campaigns.
func (s staff) Ask(ctx context.Context, p access.Principal, id touch.CampaignID, of touch.UserID, due time.Time) error {
	q, err := s.AskApproval(ctx, p.Workspace, p.User, id, of, due)
	if err != nil {
		return err
	}
	return s.tellAsked(ctx, p.Workspace, &q)
}

// Approve implements console.Campaigns.
func (s staff) Approve(ctx context.Context, p access.Principal, id, state, said string) error {
	_, err := s.AnswerApproval(ctx, p.Workspace, p.User, id, state, said, "console")
	return err
}

// Delegate implements console.Campaigns.
func (s staff) Delegate(ctx context.Context, p access.Principal, id string, to touch.UserID) error {
	q, err := s.DelegateApproval(ctx, p.Workspace, p.User, id, to)
	if err != nil {
		return err
	}
	return s.tellAsked(ctx, p.Workspace, &q)
}

// tellAsked posts who is asked a signed link that answers this one question.
func (s staff) tellAsked(ctx context.Context, ws touch.Workspace, q *campaign.Approval) error {
	t, err := s.Links.Token(Link{LinkApprove, ws, q.ID, q.Due.Add(7 * 24 * time.Hour)})
	if err != nil {
		return err
	}
	c, err := s.CampaignDoc(ctx, ws, q.Campaign)
	if err != nil {
		return err
	}
	return s.Post(ctx, ws, Message{To: q.Of, Subject: "May “" + c.Name + "” go out?", Link: s.Links.base + "/console/approve/" + t,
		Text: "You are asked to approve a campaign by " + q.Due.Format("2 January, 15:04") + " UTC. The link shows what changed and what is open, and takes your answer."})
}

// ByLink implements console.Campaigns. The token alone says who answers.
func (s staff) ByLink(ctx context.Context, token string) (access.Principal, console.ApprovalPage, error) {
	k, err := s.Links.Parse(token, LinkApprove)
	if err != nil {
		return access.Principal{}, console.ApprovalPage{}, err
	}
	q, _, err := s.App.Approval(ctx, k.Workspace, k.ID)
	if err != nil {
		return access.Principal{}, console.ApprovalPage{}, err
	}
	p := access.Principal{Workspace: k.Workspace, User: q.Of}
	page, err := s.Approval(ctx, p, k.ID)
	return p, page, err
}

// AnswerByLink implements console.Campaigns.
func (s staff) AnswerByLink(ctx context.Context, token, state, said string) error {
	k, err := s.Links.Parse(token, LinkApprove)
	if err != nil {
		return err
	}
	q, _, err := s.App.Approval(ctx, k.Workspace, k.ID)
	if err != nil {
		return err
	}
	_, err = s.AnswerApproval(ctx, k.Workspace, q.Of, k.ID, state, said, "link")
	return err
}
