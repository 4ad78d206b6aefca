package app

import (
	"context"

	"fairtouch/internal/gateway"
	ears "fairtouch/internal/handoff"
	"fairtouch/touch"
)

// handoff takes a conversation to the staff's queue.
type handoff struct {
	gateway.Ears
	app *App
}

// Handoff hears requests for a human.
func (a *App) Handoff() gateway.Handoff { return handoff{app: a} }

// Truth implements gateway.Handoff.
func (h handoff) Truth(ctx context.Context, ws touch.Workspace, locale string) string {
	name := string(ws)
	if co, err := h.app.Worlds.CompanyOf(ctx, ws); err == nil && co.Name != "" {
		name = co.Name
	}
	text, _, _ := ears.Answer(locale, name)
	return text
}

// Raise implements gateway.Handoff.
func (h handoff) Raise(ctx context.Context, ws touch.Workspace, id touch.DecisionID, subject touch.SubjectID, _ string) error {
	if subject == "" { // a refused use: its record says whose it was
		d, err := h.app.Stored(ctx, ws, id)
		if err != nil {
			return err
		}
		subject = d.Subject
	}
	k := caseOf(StoredDecision{Subject: subject}, "talk")
	k.Decision, k.Sealed = id, []byte{}
	return h.app.DB.PutCase(ctx, ws, k)
}

// Silent implements gateway.Handoff: no human holds a conversation yet.
func (handoff) Silent(context.Context, touch.Workspace, string) (bool, error) { return false, nil }
