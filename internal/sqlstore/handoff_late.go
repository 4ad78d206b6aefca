package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/handoff"
	"fairtouch/touch"
)

// The kinds of what is told of a conversation.
const (
	tellLate  = "late"  // by when it was due
	tellAsked = "asked" // by the epoch
	tellSaid  = "said"  // by the message's number
)

const conversationOf = `SELECT c.id, c.subject_id, c.decision_id, c.state, c.epoch, c.owner, c.language, c.reason, c.requested_at, c.due_at, c.callback_at, c.at FROM conversations c `

// ClaimLate takes conversations whose promise of a person was broken before now
// and that nobody has told of: no other node gets them until then. Each promise
// (a conversation and when it was due) is claimed again only if ToldLate did not
// follow.
func (db *DB) ClaimLate(ctx context.Context, ws touch.Workspace, now, until time.Time, limit int) ([]handoff.Conversation, error) {
	late, err := manyRows(ctx, db, conversationOf+`LEFT JOIN conversation_alerts a ON a.ws = c.ws AND a.conversation_id = c.id AND a.kind = $1 AND a.mark = c.due_at
		WHERE c.ws = $2 AND c.state IN ($3, $4, $5) AND c.due_at > 0 AND c.due_at < $6 AND (a.told IS NULL OR (a.told = 0 AND a.lease_at < $7))
		ORDER BY c.due_at, c.id LIMIT $8`,
		[]any{tellLate, string(ws), string(handoff.Requested), string(handoff.Queued), string(handoff.Callback), Micros(now), Micros(now), limit}, scanConversation)
	if err != nil || len(late) == 0 {
		return nil, err
	}
	return claim(ctx, db, ws, late, now, until, func(c handoff.Conversation) tellable { return tellable{c.ID, tellLate, Micros(c.Due), c.Subject} })
}

// ToldLate ends an alert. One whose person was erased meanwhile is gone already.
func (db *DB) ToldLate(ctx context.Context, ws touch.Workspace, c handoff.Conversation) error {
	return db.told(ctx, ws, tellable{c.ID, tellLate, Micros(c.Due), c.Subject})
}

// ClaimAsked takes requests for a person that no outside desk was told of yet,
// as ClaimLate does. The epoch names the request.
func (db *DB) ClaimAsked(ctx context.Context, ws touch.Workspace, now, until time.Time, limit int) ([]handoff.Conversation, error) {
	asked, err := manyRows(ctx, db, conversationOf+`LEFT JOIN conversation_alerts a ON a.ws = c.ws AND a.conversation_id = c.id AND a.kind = $1 AND a.mark = c.epoch
		WHERE c.ws = $2 AND c.state IN ($3, $4) AND (a.told IS NULL OR (a.told = 0 AND a.lease_at < $5)) ORDER BY c.due_at, c.id LIMIT $6`,
		[]any{tellAsked, string(ws), string(handoff.Queued), string(handoff.Callback), Micros(now), limit}, scanConversation)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	return claim(ctx, db, ws, asked, now, until, func(c handoff.Conversation) tellable { return tellable{c.ID, tellAsked, c.Epoch, c.Subject} })
}

// ToldAsked ends what ClaimAsked began.
func (db *DB) ToldAsked(ctx context.Context, ws touch.Workspace, c handoff.Conversation) error {
	return db.told(ctx, ws, tellable{c.ID, tellAsked, c.Epoch, c.Subject})
}

// Heard is a customer's message in a conversation that an outside desk has.
type Heard struct {
	Conversation string
	Subject      touch.SubjectID
	Message      handoff.Message
}

// ClaimHeard takes what customers wrote in conversations whose owner is one of
// the outside desks, since the request that it took, the oldest first, as
// ClaimLate does.
func (db *DB) ClaimHeard(ctx context.Context, ws touch.Workspace, owner string, now, until time.Time, limit int) ([]Heard, error) {
	heard, err := manyRows(ctx, db, `SELECT c.id, c.subject_id, m.id, m.seq, m.sealed, m.at FROM conversations c
		JOIN conversation_messages m ON m.ws = c.ws AND m.conversation_id = c.id
		LEFT JOIN conversation_alerts a ON a.ws = c.ws AND a.conversation_id = c.id AND a.kind = $1 AND a.mark = m.seq
		WHERE c.ws = $2 AND c.state = $3 AND c.owner = $4 AND m.sender = $5 AND m.epoch >= c.epoch - 1 AND (a.told IS NULL OR (a.told = 0 AND a.lease_at < $6)) ORDER BY m.at, m.seq LIMIT $7`,
		[]any{tellSaid, string(ws), string(handoff.Human), owner, string(handoff.FromCustomer), Micros(now), limit}, func(rows *sql.Rows) (h Heard, err error) {
			var at int64
			err = rows.Scan(&h.Conversation, &h.Subject, &h.Message.ID, &h.Message.Seq, &h.Message.Sealed, &at)
			h.Message.At = Time(at)
			return h, err
		})
	if err != nil || len(heard) == 0 {
		return nil, err
	}
	return claim(ctx, db, ws, heard, now, until, func(h Heard) tellable { return tellable{h.Conversation, tellSaid, h.Message.Seq, h.Subject} })
}

// ToldHeard ends what ClaimHeard began.
func (db *DB) ToldHeard(ctx context.Context, ws touch.Workspace, h Heard) error {
	return db.told(ctx, ws, tellable{h.Conversation, tellSaid, h.Message.Seq, h.Subject})
}

// tellable names one thing that is told.
type tellable struct {
	conversation, kind string
	mark               int64
	subject            touch.SubjectID
}

func claim[T any](ctx context.Context, db *DB, ws touch.Workspace, all []T, now, until time.Time, name func(T) tellable) (out []T, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		for _, x := range all {
			t := name(x)
			n, err := tx.Exec(ctx, `INSERT INTO conversation_alerts (ws, conversation_id, kind, mark, subject_id, lease_at, told) VALUES ($1, $2, $3, $4, $5, $6, 0)
				ON CONFLICT (ws, conversation_id, kind, mark) DO UPDATE SET lease_at = excluded.lease_at WHERE conversation_alerts.told = 0 AND conversation_alerts.lease_at < $7`,
				string(ws), t.conversation, t.kind, t.mark, string(t.subject), Micros(until), Micros(now))
			if err != nil {
				return err
			}
			if n > 0 {
				out = append(out, x)
			}
		}
		return nil
	})
	return out, err
}

func (db *DB) told(ctx context.Context, ws touch.Workspace, t tellable) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "UPDATE conversation_alerts SET told = 1 WHERE ws = $1 AND conversation_id = $2 AND kind = $3 AND mark = $4", string(ws), t.conversation, t.kind, t.mark)
		return err
	})
}
