package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// restoring marks a data directory whose erasures were not repeated yet.
const restoring = "restoring"

// Snapshot writes the database, as of one moment, to fairtouch.db in dir.
// PostgreSQL has its own tools for that.
func (db *DB) Snapshot(ctx context.Context, dir string) error {
	if db.dialect == postgres {
		return touch.Errorf(touch.Unsupported, "back PostgreSQL up with its own tools (pg_basebackup or pg_dump), together with the log directory")
	}
	c, err := db.newConn(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	path := filepath.Join(dir, FileName)
	if _, err := c.sc.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return mapErr(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "the backup can't be read back")
	}
	return touch.Wrap(touch.Unavailable, errors.Join(f.Sync(), f.Close()), "the backup can't be synced")
}

// WriteErasures writes the list of erasures as JSON, for a restore.
func WriteErasures(w io.Writer, list []Erasure) error {
	if list == nil {
		list = []Erasure{}
	}
	return json.NewEncoder(w).Encode(list)
}

// ReadErasures reads what WriteErasures wrote.
func ReadErasures(r io.Reader) ([]Erasure, error) {
	list := []Erasure{}
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil || list == nil {
		return nil, touch.Errorf(touch.Invalid, "the list of erasures is not readable; write it with the running installation")
	}
	return list, nil
}

// Restore copies a backup into an empty data directory and repeats the
// erasures that happened since. list is the current list of erasures; nil is
// refused, because a backup alone would bring erased persons back. Until the
// erasures are repeated, Open refuses the directory. The key-encryption key
// must be put there by hand. It returns how many persons were erased again.
func Restore(ctx context.Context, backup, dir string, list []Erasure) (int, error) {
	if list == nil {
		return 0, touch.Errorf(touch.Invalid, "a restore needs the current list of erasures, even an empty one: without it, erased persons would come back")
	}
	if _, err := os.Stat(filepath.Join(backup, FileName)); err != nil {
		return 0, touch.Wrap(touch.Invalid, err, "there is no backup in that directory")
	}
	for _, name := range []string{FileName, record.LogFolder} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return 0, touch.Errorf(touch.Invalid, "the data directory holds data already; restore into an empty one")
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, touch.Wrap(touch.Unavailable, err, "the data directory can't be made")
	}
	if err := os.WriteFile(filepath.Join(dir, restoring), []byte("erasures are not repeated yet\n"), 0o600); err != nil {
		return 0, touch.Wrap(touch.Unavailable, err, "the data directory can't be written")
	}
	if err := record.CopyDir(ctx, backup, dir); err != nil {
		return 0, err
	}
	n, err := reeraseDir(ctx, dir, list)
	if err != nil {
		return 0, err
	}
	return n, touch.Wrap(touch.Unavailable, os.Remove(filepath.Join(dir, restoring)), "the restore can't be completed")
}

func reeraseDir(ctx context.Context, dir string, list []Erasure) (n int, err error) {
	db, err := open(ctx, Config{Dir: dir})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return 0, err
	}
	return db.Reerase(ctx, list)
}

func refuseRestoring(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, restoring)); err == nil {
		return touch.Errorf(touch.Invalid, "a restore into this data directory was not completed; empty it and restore again with the list of erasures")
	}
	return nil
}
