package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Desk runs audits, keeps findings and corrections, and puts each step on
// record. All its fields but Hold are needed.
type Desk struct {
	Store  Store
	Plans  Plans
	Record Recorder
	Hold   Holder // nil: nothing can be halted from here
	Now    func() time.Time
}

// maxOpened bounds how many findings one run opens; the largest gaps first.
const maxOpened = 25

// Run runs a plan on an engine: the report is stored and recorded, each failed
// comparison opens a finding or is added to the one that is open, and findings
// whose comparison passes are closed with this run as proof. by is "" for the
// schedule. A plan without an owner opens no findings, and one without a version
// isn't stored.
func (d *Desk) Run(ctx context.Context, ws touch.Workspace, p Plan, e engine.Engine, by touch.UserID) (Run, error) {
	s, err := engine.ParseSpec([]byte(p.Spec))
	if err != nil {
		return Run{}, err
	}
	return d.RunSpec(ctx, ws, p, &s, e, by)
}

// RunSpec is Run with the plan's specification parsed already, as Own.Engine
// may have tightened it.
func (d *Desk) RunSpec(ctx context.Context, ws touch.Workspace, p Plan, s *engine.Spec, e engine.Engine, by touch.UserID) (Run, error) {
	report, err := Examine(ctx, s, e)
	if err != nil {
		return Run{}, err
	}
	run := Run{ID: touch.NewID("aud"), Plan: p.ID, System: p.System, Name: p.Name, Spec: p.Spec, By: by, At: d.Now().UTC(), Report: report, Permission: p.Permission}
	receipt, err := d.append(ctx, ws, EventAudit, run)
	if err != nil {
		return Run{}, err
	}
	run.Receipt = &receipt
	if err := d.findings(ctx, ws, &p, s, &run); err != nil {
		return Run{}, err
	}
	if err := d.Store.SaveRun(ctx, ws, run); err != nil {
		return Run{}, err
	}
	if p.Version > 0 {
		p.Last, p.Version = run.At, p.Version+1
		if err := d.Plans.SavePlan(ctx, ws, p, by); err != nil {
			return run, err
		}
	}
	return run, nil
}

// RunTraining checks training data for a plan: t is made by ForTraining, e reads
// them, and use are the people whom the model is used on. Gaps of
// labels and of shares open no findings: nobody was decided about yet.
func (d *Desk) RunTraining(ctx context.Context, ws touch.Workspace, p Plan, t *engine.Spec, e engine.Engine, use Used, by touch.UserID) (Run, error) {
	counted, err := e.Count(ctx, engine.Compile(t))
	if err != nil {
		return Run{}, err
	}
	training, report := JudgeTraining(t, counted, use)
	run := Run{ID: touch.NewID("aud"), Plan: p.ID, System: p.System, Name: p.Name, Spec: p.Spec, By: by, At: d.Now().UTC(), Report: report,
		Permission: p.Permission, Training: &training}
	receipt, err := d.append(ctx, ws, EventAudit, run)
	if err != nil {
		return Run{}, err
	}
	run.Receipt = &receipt
	return run, d.Store.SaveRun(ctx, ws, run)
}

func (d *Desk) append(ctx context.Context, ws touch.Workspace, kind record.Kind, v any) (touch.Receipt, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return touch.Receipt{}, touch.Wrap(touch.Internal, err, "an audit's event can't be written")
	}
	return d.Record.Append(ctx, ws, record.Entry{Kind: kind, At: d.Now(), Payload: b})
}

// findings opens, adds to and closes.
func (d *Desk) findings(ctx context.Context, ws touch.Workspace, p *Plan, s *engine.Spec, run *Run) error {
	if p.Owner == "" {
		return nil
	}
	known, err := d.Store.Findings(ctx, ws)
	if err != nil {
		return err
	}
	open := map[string]Finding{}
	for _, f := range known {
		if f.Plan == p.ID && f.Status != Closed {
			open[key(p.ID, &f.Measure)] = f
		}
	}
	failed := failures(run.Report.Metrics)
	for i := range run.Report.Metrics {
		m := &run.Report.Metrics[i]
		if f, ok := open[key(p.ID, m)]; ok && m.Verdict != "" {
			if err := d.seenAgain(ctx, ws, f, m, run); err != nil {
				return err
			}
		}
	}
	for _, m := range failed {
		if _, ok := open[key(p.ID, m)]; ok {
			continue
		}
		if len(run.Opened) == maxOpened {
			run.More++
			continue
		}
		if err := d.open(ctx, ws, p, s, run, m); err != nil {
			return err
		}
	}
	return nil
}

// failures are the failed comparisons, the surest first. Gaps of one attribute
// come before those of pairs, which they often explain.
func failures(ms []Metric) []*Metric {
	var out []*Metric
	for i := range ms {
		if ms[i].Verdict == fairness.Fail {
			out = append(out, &ms[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *Metric) int {
		return strings.Count(a.Attribute, " & ") - strings.Count(b.Attribute, " & ")
	})
	return out
}

func (d *Desk) open(ctx context.Context, ws touch.Workspace, p *Plan, s *engine.Spec, run *Run, m *Metric) error {
	gap, ratio := tolerances(s)
	sev := severity(m, gap, ratio)
	f := Finding{ID: touch.NewID("fnd"), Plan: p.ID, System: p.System, Title: title(m), Measure: *m, First: *m, Severity: sev, Status: Open,
		Owner: p.Owner, Opened: run.At, Due: run.At.AddDate(0, 0, sev.Days()), Runs: []string{run.ID}, Version: 1}
	f.say("", run.At, run.Report.Headline)
	if p.HoldOnHigh && sev == High {
		if err := d.hold(ctx, ws, &f, p.Pilot, p.System, ""); err != nil {
			return err
		}
	}
	if _, err := d.append(ctx, ws, EventFinding, f); err != nil {
		return err
	}
	run.Opened = append(run.Opened, f.ID)
	return d.Store.SaveFinding(ctx, ws, f, run.By)
}

// OpenFinding opens a finding that no audit's run made, such as one about how
// people review, and puts it on record.
func (d *Desk) OpenFinding(ctx context.Context, ws touch.Workspace, f Finding) error {
	f.say("", f.Opened, f.Title)
	if _, err := d.append(ctx, ws, EventFinding, f); err != nil {
		return err
	}
	return d.Store.SaveFinding(ctx, ws, f, f.Owner)
}

func tolerances(s *engine.Spec) (gap, ratio float64) {
	gap, ratio = .1, .8
	if s.Gap > 0 {
		gap = s.Gap
	}
	if s.Ratio > 0 {
		ratio = s.Ratio
	}
	return gap, ratio
}

func title(m *Metric) string {
	t := fmt.Sprintf("%s: %s %s", strings.ReplaceAll(string(m.Name), "_", " "), m.Attribute, m.Group)
	if m.Reference != nil {
		t += " against " + *m.Reference
	}
	return t
}

// seenAgain adds what a later audit saw: a pass closes, a failure reopens what
// a correction should have mended, and what can't be told changes nothing.
func (d *Desk) seenAgain(ctx context.Context, ws touch.Workspace, f Finding, m *Metric, run *Run) error {
	f.Measure, f.Runs, f.Version = *m, append(slices.Clone(f.Runs), run.ID), f.Version+1
	switch {
	case m.Verdict == fairness.Pass && f.Status != Accepted:
		f.Status, f.Proof = Closed, run.ID
		f.say("", run.At, "Closed: the audit shows the gap within the tolerance.")
		run.Closed = append(run.Closed, f.ID)
	case m.Verdict == fairness.Fail && f.Status == Corrected:
		f.Status = Open
		f.say("", run.At, "Open again: the gap is outside the tolerance although a correction is in use.")
	case m.Verdict == fairness.Inconclusive:
		f.say("", run.At, "Seen again, and the data can't tell: "+m.Note)
	}
	if _, err := d.append(ctx, ws, EventFinding, f); err != nil {
		return err
	}
	return d.Store.SaveFinding(ctx, ws, f, run.By)
}

// hold halts the pilot, or the system where there is none.
func (d *Desk) hold(ctx context.Context, ws touch.Workspace, f *Finding, pilot touch.PilotID, system touch.SystemID, by touch.UserID) error {
	reason := "finding " + f.ID + ": " + f.Title
	var err error
	held := ""
	switch {
	case d.Hold == nil:
		return touch.Errorf(touch.Unsupported, "nothing can be halted from here")
	case pilot != "":
		held, err = string(pilot), d.Hold.HaltPilot(ctx, ws, pilot, by, reason)
	case system != "":
		held, err = string(system), d.Hold.HaltSystem(ctx, ws, system, by, reason)
	default:
		return touch.Fielderr("system", "the audit names neither a pilot nor a system to halt")
	}
	if err != nil {
		return err
	}
	f.Held = append(slices.Clone(f.Held), held)
	f.say(by, d.Now().UTC(), "Halted "+held+".")
	return nil
}

// KeepAttributes stores sealed attributes for a purpose that goes on record
// first, under the name of who brought them.
func (d *Desk) KeepAttributes(ctx context.Context, ws touch.Workspace, store Protected, rows []SealedAttributes, purpose string, by touch.UserID) error {
	perm := Permission{Purpose: purpose, By: by, Until: d.Now().Add(time.Hour)}
	if err := perm.Check(d.Now()); err != nil {
		return err
	}
	_, err := d.append(ctx, ws, EventAttributes, map[string]any{"people": len(rows), "purpose": purpose, "by": by})
	if err != nil {
		return err
	}
	return store.PutProtected(ctx, ws, rows)
}
