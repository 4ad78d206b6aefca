package app

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/govern"
	"fairtouch/internal/provider"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Finding implements console.Fairness.
func (s staff) Finding(ctx context.Context, p access.Principal, id string) (console.FindingPage, error) {
	f, err := s.DB.Finding(ctx, p.Workspace, id)
	if err != nil {
		return console.FindingPage{}, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return console.FindingPage{}, err
	}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return console.FindingPage{}, err
	}
	out := console.FindingPage{FindingLine: console.FindingLine{Finding: f, OwnerName: nameOf(users, f.Owner), Late: f.Overdue(time.Now())}}
	if b, ok := w.Systems[f.System]; ok {
		out.SystemName, out.Pilot = b.System.Name, b.Pilot != nil
	}
	for _, u := range users {
		out.Users = append(out.Users, u)
	}
	slices.SortFunc(out.Users, func(a, b access.User) int { return strings.Compare(a.Name, b.Name) })
	for _, cid := range f.Corrections {
		c, err := s.DB.Correction(ctx, p.Workspace, cid)
		if err != nil {
			return out, err
		}
		out.Corrections = append(out.Corrections, console.CorrectionLine{Correction: c, Figure: beforeAfter(&c), ByName: nameOf(users, c.By)})
	}
	return out, nil
}

// beforeAfter draws how the held-out people fare without and with a correction.
func beforeAfter(c *audit.Correction) chart.Figure {
	if c.After.N == 0 {
		return chart.Figure{}
	}
	var bars []chart.Bar
	add := func(when string, s audit.Side) {
		for _, g := range s.Groups {
			class := "ok"
			if when == "before" {
				class = "unsure"
			}
			bars = append(bars, chart.Bar{Label: g.Group + ", " + when, Value: g.Rate, Low: g.Low, Hi: g.High, N: int(g.N), Class: class})
		}
	}
	add("before", c.Before)
	add("after", c.After)
	title := fmt.Sprintf("The gap goes from %.1f to %.1f points on %d people who had no part in it; accuracy from %.1f to %.1f %%",
		100*c.Before.Gap, 100*c.After.Gap, c.After.N, 100*c.Before.Accuracy, 100*c.After.Accuracy)
	return chart.Intervals(title, "Chosen", 0, "nobody", bars)
}

// Say implements console.Fairness.
func (s staff) Say(ctx context.Context, p access.Principal, id, text string) error {
	_, err := s.Auditor().Say(ctx, p.Workspace, id, p.User, text)
	return err
}

// Assign implements console.Fairness.
func (s staff) Assign(ctx context.Context, p access.Principal, id string, to touch.UserID, due time.Time) error {
	_, err := s.Auditor().Assign(ctx, p.Workspace, id, p.User, to, due)
	return err
}

// Accept implements console.Fairness.
func (s staff) Accept(ctx context.Context, p access.Principal, id, reason string) error {
	_, err := s.Auditor().Accept(ctx, p.Workspace, id, p.User, reason)
	return err
}

// HaltFor implements console.Fairness.
func (s staff) HaltFor(ctx context.Context, p access.Principal, id string) error {
	f, err := s.DB.Finding(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	pilot, err := s.pilotFor(ctx, p.Workspace, f.System)
	if err != nil {
		return err
	}
	_, err = s.Auditor().Halt(ctx, p.Workspace, id, p.User, pilot)
	return err
}

func (s staff) pilotFor(ctx context.Context, ws touch.Workspace, id touch.SystemID) (touch.PilotID, error) {
	pilots, err := s.DB.Pilots(ctx, ws)
	if x := pilotOf(pilots, id); err == nil && x != nil {
		return x.ID, nil
	}
	return "", err
}

// Correct implements console.Fairness: it learns from half of the people whose
// decisions the finding's plan audits, and measures on the other half.
func (s staff) Correct(ctx context.Context, p access.Principal, id, kind string) error {
	f, err := s.DB.Finding(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	plan, err := s.DB.Plan(ctx, p.Workspace, f.Plan)
	if err != nil {
		return err
	}
	spec, err := engine.ParseSpec([]byte(plan.Spec))
	if err != nil {
		return err
	}
	spec.Attributes = slices.DeleteFunc(spec.Attributes, func(a engine.Attribute) bool { return a.Name != f.Measure.Attribute && a.Column != f.Measure.Attribute })
	if len(spec.Attributes) == 0 {
		return touch.Fielderr("kind", "The finding is about a combination of attributes; audit one alone and correct that")
	}
	spec.Score = engine.Score{Column: "score", High: 1}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return err
	}
	tree := treeOf(w.Systems[f.System])
	if tree == nil {
		return touch.Fielderr("kind", "Only a system whose model is called here can be corrected; send the finding to the vendor")
	}
	action, line, ok := actingLine(&spec, tree)
	if !ok {
		return touch.Fielderr("kind", "A correction moves the line above which something is done: audit the action of the highest scores, %s", last(tree.Actions()))
	}
	ch := audit.Choice{Kind: audit.Kind(kind), Constraint: audit.ConstraintOf(f.Measure.Name), Tolerance: 0.02, Threshold: line, Action: action, MaxHuman: 0.2, Amount: 1}
	people, inputs, err := s.learnFrom(ctx, p.Workspace, &ch, spec, plan.Permission, tree)
	if err != nil {
		return err
	}
	_, err = s.Auditor().Propose(ctx, p.Workspace, id, p.User, ch, people, plan.Permission, inputs)
	return err
}

// learnFrom are the people whom a correction learns from, and for a removal what
// the model says of them without some inputs.
func (s staff) learnFrom(ctx context.Context, ws touch.Workspace, ch *audit.Choice, spec engine.Spec, perm *audit.Permission, tree *provider.Tree) (people []engine.Person, in audit.Inputs, err error) {
	if ch.Kind != audit.Removal {
		e, err := s.OwnAudits().Engine(ws, &spec, perm)
		if err != nil {
			return nil, in, err
		}
		people, err = engine.People(ctx, e, engine.Compile(&spec))
		return people, in, err
	}
	features := tree.Spec().Features
	for i := range features {
		in.Names = append(in.Names, features[i].Name)
	}
	held, _, err := s.held(ctx, ws, spec, perm, features)
	if err != nil {
		return nil, in, err
	}
	people, rows, err := withInputs(ctx, spec, held, features)
	score := scoring(tree)
	in.Scores = func(without []int) []float64 {
		out, row := make([]float64, len(rows)), []float64(nil)
		for k := range rows {
			row = append(row[:0], rows[k]...)
			for _, i := range without {
				row[i] = math.NaN()
			}
			out[k] = score(row)
		}
		return out
	}
	return people, in, err
}

// treeOf is the model of a system that is called here; nil for any other.
func treeOf(b *govern.Bound) *provider.Tree {
	if b == nil {
		return nil
	}
	switch t := b.Provider.(type) {
	case *provider.Tree:
		return t
	case provider.Corrected:
		return t.Tree
	}
	return nil
}

// actingLine is the probability above which the audited action is taken. ok is false
// where another action lies above it.
func actingLine(spec *engine.Spec, tree *provider.Tree) (action string, line float64, ok bool) {
	if len(spec.Positive.Prediction) != 1 {
		return "", 0, false
	}
	action = spec.Positive.Prediction[0]
	line, ok = tree.Line(action)
	return action, line, ok
}

// Use implements console.Fairness.
func (s staff) Use(ctx context.Context, p access.Principal, id string) error {
	c, err := s.DB.Correction(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	if c.Choice.Kind.ByGroup() {
		return touch.Fielderr("correction", "Rules by group can't be used here: the path never reads a protected attribute. Choose one threshold for all, or a human for the doubtful")
	}
	f, err := s.DB.Finding(ctx, p.Workspace, c.Finding)
	if err != nil {
		return err
	}
	pilot, err := s.pilotFor(ctx, p.Workspace, f.System)
	if err == nil && pilot == "" {
		pilot = "full use"
	}
	if err == nil {
		_, err = s.Auditor().Apply(ctx, p.Workspace, id, p.User, pilot)
	}
	return err
}

// Undo implements console.Fairness.
func (s staff) Undo(ctx context.Context, p access.Principal, id, reason string) error {
	if reason == "" {
		reason = "taken out by hand"
	}
	_, err := s.Auditor().Revert(ctx, p.Workspace, id, p.User, reason)
	return err
}
