package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/internal/handoff"
	"fairtouch/touch"
)

// zeroMicros keeps the zero time as 0.
func zeroMicros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return Micros(t)
}

func zeroTime(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return Time(us)
}

// OpenConversation implements handoff.Store.
func (db *DB) OpenConversation(ctx context.Context, ws touch.Workspace, c handoff.Conversation) error {
	if _, err := db.Conversation(ctx, ws, c.ID); touch.CodeOf(err) != touch.Unknown {
		return err // it is there, or can't be told
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO conversations (ws, id, subject_id, decision_id, state, epoch, owner, language, reason, said, requested_at, due_at, callback_at, at)
			VALUES ($1, $2, $3, $4, $5, 1, '', $6, '', 0, 0, 0, 0, $7) ON CONFLICT (ws, id) DO NOTHING`,
			string(ws), c.ID, string(c.Subject), string(c.Decision), string(handoff.Bot), c.Language, Micros(c.At))
		return err
	})
}

const conversationColumns = "SELECT id, subject_id, decision_id, state, epoch, owner, language, reason, requested_at, due_at, callback_at, at FROM conversations "

func scanConversation(rows *sql.Rows) (c handoff.Conversation, err error) {
	var requested, due, callback, at int64
	err = rows.Scan(&c.ID, &c.Subject, &c.Decision, &c.State, &c.Epoch, &c.Owner, &c.Language, &c.Reason, &requested, &due, &callback, &at)
	c.Requested, c.Due, c.Callback, c.At = zeroTime(requested), zeroTime(due), zeroTime(callback), zeroTime(at)
	return c, err
}

// Conversation implements handoff.Store.
func (db *DB) Conversation(ctx context.Context, ws touch.Workspace, id string) (handoff.Conversation, error) {
	return oneRow(ctx, db, conversationColumns+"WHERE ws = $1 AND id = $2", []any{string(ws), id}, "conversation", scanConversation)
}

// MoveConversation implements handoff.Store.
func (db *DB) MoveConversation(ctx context.Context, ws touch.Workspace, c handoff.Conversation, m *handoff.Message) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var before, subject string
		err := tx.QueryRow(ctx, "SELECT state, subject_id FROM conversations WHERE ws = $1 AND id = $2 AND epoch = $3", []any{string(ws), c.ID, c.Epoch - 1}, &before, &subject)
		if errors.Is(err, sql.ErrNoRows) {
			return handoff.ErrLate
		}
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE conversations SET state = $1, epoch = $2, owner = $3, reason = $4, requested_at = $5, due_at = $6, callback_at = $7, at = $8
			WHERE ws = $9 AND id = $10 AND epoch = $11`, string(c.State), c.Epoch, c.Owner, string(c.Reason),
			zeroMicros(c.Requested), zeroMicros(c.Due), zeroMicros(c.Callback), Micros(c.At), string(ws), c.ID, c.Epoch-1)
		if err != nil {
			return err
		}
		if n == 0 {
			return handoff.ErrLate
		}
		if _, err := tx.Exec(ctx, "INSERT INTO conversation_moves (ws, conversation_id, epoch, subject_id, before, state, owner, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			string(ws), c.ID, c.Epoch, subject, before, string(c.State), c.Owner, Micros(c.At)); err != nil || m == nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE conversations SET said = said + 1 WHERE ws = $1 AND id = $2", string(ws), c.ID); err != nil {
			return err
		}
		return putMessage(ctx, tx, ws, c.ID, *m)
	})
}

// Say implements handoff.Store: the compare and the message are one transaction.
func (db *DB) Say(ctx context.Context, ws touch.Workspace, id string, state handoff.State, m handoff.Message) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var there int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM conversation_messages WHERE ws = $1 AND conversation_id = $2 AND id = $3", []any{string(ws), id, m.ID}, &there); err != nil || there > 0 {
			return err
		}
		q, args := "UPDATE conversations SET said = said + 1 WHERE ws = $1 AND id = $2", []any{string(ws), id}
		if state != "" {
			q, args = q+" AND epoch = $3 AND state = $4", append(args, m.Epoch, string(state))
		}
		n, err := tx.Exec(ctx, q, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return handoff.ErrLate
		}
		return putMessage(ctx, tx, ws, id, m)
	})
}

// putMessage inserts a message with the number that said has just reached.
func putMessage(ctx context.Context, tx *Tx, ws touch.Workspace, id string, m handoff.Message) error {
	_, err := tx.Exec(ctx, `INSERT INTO conversation_messages (ws, conversation_id, seq, id, subject_id, sender, kind, epoch, sealed, at)
		SELECT ws, id, said, $1, subject_id, $2, $3, $4, $5, $6 FROM conversations WHERE ws = $7 AND id = $8`,
		m.ID, string(m.From), m.Kind, m.Epoch, m.Sealed, Micros(m.At), string(ws), id)
	return err
}

// Said implements handoff.Store.
func (db *DB) Said(ctx context.Context, ws touch.Workspace, id string) ([]handoff.Message, error) {
	return manyRows(ctx, db, "SELECT id, seq, sender, kind, epoch, sealed, at FROM conversation_messages WHERE ws = $1 AND conversation_id = $2 ORDER BY seq",
		[]any{string(ws), id}, func(rows *sql.Rows) (m handoff.Message, err error) {
			var at int64
			err = rows.Scan(&m.ID, &m.Seq, &m.From, &m.Kind, &m.Epoch, &m.Sealed, &at)
			m.At = Time(at)
			return m, err
		})
}

// Waiting implements handoff.Store.
func (db *DB) Waiting(ctx context.Context, ws touch.Workspace, limit int) ([]handoff.Conversation, error) {
	return manyRows(ctx, db, conversationColumns+"WHERE ws = $1 AND state IN ($2, $3, $4, $5) ORDER BY due_at, id LIMIT $6",
		[]any{string(ws), string(handoff.Requested), string(handoff.Queued), string(handoff.Callback), string(handoff.Human), limit}, scanConversation)
}

// Moves implements handoff.Store.
func (db *DB) Moves(ctx context.Context, ws touch.Workspace, since time.Time) (map[string][]handoff.Move, error) {
	type row struct {
		id   string
		move handoff.Move
	}
	rows, err := manyRows(ctx, db, "SELECT conversation_id, epoch, before, state, owner, at FROM conversation_moves WHERE ws = $1 AND at >= $2 ORDER BY conversation_id, epoch",
		[]any{string(ws), Micros(since)}, func(rows *sql.Rows) (r row, err error) {
			var at int64
			err = rows.Scan(&r.id, &r.move.Epoch, &r.move.Before, &r.move.State, &r.move.Owner, &at)
			r.move.At = Time(at)
			return r, err
		})
	out := map[string][]handoff.Move{}
	for _, r := range rows {
		out[r.id] = append(out[r.id], r.move)
	}
	return out, err
}
