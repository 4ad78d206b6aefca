package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// GatewayTurn is an answer, or a conversation, that a provider keeps.
type GatewayTurn struct {
	Hash    string // SHA-256 of the provider's id
	System  touch.SystemID
	Subject touch.SubjectID // "" for nobody
	Sealed  []byte          // placeholders and their values; empty for none
	Until   time.Time
}

// TurnOf reads a turn of a workspace; Unknown for none, for one past its end, and
// for every other workspace's. taken reports that somebody's has the id.
func (db *DB) TurnOf(ctx context.Context, ws touch.Workspace, hash string, now time.Time) (t GatewayTurn, taken bool, err error) {
	type owned struct {
		ws touch.Workspace
		t  GatewayTurn
	}
	all, err := manyRows(ctx, db, "SELECT ws, system, subject_id, sealed, until FROM gateway_turns WHERE hash = $1 AND until > $2", []any{hash, Micros(now)}, func(rows *sql.Rows) (owned, error) {
		o := owned{t: GatewayTurn{Hash: hash}}
		var until int64
		err := rows.Scan(&o.ws, &o.t.System, &o.t.Subject, &o.t.Sealed, &until)
		o.t.Until = Time(until)
		return o, err
	})
	if err != nil {
		return t, false, err
	}
	if len(all) == 0 || all[0].ws != ws {
		return t, len(all) > 0, touch.Errorf(touch.Unknown, "no such earlier answer here")
	}
	return all[0].t, true, nil
}

// KeepTurn keeps a turn, in place of what the same system and person had under its
// id, and removes what is past its end. An id that is another's is Forbidden; a
// person who was erased is Unknown.
func (db *DB) KeepTurn(ctx context.Context, ws touch.Workspace, t GatewayTurn, now time.Time) error {
	if t.Sealed == nil {
		t.Sealed = []byte{}
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if t.Subject != "" {
			n := 0
			if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM subject_keys WHERE ws = $1 AND subject_id = $2", []any{string(ws), string(t.Subject)}, &n); err != nil {
				return err
			}
			if n == 0 {
				return touch.Errorf(touch.Unknown, "this person's data was erased")
			}
		}
		if _, err := tx.Exec(ctx, "DELETE FROM gateway_turns WHERE until <= $1", Micros(now)); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `INSERT INTO gateway_turns (hash, ws, system, subject_id, sealed, until) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (hash) DO UPDATE SET sealed = excluded.sealed, until = excluded.until
			WHERE gateway_turns.ws = excluded.ws AND gateway_turns.system = excluded.system AND gateway_turns.subject_id = excluded.subject_id`,
			t.Hash, string(ws), string(t.System), string(t.Subject), t.Sealed, Micros(t.Until))
		if err == nil && n == 0 {
			err = touch.Errorf(touch.Forbidden, "this id belongs to another system or person")
		}
		return err
	})
}
