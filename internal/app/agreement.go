package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// docAgreement is what was agreed with the staff about timings; every version stays.
const docAgreement = "agreement"

// peopleShown is the least number of people whose times are shown together.
const peopleShown = 5

// agreement says that timings of groups of people may be shown. Without one, or
// once it has ended, none is.
type agreement struct {
	With      string        `json:"with"`      // whom it was agreed with: a works council, the team
	Reference string        `json:"reference"` // where it can be read
	On        register.Date `json:"on"`
	Until     register.Date `json:"until,omitzero"`
	Ended     bool          `json:"ended,omitzero"`
	By        touch.UserID  `json:"by"` // who recorded it
}

func (g agreement) holds(on time.Time) bool {
	today := register.Date(on.UTC().Format(time.DateOnly))
	return g.With != "" && !g.Ended && g.On <= today && (g.Until == "" || today <= g.Until)
}

func (a *App) agreement(ctx context.Context, ws touch.Workspace) (agreement, error) {
	var g agreement
	err := a.DB.Document(ctx, ws, docAgreement, docAgreement, &g)
	if touch.CodeOf(err) == touch.Unknown {
		return agreement{}, nil
	}
	return g, err
}

// timingAgreed reports whether times of people are taken at all.
func (a *App) timingAgreed(ctx context.Context, ws touch.Workspace) (bool, error) {
	g, err := a.agreement(ctx, ws)
	return g.holds(time.Now()), err
}

// waits gives how long approvals took where that may be shown, and says in words
// why not where it may not.
func (a *App) waits(ctx context.Context, ws touch.Workspace, all []campaign.Approval) (w campaign.Waits, why string, err error) {
	g, err := a.agreement(ctx, ws)
	if err != nil {
		return campaign.Waits{}, "", err
	}
	w = campaign.Waited(all)
	switch {
	case !g.holds(time.Now()):
		return campaign.Waits{Asked: w.Asked}, "How long they took is shown only once that has been agreed with the staff.", nil
	case w.People < peopleShown:
		return campaign.Waits{Asked: w.Asked}, fmt.Sprintf("How long they took is shown once %d people have answered, so that nobody's work is timed.", peopleShown), nil
	}
	return w, "", nil
}

// Agree implements console.House.
func (s staff) Agree(ctx context.Context, p access.Principal, f console.AgreementForm) error {
	g := agreement{With: strings.TrimSpace(f.With), Reference: strings.TrimSpace(f.Reference), On: register.Date(f.On), Until: register.Date(f.Until), By: p.User}
	if f.End {
		old, err := s.agreement(ctx, p.Workspace)
		if err != nil {
			return err
		}
		if old.With == "" {
			return touch.Errorf(touch.Unknown, "there is no agreement to end")
		}
		old.Ended, old.By = true, p.User
		g = old
	} else if err := g.check(); err != nil {
		return err
	}
	_, err := s.DB.PutDocument(ctx, p.Workspace, docAgreement, docAgreement, g, p.User)
	return err
}

func (g agreement) check() error {
	if g.With == "" {
		return touch.Fielderr("with", "say whom it was agreed with, such as the works council or the whole team")
	}
	if g.Reference == "" {
		return touch.Fielderr("reference", "say where the agreement can be read")
	}
	if _, err := time.Parse(time.DateOnly, string(g.On)); err != nil {
		return touch.Fielderr("on", "write the date as 2026-11-24")
	}
	if g.Until == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, string(g.Until)); err != nil || g.Until < g.On {
		return touch.Fielderr("until", "write a date that is not before the first, as 2027-11-24, or leave it empty")
	}
	return nil
}
