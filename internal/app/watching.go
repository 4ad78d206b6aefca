package app

import (
	"context"
	"math"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/touch"
)

// docWatch are the watches over live decisions.
const docWatch = "watch"

// watched is a watch with where it has read to, and on whose behalf.
type watched struct {
	audit.Watch
	Plan  string       `json:"plan"` // its permission is the watch's
	Owner touch.UserID `json:"owner"`
	Seq   int64        `json:"seq"`  // of the record, read so far
	Act   string       `json:"acts"` // the action that counts as chosen
	Seen  int          `json:"seen"` // decisions that counted
}

// watchBudget is the chance of any false alarm of a watch, ever.
const watchBudget = 0.05

// Watch implements console.Fairness: it watches a finding's gap over every
// decision from now on, by an e-process that may be looked at at any time.
func (s staff) Watch(ctx context.Context, p access.Principal, finding string) error {
	f, err := s.DB.Finding(ctx, p.Workspace, finding)
	if err != nil {
		return err
	}
	if f.Measure.Reference == nil {
		return touch.Fielderr("watch", "Only a gap between two groups can be watched")
	}
	plan, err := s.DB.Plan(ctx, p.Workspace, f.Plan)
	if err != nil {
		return err
	}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return err
	}
	b, ok := w.Systems[f.System]
	if !ok {
		return touch.Fielderr("watch", "The system is no longer registered")
	}
	ws, err := audit.NewWatches(f.System, f.Measure.Attribute, [][2]string{{f.Measure.Group, *f.Measure.Reference}}, []fairness.Rate{fairness.SelectionRate}, watchBudget, 0.1)
	if err != nil {
		return err
	}
	x := watched{Watch: ws[0], Plan: plan.ID, Owner: p.User, Act: acting(b.Provider)}
	for _, id := range f.Corrections {
		if c, err := s.DB.Correction(ctx, p.Workspace, id); err == nil && c.State == audit.Applied {
			x.Correction = id
		}
	}
	if x.Seq, err = s.DB.LastSeq(ctx, p.Workspace); err != nil {
		return err
	}
	return s.DB.PutVersion(ctx, p.Workspace, docWatch, x.ID, 1, x, p.User)
}

// RunWatches reads what was decided since, for each watch, and lets an alarm
// open a finding and revert the correction under which the gap came back.
func (a *App) RunWatches(ctx context.Context, ws touch.Workspace) error {
	all, err := docs[watched](ctx, a.DB, ws, docWatch)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Process.Alarm {
			continue
		}
		if err := a.runWatch(ctx, ws, x); err != nil && touch.CodeOf(err) != touch.Conflict { // another node ran it
			return err
		}
	}
	return nil
}

func (a *App) runWatch(ctx context.Context, ws touch.Workspace, x watched) error {
	plan, err := a.DB.Plan(ctx, ws, x.Plan)
	if err != nil {
		return err
	}
	alarm, before := false, x.Seq
	x.Seq, err = a.OwnAudits().Since(ctx, ws, x.System, x.Seq, []string{x.Attribute}, plan.Permission, func(d audit.Fresh) error {
		if d.Verdict != touch.Allow || d.Outcome == nil || alarm {
			return nil
		}
		fired, err := x.Observe(audit.Seen{Group: d.Values[x.Attribute], Positive: d.Outcome.Action == x.Act}, d.At)
		x.Seen++
		alarm = alarm || fired
		return err
	})
	if err != nil || x.Seq == before {
		return err
	}
	x.Version++
	if err := a.DB.PutVersion(ctx, ws, docWatch, x.ID, x.Version, x, x.Owner); err != nil || !alarm {
		return err
	}
	f, err := a.Auditor().Alarmed(ctx, ws, &x.Watch, x.Owner)
	if err != nil {
		return err
	}
	return a.Post(ctx, ws, Message{To: x.Owner, Subject: "A watch alarmed: " + f.Title, Link: a.Links.base + "/console/fairness/findings/" + f.ID,
		Text: "Live decisions show a gap above the tolerance. A correction that was in use for it was taken out."})
}

// evidence is how strong the evidence of a watch is, as people read it.
func evidence(p *fairness.EProcess) float64 {
	if e := p.EValue(); !math.IsNaN(e) && !math.IsInf(e, 0) {
		return e
	}
	return 0
}

// watchEvery is how often watches read on.
const watchEvery = 5 * time.Minute
