package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/touch"
)

// Case is a person's question to a human. What they wrote is sealed under
// their key.
type Case struct {
	ID       string
	Kind     string // review, unfair, talk
	Decision touch.DecisionID
	Subject  touch.SubjectID
	State    string // open, answered
	Sealed   []byte
	Due, At  time.Time
}

// PutCase inserts a case.
func (db *DB) PutCase(ctx context.Context, ws touch.Workspace, c Case) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO cases (ws, id, kind, decision_id, subject_id, state, sealed, due_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			string(ws), c.ID, c.Kind, string(c.Decision), string(c.Subject), c.State, c.Sealed, Micros(c.Due), Micros(c.At))
		return err
	})
}

const caseColumns = "SELECT id, kind, decision_id, subject_id, state, sealed, due_at, at FROM cases "

func scanCase(rows *sql.Rows) (c Case, err error) {
	var due, at int64
	err = rows.Scan(&c.ID, &c.Kind, &c.Decision, &c.Subject, &c.State, &c.Sealed, &due, &at)
	c.Due, c.At = Time(due), Time(at)
	return c, err
}

// Cases lists open cases, the one that is due first at the top.
func (db *DB) Cases(ctx context.Context, ws touch.Workspace, limit int) ([]Case, error) {
	return manyRows(ctx, db, caseColumns+"WHERE ws = $1 AND state = $2 ORDER BY due_at, id LIMIT $3", []any{string(ws), "open", limit}, scanCase)
}

// CaseOf returns the newest open case about a decision, or Unknown.
func (db *DB) CaseOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (Case, error) {
	return oneRow(ctx, db, caseColumns+"WHERE ws = $1 AND decision_id = $2 AND state = $3 ORDER BY at DESC LIMIT 1",
		[]any{string(ws), string(id), "open"}, "case", scanCase)
}

// CloseCase marks a case answered.
func (db *DB) CloseCase(ctx context.Context, ws touch.Workspace, id string) error {
	return db.changeOne(ctx, "case", "UPDATE cases SET state = $1 WHERE ws = $2 AND id = $3 AND state = $4", "answered", string(ws), id, "open")
}

// Code is a one-time code as it is kept: its hash, and how many tries are left.
type Code struct {
	Hash  string
	Tries int
	Until time.Time
}

// PutCode replaces a decision's code.
func (db *DB) PutCode(ctx context.Context, ws touch.Workspace, id touch.DecisionID, c Code) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO codes (ws, decision_id, hash, tries, expires_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (ws, decision_id) DO UPDATE SET hash = excluded.hash, tries = excluded.tries, expires_at = excluded.expires_at`,
			string(ws), string(id), c.Hash, c.Tries, Micros(c.Until))
		return err
	})
}

// CodeOf returns a decision's code, or Unknown.
func (db *DB) CodeOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (Code, error) {
	return oneRow(ctx, db, "SELECT hash, tries, expires_at FROM codes WHERE ws = $1 AND decision_id = $2", []any{string(ws), string(id)}, "code",
		func(rows *sql.Rows) (c Code, err error) {
			var until int64
			err = rows.Scan(&c.Hash, &c.Tries, &until)
			c.Until = Time(until)
			return c, err
		})
}

// TakeTry spends one try; Unknown when none is left or the code is too old.
func (db *DB) TakeTry(ctx context.Context, ws touch.Workspace, id touch.DecisionID, now time.Time) error {
	err := db.changeOne(ctx, "code", "UPDATE codes SET tries = tries - 1 WHERE ws = $1 AND decision_id = $2 AND tries > 0 AND expires_at > $3",
		string(ws), string(id), Micros(now))
	if errors.Is(err, sql.ErrNoRows) {
		err = touch.Errorf(touch.Unknown, "no such code")
	}
	return err
}
