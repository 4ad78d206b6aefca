package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fairtouch/internal/gateway"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/pii"
	"fairtouch/touch"
)

// turns keeps whose an answer is that a provider keeps. It implements
// gateway.Turns.
type turns struct{ *App }

func turnAAD(hash string) []byte { return []byte("gateway-turn\x00" + hash) }

// person is whom a turn is about, "" for nobody.
func (t turns) person(ctx context.Context, ws touch.Workspace, a gateway.About) (touch.SubjectID, error) {
	if a.ID != "" || a.External == "" {
		return a.ID, nil
	}
	k, _, err := t.Ledger.Find(ctx, ws, a.External)
	return k.ID, err
}

// Recall implements gateway.Turns.
func (t turns) Recall(ctx context.Context, ws touch.Workspace, turn gateway.Turn) ([]pii.Minted, bool, error) {
	row, taken, err := t.DB.TurnOf(ctx, ws, turn.Hash, time.Now())
	if err != nil {
		return nil, !taken, err
	}
	who, err := t.person(ctx, ws, turn.About)
	if err != nil {
		return nil, false, err
	}
	if row.System != turn.System || row.Subject != who {
		return nil, false, touch.Errorf(touch.Unknown, "no such earlier answer of this system to this person")
	}
	if len(row.Sealed) == 0 {
		return nil, false, nil
	}
	key, _, err := (CopyDesk{t.App}).keyFor(ctx, ws, row.Subject)
	if errors.Is(err, seal.ErrErased) {
		return nil, false, touch.Errorf(touch.Unknown, "no such earlier answer here")
	}
	if err != nil {
		return nil, false, err
	}
	b, err := key.Open(row.Sealed, turnAAD(turn.Hash))
	if err != nil {
		return nil, false, err
	}
	var known []pii.Minted
	err = json.Unmarshal(b, &known)
	return known, false, touch.Wrap(touch.Tampered, err, "what an earlier answer held can't be read")
}

// Keep implements gateway.Turns.
func (t turns) Keep(ctx context.Context, ws touch.Workspace, turn gateway.Turn, known []pii.Minted) error {
	who, err := t.person(ctx, ws, turn.About)
	if err != nil {
		return err
	}
	row := sqlstore.GatewayTurn{Hash: turn.Hash, System: turn.System, Subject: who, Until: turn.Until}
	if who != "" && len(known) > 0 {
		key, _, err := (CopyDesk{t.App}).keyFor(ctx, ws, who)
		if err != nil {
			return err
		}
		b, err := json.Marshal(known)
		if err != nil {
			return touch.Wrap(touch.Internal, err, "what an answer held can't be written")
		}
		if row.Sealed, err = key.Seal(b, turnAAD(turn.Hash)); err != nil {
			return err
		}
	}
	err = t.DB.KeepTurn(ctx, ws, row, time.Now())
	if who != "" && (errors.Is(err, seal.ErrErased) || touch.CodeOf(err) == touch.Unknown) {
		return nil // erased meanwhile: the conversation ends here
	}
	return err
}
