package sqlstore

import (
	"context"

	"fairtouch/touch"
)

// AddUsage adds what a key used in a minute (requests) and in a day (tokens), both
// counted since 1970 in UTC, and returns the sums of all nodes. Older periods of
// the key are removed.
func (db *DB) AddUsage(ctx context.Context, ws touch.Workspace, key touch.KeyID, minute, calls, day, tokens int64) (sumCalls, sumTokens int64, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, x := range []struct {
			unit   string
			period int64
			n      int64
			sum    *int64
		}{{"m", minute, calls, &sumCalls}, {"d", day, tokens, &sumTokens}} {
			if _, err := tx.Exec(ctx, "DELETE FROM gateway_usage WHERE ws = $1 AND key_id = $2 AND unit = $3 AND period < $4", string(ws), string(key), x.unit, x.period); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO gateway_usage (ws, key_id, unit, period, n) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (ws, key_id, unit, period) DO UPDATE SET n = gateway_usage.n + excluded.n`, string(ws), string(key), x.unit, x.period, x.n); err != nil {
				return err
			}
			if err := tx.QueryRow(ctx, "SELECT n FROM gateway_usage WHERE ws = $1 AND key_id = $2 AND unit = $3 AND period = $4",
				[]any{string(ws), string(key), x.unit, x.period}, x.sum); err != nil {
				return err
			}
		}
		return nil
	})
	return sumCalls, sumTokens, err
}
