package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// DeskThread is what a help desk calls a request.
type DeskThread struct {
	Desk, Conversation string
	Epoch              int64 // of the request
	Subject            touch.SubjectID
	Look               string // keyed hash of the name; "" while the call is under way
	Sealed             []byte // the name, under the person's key
	At                 time.Time
}

const deskThread = "SELECT desk, conversation_id, epoch, subject_id, look, sealed, at FROM desk_threads "

// BeginThread writes that a request is being handed over, before the call, and
// returns the row that is there, which may be of an earlier call.
func (db *DB) BeginThread(ctx context.Context, ws touch.Workspace, t DeskThread) (DeskThread, error) {
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO desk_threads (ws, desk, conversation_id, epoch, subject_id, look, sealed, at) VALUES ($1, $2, $3, $4, $5, '', $6, $7)
			ON CONFLICT (ws, desk, conversation_id, epoch) DO NOTHING`, string(ws), t.Desk, t.Conversation, t.Epoch, string(t.Subject), []byte{}, Micros(t.At))
		return err
	})
	if err != nil {
		return t, err
	}
	all, err := manyRows(ctx, db, deskThread+"WHERE ws = $1 AND desk = $2 AND conversation_id = $3 AND epoch = $4", []any{string(ws), t.Desk, t.Conversation, t.Epoch}, scanThread)
	return firstThread(all, err)
}

// NameThread keeps what the help desk calls a request; Unknown if the person was
// erased meanwhile.
func (db *DB) NameThread(ctx context.Context, ws touch.Workspace, t DeskThread) error {
	return db.changeOne(ctx, "thread", "UPDATE desk_threads SET look = $1, sealed = $2 WHERE ws = $3 AND desk = $4 AND conversation_id = $5 AND epoch = $6",
		t.Look, t.Sealed, string(ws), t.Desk, t.Conversation, t.Epoch)
}

// ThreadByLook finds a request by what the help desk calls it, or Unknown.
func (db *DB) ThreadByLook(ctx context.Context, ws touch.Workspace, desk, look string) (DeskThread, error) {
	all, err := manyRows(ctx, db, deskThread+"WHERE ws = $1 AND desk = $2 AND look = $3 AND look <> '' ORDER BY epoch DESC LIMIT 1", []any{string(ws), desk, look}, scanThread)
	return firstThread(all, err)
}

// LastThread is a conversation's latest request that a help desk has, or Unknown.
func (db *DB) LastThread(ctx context.Context, ws touch.Workspace, desk, conversation string) (DeskThread, error) {
	all, err := manyRows(ctx, db, deskThread+"WHERE ws = $1 AND desk = $2 AND conversation_id = $3 ORDER BY epoch DESC LIMIT 1", []any{string(ws), desk, conversation}, scanThread)
	return firstThread(all, err)
}

// ThreadsUnderWay reports whether a call since then has no receipt yet.
func (db *DB) ThreadsUnderWay(ctx context.Context, ws touch.Workspace, desk string, since time.Time) (bool, error) {
	all, err := manyRows(ctx, db, deskThread+"WHERE ws = $1 AND desk = $2 AND look = '' AND at >= $3 LIMIT 1", []any{string(ws), desk, Micros(since)}, scanThread)
	return len(all) > 0, err
}

func firstThread(all []DeskThread, err error) (DeskThread, error) {
	if err == nil && len(all) == 0 {
		err = touch.Errorf(touch.Unknown, "no such thread")
	}
	if err != nil {
		return DeskThread{}, err
	}
	return all[0], nil
}

func scanThread(rows *sql.Rows) (t DeskThread, err error) {
	var at int64
	err = rows.Scan(&t.Desk, &t.Conversation, &t.Epoch, &t.Subject, &t.Look, &t.Sealed, &at)
	t.At = Time(at)
	return t, err
}
