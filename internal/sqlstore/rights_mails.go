package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// PutMail inserts a mail to a person; one of the same kind for the same request
// is there already or it isn't, never twice.
func (db *DB) PutMail(ctx context.Context, ws touch.Workspace, m rights.Mail) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return putMails(ctx, tx, ws, []rights.Mail{m}) })
}

func putMails(ctx context.Context, tx *Tx, ws touch.Workspace, mails []rights.Mail) error {
	for _, m := range mails {
		_, err := tx.Exec(ctx, `INSERT INTO rights_mails (ws, request_id, what, state, tries, not_before, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (ws, request_id, what) DO NOTHING`, string(ws), m.Request, string(m.About), string(m.State), m.Tries, Micros(m.NotBefore), Micros(m.At))
		if err != nil {
			return err
		}
	}
	return nil
}

const mailColumns = "SELECT request_id, what, state, tries, not_before, at FROM rights_mails "

func scanMail(rows *sql.Rows) (m rights.Mail, err error) {
	var before, at int64
	err = rows.Scan(&m.Request, &m.About, &m.State, &m.Tries, &before, &at)
	m.NotBefore, m.At = Time(before), Time(at)
	return m, err
}

// MailsOf lists a request's mails, the oldest first.
func (db *DB) MailsOf(ctx context.Context, ws touch.Workspace, request string) ([]rights.Mail, error) {
	return manyRows(ctx, db, mailColumns+"WHERE ws = $1 AND request_id = $2 ORDER BY at, what", []any{string(ws), request}, scanMail)
}

// DueMails lists the mails that wait and are due, at most limit.
func (db *DB) DueMails(ctx context.Context, ws touch.Workspace, now time.Time, limit int) ([]rights.Mail, error) {
	return manyRows(ctx, db, mailColumns+"WHERE ws = $1 AND state = 'waiting' AND not_before <= $2 ORDER BY not_before, request_id LIMIT $3",
		[]any{string(ws), Micros(now), limit}, scanMail)
}

// ClaimMail takes a mail for an attempt and puts it off until then, so that no
// other node sends it meanwhile and a crash loses nothing; Conflict where another
// node took it.
func (db *DB) ClaimMail(ctx context.Context, ws touch.Workspace, m rights.Mail, until time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, `UPDATE rights_mails SET tries = tries + 1, not_before = $1
			WHERE ws = $2 AND request_id = $3 AND what = $4 AND state = 'waiting' AND tries = $5`, Micros(until), string(ws), m.Request, string(m.About), m.Tries)
		if err == nil && n == 0 {
			return touch.Errorf(touch.Conflict, "this mail is being sent")
		}
		return err
	})
}

// EndMail says how a mail ended; one that ended stays as it is.
func (db *DB) EndMail(ctx context.Context, ws touch.Workspace, request string, a rights.About, to rights.MailState, at time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "UPDATE rights_mails SET state = $1, at = $2 WHERE ws = $3 AND request_id = $4 AND what = $5 AND state = 'waiting'",
			string(to), Micros(at), string(ws), request, string(a))
		return err
	})
}

// RightsPage lists requests by when they came in, the newest first: of a state,
// or of those that are open, and of a kind; after is the last of the page before.
func (db *DB) RightsPage(ctx context.Context, ws touch.Workspace, state rights.State, open bool, k rights.Kind, after *Right, limit int) ([]Right, error) {
	at, id := int64(1)<<62, ""
	if after != nil {
		at, id = Micros(after.Received), after.ID
	}
	onlyOpen := 0
	if open {
		onlyOpen = 1
	}
	return manyRows(ctx, db, rightColumns+`WHERE ws = $1 AND ($2 = '' OR state = $2) AND ($3 = 0 OR state IN ('received', 'verified', 'running'))
		AND ($4 = '' OR kind = $4) AND (received_at < $5 OR received_at = $5 AND id < $6) ORDER BY received_at DESC, id DESC LIMIT $7`,
		[]any{string(ws), string(state), onlyOpen, string(k), at, id, limit}, scanRight)
}
