package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Decisions implements console.Decisions.
func (s staff) Decisions(ctx context.Context, p access.Principal, f console.Filter) (console.DecisionList, error) {
	var out console.DecisionList
	q := sqlstore.DecisionFilter{System: touch.SystemID(f.System), Verdict: touch.Verdict(f.Verdict), Stopped: touch.Step(f.Step), Reason: f.Reason,
		Channel: touch.Channel(f.Channel), Before: touch.DecisionID(f.Before), Limit: 50}
	var err error
	if q.From, err = dayOf(f.From, "from"); err != nil {
		return out, err
	}
	if q.To, err = dayOf(f.To, "to"); err != nil {
		return out, err
	}
	if !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	lines, err := s.DB.ListDecisions(ctx, p.Workspace, q)
	if err != nil {
		return out, err
	}
	blind, err := s.blindNow(ctx, p)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		if blind(l.ID, l.System) {
			l.Band = "" // its reviewer chooses first
		}
		out.Lines = append(out.Lines, console.DecisionLine{ID: l.ID, System: l.System, Channel: l.Channel, Verdict: l.Verdict, Stopped: l.Stopped,
			Reason: l.Reason, Arm: l.Arm, Place: l.Jurisdiction, Band: l.Band, At: l.At})
	}
	if len(lines) == 50 {
		out.More = lines[49].ID
	}
	systems, err := s.DB.Systems(ctx, p.Workspace)
	for _, x := range systems {
		out.Systems = append(out.Systems, x.ID)
	}
	return out, err
}

func dayOf(v, field string) (time.Time, error) {
	if v == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil {
		return t, touch.Fielderr(field, "write the date as 2026-12-02")
	}
	return t, nil
}

// Decision implements console.Decisions.
func (s staff) Decision(ctx context.Context, p access.Principal, id touch.DecisionID) (console.Decision, error) {
	d, err := s.Stored(ctx, p.Workspace, id)
	if errors.Is(err, seal.ErrErased) {
		return console.Decision{Decision: touch.Decision{ID: id}, Erased: true}, nil
	}
	if err != nil {
		return console.Decision{}, err
	}
	if err := s.notBlind(ctx, p, &d.Decision); err != nil {
		return console.Decision{}, err
	}
	return s.decision(ctx, p, id, d)
}

// decision reads a decision that p may see; that they did goes on record.
func (s staff) decision(ctx context.Context, p access.Principal, id touch.DecisionID, d StoredDecision) (console.Decision, error) {
	if err := s.viewed(ctx, p, "decision", string(id), d.Subject); err != nil {
		return console.Decision{}, err
	}
	var err error
	out := console.Decision{Decision: d.Decision, Subject: d.Subject, Dropped: d.Dropped, Held: d.Held, Operator: d.Operator, Rules: d.Rules}
	if d.Explain != nil {
		out.Reasons, out.Margin, out.Base, out.Residual, out.Alarms = d.Explain.Reasons, d.Explain.Margin, d.Explain.Base, d.Explain.Residual, d.Explain.Alarms
		if out.Counter, err = s.Counterfactual(ctx, p.Workspace, &d, true); err != nil {
			return out, err
		}
	}
	out.Stations = stations(&d.Decision)
	reviews, err := s.DB.ReviewsOf(ctx, p.Workspace, id)
	if err != nil {
		return out, err
	}
	for _, r := range reviews {
		out.Reviewed = append(out.Reviewed, console.ReviewOf{Review: r.Review, Outcome: r.Outcome, At: r.At})
	}
	row, err := s.DB.Row(ctx, p.Workspace, d.Event)
	if err != nil {
		return out, err
	}
	out.Logged, out.Index = row.Index >= 0, row.Index
	out.WhyURL, _ = s.Links.For(p.Workspace, id, d.Decision.At)
	if out.Outputs, err = (Outputs{s.App}).outputsOf(ctx, p.Workspace, id); err != nil {
		return out, err
	}
	return out, s.answersFor(ctx, p, &out)
}

func (s staff) answersFor(ctx context.Context, p access.Principal, d *console.Decision) error {
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return err
	}
	b, ok := w.Systems[d.System]
	if !ok {
		return nil
	}
	d.Owner = b.System.Owner
	if j, ok := register.Assessed(w.Judged, &b.System, d.Purpose, register.Date(d.At.Format(time.DateOnly))); ok {
		d.Judged = fmt.Sprintf("%s, by %s on %s", j.Verdict, j.Name, j.On)
	}
	return nil
}

// stations lays a decision's checks out along the way it took.
func stations(d *touch.Decision) []console.Station {
	out := make([]console.Station, len(pathSteps))
	dead := false
	for i, st := range pathSteps {
		x := console.Station{Step: st}
		for _, c := range d.Checks {
			if station(c.Step) == st {
				x.Checks = append(x.Checks, c)
				if x.Verdict == "" {
					x.Verdict = touch.Allow
				}
				x.Verdict = touch.Stricter(x.Verdict, c.Verdict)
			}
		}
		x.Stop = !dead && x.Verdict != "" && x.Verdict != touch.Allow
		x.Words = stationWords(&x, dead, d)
		dead = dead || x.Stop
		out[i] = x
	}
	return out
}

func stationWords(x *console.Station, dead bool, d *touch.Decision) string {
	for _, c := range x.Checks {
		if c.Verdict != touch.Allow {
			return c.Reason
		}
	}
	switch {
	case x.Step == touch.StepRecord:
		return "On record, with a signed receipt."
	case x.Step == touch.StepDisclose:
		return d.Disclosure.Label.Text
	case len(x.Checks) == 1:
		return x.Checks[0].Reason
	case len(x.Checks) > 1:
		return fmt.Sprintf("%d checks, each satisfied.", len(x.Checks))
	case dead:
		return "Not reached."
	}
	return ""
}

// viewed records that a member of the staff looked at a person.
func (s staff) viewed(ctx context.Context, p access.Principal, what, id string, subject touch.SubjectID) error {
	body, err := json.Marshal(map[string]any{"by": p.User, "name": p.Name, "what": what, "id": id})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the view can't be recorded")
	}
	e := record.Entry{Kind: record.View, Payload: body}
	if subject != "" {
		k, err := s.Ledger.ByID(ctx, p.Workspace, subject)
		if err != nil {
			return err
		}
		e.Subject = &record.Subject{ID: k.ID, Key: k.Key}
	}
	_, err = s.Record.Append(ctx, p.Workspace, e)
	return err
}

// Proof implements console.Decisions.
func (s staff) Proof(ctx context.Context, p access.Principal, id touch.DecisionID) (string, error) {
	return s.Prove(ctx, p.Workspace, string(id))
}

// ToHuman implements console.Decisions.
func (s staff) ToHuman(ctx context.Context, p access.Principal, id touch.DecisionID) error {
	d, err := s.Stored(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	k := caseOf(d, "review")
	k.Sealed = []byte{}
	return s.DB.PutCase(ctx, p.Workspace, k)
}
