package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// PutParcel inserts webhooks, all or none; one of the same id again is nothing.
func (db *DB) PutParcel(ctx context.Context, ps ...rights.Parcel) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, p := range ps {
			_, err := tx.Exec(ctx, `INSERT INTO outbox (ws, id, endpoint, subject_id, state, tries, status, not_before, at, sealed)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (ws, id) DO NOTHING`,
				string(p.Workspace), p.ID, p.Endpoint, string(p.Subject), "waiting", 0, 0, Micros(p.NotBefore), Micros(p.At), p.Sealed)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ClaimParcels takes up to limit webhooks that are due, and puts them off until
// then: another node leaves them alone meanwhile, and a crash loses none.
func (db *DB) ClaimParcels(ctx context.Context, now, until time.Time, limit int) ([]rights.Parcel, error) {
	var out []rights.Parcel
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var due []rights.Parcel
		err := tx.Each(ctx, `SELECT ws, id, endpoint, subject_id, state, tries, status, not_before, at, sealed FROM outbox
			WHERE state = $1 AND not_before <= $2 ORDER BY not_before, id LIMIT $3`, []any{"waiting", Micros(now), limit}, func(rows *sql.Rows) error {
			var p rights.Parcel
			var before, at int64
			err := rows.Scan(&p.Workspace, &p.ID, &p.Endpoint, &p.Subject, &p.State, &p.Tries, &p.Status, &before, &at, &p.Sealed)
			p.NotBefore, p.At = Time(before), Time(at)
			due = append(due, p)
			return err
		})
		out = out[:0]
		for _, p := range due {
			n := int64(0)
			if err == nil {
				n, err = tx.Exec(ctx, "UPDATE outbox SET not_before = $1 WHERE ws = $2 AND id = $3 AND state = $4 AND not_before = $5",
					Micros(until), string(p.Workspace), p.ID, "waiting", Micros(p.NotBefore))
			}
			if n > 0 {
				out = append(out, p)
			}
		}
		return err
	})
	return out, err
}

// SentParcel empties a webhook that was taken.
func (db *DB) SentParcel(ctx context.Context, ws touch.Workspace, id string, status int) error {
	return db.changeOne(ctx, "webhook", "UPDATE outbox SET state = $1, status = $2, sealed = '' WHERE ws = $3 AND id = $4", "sent", status, string(ws), id)
}

// PutOffParcel counts a failed attempt; final ends it.
func (db *DB) PutOffParcel(ctx context.Context, ws touch.Workspace, id string, status int, until time.Time, final bool) error {
	state := "waiting"
	if final {
		state = "failed"
	}
	return db.changeOne(ctx, "webhook", "UPDATE outbox SET state = $1, status = $2, not_before = $3, tries = tries + 1 WHERE ws = $4 AND id = $5 AND state = $6",
		state, status, Micros(until), string(ws), id, "waiting")
}

// Placed is an event with its place in the log.
type Placed struct {
	ID      touch.EventID
	Kind    string
	Subject touch.SubjectID // "" for none, and for who was erased
	Place   int64
}

// PlacedAfter lists events by their place in the log. Places are given in
// order by one writer, so that what was read never gets a predecessor.
func (db *DB) PlacedAfter(ctx context.Context, ws touch.Workspace, place int64, limit int) ([]Placed, error) {
	return manyRows(ctx, db, `SELECT e.id, e.kind, COALESCE(s.subject_id, ''), l.log_index FROM log_index l JOIN events e ON e.seq = l.seq
		LEFT JOIN event_subjects s ON s.ws = e.ws AND s.event_id = e.id WHERE l.ws = $1 AND l.log_index > $2 ORDER BY l.log_index LIMIT $3`,
		[]any{string(ws), place, limit}, func(rows *sql.Rows) (p Placed, err error) {
			err = rows.Scan(&p.ID, &p.Kind, &p.Subject, &p.Place)
			return p, err
		})
}

// Announced is the last place whose permission was announced. The first time
// it is the log's end: nobody is told what was long ago.
func (db *DB) Announced(ctx context.Context, ws touch.Workspace) (place int64, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO announced (ws, place) SELECT CAST($1 AS text), COALESCE(max(log_index), -1) FROM log_index WHERE ws = $1 ON CONFLICT (ws) DO NOTHING`, string(ws))
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT place FROM announced WHERE ws = $1", []any{string(ws)}, &place)
	})
	return place, err
}

// SetAnnounced moves it on; it never goes back.
func (db *DB) SetAnnounced(ctx context.Context, ws touch.Workspace, place int64) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "UPDATE announced SET place = $1 WHERE ws = $2 AND place < $1", place, string(ws))
		return err
	})
}
