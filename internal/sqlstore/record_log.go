package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Unlogged implements record.Store. Sequence numbers can become visible out of
// order on PostgreSQL, so a gap counts as settled only once it is older than
// any transaction can be.
func (db *DB) Unlogged(ctx context.Context, after int64, limit int) ([]record.Row, int64, error) {
	var out []record.Row
	settled := after
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out, settled = out[:0], after
		contiguous, last := true, after
		young := Micros(time.Now().Add(-gapAge))
		q := `SELECT e.seq, e.ws, e.id, e.leaf_id, e.kind, e.at, e.commitment, e.cipher_hash, COALESCE(l.log_index, -1)
			FROM events e LEFT JOIN log_index l ON l.seq = e.seq WHERE e.seq > $1 ORDER BY e.seq LIMIT $2`
		return tx.Each(ctx, q, []any{after, limit}, func(rows *sql.Rows) error {
			var r record.Row
			var at, index int64
			var commitment, hash []byte
			err := rows.Scan(&r.Seq, &r.Workspace, &r.ID, &r.LeafID, &r.Kind, &at, &commitment, &hash, &index)
			if err != nil {
				return err
			}
			copy(r.Commitment[:], commitment)
			copy(r.CipherHash[:], hash)
			r.At = Time(at)
			gap := r.Seq != last+1 && at > young && db.dialect == postgres
			contiguous = contiguous && index >= 0 && !gap
			last = r.Seq
			if contiguous {
				settled = r.Seq
			}
			if index < 0 {
				out = append(out, r)
			}
			return nil
		})
	})
	return out, settled, err
}

// gapAge is longer than any transaction may live.
const gapAge = 30 * time.Second

// SaveLogged implements record.Store.
func (db *DB) SaveLogged(ctx context.Context, l record.Lease, ws touch.Workspace, s record.Logged) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := checkFence(ctx, tx, l); err != nil {
			return err
		}
		args := make([]any, 0, 3*len(s.Seqs))
		for i, seq := range s.Seqs {
			args = append(args, string(ws), seq, s.Indexes[i])
		}
		if _, err := insertMany(ctx, tx, "INSERT INTO log_index (ws, seq, log_index) VALUES ", 3, " ON CONFLICT (seq) DO NOTHING", args); err != nil {
			return err
		}
		for _, d := range s.Duplicates {
			if _, err := tx.Exec(ctx, "INSERT INTO log_duplicates (ws, log_index, seq) VALUES ($1, $2, $3) ON CONFLICT (ws, log_index) DO NOTHING", string(ws), d.Index, d.Seq); err != nil {
				return err
			}
		}
		if s.Note == "" {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO log_checkpoints (ws, size, note) VALUES ($1, $2, $3)
			ON CONFLICT (ws) DO UPDATE SET size = excluded.size, note = excluded.note WHERE log_checkpoints.size <= excluded.size`,
			string(ws), s.Size, s.Note)
		return err
	})
}

func checkFence(ctx context.Context, tx *Tx, l record.Lease) error {
	if l.Name == "" {
		return nil
	}
	var holder string
	var fence int64
	err := tx.QueryRow(ctx, "SELECT holder, fence FROM leases WHERE name = $1"+tx.ForShare(), []any{l.Name}, &holder, &fence)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && (holder != l.Holder || fence != l.Fence)) {
		return touch.Errorf(touch.Conflict, "another node took over")
	}
	return err
}

// TakeLease implements record.Store.
func (db *DB) TakeLease(ctx context.Context, name, holder string, ttl time.Duration) (record.Lease, bool, error) {
	l := record.Lease{Name: name, Holder: holder}
	held := false
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		now := time.Now()
		_, err := tx.Exec(ctx, "INSERT INTO leases (name, holder, fence, until) VALUES ($1, $2, 0, 0) ON CONFLICT (name) DO NOTHING", name, "")
		if err != nil {
			return err
		}
		var who string
		var until int64
		if err := tx.QueryRow(ctx, "SELECT holder, fence, until FROM leases WHERE name = $1"+tx.ForUpdate(), []any{name}, &who, &l.Fence, &until); err != nil {
			return err
		}
		held = who == holder || until < Micros(now)
		if !held {
			return nil
		}
		if who != holder {
			l.Fence++
		}
		_, err = tx.Exec(ctx, "UPDATE leases SET holder = $1, fence = $2, until = $3 WHERE name = $4", holder, l.Fence, Micros(now.Add(ttl)), name)
		return err
	})
	return l, held, err
}
