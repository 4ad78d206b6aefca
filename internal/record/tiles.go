package record

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/touch"
)

// checkpoint is a signed tree head that was checked.
type checkpoint struct {
	size int64
	root tlog.Hash
	text string // the whole signed note
}

// parseCheckpoint checks a checkpoint's signature, origin and form.
func (s *space) parseCheckpoint(text []byte) (checkpoint, error) {
	v, err := s.log.verifier()
	if err != nil {
		return checkpoint{}, touch.Wrap(touch.Internal, err, "the log's key can't be used")
	}
	return parseCheckpoint(text, s.origin, v)
}

func parseCheckpoint(text []byte, origin string, v note.Verifier) (checkpoint, error) {
	cp, _, _, err := logCheckpoint(text, origin, v)
	return cp, err
}

func logCheckpoint(text []byte, origin string, v note.Verifier) (checkpoint, string, *note.Note, error) {
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		return checkpoint{}, "", nil, touch.Wrap(touch.Tampered, err, "the checkpoint's signature is not the log's")
	}
	o, size, root, ok := splitCheckpoint(n.Text)
	if !ok || o != origin {
		return checkpoint{}, "", nil, touch.Errorf(touch.Tampered, "the checkpoint is not of this log")
	}
	return checkpoint{size, root, string(text)}, o, n, nil
}

// tiles reads a log's folder. It keeps the tile it read last at each level.
type tiles struct {
	ctx  context.Context
	dir  client.FileFetcher
	size int64 // the tree's size
	last [8]struct {
		index uint64
		nodes []tlog.Hash
	}
}

func openTiles(ctx context.Context, dir string, size int64) *tiles {
	return &tiles{ctx: ctx, dir: client.FileFetcher{Root: dir}, size: size}
}

func logDir(dir string, ws touch.Workspace) string { return filepath.Join(dir, string(ws)) }

// tile returns a tile's hashes at this tree's size.
func (t *tiles) tile(level, index uint64) ([]tlog.Hash, error) {
	if level >= uint64(len(t.last)) {
		return nil, touch.Errorf(touch.Internal, "no tree is that high")
	}
	if l := &t.last[level]; l.nodes != nil && l.index == index {
		return l.nodes, nil
	}
	p := layout.PartialTileSize(level, index, uint64(t.size))
	raw, err := t.dir.ReadTile(t.ctx, level, index, p)
	if err != nil {
		return nil, unreadable(err, layout.TilePath(level, index, p))
	}
	want := int(p)
	if p == 0 {
		want = layout.TileWidth
	}
	if len(raw)%tlog.HashSize != 0 || len(raw)/tlog.HashSize < want {
		return nil, touch.Errorf(touch.Tampered, "tile %s has a wrong length", layout.TilePath(level, index, p))
	}
	nodes := make([]tlog.Hash, want)
	for i := range nodes {
		copy(nodes[i][:], raw[i*tlog.HashSize:])
	}
	t.last[level].index, t.last[level].nodes = index, nodes
	return nodes, nil
}

func unreadable(err error, what string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return touch.Wrap(touch.Tampered, err, "the log lacks %s", what)
	}
	return touch.Wrap(touch.Unavailable, err, "the log's %s can't be read", what)
}

// ReadHashes implements tlog.HashReader.
func (t *tiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, 0, len(indexes))
	for _, i := range indexes {
		level, n := tlog.SplitStoredHashIndex(i)
		sub := level % layout.TileHeight
		start := uint64(n) << sub
		nodes, err := t.tile(uint64(level/layout.TileHeight), start/layout.TileWidth)
		if err != nil {
			return nil, err
		}
		from := int(start % layout.TileWidth)
		if from+1<<sub > len(nodes) {
			return nil, touch.Errorf(touch.Tampered, "a tile is shorter than the tree needs")
		}
		out = append(out, fold(nodes[from:from+1<<sub]))
	}
	return out, nil
}

// fold is the root of a complete subtree; len(nodes) is a power of two.
func fold(nodes []tlog.Hash) tlog.Hash {
	if len(nodes) == 1 {
		return nodes[0]
	}
	h := len(nodes) / 2
	return tlog.NodeHash(fold(nodes[:h]), fold(nodes[h:]))
}

// bundle returns the entries of one bundle at this tree's size.
func (t *tiles) bundle(index uint64) ([][]byte, error) {
	p := layout.PartialTileSize(0, index, uint64(t.size))
	raw, err := t.dir.ReadEntryBundle(t.ctx, index, p)
	if err != nil {
		return nil, unreadable(err, layout.EntriesPath(index, p))
	}
	var b api.EntryBundle
	if err := b.UnmarshalText(raw); err != nil {
		return nil, touch.Wrap(touch.Tampered, err, "the log's %s is malformed", layout.EntriesPath(index, p))
	}
	want := int(p)
	if p == 0 {
		want = layout.TileWidth
	}
	if len(b.Entries) < want {
		return nil, touch.Errorf(touch.Tampered, "the log's %s is too short", layout.EntriesPath(index, p))
	}
	return b.Entries[:want], nil
}

// emptyRoot is the root of a tree without leaves: SHA-256 of nothing (RFC 6962).
var emptyRoot = tlog.Hash(sha256.Sum256(nil))
