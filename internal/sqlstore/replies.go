package sqlstore

import (
	"context"
	"time"

	"fairtouch/touch"
)

// GatewayReply is the place of one Idempotency-Key.
type GatewayReply struct {
	KeyHash string
	Print   string          // keyed hash of the request
	Holder  string          // who runs it; "" once it has ended
	Subject touch.SubjectID // "" for nobody, or while it runs
	Sealed  []byte          // the first answer; empty while it runs, and where it isn't kept
	Until   time.Time
}

// ClaimReply takes a key for r.Holder until r.Until, and removes what is past its
// time. Where the key is taken, the row that has it comes back, and false.
func (db *DB) ClaimReply(ctx context.Context, ws touch.Workspace, r GatewayReply, now time.Time) (have GatewayReply, claimed bool, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM gateway_replies WHERE ws = $1 AND until <= $2", string(ws), Micros(now)); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `INSERT INTO gateway_replies (ws, key_hash, print, holder, subject_id, sealed, until) VALUES ($1, $2, $3, $4, '', $5, $6)
			ON CONFLICT (ws, key_hash) DO NOTHING`, string(ws), r.KeyHash, r.Print, r.Holder, []byte{}, Micros(r.Until))
		if claimed = n > 0; err != nil || claimed {
			have = r
			return err
		}
		var until int64
		have = GatewayReply{KeyHash: r.KeyHash}
		err = tx.QueryRow(ctx, "SELECT print, holder, subject_id, sealed, until FROM gateway_replies WHERE ws = $1 AND key_hash = $2",
			[]any{string(ws), r.KeyHash}, &have.Print, &have.Holder, &have.Subject, &have.Sealed, &until)
		have.Until = Time(until)
		return err
	})
	return have, claimed, err
}

// HoldReply moves the end of a holder's lease. Unknown: somebody else has the
// key meanwhile, or nobody.
func (db *DB) HoldReply(ctx context.Context, ws touch.Workspace, hash, holder string, until time.Time) error {
	return db.changeOne(ctx, "request", "UPDATE gateway_replies SET until = $1 WHERE ws = $2 AND key_hash = $3 AND holder = $4", Micros(until), string(ws), hash, holder)
}

// KeepReply ends a holder's request and keeps its answer until then; an empty one
// says that it isn't kept. Unknown: the holder lost the key, or the person was
// erased.
func (db *DB) KeepReply(ctx context.Context, ws touch.Workspace, holder string, r GatewayReply) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if r.Subject != "" {
			n := 0
			if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM subject_keys WHERE ws = $1 AND subject_id = $2", []any{string(ws), string(r.Subject)}, &n); err != nil {
				return err
			}
			if n == 0 {
				return touch.Errorf(touch.Unknown, "this person's data was erased")
			}
		}
		if r.Sealed == nil {
			r.Sealed = []byte{}
		}
		n, err := tx.Exec(ctx, "UPDATE gateway_replies SET holder = '', subject_id = $1, sealed = $2, until = $3 WHERE ws = $4 AND key_hash = $5 AND holder = $6",
			string(r.Subject), r.Sealed, Micros(r.Until), string(ws), r.KeyHash, holder)
		if err == nil && n == 0 {
			err = touch.Errorf(touch.Unknown, "this request's place was given to another")
		}
		return err
	})
}

// FreeReply gives a holder's key back: a repeated request runs anew.
func (db *DB) FreeReply(ctx context.Context, ws touch.Workspace, hash, holder string) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM gateway_replies WHERE ws = $1 AND key_hash = $2 AND holder = $3", string(ws), hash, holder)
		return err
	})
}
