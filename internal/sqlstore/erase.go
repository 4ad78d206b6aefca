package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Erasure is one person's erasure; a restored backup must see the list of them.
type Erasure struct {
	Workspace touch.Workspace `json:"workspace"`
	Subject   touch.SubjectID `json:"subject"`
	KeyID     string          `json:"key"` // random; the erasure's event names it
	At        time.Time       `json:"at"`
}

// Erase implements record.Store.
func (db *DB) Erase(ctx context.Context, ws touch.Workspace, id touch.SubjectID, keyID string, row record.Row) error {
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := destroy(ctx, tx, Erasure{ws, id, keyID, row.At}); err != nil {
			return err
		}
		var rowErr error
		if err := appendRows(ctx, tx, []pendingRow{{&row, &rowErr}}); err != nil {
			return err
		}
		return rowErr
	})
	if err != nil && touch.CodeOf(err) != touch.Unknown {
		return err
	}
	// Also for who was erased before: the purge may not have ended then.
	return errors.Join(err, db.Purge(ctx))
}

// destroy deletes what leads to a person and what opens the sealed rows.
func destroy(ctx context.Context, tx *Tx, e Erasure) error {
	ws, id := string(e.Workspace), string(e.Subject)
	n, err := tx.Exec(ctx, "UPDATE subjects SET lookup = NULL, version = version + 1, erased_at = $1 WHERE ws = $2 AND id = $3 AND erased_at IS NULL", Micros(e.At), ws, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return touch.Errorf(touch.Unknown, "no such person, or erased already")
	}
	for _, q := range []string{
		"DELETE FROM subject_keys WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM event_subjects WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM consent_state WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM clusters WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM idempotency WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM consent_state WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM clusters WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM cases WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM reviews WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM conversation_messages WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM conversation_moves WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM conversation_alerts WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM desk_threads WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM conversations WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM text_tokens WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM output_prints WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM protected_attributes WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM devices WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM confirmations WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM copy_answers WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM copy_asked WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM copy_drafts WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM gateway_replies WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM gateway_turns WHERE ws = $1 AND subject_id = $2",
		"DELETE FROM outbox WHERE ws = $1 AND subject_id = $2",
		"UPDATE rights_requests SET subject_id = '', sealed = '' WHERE ws = $1 AND subject_id = $2",
	} {
		if _, err := tx.Exec(ctx, q, ws, id); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "INSERT INTO erasures (ws, id, key_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (ws, id) DO NOTHING", ws, id, e.KeyID, Micros(e.At))
	return err
}

// Purge returns once deleted rows are gone from the database's files: on SQLite
// the write-ahead log is emptied into a file in which deleted content is
// overwritten; on PostgreSQL dead rows are vacuumed, and what remains is the
// write-ahead log's own horizon and free space until it is used again.
func (db *DB) Purge(ctx context.Context) error {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		busy := 0
		err := db.exclusive(ctx, func(ctx context.Context, c *conn) error {
			if db.dialect == postgres {
				return vacuum(ctx, c)
			}
			var log, done int
			return mapErr(c.sc.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done))
		})
		if err != nil || busy == 0 {
			return err
		}
		// A reader still holds a snapshot; none lives longer than readLimit.
		if time.Since(start) > 10*time.Second {
			return touch.Errorf(touch.Unavailable, "the person is erased, but another program holds the database open, so that copies may be left; close it and erase again")
		}
	}
}

func vacuum(ctx context.Context, c *conn) error {
	for _, t := range []string{"subject_keys", "event_subjects", "consent_state", "clusters", "idempotency", "subjects", "rights_requests", "outbox", "output_prints", "confirmations", "copy_drafts", "copy_answers", "gateway_replies", "gateway_turns"} {
		if _, err := c.sc.ExecContext(ctx, "VACUUM "+t); err != nil {
			return mapErr(err)
		}
	}
	return nil
}

// Erasures lists every erasure, for a restore elsewhere.
func (db *DB) Erasures(ctx context.Context) ([]Erasure, error) {
	var out []Erasure
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		return tx.Each(ctx, "SELECT ws, id, key_id, at FROM erasures ORDER BY ws, id", nil, func(rows *sql.Rows) error {
			var e Erasure
			var at int64
			err := rows.Scan(&e.Workspace, &e.Subject, &e.KeyID, &at)
			e.At = Time(at)
			out = append(out, e)
			return err
		})
	})
	return out, err
}

// Reerase destroys again what a restored backup brought back. It must run
// before anything is served. Persons unknown here, and those already erased,
// are passed over.
func (db *DB) Reerase(ctx context.Context, list []Erasure) (int, error) {
	n := 0
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n = 0
		for _, e := range list {
			err := destroy(ctx, tx, e)
			if touch.CodeOf(err) == touch.Unknown {
				continue
			}
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil || n == 0 {
		return n, err
	}
	return n, db.Purge(ctx)
}
