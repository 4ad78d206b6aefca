package audit

import (
	"context"
	"strings"
	"time"

	"fairtouch/touch"
)

// change reads a finding, lets f change it, records and stores it.
func (d *Desk) change(ctx context.Context, ws touch.Workspace, id string, by touch.UserID, f func(*Finding) error) (Finding, error) {
	x, err := d.Store.Finding(ctx, ws, id)
	if err != nil {
		return x, err
	}
	if by == "" {
		return x, touch.Fielderr("by", "a named person changes a finding")
	}
	x.Version++
	if err := f(&x); err != nil {
		return x, err
	}
	if _, err := d.append(ctx, ws, EventFinding, x); err != nil {
		return x, err
	}
	return x, d.Store.SaveFinding(ctx, ws, x, by)
}

// Say adds to a finding's discussion; the text has 1 to 4000 bytes.
func (d *Desk) Say(ctx context.Context, ws touch.Workspace, id string, by touch.UserID, text string) (Finding, error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 4000 {
		return Finding{}, touch.Fielderr("text", "has 1 to 4000 bytes")
	}
	return d.change(ctx, ws, id, by, func(f *Finding) error {
		f.say(by, d.Now().UTC(), text)
		return nil
	})
}

// Assign gives a finding an owner and a day.
func (d *Desk) Assign(ctx context.Context, ws touch.Workspace, id string, by, owner touch.UserID, due time.Time) (Finding, error) {
	return d.change(ctx, ws, id, by, func(f *Finding) error {
		if owner == "" || due.Before(f.Opened) {
			return touch.Fielderr("due", "name an owner, and a day after the finding was opened")
		}
		f.Owner, f.Due = owner, due
		f.say(by, d.Now().UTC(), "Assigned to "+string(owner)+", due "+due.Format(time.DateOnly)+".")
		return nil
	})
}

// Accept leaves a gap as it is, for a reason of at least 20 bytes that stays on
// record under the name of who decided. It is not closed: nothing was proved.
func (d *Desk) Accept(ctx context.Context, ws touch.Workspace, id string, by touch.UserID, reason string) (Finding, error) {
	return d.change(ctx, ws, id, by, func(f *Finding) error {
		if len(strings.TrimSpace(reason)) < 20 {
			return touch.Fielderr("reason", "say in a sentence why the gap is left as it is")
		}
		if f.Status == Closed {
			return touch.Errorf(touch.Conflict, "the finding is closed already")
		}
		f.Status = Accepted
		f.say(by, d.Now().UTC(), "Accepted: "+strings.TrimSpace(reason))
		return nil
	})
}

// Halt stops the pilot or, where none is named, the finding's system.
func (d *Desk) Halt(ctx context.Context, ws touch.Workspace, id string, by touch.UserID, pilot touch.PilotID) (Finding, error) {
	return d.change(ctx, ws, id, by, func(f *Finding) error { return d.hold(ctx, ws, f, pilot, f.System, by) })
}

// DuePlans lists the plans that should run now.
func (d *Desk) DuePlans(ctx context.Context, ws touch.Workspace) ([]Plan, error) {
	all, err := d.Plans.Plans(ctx, ws)
	var out []Plan
	for _, p := range all {
		if p.Due(d.Now()) {
			out = append(out, p)
		}
	}
	return out, err
}
