package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// kept says where each kind of record with a time limit lies. Every statement
// takes the workspace and, to remove, a time before which.
type kept struct{ count, remove string }

func kinds() map[string]kept {
	return map[string]kept{
		"replies": {"SELECT count(*) FROM idempotency WHERE ws = $1", "DELETE FROM idempotency WHERE ws = $1 AND at < $2"},
		"cases":   {"SELECT count(*) FROM cases WHERE ws = $1", "DELETE FROM cases WHERE ws = $1 AND at < $2 AND state = 'answered'"},
		"mail":    {"SELECT count(*) FROM documents WHERE ws = $1 AND kind = 'mail'", "DELETE FROM documents WHERE ws = $1 AND at < $2 AND kind = 'mail'"},
		"uploads": {"SELECT count(*) FROM documents WHERE ws = $1 AND kind = 'upload'", "DELETE FROM documents WHERE ws = $1 AND at < $2 AND kind = 'upload'"},
		// What was marked for nobody in particular, such as a campaign's image, stays recognisable.
		"prints":   {"SELECT count(*) FROM output_prints WHERE ws = $1 AND subject_id <> ''", "DELETE FROM output_prints WHERE ws = $1 AND at < $2 AND delivered < $2 AND shown < $2 AND subject_id <> ''"},
		"drafts":   {"SELECT count(*) FROM copy_drafts WHERE ws = $1", "DELETE FROM copy_drafts WHERE ws = $1 AND at < $2"},
		"devices":  {count: "SELECT count(*) FROM devices WHERE ws = $1"}, // removed by EraseDevices
		"sessions": {"SELECT count(*) FROM sessions WHERE ws = $1", "DELETE FROM sessions WHERE ws = $1 AND expires_at < $2"},
	}
}

// CountKind is how many records of a kind a workspace has.
func (db *DB) CountKind(ctx context.Context, ws touch.Workspace, kind string) (n int, err error) {
	k, ok := kinds()[kind]
	if !ok {
		return 0, touch.Errorf(touch.Invalid, "no such kind of record")
	}
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error { return tx.QueryRow(ctx, k.count, []any{string(ws)}, &n) })
	return n, err
}

// SweepKind removes the records of a kind from before a time, and says how many.
func (db *DB) SweepKind(ctx context.Context, ws touch.Workspace, kind string, before time.Time) (n int, err error) {
	k, ok := kinds()[kind]
	if !ok || k.remove == "" {
		return 0, touch.Errorf(touch.Invalid, "no such kind of record")
	}
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		got, err := tx.Exec(ctx, k.remove, string(ws), Micros(before))
		n = int(got)
		if err == nil && kind == "drafts" {
			err = sweepDrafts(ctx, tx, ws)
		}
		if err == nil && kind == "sessions" {
			_, err = tx.Exec(ctx, "DELETE FROM codes WHERE ws = $1 AND expires_at < $2", string(ws), Micros(before))
		}
		return err
	})
	return n, err
}

// CaseCounts counts what people asked in a time, by kind, and what of it is
// open past its time.
func (db *DB) CaseCounts(ctx context.Context, ws touch.Workspace, from, to time.Time) (byKind map[string]int, late int, err error) {
	type line struct {
		kind string
		n    int
		late int
	}
	const q = `SELECT kind, count(*), COALESCE(SUM(CASE WHEN state = 'open' AND due_at < $1 THEN 1 ELSE 0 END), 0) FROM cases
		WHERE ws = $2 AND at >= $3 AND at < $4 GROUP BY kind ORDER BY kind`
	lines, err := manyRows(ctx, db, q, []any{Micros(time.Now()), string(ws), Micros(from), Micros(to)}, func(rows *sql.Rows) (l line, err error) {
		err = rows.Scan(&l.kind, &l.n, &l.late)
		return l, err
	})
	byKind = map[string]int{}
	for _, l := range lines {
		byKind[l.kind] = l.n
		late += l.late
	}
	return byKind, late, err
}

// Heard is how many decisions of a system reached people with AI, and about how
// many of them somebody said that it is wrong or unfair.
func (db *DB) Heard(ctx context.Context, ws touch.Workspace, id touch.SystemID) (treated, said int, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM decisions WHERE ws = $1 AND verdict = 'allow' AND system = $2", []any{string(ws), string(id)}, &treated); err != nil {
			return err
		}
		const q = "SELECT count(DISTINCT d.id) FROM cases c JOIN decisions d ON d.ws = c.ws AND d.id = c.decision_id WHERE c.ws = $1 AND c.kind = 'unfair' AND d.system = $2"
		return tx.QueryRow(ctx, q, []any{string(ws), string(id)}, &said)
	})
	return treated, said, err
}

// LastSeq is the place of the newest row of a workspace's record; 0 for none.
func (db *DB) LastSeq(ctx context.Context, ws touch.Workspace) (n int64, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, "SELECT COALESCE(max(seq), 0) FROM events WHERE ws = $1", []any{string(ws)}, &n)
	})
	return n, err
}

// ForgetProtected removes all protected attributes of a workspace.
func (db *DB) ForgetProtected(ctx context.Context, ws touch.Workspace) (n int, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		got, err := tx.Exec(ctx, "DELETE FROM protected_attributes WHERE ws = $1", string(ws))
		n = int(got)
		return err
	})
	return n, err
}
