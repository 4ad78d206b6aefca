package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

const storedColumns = `SELECT e.seq, e.ws, e.id, e.leaf_id, e.kind, e.sealed_for, e.at, e.commitment, e.cipher_hash, e.cipher,
	COALESCE(l.log_index, -1), COALESCE(s.subject_id, ''), k.wrapped
	FROM events e
	LEFT JOIN log_index l ON l.seq = e.seq
	LEFT JOIN event_subjects s ON s.ws = e.ws AND s.event_id = e.id
	LEFT JOIN subject_keys k ON k.ws = s.ws AND k.subject_id = s.subject_id `

func scanStored(rows *sql.Rows) (s record.Stored, err error) {
	var at int64
	var commitment, hash []byte
	err = rows.Scan(&s.Seq, &s.Workspace, &s.ID, &s.LeafID, &s.Kind, &s.SealedFor, &at, &commitment, &hash, &s.Cipher,
		&s.Index, &s.Subject, &s.Wrapped)
	s.At = Time(at)
	copy(s.Commitment[:], commitment)
	copy(s.CipherHash[:], hash)
	return s, err
}

// Row implements record.Store.
func (db *DB) Row(ctx context.Context, ws touch.Workspace, id touch.EventID) (record.Stored, error) {
	var out record.Stored
	found := false
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.Each(ctx, storedColumns+"WHERE e.id = $1 AND e.ws = $2", []any{string(id), string(ws)}, func(rows *sql.Rows) (err error) {
			out, err = scanStored(rows)
			found = true
			return err
		})
	})
	if err == nil && !found {
		err = touch.Errorf(touch.Unknown, "no such record")
	}
	return out, err
}

// Scan implements record.Store.
func (db *DB) Scan(ctx context.Context, ws touch.Workspace, after int64, limit int) ([]record.Stored, error) {
	var out []record.Stored
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		q := storedColumns + "WHERE e.seq > $1 AND e.ws = $2 ORDER BY e.seq LIMIT $3"
		err := tx.Each(ctx, q, []any{after, string(ws), limit}, func(rows *sql.Rows) error {
			s, err := scanStored(rows)
			out = append(out, s)
			return err
		})
		if err != nil || len(out) == 0 {
			return err
		}
		if err := addDecisions(ctx, tx, ws, out); err != nil {
			return err
		}
		return addPlaces(ctx, tx, ws, out)
	})
	return out, err
}

// addDecisions fills in the decisions of events.
func addDecisions(ctx context.Context, tx *Tx, ws touch.Workspace, out []record.Stored) error {
	at := make(map[touch.EventID]int, len(out))
	ids := make([]string, 0, len(out))
	for i := range out {
		at[out[i].ID] = i
		ids = append(ids, string(out[i].ID))
	}
	return tx.among(ids, 2, func(in string, args []any) error {
		q := `SELECT id, event_id, system, purpose, channel, verdict, stopped_at, reason, arm, jurisdiction, band, campaign, at
			FROM decisions WHERE ws = $1 AND event_id ` + in + ""
		return tx.Each(ctx, q, append([]any{string(ws)}, args...), func(rows *sql.Rows) error {
			var d record.DecisionRow
			var us int64
			err := rows.Scan(&d.ID, &d.EventID, &d.System, &d.Purpose, &d.Channel, &d.Verdict, &d.StoppedAt, &d.Reason,
				&d.Arm, &d.Jurisdiction, &d.Band, &d.Campaign, &us)
			d.At = Time(us)
			out[at[d.EventID]].Decision = &d
			return err
		})
	})
}

// addPlaces fills in the places that a crash made.
func addPlaces(ctx context.Context, tx *Tx, ws touch.Workspace, out []record.Stored) error {
	at := make(map[int64]int, len(out))
	for i := range out {
		at[out[i].Seq] = i
	}
	q := "SELECT log_index, seq FROM log_duplicates WHERE seq >= $1 AND seq <= $2 AND ws = $3"
	return tx.Each(ctx, q, []any{out[0].Seq, out[len(out)-1].Seq, string(ws)}, func(rows *sql.Rows) error {
		var p record.Place
		if err := rows.Scan(&p.Index, &p.Seq); err != nil {
			return err
		}
		if i, ok := at[p.Seq]; ok {
			out[i].Again = append(out[i].Again, p.Index)
		}
		return nil
	})
}

// Logs implements record.Store.
func (db *DB) Logs(ctx context.Context) ([]record.LogState, error) {
	var out []record.LogState
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		q := `SELECT w.ws, w.log_origin, COALESCE(c.size, 0), COALESCE(c.note, ''),
			COALESCE((SELECT max(l.log_index) FROM log_index l WHERE l.ws = w.ws), -1) + 1
			FROM workspaces w LEFT JOIN log_checkpoints c ON c.ws = w.ws ORDER BY w.ws`
		return tx.Each(ctx, q, nil, func(rows *sql.Rows) error {
			var s record.LogState
			err := rows.Scan(&s.Workspace, &s.Origin, &s.Size, &s.Note, &s.Next)
			out = append(out, s)
			return err
		})
	})
	return out, err
}

// EventOf returns the event of a decision.
func (db *DB) EventOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (touch.EventID, error) {
	var out touch.EventID
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, "SELECT event_id FROM decisions WHERE ws = $1 AND id = $2", []any{string(ws), string(id)}, &out)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = touch.Errorf(touch.Unknown, "no such decision")
	}
	return out, err
}

// Unclosed implements record.Streams.
func (db *DB) Unclosed(ctx context.Context, before time.Time, limit int) ([]record.Stored, error) {
	var out []record.Stored
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		q := storedColumns + "JOIN open_events o ON o.event_id = e.id WHERE o.at <= $1 ORDER BY e.seq LIMIT $2"
		return tx.Each(ctx, q, []any{Micros(before), limit}, func(rows *sql.Rows) error {
			s, err := scanStored(rows)
			out = append(out, s)
			return err
		})
	})
	return out, err
}
