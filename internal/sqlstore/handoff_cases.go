package sqlstore

import (
	"context"

	"fairtouch/touch"
)

// CaseByID returns an open case, or Unknown.
func (db *DB) CaseByID(ctx context.Context, ws touch.Workspace, id string) (Case, error) {
	return oneRow(ctx, db, caseColumns+"WHERE ws = $1 AND id = $2 AND state = $3", []any{string(ws), id, "open"}, "case", scanCase)
}
