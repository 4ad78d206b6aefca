package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// CopyReport is what a copy brought over, and what its record says.
type CopyReport struct {
	Tables   []sqlstore.TableCount `json:"tables"`
	Verified []CopyVerified        `json:"verified"` // empty where there is no log directory
	Class    record.Class          `json:"-"`        // the worst of them
}

// CopyVerified is one workspace's record on the copy.
type CopyVerified struct {
	Workspace touch.Workspace `json:"workspace"`
	Decisions int64           `json:"decisions"`
	Class     string          `json:"class"`
}

// Copy copies the data directory's SQLite database to an empty PostgreSQL one
// while it holds the directory's lock, so nothing changes meanwhile, and then
// verifies the record on the copy against the log, which stays where it is.
func Copy(ctx context.Context, cfg Config, to string, progress func(rows int)) (rep *CopyReport, err error) {
	if cfg.Database != "" {
		return nil, touch.Fielderr("database", "a copy starts from the SQLite of a data directory; leave the database URL out and name the target with --to")
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, sqlstore.FileName)); err != nil {
		return nil, touch.Fielderr("data", "there is no database in the data directory; name another one with --data")
	}
	lock, err := lockDir(cfg.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	from, err := sqlstore.Open(ctx, sqlstore.Config{Dir: cfg.Data})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if err := from.Migrate(ctx); err != nil {
		return nil, err
	}
	target, err := sqlstore.Open(ctx, sqlstore.Config{URL: to})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	rep = &CopyReport{}
	if rep.Tables, err = from.CopyTo(ctx, target, progress); err != nil {
		return nil, err
	}
	return rep, rep.verify(ctx, cfg, target)
}

func (rep *CopyReport) verify(ctx context.Context, cfg Config, db *sqlstore.DB) error {
	dir := filepath.Join(cfg.Data, record.LogFolder)
	rep.Verified = []CopyVerified{}
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	keeper, err := seal.Open(ctx, seal.Config{KEKFile: cfg.KEKFile, DataDir: cfg.Data}, db)
	if err != nil {
		return err
	}
	rec, err := record.Open(ctx, record.Config{Store: db, Keeper: keeper, Dir: dir, ReadOnly: true})
	if err != nil {
		return err
	}
	all, err := db.AllWorkspaces(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		v, err := rec.Verify(ctx, w.ID, record.VerifyOptions{Now: time.Now()})
		if err != nil {
			return err
		}
		rep.Class = max(rep.Class, v.Class)
		rep.Verified = append(rep.Verified, CopyVerified{w.ID, v.Decisions, v.Class.String()})
	}
	return nil
}

// Restore restores a backup into the configured data directory, under its lock;
// see sqlstore.Restore.
func Restore(ctx context.Context, cfg Config, backup string, list []sqlstore.Erasure) (n int, err error) {
	if cfg.Database != "" {
		return 0, touch.Errorf(touch.Unsupported, "restore PostgreSQL with its own tools, and then start with the list of erasures")
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return 0, touch.Wrap(touch.Unavailable, err, "the data directory can't be made: %v", pathErr(err))
	}
	lock, err := lockDir(cfg.Data)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	return sqlstore.Restore(ctx, backup, cfg.Data, list)
}
