package sqlstore

import (
	"context"
	"time"

	"fairtouch/internal/handoff"
	"fairtouch/touch"
)

// ClaimLate takes conversations whose promise of a person was broken before now
// and that nobody has told of: no other node gets them until then. Each promise
// (a conversation and when it was due) is claimed again only if ToldLate did not
// follow.
func (db *DB) ClaimLate(ctx context.Context, ws touch.Workspace, now, until time.Time, limit int) ([]handoff.Conversation, error) {
	late, err := manyRows(ctx, db, `SELECT c.id, c.subject_id, c.decision_id, c.state, c.epoch, c.owner, c.language, c.reason, c.requested_at, c.due_at, c.callback_at, c.at
		FROM conversations c LEFT JOIN conversation_alerts a ON a.ws = c.ws AND a.conversation_id = c.id AND a.due_at = c.due_at
		WHERE c.ws = $1 AND c.state IN ($2, $3, $4) AND c.due_at > 0 AND c.due_at < $5 AND (a.told IS NULL OR (a.told = 0 AND a.lease_at < $6))
		ORDER BY c.due_at, c.id LIMIT $7`,
		[]any{string(ws), string(handoff.Requested), string(handoff.Queued), string(handoff.Callback), Micros(now), Micros(now), limit}, scanConversation)
	if err != nil || len(late) == 0 {
		return nil, err
	}
	var out []handoff.Conversation
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		for _, c := range late {
			n, err := tx.Exec(ctx, `INSERT INTO conversation_alerts (ws, conversation_id, due_at, subject_id, lease_at, told) VALUES ($1, $2, $3, $4, $5, 0)
				ON CONFLICT (ws, conversation_id, due_at) DO UPDATE SET lease_at = excluded.lease_at WHERE conversation_alerts.told = 0 AND conversation_alerts.lease_at < $6`,
				string(ws), c.ID, Micros(c.Due), string(c.Subject), Micros(until), Micros(now))
			if err != nil {
				return err
			}
			if n > 0 {
				out = append(out, c)
			}
		}
		return nil
	})
	return out, err
}

// ToldLate ends an alert. One whose person was erased meanwhile is gone already.
func (db *DB) ToldLate(ctx context.Context, ws touch.Workspace, c handoff.Conversation) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "UPDATE conversation_alerts SET told = 1 WHERE ws = $1 AND conversation_id = $2 AND due_at = $3", string(ws), c.ID, Micros(c.Due))
		return err
	})
}
