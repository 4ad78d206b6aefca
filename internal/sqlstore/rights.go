package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Right is a request as it is kept: what anybody may count, and the rest
// sealed under the person's key.
type Right struct {
	ID       string
	Subject  touch.SubjectID // "" once the person was erased
	Kind     rights.Kind
	Rule     string
	State    rights.State
	Version  int
	Received time.Time
	Due      time.Time // the first moment that is too late
	Changed  time.Time
	Sealed   []byte // empty once the person was erased
}

// Erased reports whether the person was erased since they asked.
func (r *Right) Erased() bool { return r.Subject == "" }

const rightColumns = "SELECT id, subject_id, kind, rule, state, version, received_at, due_at, changed_at, sealed FROM rights_requests "

func scanRight(rows *sql.Rows) (r Right, err error) {
	var received, due, changed int64
	err = rows.Scan(&r.ID, &r.Subject, &r.Kind, &r.Rule, &r.State, &r.Version, &received, &due, &changed, &r.Sealed)
	r.Received, r.Due, r.Changed = Time(received), Time(due), Time(changed)
	return r, err
}

// PutRight inserts a request, and the mails that its person is owed.
func (db *DB) PutRight(ctx context.Context, ws touch.Workspace, r Right, mails ...rights.Mail) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO rights_requests (ws, id, subject_id, kind, rule, state, version, received_at, due_at, changed_at, sealed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, string(ws), r.ID, string(r.Subject), string(r.Kind), r.Rule, string(r.State), r.Version,
			Micros(r.Received), Micros(r.Due), Micros(r.Changed), r.Sealed)
		if err != nil {
			return err
		}
		return putMails(ctx, tx, ws, mails)
	})
}

// ChangeRight writes the next version of a request over the one that was read,
// and the mails that its person is owed.
// Another version, or a person who was erased meanwhile, is a Conflict: what
// was read of the person must not come back.
func (db *DB) ChangeRight(ctx context.Context, ws touch.Workspace, was int, r Right, mails ...rights.Mail) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, `UPDATE rights_requests SET rule = $1, state = $2, version = $3, due_at = $4, changed_at = $5, sealed = $6
			WHERE ws = $7 AND id = $8 AND version = $9 AND subject_id = $10 AND subject_id <> ''`, r.Rule, string(r.State), r.Version, Micros(r.Due), Micros(r.Changed), r.Sealed,
			string(ws), r.ID, was, string(r.Subject))
		if err == nil && n == 0 {
			return touch.Errorf(touch.Conflict, "this request was changed meanwhile; read it again")
		}
		if err != nil {
			return err
		}
		return putMails(ctx, tx, ws, mails)
	})
}

// EndErased sets how the request of a person who was erased ended.
func (db *DB) EndErased(ctx context.Context, ws touch.Workspace, id string, to rights.State, at time.Time) error {
	return db.changeOne(ctx, "request", "UPDATE rights_requests SET state = $1, version = version + 1, changed_at = $2 WHERE ws = $3 AND id = $4 AND subject_id = ''",
		string(to), Micros(at), string(ws), id)
}

// RightOf reads one request, or Unknown.
func (db *DB) RightOf(ctx context.Context, ws touch.Workspace, id string) (Right, error) {
	return oneRow(ctx, db, rightColumns+"WHERE ws = $1 AND id = $2", []any{string(ws), id}, "request", scanRight)
}

// Rights lists requests, open ones first and by when they are due.
func (db *DB) Rights(ctx context.Context, ws touch.Workspace, limit int) ([]Right, error) {
	return manyRows(ctx, db, rightColumns+`WHERE ws = $1
		ORDER BY CASE WHEN state IN ('received', 'verified', 'running') THEN 0 ELSE 1 END, due_at, id LIMIT $2`, []any{string(ws), limit}, scanRight)
}

// RightsOf lists a person's requests, oldest first.
func (db *DB) RightsOf(ctx context.Context, ws touch.Workspace, id touch.SubjectID) ([]Right, error) {
	return manyRows(ctx, db, rightColumns+"WHERE ws = $1 AND subject_id = $2 ORDER BY received_at, id", []any{string(ws), string(id)}, scanRight)
}

const callColumns = "SELECT request_id, system, op, call_key, state, tries, operation, outcome, status, remaining, fault, not_before, at FROM rights_calls "

func scanCall(rows *sql.Rows) (e rights.Entry, err error) {
	var until, at int64
	err = rows.Scan(&e.Request, &e.System, &e.Op, &e.Key, &e.State, &e.Tries, &e.Operation, &e.Outcome, &e.Status, &e.Left, &e.Fault, &until, &at)
	e.NotBefore, e.At = timeOrZero(until), Time(at)
	return e, err
}

// Calls implements rights.Journal.
func (db *DB) Calls(ctx context.Context, ws touch.Workspace, request string) ([]rights.Entry, error) {
	return manyRows(ctx, db, callColumns+"WHERE ws = $1 AND request_id = $2 ORDER BY system, op", []any{string(ws), request}, scanCall)
}

// PutCall implements rights.Journal.
func (db *DB) PutCall(ctx context.Context, ws touch.Workspace, e rights.Entry) error {
	until := int64(0)
	if !e.NotBefore.IsZero() {
		until = Micros(e.NotBefore)
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO rights_calls (ws, request_id, system, op, call_key, state, tries, operation, outcome, status, remaining, fault, not_before, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			ON CONFLICT (ws, request_id, system, op) DO UPDATE SET state = excluded.state, tries = excluded.tries, operation = excluded.operation,
			outcome = excluded.outcome, status = excluded.status, remaining = excluded.remaining, fault = excluded.fault, not_before = excluded.not_before, at = excluded.at`,
			string(ws), e.Request, e.System, string(e.Op), e.Key, string(e.State), e.Tries, e.Operation, string(e.Outcome), e.Status, e.Left, e.Fault, until, Micros(e.At))
		return err
	})
}

// DropLease lets go of a lease; one that somebody else holds stays.
func (db *DB) DropLease(ctx context.Context, l record.Lease) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM leases WHERE name = $1 AND holder = $2 AND fence = $3", l.Name, l.Holder, l.Fence)
		return err
	})
}
