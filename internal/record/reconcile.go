package record

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/transparency-dev/tessera/api/layout"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/touch"
)

// refuseRollback compares a log with the last checkpoint that the store holds.
func (l *logs) refuseRollback(ctx context.Context, s LogState) error {
	if s.Note == "" {
		return nil
	}
	sp, err := l.r.space(ctx, s.Workspace)
	if err != nil {
		return err
	}
	held, err := sp.parseCheckpoint([]byte(s.Note))
	if err != nil {
		return errors.Join(ErrRollback, err)
	}
	now, err := l.r.readCheckpoint(ctx, sp)
	if err != nil {
		return errors.Join(ErrRollback, err)
	}
	if now.size < held.size {
		return ErrRollback
	}
	t := openTiles(ctx, logDir(l.r.cfg.Dir, s.Workspace), now.size)
	for _, cp := range []checkpoint{held, now} {
		root, err := treeHash(cp.size, t)
		if err != nil || root != cp.root {
			return errors.Join(ErrRollback, err)
		}
	}
	return nil
}

func treeHash(size int64, t *tiles) (tlog.Hash, error) {
	if size == 0 {
		return emptyRoot, nil
	}
	return tlog.TreeHash(size, t)
}

// openLog opens a workspace's log and maps the entries that a crash left
// without a place. It returns the rows that still need one.
func (l *logs) openLog(ctx context.Context, ws touch.Workspace, rows []Row) (*treeLog, []Row, error) {
	sp, err := l.r.space(ctx, ws)
	if err != nil {
		return nil, nil, err
	}
	state, err := l.r.state(ctx, ws)
	if err != nil {
		return nil, nil, err
	}
	dir := logDir(l.r.cfg.Dir, ws)
	if _, err := os.Stat(filepath.Join(dir, layout.CheckpointPath)); state.Next > 0 && errors.Is(err, fs.ErrNotExist) && state.Note != "" {
		return nil, nil, ErrRollback
	}
	t, err := newAppender(ctx, dir, sp)
	if err != nil {
		return nil, nil, err
	}
	rows, err = l.reconcile(ctx, t, state, rows)
	if err != nil {
		t.cancel()
		return nil, nil, err
	}
	t.saved = state.Size
	l.open[ws] = t
	return t, rows, nil
}

// reconcile maps entries between the last place that the store knows and the
// tree's end, by their random ids. Of two entries for one row the first counts.
func (l *logs) reconcile(ctx context.Context, t *treeLog, s LogState, rows []Row) ([]Row, error) {
	size, err := t.reader.IntegratedSize(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, touch.Wrap(touch.Unavailable, err, "the log's state can't be read")
	}
	if int64(size) < s.Next || int64(size) < s.Size {
		return nil, ErrRollback
	}
	if int64(size) == s.Next {
		return rows, nil
	}
	byLeaf, all, err := l.unplaced(ctx, t.sp.ws)
	if err != nil {
		return nil, err
	}
	var out Logged
	placed := map[string]int64{} // leaf id -> seq, mapped just now
	tl := openTiles(ctx, logDir(l.r.cfg.Dir, t.sp.ws), int64(size))
	for i := s.Next; i < int64(size); i++ {
		entries, err := tl.bundle(uint64(i) / layout.EntryBundleWidth)
		if err != nil {
			return nil, err
		}
		for ; ; i++ {
			leaf := leafIDOf(entries[i%layout.EntryBundleWidth])
			if seq, ok := placed[leaf]; ok {
				out.Duplicates = append(out.Duplicates, Place{seq, i})
			} else if seq, ok := byLeaf[leaf]; ok {
				out.Seqs, out.Indexes = append(out.Seqs, seq), append(out.Indexes, i)
				placed[leaf] = seq
			}
			if i+1 == int64(size) || (i+1)%layout.EntryBundleWidth == 0 {
				break
			}
		}
	}
	if err := l.r.cfg.Store.SaveLogged(ctx, l.lease, t.sp.ws, out); err != nil {
		return nil, err
	}
	left := all[:0]
	for _, r := range all {
		if _, ok := placed[r.LeafID]; !ok {
			left = append(left, r)
		}
	}
	return left, nil
}

// unplaced reads every row of a workspace that has no place.
func (l *logs) unplaced(ctx context.Context, ws touch.Workspace) (map[string]int64, []Row, error) {
	byLeaf := map[string]int64{}
	var all []Row
	for after := l.floor; ; {
		rows, settled, err := l.r.cfg.Store.Unlogged(ctx, after, roundRows)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			if r.Workspace == ws && byLeaf[r.LeafID] == 0 {
				byLeaf[r.LeafID] = r.Seq
				all = append(all, r)
			}
			after = max(after, r.Seq)
		}
		if len(rows) == 0 && settled <= after {
			return byLeaf, all, nil
		}
		after = max(after, settled)
	}
}
