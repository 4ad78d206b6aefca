package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/consent"
	"fairtouch/internal/law"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// packProofs is how many decisions of a campaign its evidence carries with
// their proofs. They are a sample: the record holds all.
const packProofs = 5

// Pack implements console.Campaigns: what is known of a campaign on this day.
func (s staff) Pack(ctx context.Context, p access.Principal, id touch.CampaignID) (console.Pack, error) {
	v, err := s.View(ctx, p.Workspace, id)
	if err != nil {
		return console.Pack{}, err
	}
	co, err := s.Worlds.CompanyOf(ctx, p.Workspace)
	if err != nil {
		return console.Pack{}, err
	}
	out := console.Pack{Made: time.Now().UTC(), By: p.Name, Campaign: v.Campaign, Content: v.Content, Company: co.Name, Tier: v.Tier.Words(),
		Blockers: v.Blockers, Rehearsal: v.Rehearsal, Allowed: v.Reached, Refused: v.Refused}
	if err := s.packSystems(ctx, p, &v.Campaign, &out); err != nil {
		return out, err
	}
	if err := s.packLaw(ctx, &v.Campaign, &out); err != nil {
		return out, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	for i := range v.Approvals {
		a := &v.Approvals[i]
		out.Approvals = append(out.Approvals, console.PackApproval{Of: nameOf(users, a.Of), Role: users[a.Of].Role.Words(), State: a.State, Said: a.Said,
			Via: a.Via, Asked: a.AskedAt, At: a.At, Content: a.Content, Stands: a.Content == v.Content})
	}
	if err := s.packNotices(ctx, p.Workspace, &v.Campaign, &out); err != nil {
		return out, err
	}
	return out, s.packProofs(ctx, p.Workspace, id, &out)
}

func (s staff) packSystems(ctx context.Context, p access.Principal, c *campaign.Campaign, out *console.Pack) error {
	lines, err := s.campaignSystems(ctx, p, c)
	if err != nil {
		return err
	}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return err
	}
	today := register.Date(time.Now().UTC().Format(time.DateOnly))
	for _, l := range lines {
		b := w.Systems[l.ID]
		x := console.PackSystem{ID: l.ID, Name: l.Name, Version: b.System.Version, Kind: string(b.System.Kind), Mode: l.Mode, Vendor: b.System.Vendor, Model: b.System.ModelHash,
			Assessed: l.Assessed, Without: l.Alt, Pilot: l.Pilot}
		v := w.Verdicts.Check(b.System.Use(c.Purpose, c.Channel, first(c.Markets)), today)
		x.Ownership, x.Weakest = v.Verdict, v.Weakest
		for _, f := range v.Findings {
			x.Findings = append(x.Findings, f.Code+": "+f.Reason)
		}
		out.Systems = append(out.Systems, x)
	}
	return nil
}

// packLaw lists the rules that bind on this day for the campaign's kinds of
// AI, channel and markets; which of them asked for something is in the
// decisions.
func (s staff) packLaw(ctx context.Context, c *campaign.Campaign, out *console.Pack) error {
	now := time.Now()
	rules, err := s.Rules(ctx, law.DateIn(now), now)
	if err != nil {
		return err
	}
	out.Packs = rules.Packs
	var kinds []string
	for _, x := range out.Systems {
		kinds = append(kinds, x.Kind)
	}
	for _, r := range rules.Rules {
		kind := slices.Contains(r.Kinds, "*") || slices.ContainsFunc(r.Kinds, func(k string) bool { return slices.Contains(kinds, k) })
		channel := slices.Contains(r.Channels, "*") || slices.Contains(r.Channels, string(c.Channel))
		place := slices.ContainsFunc(c.Markets, func(m string) bool { return r.Jurisdiction == m || strings.HasPrefix(m, r.Jurisdiction+"-") })
		if kind && channel && (place || r.Jurisdiction == "EU") {
			out.Law = append(out.Law, console.PackRule{ID: r.ID, Citation: r.Citation, Text: r.Text, Grade: r.Grade + ", " + r.Status})
		}
	}
	return nil
}

func (s staff) packNotices(ctx context.Context, ws touch.Workspace, c *campaign.Campaign, out *console.Pack) error {
	all, err := docs[consent.Notice](ctx, s.DB, ws, DocNotice)
	for _, n := range all {
		if n.Purpose == c.Purpose || slices.Contains(c.Systems, n.System) {
			out.Notices = append(out.Notices, console.PackNotice{Key: n.Key, Locale: n.Locale, Hash: n.Hash, Title: n.Title})
		}
	}
	return err
}

func (s staff) packProofs(ctx context.Context, ws touch.Workspace, id touch.CampaignID, out *console.Pack) error {
	var err error
	if out.LogKey, out.Receipts, err = s.Record.Keys(ctx, ws); err != nil {
		return err
	}
	ids, err := s.DB.CampaignSample(ctx, ws, id, packProofs)
	if err != nil {
		return err
	}
	for _, d := range ids {
		proof, err := s.Prove(ctx, ws, string(d.ID))
		if touch.CodeOf(err) == touch.Unavailable || touch.CodeOf(err) == touch.Unknown {
			continue // not in the log yet: within a second it is
		}
		if err != nil {
			return err
		}
		shown, err := Outputs{s.App}.outputsOf(ctx, ws, d.ID)
		if err != nil {
			return err
		}
		out.Proofs = append(out.Proofs, console.PackProof{Decision: d.ID, Verdict: d.Verdict, Proof: proof, Outputs: shown})
	}
	return nil
}
