package record

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/transparency-dev/tessera/api/layout"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/touch"
)

func (s *Stored) whole() bool {
	h, err := rowHash(&s.Row)
	return err == nil && h == s.CipherHash
}

// compare returns the name of what differs between a row and its payload.
func compare(s *Stored, payload []byte) string {
	var p struct {
		At       string          `json:"at"`
		Decision *columns        `json:"decision"`
		Event    touch.EventID   `json:"event"`
		Kind     Kind            `json:"kind"`
		Subject  touch.SubjectID `json:"subject"`
	}
	if err := json.Unmarshal(payload, &p); err != nil {
		return "payload"
	}
	d := columnsOf(s.Decision, s.At)
	switch {
	case p.At != s.At.UTC().Format(time.RFC3339Nano):
		return "time"
	case p.Event != s.ID:
		return "id"
	case p.Kind != s.Kind:
		return "kind"
	case p.Subject != s.Subject:
		return "person"
	case (d == nil) != (p.Decision == nil), d != nil && *d != *p.Decision:
		return "decision"
	}
	return ""
}

func (r *Recorder) state(ctx context.Context, ws touch.Workspace) (LogState, error) {
	states, err := r.cfg.Store.Logs(ctx)
	if err != nil {
		return LogState{}, err
	}
	for _, s := range states {
		if s.Workspace == ws {
			return s, nil
		}
	}
	return LogState{}, touch.Errorf(touch.Unknown, "no such workspace")
}

// noLog reports whether a workspace never had a log.
func (r *Recorder) noLog(ws touch.Workspace) bool {
	_, err := os.Stat(filepath.Join(logDir(r.cfg.Dir, ws), layout.CheckpointPath))
	return errors.Is(err, fs.ErrNotExist)
}

// tree recomputes every hash from the entries and compares it with the tiles
// and the checkpoint's root.
func (v *verifier) tree() string {
	var levels [8][]tlog.Hash // of each level, the hashes of its last tile
	for b := int64(0); b*layout.TileWidth < v.cp.size; b++ {
		entries, err := v.t.bundle(uint64(b))
		if err != nil {
			v.failed(fmt.Sprintf("entries %d", b), err)
			return "stopped"
		}
		for _, e := range entries {
			levels[0] = append(levels[0], tlog.RecordHash(e))
		}
		if !v.fullTiles(&levels, uint64(b)) {
			return "stopped"
		}
	}
	for level := range levels {
		size := uint64(v.cp.size) >> (layout.TileHeight * level)
		if len(levels[level]) > 0 && !v.sameTile(uint64(level), size/layout.TileWidth, levels[level]) {
			return "stopped"
		}
	}
	root, err := treeHash(v.cp.size, v.t)
	if err != nil {
		v.failed("tree", err)
	} else if root != v.cp.root {
		v.problem(Tampered, "checkpoint", "its root is not the root of the entries")
	}
	return fmt.Sprintf("%d entries hashed", v.cp.size)
}

// fullTiles compares tiles that became full, and hands their roots upward.
func (v *verifier) fullTiles(levels *[8][]tlog.Hash, index uint64) bool {
	for level := 0; level < len(levels)-1 && len(levels[level]) == layout.TileWidth; level++ {
		if !v.sameTile(uint64(level), index, levels[level]) {
			return false
		}
		levels[level+1] = append(levels[level+1], fold(levels[level]))
		levels[level] = levels[level][:0]
		index /= layout.TileWidth
	}
	return true
}

func (v *verifier) sameTile(level, index uint64, want []tlog.Hash) bool {
	name := layout.TilePath(level, index, layout.PartialTileSize(level, index, uint64(v.cp.size)))
	have, err := v.t.tile(level, index)
	if err != nil {
		v.failed(name, err)
		return false
	}
	if len(have) < len(want) {
		v.problem(Tampered, name, "it is too short")
		return false
	}
	for i := range want {
		if have[i] != want[i] {
			v.problem(Tampered, name, "hash %d is not the entries'", i)
			return false
		}
	}
	return true
}

// files compares what lies in the folder beside the tiles that were checked:
// older partial tiles and bundles must be beginnings of today's.
func (v *verifier) files() string {
	root := logDir(v.r.cfg.Dir, v.sp.ws)
	n := 0
	err := filepath.WalkDir(filepath.Join(root, "tile"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || v.ctx.Err() != nil {
			return errors.Join(err, v.ctx.Err())
		}
		n++
		if rel, err := filepath.Rel(root, path); err == nil {
			v.file(rel, path)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		v.problem(Unreadable, "tile", "the folder can't be read")
	}
	return fmt.Sprintf("%d compared, %d left by a crash", n-v.strays, v.strays)
}

func (v *verifier) file(rel, path string) {
	parts := strings.SplitN(filepath.ToSlash(rel), "/", 3)
	if len(parts) != 3 {
		v.strays++
		return
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return // collected meanwhile, as its full tile exists
	}
	if err != nil {
		v.problem(Unreadable, rel, "it can't be read")
		return
	}
	if parts[1] == "entries" {
		index, p, err := layout.ParseTileIndexPartial(parts[2])
		v.beginning(rel, raw, 0, index, p, err, v.entries)
		return
	}
	level, index, p, err := layout.ParseTileLevelIndexPartial(parts[1], parts[2])
	v.beginning(rel, raw, level, index, p, err, v.hashes)
}

// beginning checks one file. One that reaches beyond the checkpoint is of a
// tree that isn't published yet, and is checked with the next checkpoint.
func (v *verifier) beginning(rel string, raw []byte, level, index uint64, p uint8, err error, want func(level, index uint64, n int) ([]byte, error)) {
	n := int(p)
	if p == 0 {
		n = layout.TileWidth
	}
	if err != nil {
		v.strays++ // a temporary file that a crash left; no tree needs it
		return
	}
	if index*layout.TileWidth+uint64(n) > uint64(v.cp.size)>>(layout.TileHeight*level) {
		return
	}
	b, err := want(level, index, n)
	if err != nil {
		v.failed(rel, err)
	} else if !bytes.Equal(b, raw) {
		v.problem(Tampered, rel, "it differs from the tree")
	}
}

func (v *verifier) hashes(level, index uint64, n int) ([]byte, error) {
	nodes, err := v.t.tile(level, index)
	if err != nil || len(nodes) < n {
		return nil, errors.Join(err, touch.Errorf(touch.Tampered, "the tile is too short"))
	}
	var b []byte
	for _, h := range nodes[:n] {
		b = append(b, h[:]...)
	}
	return b, nil
}

func (v *verifier) entries(_, index uint64, n int) ([]byte, error) {
	entries, err := v.t.bundle(index)
	if err != nil || len(entries) < n {
		return nil, errors.Join(err, touch.Errorf(touch.Tampered, "the bundle is too short"))
	}
	var b []byte
	for _, e := range entries[:n] {
		b = append(b, byte(len(e)>>8), byte(len(e)))
		b = append(b, e...)
	}
	return b, nil
}

// places looks at entries that no row claimed: a crash can make one twice, but
// an entry without any row means that a row was removed.
func (v *verifier) places() string {
	lost := map[string]int64{}
	for i := int64(0); i < v.cp.size; i++ {
		if v.taken[i/8]&(1<<(i%8)) != 0 {
			continue
		}
		entries, err := v.t.bundle(uint64(i) / layout.TileWidth)
		if err != nil {
			v.failed(fmt.Sprintf("entry %d", i), err)
			return "stopped"
		}
		lost[string(entries[i%layout.TileWidth])] = i
	}
	for after := int64(0); len(lost) > 0; {
		rows, err := v.r.cfg.Store.Scan(v.ctx, v.sp.ws, after, 500)
		if err != nil || len(rows) == 0 {
			break
		}
		for i := range rows {
			after = rows[i].Seq
			leaf := string(leafBytes(&rows[i].Row))
			at, ok := lost[leaf]
			if !ok {
				continue
			}
			delete(lost, leaf)
			if rows[i].Index < 0 {
				v.problem(Incomplete, "row "+string(rows[i].ID), "the log holds it at index %d, and the store has no place for it", at)
			} else if rows[i].Index != at {
				v.rep.Again++
			}
		}
	}
	for _, at := range lost {
		v.problem(Tampered, fmt.Sprintf("entry %d", at), "no row belongs to it: a row was removed or altered")
	}
	return fmt.Sprintf("%d taken twice by a crash", v.rep.Again)
}

// receipts checks receipts that others hold.
func (v *verifier) receipts() string {
	for i, text := range v.opts.Receipts {
		where := fmt.Sprintf("receipt %d", i)
		p, err := CheckReceipt(text, v.sp.receipts.vkey())
		if err != nil {
			v.failed(where, err)
			continue
		}
		s, err := v.r.cfg.Store.Row(v.ctx, v.sp.ws, p.Event)
		switch {
		case touch.CodeOf(err) == touch.Unknown:
			v.problem(Tampered, where, "its row %s was removed", p.Event)
		case err != nil:
			v.failed(where, err)
		case tlog.RecordHash(leafBytes(&s.Row)) != p.Leaf:
			v.problem(Tampered, where, "its row %s was altered", p.Event)
		}
	}
	return fmt.Sprintf("%d", len(v.opts.Receipts))
}
