package record

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"fairtouch/touch"
)

// LogFolder is the name of the logs' directory in a data directory and in a
// backup.
const LogFolder = "log"

// Backup writes a backup into dest, a directory that must not exist: the store
// by snapshot (sqlstore.DB.Snapshot), and the logs, at one point in time. The
// key-encryption key is not in it. Appends go on meanwhile; their leaves wait.
func (r *Recorder) Backup(ctx context.Context, dest string, snapshot func(ctx context.Context, dir string) error) error {
	if err := os.Mkdir(dest, 0o700); err != nil {
		return touch.Wrap(touch.Invalid, err, "the backup's directory can't be made; it must not exist yet")
	}
	if r.logs != nil {
		r.logs.mu.Lock()
		defer r.logs.mu.Unlock()
	}
	if err := snapshot(ctx, dest); err != nil {
		return err
	}
	if r.cfg.Dir == "" {
		return nil
	}
	return CopyDir(ctx, r.cfg.Dir, filepath.Join(dest, LogFolder))
}

// CopyDir copies a directory and syncs every file of it. A file that vanishes
// meanwhile is passed over: the log collects partial tiles that became full.
func CopyDir(ctx context.Context, from, to string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != from {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return copyFile(path, filepath.Join(to, rel))
	})
	return touch.Wrap(touch.Unavailable, err, "files can't be copied; check space and rights")
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
