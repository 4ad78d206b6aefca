package audit

import (
	"context"
	"time"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Watch is the continuous audit of one gap over live decisions: an e-process
// that may be looked at after each decision. All watches of a system share one
// alert budget: with alpha .05 and ten watches, each has .005, so that the
// chance of any false alarm, ever, is at most .05.
type Watch struct {
	ID         string             `json:"id"`
	System     touch.SystemID     `json:"system"`
	Attribute  string             `json:"attribute"`
	Group      string             `json:"group"`
	Reference  string             `json:"reference"`
	Rate       fairness.Rate      `json:"rate"`       // selection_rate at once; tpr, fpr once the label is known
	Correction string             `json:"correction"` // reverted by an alarm; "" for none
	Process    *fairness.EProcess `json:"process"`
	AlarmAt    time.Time          `json:"alarm_at,omitzero"`
	Version    int                `json:"version"`
}

// NewWatches makes watches of some gaps of a system that share a budget. groups
// are pairs of a group and its reference.
func NewWatches(system touch.SystemID, attribute string, pairs [][2]string, rates []fairness.Rate, budget, tolerance float64) ([]Watch, error) {
	if len(pairs) == 0 || len(rates) == 0 {
		return nil, touch.Fielderr("pairs", "name at least one pair of groups and one rate")
	}
	each := budget / float64(len(pairs)*len(rates))
	var out []Watch
	for _, p := range pairs {
		for _, r := range rates {
			e, err := fairness.NewEProcess(each, tolerance)
			if err != nil {
				return nil, touch.Wrap(touch.Invalid, err, "the alert budget lies between 0 and 1, the tolerance is at least 0 and below 1")
			}
			out = append(out, Watch{ID: touch.NewID("wat"), System: system, Attribute: attribute, Group: p[0], Reference: p[1], Rate: r, Process: e, Version: 1})
		}
	}
	return out, nil
}

// Seen is one decision as a watch sees it. Label is unknown until it comes.
type Seen struct {
	Group    string
	Positive bool
	Label    fairness.Tri
}

// Observe adds a decision, or a decision whose label has come, and reports
// whether the watch has just alarmed. Decisions that the rate isn't about
// change nothing.
func (w *Watch) Observe(s Seen, at time.Time) (alarm bool, err error) {
	side := 0
	switch s.Group {
	case w.Group:
	case w.Reference:
		side = 1
	default:
		return false, nil
	}
	hit, counts := outcomeOf(w.Rate, s)
	if !counts || w.Process.Alarm {
		return false, nil
	}
	v := 0.0
	if hit {
		v = 1
	}
	alarm, err = w.Process.Observe(side, v)
	if alarm {
		w.AlarmAt = at
	}
	return alarm, touch.Wrap(touch.Internal, err, "a watch met an outcome that is none")
}

// outcomeOf says whether a decision counts in a rate, and on which side.
func outcomeOf(r fairness.Rate, s Seen) (hit, counts bool) {
	var c fairness.Counts
	add(&c, s.Positive, s.Label)
	x, n := r.Of(c)
	return x > 0, n > 0
}

// Alarmed handles an alarm: a finding is opened (or added to), and a correction
// that is in use is reverted, since the gap came back under it.
func (d *Desk) Alarmed(ctx context.Context, ws touch.Workspace, w *Watch, owner touch.UserID) (Finding, error) {
	e := w.Process.EValue()
	value := &e
	m := Metric{Name: fairness.Metric(w.Rate), Attribute: w.Attribute, Group: w.Group, Reference: &w.Reference, Value: value, N: w.Process.Pairs,
		Verdict: fairness.Fail, Note: "evidence (e-value) of a gap above the tolerance, from live decisions"}
	now := d.Now().UTC()
	f := Finding{ID: touch.NewID("fnd"), Plan: w.ID, System: w.System, Title: "live: " + title(&m), Measure: m, First: m, Severity: High, Status: Open,
		Owner: owner, Opened: now, Due: now.AddDate(0, 0, High.Days()), Version: 1}
	f.say("", now, "A watch over live decisions alarmed.")
	if _, err := d.append(ctx, ws, EventFinding, f); err != nil {
		return f, err
	}
	if err := d.Store.SaveFinding(ctx, ws, f, ""); err != nil || w.Correction == "" {
		return f, err
	}
	_, err := d.Revert(ctx, ws, w.Correction, "", "a watch over live decisions alarmed: "+f.ID)
	if touch.CodeOf(err) == touch.Conflict {
		err = nil // it is out of use already
	}
	return f, err
}
