package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/pilot"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Systems implements console.Register.
func (s staff) Systems(ctx context.Context, p access.Principal) ([]console.SystemLine, error) {
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	tallies, err := s.DB.Tallies(ctx, p.Workspace, time.Time{})
	if err != nil {
		return nil, err
	}
	n := map[touch.SystemID]int{}
	for _, t := range tallies {
		n[t.System] += t.N
	}
	today := register.Date(time.Now().UTC().Format(time.DateOnly))
	var out []console.SystemLine
	for id, b := range w.Systems {
		l := console.SystemLine{System: b.System, Broken: b.Broken, N: n[id]}
		l.Ownership = w.Verdicts.Check(s.use(&b.System), today).Verdict
		if j, ok := register.Assessed(w.Judged, &b.System, "", today); ok {
			l.Assessed = j.Verdict
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b console.SystemLine) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// use is a system's usual use, for lists.
func (s staff) use(x *register.System) register.Use {
	purpose, territory := "", ""
	if len(x.Purposes) > 0 {
		purpose = x.Purposes[0]
	}
	if len(x.Markets) > 0 {
		territory = x.Markets[0]
	}
	return x.Use(purpose, first(x.Channels), territory)
}

// System implements console.Register.
func (s staff) System(ctx context.Context, p access.Principal, id touch.SystemID) (console.System, error) {
	all, err := s.Systems(ctx, p)
	if err != nil {
		return console.System{}, err
	}
	i := slices.IndexFunc(all, func(l console.SystemLine) bool { return l.ID == id })
	if i < 0 {
		return console.System{}, touch.Errorf(touch.Unknown, "no such system here")
	}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return console.System{}, err
	}
	out := console.System{SystemLine: all[i]}
	if out.Asked, err = s.supplier(ctx, p.Workspace, id); err != nil {
		return out, err
	}
	v := w.Verdicts.Check(s.use(&all[i].System), register.Date(time.Now().UTC().Format(time.DateOnly)))
	out.Weakest, out.Findings = v.Weakest, v.Findings
	for _, j := range w.Judged {
		if j.System == id {
			out.Judged = append(out.Judged, j)
		}
	}
	if r, err := s.Worlds.runner(ctx, p.Workspace, all[i].ModelHash); err == nil {
		for _, b := range r.tree.Spec().Bands {
			out.Bands = append(out.Bands, fmt.Sprintf("%s from %.3f: %s", b.Name, b.From, b.Action))
		}
	}
	return out, nil
}

// Save implements console.Register.
func (s staff) Save(ctx context.Context, p access.Principal, x register.System) error {
	if err := s.DB.SaveSystem(ctx, p.Workspace, x, p.User); err != nil {
		return err
	}
	return s.askAboutSupplier(ctx, p, x.ID)
}

// askAboutSupplier writes to whoever can judge whether people's permission
// covers a system's new supplier.
func (s staff) askAboutSupplier(ctx context.Context, p access.Principal, id touch.SystemID) error {
	x, err := s.DB.System(ctx, p.Workspace, id)
	if err != nil || !x.Supplier.Open() || x.Supplier.By != p.User || x.Version == 1 {
		return err
	}
	users, err := s.Desk.Users(ctx, p.Workspace)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Role != access.PrivacyOfficer || u.ID == p.User {
			continue
		}
		m := Message{To: u.ID, Subject: "Does people's permission cover a new supplier?", Link: "/console/systems/" + string(id),
			Text: fmt.Sprintf("The supplier of %s changed. Until you have judged whether what people agreed to covers the new one, it is used for nobody.", x.Name)}
		if err := s.Post(ctx, p.Workspace, m); err != nil {
			return err
		}
	}
	return nil
}

// Assess implements console.Register.
func (s staff) Assess(ctx context.Context, p access.Principal, j register.Significance) error {
	return s.DB.SaveJudgements(ctx, p.Workspace, []register.Significance{j}, nil)
}

// Ownership implements console.Register.
func (s staff) Ownership(ctx context.Context, p access.Principal) (console.Ownership, error) {
	parts, err := s.DB.Chains(ctx, p.Workspace)
	if err != nil {
		return console.Ownership{}, err
	}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return console.Ownership{}, err
	}
	out := console.Ownership{Assets: parts.Assets, Rights: parts.Rights}
	var tools []string
	for _, a := range parts.Assets {
		if a.Kind == "tool" {
			tools = append(tools, a.ID)
		}
	}
	out.For = register.Use{Commercial: true}
	if systems, err := s.DB.Systems(ctx, p.Workspace); err != nil {
		return out, err
	} else if i := slices.IndexFunc(systems, func(x register.System) bool { return x.State == "active" }); i >= 0 {
		out.For = s.use(&systems[i])
	}
	out.Ranked = w.Verdicts.Graph().Rank(tools, out.For, register.Date(time.Now().UTC().Format(time.DateOnly)))
	return out, nil
}

// Pilots implements console.Register.
func (s staff) Pilots(ctx context.Context, p access.Principal) ([]console.PilotLine, error) {
	ps, err := s.DB.Pilots(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	tallies, err := s.DB.Tallies(ctx, p.Workspace, time.Time{})
	if err != nil {
		return nil, err
	}
	out := make([]console.PilotLine, len(ps))
	for i, x := range ps {
		out[i].Pilot = x
		if out[i].Events, err = s.DB.PilotEvents(ctx, p.Workspace, x.ID); err != nil {
			return nil, err
		}
		for _, t := range tallies {
			if t.System != x.System {
				continue
			}
			switch t.Arm {
			case pilot.ArmTreatment:
				out[i].Treatment += t.N
			case pilot.ArmControl:
				out[i].Control += t.N
			default:
				out[i].Outside += t.N
			}
		}
	}
	return out, nil
}

// NewPilot implements console.Register.
func (s staff) NewPilot(ctx context.Context, p access.Principal, f console.PilotForm) error {
	_, err := s.CreatePilot(ctx, p.Workspace, NewPilot{System: f.System, Name: f.Name, Control: f.Control, Steps: f.Steps, By: p.User})
	return err
}

// Move implements console.Register.
func (s staff) Move(ctx context.Context, p access.Principal, id touch.PilotID, move, reason string) error {
	have, err := s.DB.Pilot(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	if move == "step" || move == "scale" {
		if err := s.heard(ctx, p.Workspace, &have); err != nil {
			return err
		}
	}
	act := pilot.Act{By: p.User, At: time.Now().UTC(), Reason: reason}
	var next pilot.Pilot
	var ev pilot.Event
	switch move {
	case "start":
		next, ev, err = have.Start(act)
	case "step":
		next, ev, err = have.Advance(act)
	case "scale":
		next, ev, err = have.Scale(act)
	case "halt":
		next, ev, err = have.Halt(act)
	case "reopen":
		next, ev, err = have.Reopen(touch.RandomID(), act)
	default:
		err = touch.Fielderr("move", "start, step, scale, halt or reopen")
	}
	if err != nil {
		return err
	}
	if err := s.DB.SavePilot(ctx, p.Workspace, next, ev); err != nil {
		return err
	}
	body, err := json.Marshal(ev)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the step can't be recorded")
	}
	_, err = s.Record.Append(ctx, p.Workspace, record.Entry{Kind: record.PilotGate, Payload: body})
	return err
}
