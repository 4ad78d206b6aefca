package app

import (
	"context"
	"errors"
	"time"

	"fairtouch/internal/gateway"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// replies keeps first answers of the gateway, sealed. It implements
// gateway.Replies.
type replies struct{ *App }

func replyAAD(hash string) []byte { return []byte("gateway-reply\x00" + hash) }

// Claim implements gateway.Replies.
func (r replies) Claim(ctx context.Context, ws touch.Workspace, c gateway.Claim) (gateway.Kept, bool, error) {
	row, claimed, err := r.DB.ClaimReply(ctx, ws, sqlstore.GatewayReply{KeyHash: c.Hash, Print: c.Print, Holder: c.Holder, Until: c.Until}, time.Now())
	have := gateway.Kept{Print: row.Print, Runs: row.Holder != ""}
	if err != nil || claimed || have.Runs || len(row.Sealed) == 0 {
		return have, claimed, err
	}
	key, _, err := (CopyDesk{r.App}).keyFor(ctx, ws, row.Subject)
	if err == nil {
		have.Answer, err = key.Open(row.Sealed, replyAAD(c.Hash))
	}
	if row.Subject != "" && (errors.Is(err, seal.ErrErased) || touch.CodeOf(err) == touch.Unknown) {
		return have, false, nil // erased in this moment: nothing of theirs is given
	}
	return have, false, err
}

// Hold implements gateway.Replies.
func (r replies) Hold(ctx context.Context, ws touch.Workspace, c gateway.Claim) error {
	return r.DB.HoldReply(ctx, ws, c.Hash, c.Holder, c.Until)
}

// Keep implements gateway.Replies.
func (r replies) Keep(ctx context.Context, ws touch.Workspace, c gateway.Claim, of gateway.About, answer []byte) error {
	row := sqlstore.GatewayReply{KeyHash: c.Hash, Subject: of.ID, Until: c.Until}
	if row.Subject == "" && of.External != "" {
		k, _, err := r.Ledger.Find(ctx, ws, of.External)
		if err != nil {
			return err
		}
		row.Subject = k.ID
	}
	if answer != nil {
		key, _, err := (CopyDesk{r.App}).keyFor(ctx, ws, row.Subject)
		if err != nil {
			return err
		}
		if row.Sealed, err = key.Seal(answer, replyAAD(c.Hash)); err != nil {
			return err
		}
	}
	return r.DB.KeepReply(ctx, ws, c.Holder, row)
}

// Free implements gateway.Replies.
func (r replies) Free(ctx context.Context, ws touch.Workspace, c gateway.Claim) error {
	return r.DB.FreeReply(ctx, ws, c.Hash, c.Holder)
}
