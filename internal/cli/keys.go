package cli

import (
	"fmt"

	"fairtouch/internal/access"
	"fairtouch/internal/app"
	"fairtouch/touch"
)

type keysCmd struct {
	Create keysCreateCmd `cmd:"" help:"Make a key and print it, this once."`
	List   keysListCmd   `cmd:"" help:"List the keys, without their secrets."`
	Revoke keysRevokeCmd `cmd:"" help:"Stop a key."`
}

type keysCreateCmd struct {
	Scopes string `required:"" help:"Comma-separated: decide, score, rehearse, consent:read, …" placeholder:"a,b"`
	Name   string `help:"What the key is for." default:"command line"`
	Owner  string `help:"The user who owns the key; their AI literacy counts." placeholder:"USER"`
}

// Run prints the key alone.
func (c *keysCreateCmd) Run(r *run) error {
	scopes, err := access.ParseScopes(c.Scopes)
	if err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		owner := touch.UserID(c.Owner)
		if owner == "" {
			owner = app.LocalOperator
		}
		k, secret, err := a.Desk.CreateKey(r.ctx, ws, owner, c.Name, scopes)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]any{"id": k.ID, "key": secret, "workspace": ws, "scopes": k.Scopes})
		}
		_, err = fmt.Fprintln(r.Out, secret)
		return err
	})
}

type keysListCmd struct{}

// Run lists keys.
func (c *keysListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		ks, err := a.Desk.Keys(r.ctx, ws)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			type out struct {
				ID      touch.KeyID    `json:"id"`
				Name    string         `json:"name"`
				Owner   touch.UserID   `json:"owner"`
				Scopes  []access.Scope `json:"scopes"`
				Revoked bool           `json:"revoked"`
			}
			all := make([]out, len(ks))
			for i, k := range ks {
				all[i] = out{k.ID, k.Name, k.Owner, k.Scopes, !k.RevokedAt.IsZero()}
			}
			return r.print(all)
		}
		table(r.Out, "KEY\tNAME\tOWNER\tSCOPES\tSTATE", func(line func(...any)) {
			for _, k := range ks {
				state := "live"
				if !k.RevokedAt.IsZero() {
					state = "revoked"
				}
				line(k.ID, k.Name, k.Owner, access.Join(k.Scopes), state)
			}
		})
		return nil
	})
}

type keysRevokeCmd struct {
	ID string `arg:"" help:"The key's id, as keys list shows it."`
}

// Run revokes a key.
func (c *keysRevokeCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		return a.Desk.RevokeKey(r.ctx, ws, touch.KeyID(c.ID))
	})
}
