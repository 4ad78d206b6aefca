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
func (h handoff) Raise(ctx context.Context, ws touch.Workspace, id touch.DecisionID, subject touch.SubjectID, conversation string) error {
	if subject == "" { // a refused use: its record says whose it was
		d, err := h.app.Stored(ctx, ws, id)
		if err != nil {
			return err
		}
		subject = d.Subject
	}
	k := caseOf(StoredDecision{Subject: subject}, "talk")
	k.Decision, k.Sealed = id, []byte{}
	if err := h.app.DB.PutCase(ctx, ws, k); err != nil || conversation == "" || subject == "" {
		return err
	}
	talk, err := h.talk(ws, conversation)
	if err != nil {
		return err
	}
	desk, err := h.app.TalkDesk(ctx, ws)
	if err != nil {
		return err
	}
	if _, _, err := desk.Turn(ctx, ws, ears.Conversation{ID: talk, Subject: subject, Decision: id}); err != nil {
		return err
	}
	_, err = desk.Request(ctx, ws, talk, ears.ReasonAsked)
	return err
}

// Turn implements gateway.Handoff.
func (h handoff) Turn(ctx context.Context, ws touch.Workspace, conversation string, subject touch.SubjectID) (int64, bool, error) {
	talk, err := h.talk(ws, conversation)
	if err != nil {
		return 0, false, err
	}
	desk, err := h.app.TalkDesk(ctx, ws)
	if err != nil {
		return 0, false, err
	}
	return desk.Turn(ctx, ws, ears.Conversation{ID: talk, Subject: subject})
}

// Current implements gateway.Handoff.
func (h handoff) Current(ctx context.Context, ws touch.Workspace, conversation string, epoch int64) (bool, error) {
	talk, err := h.talk(ws, conversation)
	if err != nil {
		return false, err
	}
	return h.app.desk().Current(ctx, ws, talk, epoch)
}

// talk names a client's conversation by a keyed hash: the client's own name for it
// may say who somebody is.
func (h handoff) talk(ws touch.Workspace, conversation string) (string, error) {
	return h.app.Keeper.Lookup(ws, "conversation/"+conversation)
}
