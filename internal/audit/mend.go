package audit

import (
	"context"
	"slices"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// ConstraintOf is what a finding's correction makes equal.
func ConstraintOf(m fairness.Metric) fairness.Constraint {
	switch m {
	case fairness.EqualOpportunity, fairness.FNRParity, fairness.TPRRatio, fairness.FNRRatio:
		return fairness.Opportunity
	case fairness.EqualizedOdds, fairness.FPRParity, fairness.FPRRatio:
		return fairness.Odds
	}
	return fairness.ParityOnly
}

// Propose learns a correction for a finding, keeps it with its proof or its
// refusal, and puts it on record. A kind that treats groups by rules of their
// own needs a permission that says so. inputs are what a removal may choose from.
func (d *Desk) Propose(ctx context.Context, ws touch.Workspace, finding string, by touch.UserID, ch Choice, people []engine.Person, perm *Permission, inputs Inputs) (Correction, error) {
	f, err := d.Store.Finding(ctx, ws, finding)
	if err != nil {
		return Correction{}, err
	}
	if err := perm.Check(d.Now()); err != nil {
		return Correction{}, err
	}
	if ch.Kind.ByGroup() && !perm.GroupRules {
		return Correction{}, touch.Errorf(touch.Forbidden, "a rule for each group needs a law pack's rule that allows it; one threshold for all, or a human for the doubtful, doesn't")
	}
	if ch.Constraint == "" {
		ch.Constraint = ConstraintOf(f.Measure.Name)
	}
	id := touch.NewID("cor")
	if ch.LotsSeed == "" {
		ch.LotsSeed = id
	}
	if ch.Split == "" {
		ch.Split = f.Plan
	}
	c, err := Learn(ch, people, inputs)
	if err != nil {
		return c, err
	}
	c.ID, c.Finding, c.By, c.At, c.Permission, c.Version = id, f.ID, by, d.Now().UTC(), perm, 1
	if err := d.keep(ctx, ws, &c, by); err != nil {
		return c, err
	}
	_, err = d.change(ctx, ws, f.ID, by, func(f *Finding) error {
		f.Corrections = append(slices.Clone(f.Corrections), c.ID)
		f.say(by, c.At, "Correction "+c.ID+" ("+string(ch.Kind)+"): "+c.Why)
		return nil
	})
	return c, err
}

// keep records and stores a version of a correction.
func (d *Desk) keep(ctx context.Context, ws touch.Workspace, c *Correction, by touch.UserID) error {
	receipt, err := d.append(ctx, ws, EventCorrection, c)
	if err != nil {
		return err
	}
	c.Receipts = append(slices.Clone(c.Receipts), receipt)
	return d.Store.SaveCorrection(ctx, ws, *c, by)
}

// Apply puts a validated correction into use, through a pilot. One that doesn't
// work on people it hasn't seen is refused.
func (d *Desk) Apply(ctx context.Context, ws touch.Workspace, id string, by touch.UserID, pilot touch.PilotID) (Correction, error) {
	c, err := d.Store.Correction(ctx, ws, id)
	switch {
	case err != nil:
		return c, err
	case by == "":
		return c, touch.Fielderr("by", "a named person puts a correction into use")
	case c.State != Validated && c.State != Reverted:
		return c, touch.Errorf(touch.Conflict, "only a correction that was validated can be used: %s", c.Why)
	case pilot == "":
		return c, touch.Fielderr("pilot", "a correction is applied through a pilot")
	}
	if err := c.Permission.Check(d.Now()); err != nil {
		return c, err
	}
	c.State, c.Pilot, c.Applied, c.Version = Applied, pilot, d.Now().UTC(), c.Version+1
	if err := d.keep(ctx, ws, &c, by); err != nil {
		return c, err
	}
	_, err = d.change(ctx, ws, c.Finding, by, func(f *Finding) error {
		f.Status = Corrected
		f.say(by, d.Now().UTC(), "Correction "+c.ID+" is in use. The next audit proves it or opens the finding again.")
		return nil
	})
	return c, err
}

// Revert takes a correction out of use. by is "" where a watch did it.
func (d *Desk) Revert(ctx context.Context, ws touch.Workspace, id string, by touch.UserID, reason string) (Correction, error) {
	c, err := d.Store.Correction(ctx, ws, id)
	if err != nil {
		return c, err
	}
	if c.State != Applied {
		return c, touch.Errorf(touch.Conflict, "the correction isn't in use")
	}
	c.State, c.Version = Reverted, c.Version+1
	if err := d.keep(ctx, ws, &c, by); err != nil {
		return c, err
	}
	f, err := d.Store.Finding(ctx, ws, c.Finding)
	if err != nil {
		return c, err
	}
	f.Version++
	if f.Status == Corrected {
		f.Status = Open
	}
	f.say(by, d.Now().UTC(), "Correction "+c.ID+" was taken out of use: "+reason)
	if _, err := d.append(ctx, ws, EventFinding, f); err != nil {
		return c, err
	}
	return c, d.Store.SaveFinding(ctx, ws, f, by)
}
