package access

import (
	"context"
	"slices"

	"fairtouch/touch"
)

// Principal is who acts: a key or a member of the staff, in one workspace. The
// zero Principal may do nothing.
type Principal struct {
	Workspace touch.Workspace
	User      touch.UserID // the member of the staff, or the key's owner, whose literacy counts
	Name      string       // what the console calls them
	Role      Role         // "" for keys
	Key       touch.KeyID  // "" for staff
	Scopes    []Scope
	Subject   touch.SubjectID // the one person whom a customer's own link stands for; "" for staff and keys
}

// Can reports whether the principal has the scope; admin has every one.
func (p Principal) Can(s Scope) bool {
	return p.Workspace != "" && (slices.Contains(p.Scopes, s) || slices.Contains(p.Scopes, Admin))
}

// Require returns a Forbidden error naming the scope that is missing.
func (p Principal) Require(s Scope) error {
	switch {
	case p.Workspace == "":
		return touch.Errorf(touch.Unauthenticated, "no valid credential; send Authorization: Bearer and a key made by `fairtouch keys create`")
	case !p.Can(s):
		return touch.Errorf(touch.Forbidden, "this credential lacks the scope %q; ask an administrator for a key or role that has it", s)
	}
	return nil
}

type principalKey struct{}

// With returns a context that carries the principal.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns the context's principal, or the zero one, which may do nothing.
func From(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}
