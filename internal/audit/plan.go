package audit

import (
	"time"

	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// Plan is an audit that is run again and again.
type Plan struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	System     touch.SystemID `json:"system,omitzero"` // whose decisions they are
	Spec       string         `json:"spec"`            // YAML
	Every      int            `json:"every_days"`      // 0: on demand only
	Owner      touch.UserID   `json:"owner"`           // gets the findings
	Permission *Permission    `json:"permission,omitzero"`
	Last       time.Time      `json:"last,omitzero"`
	Pilot      touch.PilotID  `json:"pilot,omitzero"` // halted by a finding of high severity, if HoldOnHigh
	HoldOnHigh bool           `json:"hold_on_high"`
	Version    int            `json:"version"`
}

// Validate returns an Invalid error that names the first field at fault.
func (p *Plan) Validate() error {
	switch {
	case p.ID == "" || p.Name == "":
		return touch.Fielderr("name", "an audit needs an id and a name")
	case p.Owner == "":
		return touch.Fielderr("owner", "an audit needs an owner, who gets its findings")
	case p.Every < 0 || p.Every > 366:
		return touch.Fielderr("every_days", "lies between 0 (on demand) and 366")
	}
	_, err := engine.ParseSpec([]byte(p.Spec))
	return err
}

// Next is when the audit is due again; zero for one that runs on demand only.
func (p *Plan) Next() time.Time {
	if p.Every == 0 {
		return time.Time{}
	}
	return p.Last.AddDate(0, 0, p.Every)
}

// Due reports whether the audit should run now.
func (p *Plan) Due(now time.Time) bool { return p.Every > 0 && !p.Next().After(now) }

// Run is one audit that was run, with its report.
type Run struct {
	ID         string         `json:"id"`
	Plan       string         `json:"plan"` // "" for one without
	System     touch.SystemID `json:"system,omitzero"`
	Name       string         `json:"name"`
	Spec       string         `json:"spec"`
	By         touch.UserID   `json:"by,omitzero"` // "" for the schedule
	At         time.Time      `json:"at"`
	Report     Report         `json:"report"`
	Receipt    *touch.Receipt `json:"receipt,omitzero"`
	Opened     []string       `json:"opened,omitzero"` // findings
	Closed     []string       `json:"closed,omitzero"`
	Permission *Permission    `json:"permission,omitzero"` // for which protected attributes were used
	More       int            `json:"more,omitzero"`       // failed comparisons beyond those that became findings
	Training   *Training      `json:"training,omitzero"`   // of a check of training data: the report is of its labels
}
