package sqlstore

import (
	"context"
	"database/sql"

	"fairtouch/internal/audit"
	"fairtouch/touch"
)

// Kinds of documents.
const (
	kindAuditPlan  = "audit-plan"
	kindAuditRun   = "audit-run"
	kindFinding    = "finding"
	kindCorrection = "correction"
)

// saveVersion inserts a version that must be the next one.
func (db *DB) saveVersion(ctx context.Context, ws touch.Workspace, kind, id string, version int, v any, by touch.UserID) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		next, err := nextVersion(ctx, tx, ws, kind, id)
		if err == nil && next != version {
			err = touch.Errorf(touch.Conflict, "this %s was changed meanwhile; read it again", kind)
		}
		if err != nil {
			return err
		}
		return saveDocument(ctx, tx, ws, kind, id, version, v, by)
	})
}

func one[T any](ctx context.Context, db *DB, ws touch.Workspace, kind, id string) (v T, err error) {
	err = db.Document(ctx, ws, kind, id, &v)
	return v, err
}

// SaveRun implements audit.Store. A run has one version.
func (db *DB) SaveRun(ctx context.Context, ws touch.Workspace, r audit.Run) error {
	return db.saveVersion(ctx, ws, kindAuditRun, r.ID, 1, r, r.By)
}

// Run implements audit.Store.
func (db *DB) Run(ctx context.Context, ws touch.Workspace, id string) (audit.Run, error) {
	return one[audit.Run](ctx, db, ws, kindAuditRun, id)
}

// Runs implements audit.Store.
func (db *DB) Runs(ctx context.Context, ws touch.Workspace) ([]audit.Run, error) {
	return all[audit.Run](ctx, db, ws, kindAuditRun)
}

// SaveFinding implements audit.Store.
func (db *DB) SaveFinding(ctx context.Context, ws touch.Workspace, f audit.Finding, by touch.UserID) error {
	return db.saveVersion(ctx, ws, kindFinding, f.ID, f.Version, f, by)
}

// Finding implements audit.Store.
func (db *DB) Finding(ctx context.Context, ws touch.Workspace, id string) (audit.Finding, error) {
	return one[audit.Finding](ctx, db, ws, kindFinding, id)
}

// Findings implements audit.Store.
func (db *DB) Findings(ctx context.Context, ws touch.Workspace) ([]audit.Finding, error) {
	return all[audit.Finding](ctx, db, ws, kindFinding)
}

// SaveCorrection implements audit.Store.
func (db *DB) SaveCorrection(ctx context.Context, ws touch.Workspace, c audit.Correction, by touch.UserID) error {
	return db.saveVersion(ctx, ws, kindCorrection, c.ID, c.Version, c, by)
}

// Correction implements audit.Store.
func (db *DB) Correction(ctx context.Context, ws touch.Workspace, id string) (audit.Correction, error) {
	return one[audit.Correction](ctx, db, ws, kindCorrection, id)
}

// SavePlan implements audit.Plans.
func (db *DB) SavePlan(ctx context.Context, ws touch.Workspace, p audit.Plan, by touch.UserID) error {
	return db.saveVersion(ctx, ws, kindAuditPlan, p.ID, p.Version, p, by)
}

// Plan implements audit.Plans.
func (db *DB) Plan(ctx context.Context, ws touch.Workspace, id string) (audit.Plan, error) {
	return one[audit.Plan](ctx, db, ws, kindAuditPlan, id)
}

// Plans implements audit.Plans.
func (db *DB) Plans(ctx context.Context, ws touch.Workspace) ([]audit.Plan, error) {
	return all[audit.Plan](ctx, db, ws, kindAuditPlan)
}

// PutProtected implements audit.Protected. People who were erased meanwhile
// are passed over.
func (db *DB) PutProtected(ctx context.Context, ws touch.Workspace, rows []audit.SealedAttributes) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, r := range rows {
			var n int
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM subject_keys WHERE ws = $1 AND subject_id = $2", []any{string(ws), string(r.Subject)}, &n); err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			_, err := tx.Exec(ctx, `INSERT INTO protected_attributes (ws, subject_id, sealed) VALUES ($1, $2, $3)
				ON CONFLICT (ws, subject_id) DO UPDATE SET sealed = excluded.sealed`, string(ws), string(r.Subject), r.Sealed)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// protectedPage is how many people are read at once: a reader lives shortly.
const protectedPage = 1000

// EachProtected implements audit.Protected.
func (db *DB) EachProtected(ctx context.Context, ws touch.Workspace, f func(audit.SealedAttributes) error) error {
	after := ""
	for {
		const q = `SELECT p.subject_id, p.sealed, k.wrapped FROM protected_attributes p
			JOIN subject_keys k ON k.ws = p.ws AND k.subject_id = p.subject_id
			WHERE p.ws = $1 AND p.subject_id > $2 ORDER BY p.subject_id LIMIT $3`
		page, err := manyRows(ctx, db, q, []any{string(ws), after, protectedPage}, func(rows *sql.Rows) (s audit.SealedAttributes, err error) {
			err = rows.Scan(&s.Subject, &s.Sealed, &s.Wrapped)
			return s, err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, s := range page {
			if err := f(s); err != nil {
				return err
			}
		}
		after = string(page[len(page)-1].Subject)
	}
}

// CountProtected implements audit.Protected.
func (db *DB) CountProtected(ctx context.Context, ws touch.Workspace) (n int64, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM protected_attributes WHERE ws = $1", []any{string(ws)}, &n)
	})
	return n, err
}

// PutOutcomes implements audit.Protected.
func (db *DB) PutOutcomes(ctx context.Context, ws touch.Workspace, rows []audit.Outcome) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, r := range rows {
			_, err := tx.Exec(ctx, `INSERT INTO outcomes (ws, decision_id, label, at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (ws, decision_id) DO UPDATE SET label = excluded.label, at = excluded.at`,
				string(ws), string(r.Decision), r.Label, Micros(r.At))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Outcomes implements audit.Protected.
func (db *DB) Outcomes(ctx context.Context, ws touch.Workspace) (map[touch.DecisionID]string, error) {
	out := map[touch.DecisionID]string{}
	after := ""
	for {
		page, err := manyRows(ctx, db, "SELECT decision_id, label FROM outcomes WHERE ws = $1 AND decision_id > $2 ORDER BY decision_id LIMIT $3",
			[]any{string(ws), after, protectedPage}, func(rows *sql.Rows) (o audit.Outcome, err error) {
				err = rows.Scan(&o.Decision, &o.Label)
				return o, err
			})
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, o := range page {
			out[o.Decision] = o.Label
		}
		after = string(page[len(page)-1].Decision)
	}
}
