package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// Confirmation is a permission that waits for the link in a mail.
type Confirmation struct {
	Workspace touch.Workspace
	Hash      string // of the link's token
	Subject   touch.SubjectID
	Sealed    []byte // under the person's key
	At, Until time.Time
	Used      bool
}

const confirmationColumns = "SELECT ws, hash, subject_id, sealed, at, expires_at, used_at FROM confirmations "

func scanConfirmation(rows *sql.Rows) (c Confirmation, err error) {
	var at, until, used int64
	err = rows.Scan(&c.Workspace, &c.Hash, &c.Subject, &c.Sealed, &at, &until, &used)
	c.At, c.Until, c.Used = Time(at), Time(until), used != 0
	return c, err
}

// PutConfirmation keeps one. A person has at most ten that are open: more is
// RateLimited, so that nobody's mailbox is filled.
func (db *DB) PutConfirmation(ctx context.Context, ws touch.Workspace, c Confirmation) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var open int
		err := tx.QueryRow(ctx, "SELECT count(*) FROM confirmations WHERE ws = $1 AND subject_id = $2 AND at > $3", []any{string(ws), string(c.Subject), Micros(c.At.Add(-24 * time.Hour))}, &open)
		if err == nil && open >= 10 {
			err = touch.Errorf(touch.RateLimited, "ten confirmations were asked for within a day; use one of them")
		}
		if err != nil {
			return err
		}
		// What ended a month ago says nothing any more; the ledger has what was confirmed.
		if _, err := tx.Exec(ctx, "DELETE FROM confirmations WHERE ws = $1 AND expires_at < $2", string(ws), Micros(c.At.AddDate(0, -1, 0))); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO confirmations (ws, hash, subject_id, sealed, at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, 0)",
			string(ws), c.Hash, string(c.Subject), c.Sealed, Micros(c.At), Micros(c.Until))
		return err
	})
}

// ConfirmationOf reads one by its token's hash, used or not; Unknown for none.
func (db *DB) ConfirmationOf(ctx context.Context, hash string) (Confirmation, error) {
	return oneRow(ctx, db, confirmationColumns+"WHERE hash = $1", []any{hash}, "confirmation", scanConfirmation)
}

// LastConfirmation is a person's newest, Unknown for none.
func (db *DB) LastConfirmation(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (Confirmation, error) {
	return oneRow(ctx, db, confirmationColumns+"WHERE ws = $1 AND subject_id = $2 ORDER BY at DESC LIMIT 1", []any{string(ws), string(id)}, "confirmation", scanConfirmation)
}

// Confirmed lists a person's that were used, the newest first.
func (db *DB) Confirmed(ctx context.Context, ws touch.Workspace, id touch.SubjectID) ([]Confirmation, error) {
	return manyRows(ctx, db, confirmationColumns+"WHERE ws = $1 AND subject_id = $2 AND used_at > 0 ORDER BY used_at DESC LIMIT 20", []any{string(ws), string(id)}, scanConfirmation)
}

// UseConfirmation uses one up: the first of several calls does, and before its
// end; Unknown for all others.
func (db *DB) UseConfirmation(ctx context.Context, ws touch.Workspace, hash string, now time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, "UPDATE confirmations SET used_at = $1 WHERE ws = $2 AND hash = $3 AND used_at = 0 AND expires_at > $1", Micros(now), string(ws), hash)
		if err == nil && n == 0 {
			return touch.Errorf(touch.Unknown, "this link was used already, or it is too old")
		}
		return err
	})
}
