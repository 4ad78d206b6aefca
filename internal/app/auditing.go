package app

import (
	"cmp"
	"context"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/govern"
	"fairtouch/internal/provider"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Auditor is the desk of audits, with what it may halt.
func (a *App) Auditor() *audit.Desk {
	return &audit.Desk{Store: a.DB, Plans: a.DB, Record: a.Record, Hold: holder{a}, Now: time.Now}
}

// OwnAudits audits the installation's own decisions.
func (a *App) OwnAudits() *audit.Own {
	return &audit.Own{Rows: a.DB, Open: a.Record, Keys: a.Keeper, Protected: a.DB, Now: time.Now}
}

// holder implements audit.Holder.
type holder struct{ app *App }

// HaltPilot implements audit.Holder.
func (h holder) HaltPilot(ctx context.Context, ws touch.Workspace, id touch.PilotID, by touch.UserID, reason string) error {
	p := access.Principal{Workspace: ws, User: by}
	err := staff{h.app}.Move(ctx, p, id, "halt", reason)
	if touch.CodeOf(err) == touch.Conflict {
		return nil // it is halted
	}
	return err
}

// HaltSystem implements audit.Holder: the system is registered only, until a
// person changes that.
func (h holder) HaltSystem(ctx context.Context, ws touch.Workspace, id touch.SystemID, by touch.UserID, _ string) error {
	all, err := h.app.DB.Systems(ctx, ws)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID != id {
			continue
		}
		if s.Mode == "registered" {
			return nil
		}
		s.Mode = "registered"
		s.Version++
		return h.app.DB.SaveSystem(ctx, ws, s, by)
	}
	return touch.Errorf(touch.Unknown, "no such system here")
}

// RunPlan runs a plan over the decisions on record. by is "" for the schedule.
func (a *App) RunPlan(ctx context.Context, ws touch.Workspace, id string, by touch.UserID) (audit.Run, error) {
	p, err := a.DB.Plan(ctx, ws, id)
	if err != nil {
		return audit.Run{}, err
	}
	s, err := engine.ParseSpec([]byte(p.Spec))
	if err != nil {
		return audit.Run{}, err
	}
	if err := a.sinceCorrected(ctx, ws, &p, &s); err != nil {
		return audit.Run{}, err
	}
	e, err := a.OwnAudits().Engine(ws, &s, p.Permission)
	if err != nil {
		return audit.Run{}, err
	}
	run, err := a.Auditor().RunSpec(ctx, ws, p, &s, e, by)
	if err == nil && s.Data.Decisions != nil {
		err = a.noteReach(ctx, ws, &p, by)
	}
	return run, err
}

// sinceCorrected narrows an audit to the decisions since a correction came into
// use, once there are any: what was decided before it proves nothing about it.
func (a *App) sinceCorrected(ctx context.Context, ws touch.Workspace, p *audit.Plan, s *engine.Spec) error {
	if s.Data.Decisions == nil || s.Data.Decisions.From != "" {
		return nil
	}
	all, err := corrections(ctx, a.DB, ws)
	c := all[p.System]
	if err != nil || c == nil || c.Applied.IsZero() {
		return err
	}
	later, err := a.DB.ListDecisions(ctx, ws, sqlstore.DecisionFilter{System: p.System, From: c.Applied, Limit: 1})
	if err == nil && len(later) > 0 {
		s.Data.Decisions.From = c.Applied.Format(time.RFC3339Nano)
	}
	return err
}

// runDue runs the plans that are due.
func (a *App) runDue(ctx context.Context, ws touch.Workspace) error {
	due, err := a.Auditor().DuePlans(ctx, ws)
	for _, p := range due {
		if err == nil {
			_, err = a.RunPlan(ctx, ws, p.ID, "")
		}
	}
	return err
}

// corrections finds, for each system, the correction that is in use.
func corrections(ctx context.Context, db *sqlstore.DB, ws touch.Workspace) (map[touch.SystemID]*audit.Correction, error) {
	findings, err := db.Findings(ctx, ws)
	if err != nil {
		return nil, err
	}
	out := map[touch.SystemID]*audit.Correction{}
	for _, f := range findings {
		for _, id := range f.Corrections {
			c, err := db.Correction(ctx, ws, id)
			if err != nil {
				return nil, err
			}
			if c.State == audit.Applied {
				out[f.System] = &c
			}
		}
	}
	return out, nil
}

// correct puts a correction between a model and its action. Only those that
// need no protected attribute can be: the path never reads one.
func correct(b *govern.Bound, c *audit.Correction) {
	tree, ok := b.Provider.(*provider.Tree)
	if c == nil || !ok {
		return
	}
	if c.Choice.Kind.ByGroup() {
		b.Broken = "A correction by group is in use, and the path reads no protected attribute; revert it."
		b.Provider = nil
		return
	}
	b.Correction = c.ID
	if c.Choice.Kind == audit.Removal {
		b.Plan.Withheld = map[string]string{}
		for _, f := range c.Choice.Features {
			b.Plan.Withheld[f] = "an audit for bias found it to make a gap between groups"
		}
	}
	line := c.Choice.Threshold
	if c.Single != nil {
		line = c.Single.Threshold
	}
	action := cmp.Or(c.Choice.Action, last(tree.Actions()))
	b.Provider = provider.Corrected{Tree: tree, Action: action, Threshold: line, Decide: func(p float64) (act, human bool) {
		call, ok := c.Decide("", "", p)
		return call.Positive, call.Human || !ok
	}}
}
