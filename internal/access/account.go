package access

import (
	"time"

	"fairtouch/touch"
)

// Key is an API key as it is stored: without its secret.
type Key struct {
	ID        touch.KeyID
	Workspace touch.Workspace
	Owner     touch.UserID // "" for a key made on the command line before there are users
	Name      string
	Hash      string
	Scopes    []Scope
	CreatedAt time.Time
	RevokedAt time.Time // zero: it is live
}

// User is a member of the staff.
type User struct {
	ID        touch.UserID
	Workspace touch.Workspace
	Login     string // lower case
	Name      string
	Role      Role
	Password  string // encoded hash
	CreatedAt time.Time
	RetiredAt time.Time
}

// Principal is what the user may do.
func (u *User) Principal() Principal {
	return Principal{Workspace: u.Workspace, User: u.ID, Name: u.Name, Role: u.Role, Scopes: u.Role.Scopes()}
}

// Session is a signed-in browser. Only the hash of its token is stored.
type Session struct {
	Hash      string
	Workspace touch.Workspace
	User      touch.UserID
	ExpiresAt time.Time
}

// Invite is a one-time link to make an account: the first-run link, or one that
// an administrator hands out.
type Invite struct {
	Hash      string
	Workspace touch.Workspace
	Role      Role
	ExpiresAt time.Time
}
