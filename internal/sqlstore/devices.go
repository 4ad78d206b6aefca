package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// A device is past its time when it was made and answered last before then. One
// that is linked to a person stays: what it refused counts for them.
const staleDevice = ` FROM devices d WHERE d.ws = $1 AND d.made_at < $2
	AND NOT EXISTS (SELECT 1 FROM clusters c WHERE c.ws = d.ws AND c.subject_id = d.subject_id AND c.cluster <> '')
	AND NOT EXISTS (SELECT 1 FROM event_subjects s JOIN events e ON e.id = s.event_id WHERE s.ws = d.ws AND s.subject_id = d.subject_id AND e.at >= $3)`

// StaleDevices lists browsers that said nothing since a time, at most limit.
func (db *DB) StaleDevices(ctx context.Context, ws touch.Workspace, before time.Time, limit int) ([]touch.SubjectID, error) {
	return manyRows(ctx, db, "SELECT d.subject_id"+staleDevice+" ORDER BY d.made_at, d.subject_id LIMIT $4",
		[]any{string(ws), Micros(before), Micros(before), limit}, func(rows *sql.Rows) (id touch.SubjectID, err error) { return id, rows.Scan(&id) })
}

// EraseDevices destroys browsers as Erase does persons, in one transaction with
// their erasures' events, and purges once. One that answered, was linked or was
// erased since it was listed is left alone. It returns how many are gone.
func (db *DB) EraseDevices(ctx context.Context, ws touch.Workspace, before time.Time, all []record.Erasing) (n int, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n = 0
		rows, errs := make([]pendingRow, 0, len(all)), make([]error, len(all))
		for i := range all {
			still := 0
			if err := tx.QueryRow(ctx, "SELECT count(*)"+staleDevice+" AND d.subject_id = $4", []any{string(ws), Micros(before), Micros(before), string(all[i].ID)}, &still); err != nil {
				return err
			}
			if still == 0 {
				continue
			}
			if err := destroy(ctx, tx, Erasure{ws, all[i].ID, all[i].KeyID, all[i].Row.At}); err != nil {
				return err
			}
			rows = append(rows, pendingRow{&all[i].Row, &errs[i]})
			n++
		}
		if n == 0 {
			return nil
		}
		if err := appendRows(ctx, tx, rows); err != nil {
			return err
		}
		for _, e := range errs {
			if e != nil {
				return e
			}
		}
		return nil
	})
	if err != nil || n == 0 {
		return 0, err
	}
	return n, db.Purge(ctx)
}
