package record

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/transparency-dev/tessera"

	"fairtouch/touch"
)

// Rebuild makes a workspace's log anew from the rows, for when its folder was
// lost. It needs a recorder that is ReadOnly, and refuses to overwrite. The new
// tree must agree with the last checkpoint that the store holds, or what was
// made is removed and the error is ErrRollback.
func (r *Recorder) Rebuild(ctx context.Context, ws touch.Workspace) error {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return err
	}
	if !r.cfg.ReadOnly || r.cfg.Dir == "" {
		return touch.Errorf(touch.Unsupported, "stop the server before rebuilding the log")
	}
	dir := logDir(r.cfg.Dir, ws)
	if _, err := os.Stat(dir); err == nil {
		return touch.Errorf(touch.Invalid, "the log's folder exists; move it away first")
	}
	state, err := r.state(ctx, ws)
	if err != nil {
		return err
	}
	leaves, err := r.leavesByPlace(ctx, ws)
	if err != nil || len(leaves) == 0 {
		return err
	}
	temp := dir + ".rebuild"
	if err := os.RemoveAll(temp); err != nil {
		return touch.Wrap(touch.Unavailable, err, "an earlier rebuild can't be removed")
	}
	err = fillLog(ctx, sp, temp, leaves)
	if err == nil {
		err = agrees(ctx, sp, temp, state)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(temp))
	}
	if err := os.Rename(temp, dir); err != nil {
		return touch.Wrap(touch.Unavailable, err, "the rebuilt log can't be put in place")
	}
	return syncDir(filepath.Dir(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "a directory can't be opened")
	}
	return touch.Wrap(touch.Unavailable, errors.Join(d.Sync(), d.Close()), "a directory can't be synced")
}

type placed struct {
	index int64
	leaf  []byte
}

func (r *Recorder) leavesByPlace(ctx context.Context, ws touch.Workspace) ([]placed, error) {
	var out []placed
	for after := int64(0); ; {
		rows, err := r.cfg.Store.Scan(ctx, ws, after, 500)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			break
		}
		for i := range rows {
			after = rows[i].Seq
			for _, at := range append([]int64{rows[i].Index}, rows[i].Again...) {
				if at >= 0 {
					out = append(out, placed{at, leafBytes(&rows[i].Row)})
				}
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].index < out[j].index })
	for i, p := range out {
		if p.index != int64(i) {
			return nil, touch.Errorf(touch.Tampered, "the rows give no leaf for index %d of the log", i)
		}
	}
	return out, nil
}

// fillLog appends leaves one batch after the other and checks their places.
func fillLog(ctx context.Context, sp *space, dir string, leaves []placed) error {
	t, err := newAppender(ctx, dir, sp)
	if err != nil {
		return err
	}
	defer t.cancel()
	for len(leaves) > 0 {
		n := min(len(leaves), batchSize)
		futures := make([]tessera.IndexFuture, n)
		for i, p := range leaves[:n] {
			futures[i] = t.add(ctx, tessera.NewEntry(p.leaf))
		}
		for i, f := range futures {
			ix, err := f()
			if err != nil {
				return touch.Wrap(touch.Unavailable, err, "the log can't be written")
			}
			if int64(ix.Index) != leaves[i].index {
				return touch.Errorf(touch.Internal, "the log put a leaf at another index; rebuild again")
			}
		}
		leaves = leaves[n:]
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return touch.Wrap(touch.Unavailable, t.shutdown(ctx), "the log can't be closed")
}

// agrees compares a rebuilt log with the checkpoint that the store holds.
func agrees(ctx context.Context, sp *space, dir string, state LogState) error {
	t := openTiles(ctx, dir, 0)
	raw, err := t.dir.ReadCheckpoint(ctx)
	if err != nil {
		return unreadable(err, "checkpoint")
	}
	now, err := sp.parseCheckpoint(raw)
	if err != nil {
		return err
	}
	if state.Note == "" {
		return nil
	}
	held, err := sp.parseCheckpoint([]byte(state.Note))
	if err != nil {
		return err
	}
	t.size = now.size
	if held.size > now.size {
		return ErrRollback
	}
	if root, err := treeHash(held.size, t); err != nil || root != held.root {
		return errors.Join(ErrRollback, err)
	}
	return nil
}
