package access

import (
	"context"

	"fairtouch/touch"
)

// EnterDemo opens a session in a demo's workspace as one of the roles, making
// the account at its first use. It has no password, so it can be entered in no
// other way. The caller answers for the workspace being a demo.
func (d *Desk) EnterDemo(ctx context.Context, ws touch.Workspace, role Role) (string, error) {
	u, err := d.DemoUser(ctx, ws, role)
	if err != nil {
		return "", err
	}
	return d.OpenSession(ctx, u)
}

// DemoUser is the demo's account of a role, made at its first use.
func (d *Desk) DemoUser(ctx context.Context, ws touch.Workspace, role Role) (User, error) {
	login := "demo-" + string(role)
	u, err := d.store.UserByLogin(ctx, login)
	if touch.CodeOf(err) == touch.Unknown {
		u = User{ID: touch.NewUserID(), Workspace: ws, Login: login, Name: "Demo " + role.Words(), Role: role, CreatedAt: d.now()}
		err = d.store.PutUser(ctx, u)
	}
	if err != nil {
		return User{}, err
	}
	if u.Workspace != ws || u.Role != role {
		return User{}, touch.Errorf(touch.Forbidden, "that is not an account of the demo")
	}
	return u, nil
}
