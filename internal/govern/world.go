package govern

import (
	"context"
	"slices"
	"sync"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/disclose"
	"fairtouch/internal/explain"
	"fairtouch/internal/law"
	"fairtouch/internal/model"
	"fairtouch/internal/pilot"
	"fairtouch/internal/protect"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// World is everything about a workspace that a decision depends on, beside the
// person: read at one epoch, and never changed.
type World struct {
	Epoch    int64
	Systems  map[touch.SystemID]*Bound
	Law      *law.Evaluator
	Texts    *disclose.Texts
	Matrix   *disclose.Matrix
	Bases    []consent.CompanyBasis
	Verdicts *register.Verdicts
	Judged   []register.Significance
	Attested []register.Attestation
	Company  map[string]any // company.* facts
	Locale   string         // of the company's notices
	Country  string         // where it is established, "" if unknown
	Roles    []string       // that the company has under the law; empty asks every role
	Warnings []string       // what could not be loaded, for the console

	Campaigns map[touch.CampaignID]CampaignState

	facts sync.Map // factKey -> map[string]any, shared and read-only
}

// CampaignState is what a use on behalf of a campaign depends on.
type CampaignState struct {
	Systems []touch.SystemID
	Running bool
	Stopped bool // by somebody; nothing goes out until it is started again
}

// Bound is a registered system with what runs it.
type Bound struct {
	System     register.System
	Pilot      *pilot.Pilot // nil: none
	Plan       protect.Plan
	Provider   model.Provider // nil: nothing here calls it
	Kit        *explain.Kit   // nil: no exact explanation
	Correction string         // id of the audit's correction that is in use; "" for none
	Text       bool           // it writes text, and is asked through the gateway alone
	Broken     string         // why it can't run, though it should; "" if it can
}

// Worlds reads a workspace as it is now.
type Worlds interface {
	Load(ctx context.Context, ws touch.Workspace) (*World, error)
}

type factKey struct {
	system   touch.SystemID
	purpose  string
	operator touch.UserID
	day      register.Date
}

// systemFacts are the register's and the company's facts, computed once a day.
func (w *World) systemFacts(b *Bound, purpose string, operator touch.UserID, day register.Date) map[string]any {
	k := factKey{b.System.ID, purpose, operator, day}
	if f, ok := w.facts.Load(k); ok {
		return f.(map[string]any)
	}
	f := b.System.Facts(w.Judged, w.Attested, operator, purpose, day)
	for name, v := range w.Company {
		f[name] = v
	}
	w.facts.Store(k, f)
	return f
}

// registerChecks are what the register says of a use: the system's state and
// mode, its purposes and channels, the ownership chain, the operator's literacy.
func (w *World) registerChecks(b *Bound, t *touch.Touch, operator touch.UserID, territory string, day register.Date) []touch.Check {
	s := &b.System
	var out []touch.Check
	deny := func(rule, reason, owner string) {
		out = append(out, touch.Check{Step: touch.StepOwnership, Rule: rule, Verdict: touch.Deny, Reason: reason, Owner: owner})
	}
	switch {
	case s.State != "active":
		deny("register.state", "The system is retired.", "system_owner")
	case s.Mode == register.Registered:
		deny("register.mode", "The system is registered only; nothing may be decided with it yet.", "system_owner")
	case b.Broken != "":
		deny("register.model", b.Broken, "system_owner")
	}
	if t.Campaign != "" {
		switch c, ok := w.Campaigns[t.Campaign]; {
		case !ok:
			deny("campaign.unknown", "No campaign of this id is known here.", "marketer")
		case c.Stopped:
			deny("campaign.stopped", "The campaign was stopped; nothing more goes out.", "marketer")
		case !c.Running:
			deny("campaign.not-started", "The campaign has not been started.", "marketer")
		case !slices.Contains(c.Systems, s.ID):
			deny("campaign.system", "The campaign does not use this system.", "marketer")
		}
	}
	if !slices.Contains(s.Purposes, t.Purpose) {
		deny("register.purpose", "The system is not registered for this purpose.", "system_owner")
	}
	if !slices.Contains(s.Channels, t.Channel) {
		deny("register.channel", "The system is not registered for this channel.", "system_owner")
	}
	out = append(out, w.Verdicts.Check(s.Use(t.Purpose, t.Channel, territory), day).Checks()...)
	if s.RequireLiteracy {
		out = append(out, register.CheckLiteracy(s, w.Attested, operator, "", day))
	}
	return out
}

// worlds keeps the newest world of each workspace. A world of an older epoch
// is never used: the epoch comes with each person that is read.
type worlds struct {
	source Worlds
	mu     sync.Mutex // guards held
	held   map[touch.Workspace]*World
}

func (ws *worlds) at(ctx context.Context, w touch.Workspace, epoch int64) (*World, error) {
	ws.mu.Lock()
	held := ws.held[w]
	ws.mu.Unlock()
	if held != nil && held.Epoch >= epoch {
		return held, nil
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if held = ws.held[w]; held != nil && held.Epoch >= epoch {
		return held, nil
	}
	fresh, err := ws.source.Load(ctx, w)
	if err != nil {
		return nil, err
	}
	if fresh.Epoch < epoch {
		return nil, touch.Errorf(touch.Unavailable, "the workspace is changing; try again")
	}
	ws.held[w] = fresh
	return fresh, nil
}

// day is the civil date of the register's checks, in UTC.
func day(t time.Time) register.Date { return register.Date(t.UTC().Format(time.DateOnly)) }
