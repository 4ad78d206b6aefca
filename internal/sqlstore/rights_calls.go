package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// SystemCalls is how often another system was called, by how it ended.
type SystemCalls struct {
	System                 string
	Ended, Failed, Waiting int
	Last                   time.Time
}

// CallTotals sums up the journal by system.
func (db *DB) CallTotals(ctx context.Context, ws touch.Workspace) ([]SystemCalls, error) {
	return manyRows(ctx, db, `SELECT system, SUM(CASE WHEN state = 'ended' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END),
		SUM(CASE WHEN state IN ('begun', 'waiting') THEN 1 ELSE 0 END), max(at) FROM rights_calls WHERE ws = $1 GROUP BY system ORDER BY system`,
		[]any{string(ws)}, func(rows *sql.Rows) (s SystemCalls, err error) {
			var last int64
			err = rows.Scan(&s.System, &s.Ended, &s.Failed, &s.Waiting, &last)
			s.Last = Time(last)
			return s, err
		})
}

// CallsIn lists a system's calls, the newest first, at most limit.
func (db *DB) CallsIn(ctx context.Context, ws touch.Workspace, system string, limit int) ([]rights.Entry, error) {
	return manyRows(ctx, db, callColumns+"WHERE ws = $1 AND system = $2 ORDER BY at DESC, request_id, op LIMIT $3", []any{string(ws), system, limit}, scanCall)
}

// ResumeCalls makes what failed because the system was switched off due again, in
// requests that still run, and says how much.
func (db *DB) ResumeCalls(ctx context.Context, ws touch.Workspace, system string) (n int, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		got, err := tx.Exec(ctx, `UPDATE rights_calls SET state = 'begun', tries = 0, not_before = 0 WHERE ws = $1 AND system = $2 AND state = 'failed' AND fault = $3
			AND request_id IN (SELECT id FROM rights_requests WHERE ws = $4 AND state = 'running')`, string(ws), system, rights.FaultOff, string(ws))
		n = int(got)
		return err
	})
	return n, err
}
