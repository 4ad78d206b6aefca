package access

import (
	"context"

	"fairtouch/touch"
)

// EnterDemo opens a session in a demo's workspace as one of the roles, making
// the account at its first use. It has no password, so it can be entered in no
// other way. The caller answers for the workspace being a demo.
func (d *Desk) EnterDemo(ctx context.Context, ws touch.Workspace, role Role) (string, error) {
	login := "demo-" + string(role)
	u, err := d.store.UserByLogin(ctx, login)
	if touch.CodeOf(err) == touch.Unknown {
		u = User{ID: touch.NewUserID(), Workspace: ws, Login: login, Name: "Demo " + role.Words(), Role: role, CreatedAt: d.now()}
		err = d.store.PutUser(ctx, u)
	}
	if err != nil {
		return "", err
	}
	if u.Workspace != ws || u.Role != role {
		return "", touch.Errorf(touch.Forbidden, "that is not an account of the demo")
	}
	return d.OpenSession(ctx, u)
}
