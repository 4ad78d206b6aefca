package register

import (
	"fairtouch/touch"
)

// Significance is a dated judgement of a named person: does this use of this
// system have legal or similarly significant effects on people?
type Significance struct {
	System  touch.SystemID `json:"system" yaml:"system"`
	Purpose string         `json:"purpose" yaml:"purpose"` // the use; "" is every use
	Verdict string         `json:"verdict" yaml:"verdict"` // none, significant
	By      touch.UserID   `json:"by" yaml:"by"`
	Name    string         `json:"name" yaml:"name"` // of the person who judged
	On      Date           `json:"on" yaml:"on"`
	Reason  string         `json:"reason" yaml:"reason"`
}

// Validate returns an Invalid error that names the field.
func (s Significance) Validate() error {
	switch {
	case s.System == "":
		return touch.Fielderr("system", "say which system was judged")
	case s.By == "" || s.Name == "":
		return touch.Fielderr("by", "a named person must have judged")
	case !s.On.known():
		return touch.Fielderr("on", "say when it was judged")
	case s.Reason == "":
		return touch.Fielderr("reason", "say why")
	}
	return firstErr(oneOf("verdict", s.Verdict, "none", "significant"), s.On.check("on"))
}

// Assessed returns the judgement that holds for a use on a day: the latest one
// for its purpose, or else for every purpose, made no later than that day and
// not before the system's last significant change. ok is false if it isn't assessed.
func Assessed(all []Significance, s *System, purpose string, on Date) (best Significance, ok bool) {
	for _, a := range all {
		if a.System != s.ID || a.Validate() != nil || !a.On.By(on) || (a.Purpose != "" && a.Purpose != purpose) {
			continue
		}
		if s.SignificantChangeOn.By(on) && a.On < s.SignificantChangeOn {
			continue
		}
		sharper := a.Purpose != "" && best.Purpose == ""
		same := (a.Purpose == "") == (best.Purpose == "")
		if !ok || sharper || same && (a.On > best.On || a.On == best.On && a.Verdict == "significant") {
			best, ok = a, true
		}
	}
	return best, ok
}

// Attestation says that a member of the staff knows how to operate a system, or
// holds a role, until a day.
type Attestation struct {
	User     touch.UserID   `json:"user" yaml:"user"`
	System   touch.SystemID `json:"system,omitzero" yaml:"system"` // "": by role
	Role     string         `json:"role,omitzero" yaml:"role"`     // with neither, every system
	Training string         `json:"training" yaml:"training"`
	On       Date           `json:"on" yaml:"on"`
	Until    Date           `json:"until,omitzero" yaml:"until"` // first day on which it no longer holds; "" is no end
	By       touch.UserID   `json:"by" yaml:"by"`                // who attested
}

// Literate reports whether the user may operate the system on that day.
func Literate(all []Attestation, user touch.UserID, system touch.SystemID, role string, on Date) bool {
	for _, a := range all {
		about := a.System == system || a.System == "" && (a.Role == "" || a.Role == role)
		if a.User == user && user != "" && about && a.On.By(on) && !a.Until.By(on) {
			return true
		}
	}
	return false
}

// CheckLiteracy asks, for a system that requires it, whether whoever operates
// it (the owner of the key that called) holds an attestation.
func CheckLiteracy(s *System, all []Attestation, user touch.UserID, role string, on Date) touch.Check {
	c := touch.Check{Step: touch.StepOwnership, Rule: "literacy", Verdict: touch.Allow}
	switch {
	case !s.RequireLiteracy:
		c.Reason = "The system asks for no AI-literacy attestation."
	case Literate(all, user, s.ID, role, on):
		c.Reason = "Whoever operates the system holds a valid AI-literacy attestation."
		c.By = "attestation of " + string(user)
	default:
		c.Verdict, c.Owner = touch.Deny, "system_owner"
		c.Reason = "Whoever operates the system holds no valid AI-literacy attestation."
	}
	return c
}
