package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

const (
	reviewDays     = 90 // that a rate looks back
	maxReviews     = 100_000
	timingsOf      = 5                // fewer reviewers than these are shown no time
	stampReviews   = 30               // fewer say nothing
	stampRate      = 0.05             // an upper end of the interval below this is near none
	stampSeconds   = 30 * time.Second // a median below this is no look at a file
	stampDue       = 30               // days until the finding is due
	overturnMetric = fairness.Metric("override_rate")
)

// reviewRates measures, for each system, how often people overturn what its
// model decided, and how long they look, where at least five reviewers were timed.
func (a *App) reviewRates(ctx context.Context, ws touch.Workspace, now time.Time) ([]console.ReviewRate, error) {
	since := now.AddDate(0, 0, -reviewDays)
	all, err := a.DB.Reviews(ctx, ws, since, maxReviews)
	if err != nil {
		return nil, err
	}
	times, err := a.DB.ReviewTimes(ctx, ws, since)
	if err != nil {
		return nil, err
	}
	by := map[touch.SystemID]*console.ReviewRate{}
	for _, r := range all {
		x := by[r.System]
		if x == nil {
			x = &console.ReviewRate{System: r.System}
			by[r.System] = x
		}
		x.N++
		if r.Outcome == string(touch.Overturned) {
			x.Overturned++
		}
	}
	out := make([]console.ReviewRate, 0, len(by))
	for id, x := range by {
		x.Share = float64(x.Overturned) / float64(x.N)
		i := fairness.Wilson(float64(x.Overturned), float64(x.N), .05)
		x.Low, x.High = i.Low, i.High
		took, who := []time.Duration{}, map[string]bool{}
		for _, t := range times {
			if t.System == id {
				took, who[t.Reviewer] = append(took, t.Took), true
			}
		}
		if len(who) >= timingsOf {
			slices.Sort(took)
			x.Median = took[len(took)/2]
		}
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b console.ReviewRate) int { return b.N - a.N })
	return out, nil
}

// stamped reports whether reviews look like a rubber stamp: nearly nothing is
// overturned, and nobody looks for long. WP251 rev.01: such a decision is still
// one that is solely automated.
func stamped(r console.ReviewRate) bool {
	return r.N >= stampReviews && r.High < stampRate && r.Median > 0 && r.Median < stampSeconds
}

// WatchReviews opens a finding for each system whose reviews look like a rubber
// stamp, once while it is open.
func (a *App) WatchReviews(ctx context.Context, ws touch.Workspace) error {
	now := time.Now().UTC()
	rates, err := a.reviewRates(ctx, ws, now)
	if err != nil {
		return err
	}
	known, err := a.DB.Findings(ctx, ws)
	if err != nil {
		return err
	}
	for _, r := range rates {
		plan := "reviews/" + string(r.System)
		open := slices.ContainsFunc(known, func(f audit.Finding) bool { return f.Plan == plan && f.Status == audit.Open })
		if !stamped(r) || open {
			continue
		}
		f := a.stampFinding(plan, r, now)
		if err := a.Auditor().OpenFinding(ctx, ws, f); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) stampFinding(plan string, r console.ReviewRate, now time.Time) audit.Finding {
	m := audit.Metric{Name: overturnMetric, Group: "reviews", Value: &r.Share, Low: &r.Low, High: &r.High, N: int64(r.N), Verdict: fairness.Fail,
		Note: fmt.Sprintf("median of %d s a case; a review that only stamps leaves the decision solely automated (WP251 rev.01)", int(r.Median.Seconds()))}
	return audit.Finding{ID: touch.NewID("fnd"), Plan: plan, System: r.System, Severity: audit.High, Status: audit.Open, Owner: LocalOperator, Opened: now, Due: now.AddDate(0, 0, stampDue),
		Title:   fmt.Sprintf("People overturned %d of %d reviewed decisions, in a median of %d s each", r.Overturned, r.N, int(r.Median.Seconds())),
		Measure: m, First: m, Version: 1}
}

// ReviewRates implements console.Conversations.
func (s staff) ReviewRates(ctx context.Context, p access.Principal) ([]console.ReviewRate, error) {
	return s.reviewRates(ctx, p.Workspace, time.Now())
}
