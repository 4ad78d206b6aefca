package access

import (
	"slices"
	"strings"

	"fairtouch/touch"
)

// Scope is one thing that a credential may do.
type Scope string

// The scopes, as the command line and the API spell them.
const (
	Decide        Scope = "decide"
	Score         Scope = "score"
	Rehearse      Scope = "rehearse"
	ConsentRead   Scope = "consent:read"
	ConsentWrite  Scope = "consent:write"
	Rights        Scope = "rights"
	RegisterRead  Scope = "register:read"
	RegisterWrite Scope = "register:write"
	Campaign      Scope = "campaign"
	Audit         Scope = "audit"
	RecordRead    Scope = "record:read"
	LawWrite      Scope = "law:write"
	Keys          Scope = "keys"
	Admin         Scope = "admin"
)

// Scopes lists all of them.
func Scopes() []Scope {
	return []Scope{Decide, Score, Rehearse, ConsentRead, ConsentWrite, Rights, RegisterRead,
		RegisterWrite, Campaign, Audit, RecordRead, LawWrite, Keys, Admin}
}

// ParseScopes reads a comma-separated list. An unknown or empty list is an error.
func ParseScopes(s string) ([]Scope, error) {
	var out []Scope
	for _, part := range strings.Split(s, ",") {
		sc := Scope(strings.TrimSpace(part))
		if sc == "" {
			continue
		}
		if !slices.Contains(Scopes(), sc) {
			return nil, touch.Fielderr("scopes", "unknown scope %q; the scopes are %s", sc, Join(Scopes()))
		}
		if !slices.Contains(out, sc) {
			out = append(out, sc)
		}
	}
	if len(out) == 0 {
		return nil, touch.Fielderr("scopes", "a key needs at least one scope of %s", Join(Scopes()))
	}
	return out, nil
}

// Join writes scopes as the comma-separated list that ParseScopes reads.
func Join(scopes []Scope) string {
	parts := make([]string, len(scopes))
	for i, s := range scopes {
		parts[i] = string(s)
	}
	return strings.Join(parts, ",")
}

// Role is what a member of the staff is there for.
type Role string

// The roles.
const (
	Administrator  Role = "administrator"
	Marketer       Role = "marketer"
	Analyst        Role = "analyst"
	PrivacyOfficer Role = "privacy_officer"
	Reviewer       Role = "reviewer"
	Auditor        Role = "auditor"
)

// Roles lists all of them, with the words the console shows.
func Roles() []Role {
	return []Role{Administrator, Marketer, Analyst, PrivacyOfficer, Reviewer, Auditor}
}

// Words is the role in plain words.
func (r Role) Words() string { return strings.ReplaceAll(string(r), "_", " ") }

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", touch.Fielderr("role", "unknown role %q; the roles are administrator, marketer, analyst, privacy_officer, reviewer, auditor", s)
}

// Scopes returns what the role may do. An unknown role may do nothing.
func (r Role) Scopes() []Scope {
	switch r {
	case Administrator:
		return Scopes()
	case Marketer:
		return []Scope{Rehearse, Campaign, RegisterRead, RecordRead, ConsentRead}
	case Analyst:
		return []Scope{Decide, Score, Rehearse, Audit, RegisterRead, RecordRead}
	case PrivacyOfficer:
		return []Scope{ConsentRead, ConsentWrite, Rights, RegisterRead, RegisterWrite, RecordRead, LawWrite, Audit, Campaign}
	case Reviewer:
		return []Scope{RecordRead, RegisterRead, Rights, ConsentRead}
	case Auditor:
		return []Scope{RecordRead, RegisterRead, ConsentRead, Audit}
	}
	return nil
}
