package api

import (
	"net/http"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

// keyView is a key without its secret.
type keyView struct {
	ID        touch.KeyID    `json:"id"`
	Name      string         `json:"name"`
	Owner     touch.UserID   `json:"owner"`
	Scopes    []access.Scope `json:"scopes"`
	CreatedAt time.Time      `json:"created_at"`
	RevokedAt time.Time      `json:"revoked_at,omitzero"`
}

func keyOf(k *access.Key) keyView {
	return keyView{k.ID, k.Name, k.Owner, k.Scopes, k.CreatedAt.UTC(), k.RevokedAt}
}

type keyMade struct {
	keyView
	Key string `json:"key"` // shown once
}

func (c *call) createKey() error {
	var in struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Name == "" || len(in.Name) > 200 || !clean(in.Name) {
		return touch.Fielderr("name", "say in 1 to 200 bytes what the key is for")
	}
	scopes, err := access.ParseScopes(strings.Join(in.Scopes, ","))
	if err != nil {
		return err
	}
	for _, s := range scopes {
		if !c.who.Can(s) {
			return touch.Errorf(touch.Forbidden, "your key lacks the scope %q, so it can't give it to another", s)
		}
	}
	k, secret, err := c.s.cfg.Desk.CreateKey(c.r.Context(), c.ws(), c.who.User, in.Name, scopes)
	if err != nil {
		return err
	}
	c.send(http.StatusCreated, &keyMade{keyOf(&k), secret})
	return nil
}

func (c *call) keys() error {
	all, err := c.s.cfg.Desk.Keys(c.r.Context(), c.ws())
	if err != nil {
		return err
	}
	out := make([]keyView, len(all))
	for i := range all {
		out[i] = keyOf(&all[i])
	}
	c.send(http.StatusOK, struct {
		Keys []keyView `json:"keys"`
	}{out})
	return nil
}

func (c *call) revokeKey() error {
	if err := c.s.cfg.Desk.RevokeKey(c.r.Context(), c.ws(), touch.KeyID(c.r.PathValue("id"))); err != nil {
		return err
	}
	c.sent = http.StatusNoContent
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
