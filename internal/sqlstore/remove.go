package sqlstore

import (
	"context"

	"fairtouch/touch"
)

// tablesOf are the tables whose rows belong to a workspace, children first.
var tablesOf = []string{"log_index", "log_duplicates", "log_checkpoints", "open_events", "event_subjects", "decisions", "idempotency", "events",
	"consent_state", "clusters", "consent_log", "cases", "codes", "subject_keys", "subjects", "erasures", "documents", "epochs",
	"protected_attributes", "outcomes", "text_tokens", "rights_requests", "rights_calls", "rights_mails", "devices", "outbox", "announced",
	"reviews", "review_times", "conversation_messages", "conversation_moves", "conversation_alerts", "desk_threads", "conversations",
	"output_prints", "sites", "site_counts", "confirmations", "copy_answers", "copy_asked", "copy_drafts", "gateway_replies", "gateway_usage", "gateway_turns",
	"sessions", "invites", "users", "api_keys", "secrets", "workspaces"}

// RemoveWorkspace deletes a demo workspace with everything in it. Any other is
// refused: a record has no way to be deleted.
func (db *DB) RemoveWorkspace(ctx context.Context, ws touch.Workspace) error {
	all, err := db.AllWorkspaces(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.ID != ws {
			continue
		}
		if w.Kind != "demo" {
			return touch.Errorf(touch.Forbidden, "only a demo can be removed; a record can't")
		}
		return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			for _, t := range tablesOf {
				if _, err := tx.Exec(ctx, "DELETE FROM "+t+" WHERE ws = $1", string(ws)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return nil // there is none
}
