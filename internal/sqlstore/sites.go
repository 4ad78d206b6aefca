package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// SiteCount is how often something happened on a web site.
type SiteCount struct {
	Notice string // hash of the text; "" for the banner as a whole
	What   string // served, gpc, answered, yes, no
	N      int
}

// AddSite gives a public id to a workspace. One that is taken is a Conflict.
func (db *DB) AddSite(ctx context.Context, ws touch.Workspace, id string, at time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, "INSERT INTO sites (ws, id, at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING", string(ws), id, Micros(at))
		if err == nil && n == 0 {
			return touch.Errorf(touch.Conflict, "a web site of this id exists")
		}
		return err
	})
}

// SiteOwner is the workspace that a public id belongs to, or touch.Unknown.
func (db *DB) SiteOwner(ctx context.Context, id string) (touch.Workspace, error) {
	return oneRow(ctx, db, "SELECT ws FROM sites WHERE id = $1", []any{id}, "web site", func(rows *sql.Rows) (ws touch.Workspace, err error) {
		err = rows.Scan(&ws)
		return ws, err
	})
}

// CountSite adds to a site's counts of a day, all or none.
func (db *DB) CountSite(ctx context.Context, ws touch.Workspace, site string, at time.Time, add []SiteCount) error {
	day := at.UTC().Format(time.DateOnly)
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, c := range add {
			_, err := tx.Exec(ctx, `INSERT INTO site_counts (ws, site, day, notice, what, n) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (ws, site, day, notice, what) DO UPDATE SET n = site_counts.n + excluded.n`, string(ws), site, day, c.Notice, c.What, c.N)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// SiteCounts adds a site's counts up over the days from one on.
func (db *DB) SiteCounts(ctx context.Context, ws touch.Workspace, site string, from time.Time) ([]SiteCount, error) {
	const q = `SELECT notice, what, CAST(sum(n) AS bigint) FROM site_counts WHERE ws = $1 AND site = $2 AND day >= $3 GROUP BY notice, what ORDER BY notice, what`
	return manyRows(ctx, db, q, []any{string(ws), site, from.UTC().Format(time.DateOnly)}, func(rows *sql.Rows) (c SiteCount, err error) {
		err = rows.Scan(&c.Notice, &c.What, &c.N)
		return c, err
	})
}
