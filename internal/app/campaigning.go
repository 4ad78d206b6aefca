package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/campaign"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// Kinds of documents about campaigns.
const (
	DocCampaign  = "campaign"
	DocApproval  = "approval"
	DocRehearsal = "rehearsal"
	DocMapping   = "mapping"
)

// CampaignView is a campaign with everything its page answers.
type CampaignView struct {
	campaign.Campaign
	Content   string // hash of what is approved
	Tier      campaign.Tier
	Why       []string // of the tier
	Blockers  []campaign.Blocker
	Rehearsal *campaign.Rehearsal // the last one; nil for none
	Approvals []campaign.Approval
	Facts     campaign.Facts
	Reached   int // decisions that allowed AI on its behalf
	Refused   int
}

// Ready reports whether it can go out.
func (v *CampaignView) Ready() bool { return len(v.Blockers) == 0 }

// Campaigns lists a workspace's campaigns, the next to begin first.
func (a *App) Campaigns(ctx context.Context, ws touch.Workspace) ([]campaign.Campaign, error) {
	all, err := docs[campaign.Campaign](ctx, a.DB, ws, DocCampaign)
	slices.SortFunc(all, func(x, y campaign.Campaign) int {
		return strings.Compare(string(y.From)+string(y.ID), string(x.From)+string(x.ID))
	})
	return all, err
}

// CampaignDoc reads one.
func (a *App) CampaignDoc(ctx context.Context, ws touch.Workspace, id touch.CampaignID) (campaign.Campaign, error) {
	var c campaign.Campaign
	return c, a.DB.Document(ctx, ws, DocCampaign, string(id), &c)
}

// SaveCampaign writes a new campaign, or the next version of one that is not
// running. The version must be the one that was read.
func (a *App) SaveCampaign(ctx context.Context, ws touch.Workspace, by touch.UserID, c campaign.Campaign) (campaign.Campaign, error) {
	if err := c.Validate(); err != nil {
		return c, err
	}
	known, err := a.Worlds.Load(ctx, ws)
	if err != nil {
		return c, err
	}
	for _, s := range c.Systems {
		if _, ok := known.Systems[s]; !ok {
			return c, touch.Fielderr("systems", "No system %q is registered here", s)
		}
	}
	if c.ID == "" {
		c.ID, c.Version, c.State, c.Owner = touch.NewCampaignID(), 0, campaign.Draft, by
	} else {
		have, err := a.CampaignDoc(ctx, ws, c.ID)
		if err != nil {
			return c, err
		}
		if have.State == campaign.Running {
			return c, touch.Errorf(touch.Conflict, "a running campaign can't be changed; stop it first")
		}
		if have.State == campaign.Ended {
			return c, touch.Errorf(touch.Conflict, "this campaign has ended; make a new one")
		}
		c.State, c.Owner, c.MovedBy, c.MovedAt, c.Reason, c.Widest = have.State, have.Owner, have.MovedBy, have.MovedAt, have.Reason, have.Widest
	}
	c.Version++
	return c, a.DB.PutVersion(ctx, ws, DocCampaign, string(c.ID), c.Version, c, by)
}

// View gathers what a campaign's page answers.
func (a *App) View(ctx context.Context, ws touch.Workspace, id touch.CampaignID) (CampaignView, error) {
	c, err := a.CampaignDoc(ctx, ws, id)
	if err != nil {
		return CampaignView{}, err
	}
	v := CampaignView{Campaign: c}
	if v.Rehearsal, err = a.lastRehearsal(ctx, ws, id); err != nil {
		return v, err
	}
	audience := ""
	if v.Rehearsal != nil {
		audience = v.Rehearsal.Audience
	}
	v.Content = c.Content(audience)
	if v.Facts, err = a.campaignFacts(ctx, ws, &c, v.Rehearsal, v.Content); err != nil {
		return v, err
	}
	launch, err := a.Launch(ctx, ws, &c, v.Content)
	if err != nil {
		return v, err
	}
	v.Facts.Objections = launch.objections(v.Content)
	v.Tier, v.Why = campaign.TierOf(v.Facts)
	if v.Approvals, err = a.approvalsOf(ctx, ws, id); err != nil {
		return v, err
	}
	today := register.Date(time.Now().UTC().Format(time.DateOnly))
	v.Blockers = campaign.Ready(&c, v.Facts, v.Approvals, v.Content, today)
	v.Reached, v.Refused, err = a.DB.CampaignCounts(ctx, ws, id)
	return v, err
}

func (a *App) lastRehearsal(ctx context.Context, ws touch.Workspace, id touch.CampaignID) (*campaign.Rehearsal, error) {
	var r campaign.Rehearsal
	err := a.DB.Document(ctx, ws, DocRehearsal, string(id), &r)
	if touch.CodeOf(err) == touch.Unknown {
		return nil, nil
	}
	return &r, err
}

// campaignFacts are what the register, the audits and the rehearsal know.
func (a *App) campaignFacts(ctx context.Context, ws touch.Workspace, c *campaign.Campaign, r *campaign.Rehearsal, content string) (campaign.Facts, error) {
	w, err := a.Worlds.Load(ctx, ws)
	if err != nil {
		return campaign.Facts{}, err
	}
	f := campaign.Facts{Markets: len(c.Markets)}
	if r != nil && r.Failed == "" {
		f.People, f.Cleared, f.RehearsedOn, f.Rehearsed = r.Rows, r.Cleared, r.At, r.Content == content
	}
	today := register.Date(time.Now().UTC().Format(time.DateOnly))
	for _, id := range c.Systems {
		b, ok := w.Systems[id]
		if !ok {
			f.Retired = append(f.Retired, string(id))
			continue
		}
		s := &b.System
		if s.State != "active" || s.Mode == register.Registered || b.Broken != "" {
			f.Retired = append(f.Retired, string(id))
		}
		if s.Alternative == nil && !s.NoSubject {
			f.NoAlternate = append(f.NoAlternate, string(id))
		}
		territory := ""
		if len(c.Markets) > 0 {
			territory = c.Markets[0]
		}
		if v := w.Verdicts.Check(s.Use(c.Purpose, c.Channel, territory), today); v.Verdict != register.Cleared && v.Verdict != register.ClearedWithWarnings {
			f.Blocked = append(f.Blocked, string(id)+": "+v.Weakest)
		}
		switch j, ok := register.Assessed(w.Judged, s, c.Purpose, today); {
		case !ok:
			f.Unassessed = append(f.Unassessed, string(id))
		case j.Verdict == "significant":
			f.Significant = true
		}
		if s.RequireLiteracy && !register.Literate(w.Attested, c.Owner, s.ID, "", today) {
			f.Untrained = append(f.Untrained, string(id))
		}
		if b.Pilot == nil && !s.ScaledUnpiloted {
			f.Unpiloted = append(f.Unpiloted, string(id))
		}
		f.Special = f.Special || s.SpecialCategories != nil && *s.SpecialCategories
		f.VendorAI = f.VendorAI || s.Mode == register.Advised
		f.Generates = f.Generates || s.Kind.Generates()
	}
	if f.Unapproved, err = (CopyDesk{a}).unapproved(ctx, ws, c); err != nil {
		return f, err
	}
	findings, err := a.DB.Findings(ctx, ws)
	for _, x := range findings {
		if slices.Contains(c.Systems, x.System) && x.Status == audit.Open && x.Severity == audit.High {
			f.OpenFindings++
		}
	}
	return f, err
}

// MoveCampaign starts, stops or ends a campaign. Starting asks whether it is
// ready. A stop is acknowledged once no later use can pass on any node: the
// commit of each use checks the workspace's epoch, which the stop moves on.
func (a *App) MoveCampaign(ctx context.Context, ws touch.Workspace, by touch.UserID, id touch.CampaignID, to campaign.State, reason string) (campaign.Campaign, error) {
	v, err := a.View(ctx, ws, id)
	if err != nil {
		return campaign.Campaign{}, err
	}
	if to == campaign.Running && !v.Ready() {
		return v.Campaign, touch.Errorf(touch.Conflict, "it can't go out yet: %s", v.Blockers[0].What)
	}
	next, err := v.Campaign.Move(to, by, time.Now(), reason)
	if err != nil {
		return v.Campaign, err
	}
	if to == campaign.Running {
		next.Widest = v.Content
	}
	if err := a.DB.PutVersion(ctx, ws, DocCampaign, string(id), next.Version, next, by); err != nil {
		return v.Campaign, err
	}
	return next, a.campaignEvent(ctx, ws, map[string]any{"campaign": id, "version": next.Version, "state": next.State, "by": by, "reason": reason, "content": v.Content})
}

func (a *App) campaignEvent(ctx context.Context, ws touch.Workspace, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the step can't be recorded")
	}
	_, err = a.Record.Append(ctx, ws, record.Entry{Kind: record.CampaignMove, Payload: body})
	return err
}

func (a *App) approvalsOf(ctx context.Context, ws touch.Workspace, id touch.CampaignID) ([]campaign.Approval, error) {
	all, err := docs[campaign.Approval](ctx, a.DB, ws, DocApproval)
	all = slices.DeleteFunc(all, func(x campaign.Approval) bool { return x.Campaign != id })
	slices.SortFunc(all, func(x, y campaign.Approval) int { return y.AskedAt.Compare(x.AskedAt) })
	return all, err
}

// Approvals lists all of a workspace, the open ones first, then by due time.
func (a *App) Approvals(ctx context.Context, ws touch.Workspace) ([]campaign.Approval, error) {
	all, err := docs[campaign.Approval](ctx, a.DB, ws, DocApproval)
	rank := func(x *campaign.Approval) int {
		if x.State == campaign.Open || x.State == campaign.Question {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(x, y campaign.Approval) int {
		if d := rank(&x) - rank(&y); d != 0 {
			return d
		}
		return x.Due.Compare(y.Due)
	})
	return all, err
}

// AskApproval asks a person, for what the campaign is now.
func (a *App) AskApproval(ctx context.Context, ws touch.Workspace, by touch.UserID, id touch.CampaignID, of touch.UserID, due time.Time) (campaign.Approval, error) {
	v, err := a.View(ctx, ws, id)
	if err != nil {
		return campaign.Approval{}, err
	}
	if err := a.mayApprove(ctx, ws, of); err != nil {
		return campaign.Approval{}, err
	}
	for _, x := range v.Approvals {
		if x.Of == of && x.Content == v.Content && (x.State == campaign.Open || x.State == campaign.Question || x.State == campaign.Approved) {
			return x, touch.Fielderr("of", "This person was asked about this already")
		}
	}
	q, err := campaign.Ask(&v.Campaign, v.Content, by, of, time.Now(), due)
	if err != nil {
		return q, err
	}
	return q, a.DB.PutVersion(ctx, ws, DocApproval, q.ID, q.Revision, q, by)
}

// mayApprove reports whether somebody's role approves: privacy officers,
// reviewers, analysts and administrators do.
func (a *App) mayApprove(ctx context.Context, ws touch.Workspace, id touch.UserID) error {
	users, err := a.Desk.Users(ctx, ws)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.ID == id && slices.Contains(Approvers(), u.Role) {
			return nil
		}
	}
	return touch.Fielderr("of", "Choose a privacy officer, reviewer, analyst or administrator")
}

// Approvers are the roles that approve.
func Approvers() []access.Role {
	return []access.Role{access.PrivacyOfficer, access.Reviewer, access.Analyst, access.Administrator}
}

// Approval reads one, with its campaign as it is now.
func (a *App) Approval(ctx context.Context, ws touch.Workspace, id string) (campaign.Approval, CampaignView, error) {
	var q campaign.Approval
	if err := a.DB.Document(ctx, ws, DocApproval, id, &q); err != nil {
		return q, CampaignView{}, err
	}
	v, err := a.View(ctx, ws, q.Campaign)
	return q, v, err
}

// AnswerApproval records the answer of who was asked.
func (a *App) AnswerApproval(ctx context.Context, ws touch.Workspace, by touch.UserID, id, state, said, via string) (campaign.Approval, error) {
	q, v, err := a.Approval(ctx, ws, id)
	if err != nil {
		return q, err
	}
	next, err := q.Answer(by, &v.Campaign, v.Content, state, said, via, time.Now())
	if err != nil {
		return q, err
	}
	if err := a.DB.PutVersion(ctx, ws, DocApproval, id, next.Revision, next, by); err != nil {
		return q, err
	}
	if err := a.campaignEvent(ctx, ws, map[string]any{"campaign": q.Campaign, "approval": id, "state": state, "by": by, "via": via, "content": q.Content}); err != nil || state != campaign.Approved {
		return next, err
	}
	return next, (CopyDesk{a}).approvedWith(ctx, ws, &v.Campaign, by, id)
}

// DelegateApproval hands an open one on.
func (a *App) DelegateApproval(ctx context.Context, ws touch.Workspace, by touch.UserID, id string, to touch.UserID) (campaign.Approval, error) {
	q, v, err := a.Approval(ctx, ws, id)
	if err != nil {
		return q, err
	}
	if err := a.mayApprove(ctx, ws, to); err != nil {
		return q, err
	}
	old, fresh, err := q.Delegate(by, to, &v.Campaign, time.Now())
	if err != nil {
		return q, err
	}
	if err := a.DB.PutVersion(ctx, ws, DocApproval, old.ID, old.Revision, old, by); err != nil {
		return q, err
	}
	return fresh, a.DB.PutVersion(ctx, ws, DocApproval, fresh.ID, fresh.Revision, fresh, by)
}

// SinceApproved is what changed since somebody last approved the campaign, in
// plain words; nil if nobody has.
func (a *App) SinceApproved(ctx context.Context, ws touch.Workspace, v *CampaignView, of touch.UserID) ([]campaign.Change, error) {
	last := 0
	for i := range v.Approvals {
		if x := &v.Approvals[i]; x.State == campaign.Approved && x.Version > last && (of == "" || x.Of == of) {
			last = x.Version
		}
	}
	if last == 0 || last == v.Version {
		return nil, nil
	}
	var old *campaign.Campaign
	err := a.DB.DocumentVersions(ctx, ws, DocCampaign, string(v.ID), func(body string) error {
		var c campaign.Campaign
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return touch.Wrap(touch.Internal, err, "a stored campaign can't be read")
		}
		if c.Version == last {
			old = &c
		}
		return nil
	})
	if err != nil || old == nil {
		return nil, err
	}
	return campaign.Difference(old, &v.Campaign), nil
}

// SaveRehearsal keeps an audience's counts; nobody is named in them.
func (a *App) SaveRehearsal(ctx context.Context, ws touch.Workspace, r campaign.Rehearsal) error {
	_, err := a.DB.PutDocument(ctx, ws, DocRehearsal, string(r.Campaign), r, r.By)
	return err
}

// FindCampaign finds a campaign by its id or, if only one has it, its name.
func (a *App) FindCampaign(ctx context.Context, ws touch.Workspace, id string) (campaign.Campaign, error) {
	all, err := a.Campaigns(ctx, ws)
	if err != nil {
		return campaign.Campaign{}, err
	}
	var found []campaign.Campaign
	for _, c := range all {
		if string(c.ID) == id {
			return c, nil
		}
		if strings.EqualFold(c.Name, id) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return campaign.Campaign{}, touch.Fielderr("campaign", "no campaign of this id or name here; `fairtouch campaign list` shows them")
	}
	return campaign.Campaign{}, touch.Fielderr("campaign", "several campaigns have this name; use the id")
}
