package audit

import (
	"math"
	"slices"
	"strings"
	"time"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Status is where a finding stands.
type Status string

// The statuses.
const (
	Open      Status = "open"
	Corrected Status = "corrected" // a correction is in use; the next audit proves it or reopens
	Closed    Status = "closed"    // an audit proved that the gap is within the tolerance
	Accepted  Status = "accepted"  // a named person decided to leave it, and why
)

// Severity is how far a gap is outside the tolerance.
type Severity string

// The severities, with the days in which each is due.
const (
	Low    Severity = "low"    // 60 days
	Medium Severity = "medium" // 30 days
	High   Severity = "high"   // 14 days
)

// Days is within how many days a finding of the severity is due.
func (s Severity) Days() int {
	switch s {
	case High:
		return 14
	case Medium:
		return 30
	}
	return 60
}

// Remark is one turn of a finding's discussion.
type Remark struct {
	By   touch.UserID `json:"by,omitzero"` // "" for the software itself
	At   time.Time    `json:"at"`
	Text string       `json:"text"`
}

// Finding is a gap that an audit showed, until it is proved closed.
type Finding struct {
	ID          string         `json:"id"`
	Plan        string         `json:"plan"`
	System      touch.SystemID `json:"system,omitzero"`
	Title       string         `json:"title"`
	Measure     Metric         `json:"measure"` // as the latest audit saw it
	First       Metric         `json:"first"`   // as the audit that opened it saw it
	Severity    Severity       `json:"severity"`
	Status      Status         `json:"status"`
	Owner       touch.UserID   `json:"owner"`
	Opened      time.Time      `json:"opened"`
	Due         time.Time      `json:"due"`
	Runs        []string       `json:"runs"`        // audits that saw it
	Corrections []string       `json:"corrections"` // in order; the last may be in use
	Proof       string         `json:"proof,omitzero"`
	Discussion  []Remark       `json:"discussion"`
	Held        []string       `json:"held,omitzero"` // what it halted: pilot or system ids
	Version     int            `json:"version"`
}

// key says which comparison a finding is about.
func key(plan string, m *Metric) string {
	ref := ""
	if m.Reference != nil {
		ref = *m.Reference
	}
	return strings.Join([]string{plan, string(m.Name), m.Attribute, m.Group, ref}, "\x00")
}

// Overdue reports whether an open finding's day has passed.
func (f *Finding) Overdue(now time.Time) bool {
	return (f.Status == Open || f.Status == Corrected) && now.After(f.Due)
}

// severity compares the end of the interval that is nearer to no gap, which is
// the part that is sure, with the tolerance.
func severity(m *Metric, gap, ratio float64) Severity {
	if m.Low == nil || m.High == nil {
		return Low
	}
	low, high := *m.Low, *m.High
	if isRatio(m.Name) {
		if low <= 0 && high <= 0 {
			return High
		}
		low, high, gap = math.Log(math.Max(low, 1e-9)), math.Log(high), -math.Log(ratio)
	}
	sure := math.Max(0, math.Max(low, -high)) / gap
	switch {
	case sure >= 3:
		return High
	case sure >= 1.5:
		return Medium
	}
	return Low
}

func isRatio(m fairness.Metric) bool {
	return m == fairness.DisparateImpact || strings.HasSuffix(string(m), "_ratio")
}

func (f *Finding) say(by touch.UserID, at time.Time, text string) {
	f.Discussion = append(slices.Clone(f.Discussion), Remark{by, at, text})
}
