package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// Reviewed says which decision a review is about, and how it ended.
type Reviewed struct {
	Review, Decision touch.DecisionID
	Subject          touch.SubjectID
	System           touch.SystemID
	Outcome          string // confirmed, overturned
	At               time.Time
}

// PutReviewed links a review to its decision and closes the case, in one step.
// The same review again changes nothing.
func (db *DB) PutReviewed(ctx context.Context, ws touch.Workspace, r Reviewed, caseID string) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO reviews (ws, review_id, decision_id, subject_id, system, outcome, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (ws, review_id) DO NOTHING`, string(ws), string(r.Review), string(r.Decision), string(r.Subject), string(r.System), r.Outcome, Micros(r.At)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE cases SET state = $1 WHERE ws = $2 AND id = $3", "answered", string(ws), caseID)
		return err
	})
}

const reviewColumns = "SELECT review_id, decision_id, subject_id, system, outcome, at FROM reviews "

func scanReviewed(rows *sql.Rows) (r Reviewed, err error) {
	var at int64
	err = rows.Scan(&r.Review, &r.Decision, &r.Subject, &r.System, &r.Outcome, &at)
	r.At = Time(at)
	return r, err
}

// ReviewsOf lists the reviews of a decision, the newest first.
func (db *DB) ReviewsOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) ([]Reviewed, error) {
	return manyRows(ctx, db, reviewColumns+"WHERE ws = $1 AND decision_id = $2 ORDER BY at DESC, review_id", []any{string(ws), string(id)}, scanReviewed)
}

// Reviews lists the reviews since a time, oldest first.
func (db *DB) Reviews(ctx context.Context, ws touch.Workspace, since time.Time, limit int) ([]Reviewed, error) {
	return manyRows(ctx, db, reviewColumns+"WHERE ws = $1 AND at >= $2 ORDER BY at, review_id LIMIT $3", []any{string(ws), Micros(since), limit}, scanReviewed)
}

// ReviewTime is how long a review took. Reviewer is a keyed hash.
type ReviewTime struct {
	ID       string
	System   touch.SystemID
	Reviewer string
	Took     time.Duration
	At       time.Time
}

// PutReviewTime inserts one.
func (db *DB) PutReviewTime(ctx context.Context, ws touch.Workspace, r ReviewTime) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO review_times (ws, id, system, reviewer, seconds, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ws, id) DO NOTHING",
			string(ws), r.ID, string(r.System), r.Reviewer, int64(r.Took/time.Second), Micros(r.At))
		return err
	})
}

// ReviewTimes lists them since a time.
func (db *DB) ReviewTimes(ctx context.Context, ws touch.Workspace, since time.Time) ([]ReviewTime, error) {
	return manyRows(ctx, db, "SELECT id, system, reviewer, seconds, at FROM review_times WHERE ws = $1 AND at >= $2 ORDER BY id", []any{string(ws), Micros(since)},
		func(rows *sql.Rows) (r ReviewTime, err error) {
			var seconds, at int64
			err = rows.Scan(&r.ID, &r.System, &r.Reviewer, &seconds, &at)
			r.Took, r.At = time.Duration(seconds)*time.Second, Time(at)
			return r, err
		})
}
