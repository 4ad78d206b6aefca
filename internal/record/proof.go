package record

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/touch"
)

// ErrPending means that the event isn't in a published checkpoint yet; its
// receipt stands meanwhile. Ask again within the receipt's time.
var ErrPending = touch.Errorf(touch.Unavailable, "the proof is not ready yet; the receipt stands until then")

const proofVersion = "c2sp.org/tlog-proof@v1"

// splitCheckpoint reads a checkpoint's three lines. More lines are refused.
func splitCheckpoint(text string) (origin string, size int64, root tlog.Hash, ok bool) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return "", 0, root, false
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return "", 0, root, false
	}
	b, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(b) != tlog.HashSize {
		return "", 0, root, false
	}
	return lines[0], size, tlog.Hash(b), true
}

// Leaf returns the bytes of an event's leaf: version, kind, random id,
// commitment and ciphertext hash, a line each.
func (r *Recorder) Leaf(ctx context.Context, ws touch.Workspace, id touch.EventID) ([]byte, error) {
	s, err := r.cfg.Store.Row(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	return leafBytes(&s.Row), nil
}

// Keys returns the public keys of a workspace, as note verifiers take them.
func (r *Recorder) Keys(ctx context.Context, ws touch.Workspace) (logKey, receiptKey string, err error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return "", "", err
	}
	return sp.log.vkey(), sp.receipts.vkey(), nil
}

// Checkpoint returns the last published checkpoint, a signed note.
func (r *Recorder) Checkpoint(ctx context.Context, ws touch.Workspace) (string, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return "", err
	}
	cp, err := r.readCheckpoint(ctx, sp)
	return cp.text, err
}

func (r *Recorder) readCheckpoint(ctx context.Context, sp *space) (checkpoint, error) {
	if r.cfg.Dir == "" {
		return checkpoint{}, touch.Errorf(touch.Unsupported, "there is no log here")
	}
	raw, err := openTiles(ctx, logDir(r.cfg.Dir, sp.ws), 0).dir.ReadCheckpoint(ctx)
	if err != nil {
		return checkpoint{}, unreadable(err, "checkpoint")
	}
	return sp.parseCheckpoint(raw)
}

// Proof returns an event's self-contained proof of inclusion
// (c2sp.org/tlog-proof), or ErrPending.
func (r *Recorder) Proof(ctx context.Context, ws touch.Workspace, id touch.EventID) (string, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return "", err
	}
	s, err := r.cfg.Store.Row(ctx, ws, id)
	if err != nil {
		return "", err
	}
	if s.Index < 0 {
		return "", ErrPending
	}
	cp, err := r.readCheckpoint(ctx, sp)
	if err != nil {
		return "", err
	}
	if cp.size <= s.Index {
		return "", ErrPending
	}
	path, err := tlog.ProveRecord(cp.size, s.Index, openTiles(ctx, logDir(r.cfg.Dir, ws), cp.size))
	if err != nil {
		return "", touch.Wrap(touch.Tampered, err, "the log can't prove this event; run record verify")
	}
	var b strings.Builder
	// The leaf comes along, so that the file can be checked with the log's key alone.
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofVersion, base64.StdEncoding.EncodeToString(leafBytes(&s.Row)), s.Index)
	for _, h := range path {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n" + cp.text)
	return b.String(), nil
}

// CheckProof verifies a proof offline: leaf is in the log whose key is logKey.
// A nil leaf stands for the one that the proof file carries. It returns the
// leaf's index and the tree's size.
func CheckProof(proof, logKey string, leaf []byte) (index, size int64, err error) {
	bad := func(what string) (int64, int64, error) {
		return 0, 0, touch.Errorf(touch.Tampered, "the proof does not hold: %s", what)
	}
	head, cpText, ok := strings.Cut(proof, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || lines[0] != proofVersion {
		return bad("it is not a " + proofVersion)
	}
	if carried, ok := strings.CutPrefix(lines[1], "extra "); ok {
		if leaf == nil {
			if leaf, err = base64.StdEncoding.DecodeString(carried); err != nil || leafIDOf(leaf) == "" {
				return bad("the leaf that it carries is malformed")
			}
		}
		lines = append(lines[:1], lines[2:]...)
	}
	v, err := note.NewVerifier(logKey)
	if err != nil {
		return bad("the log's key can't be read")
	}
	cp, err := parseCheckpoint([]byte(cpText), v.Name(), v)
	if err != nil {
		return 0, 0, err
	}
	if len(lines) < 2 || !strings.HasPrefix(lines[1], "index ") || len(lines) > 70 {
		return bad("it names no index")
	}
	if index, err = strconv.ParseInt(lines[1][len("index "):], 10, 64); err != nil || index < 0 || index >= cp.size {
		return bad("its index is outside the tree")
	}
	var path tlog.RecordProof
	for _, l := range lines[2:] {
		h, err := base64.StdEncoding.DecodeString(l)
		if err != nil || len(h) != tlog.HashSize {
			return bad("a hash is malformed")
		}
		path = append(path, tlog.Hash(h))
	}
	if err := tlog.CheckRecord(path, cp.size, cp.root, index, tlog.RecordHash(leaf)); err != nil {
		return bad("the leaf is not at that index")
	}
	return index, cp.size, nil
}

// Promise is what a receipt says.
type Promise struct {
	Origin string
	Event  touch.EventID
	Leaf   tlog.Hash
	At     time.Time
	Within time.Duration // after At, the leaf is in the log
}

// CheckReceipt verifies a receipt's signature offline and reads it.
func CheckReceipt(receipt, receiptKey string) (Promise, error) {
	bad := ErrReceipt
	v, err := note.NewVerifier(receiptKey)
	if err != nil {
		return Promise{}, bad
	}
	text, err := openReceipt(receipt, v)
	if err != nil {
		return Promise{}, bad
	}
	l := strings.Split(text, "\n")
	if len(l) != 7 || l[0] != receiptVersion || l[6] != "" || receiptName(l[1]) != v.Name() {
		return Promise{}, bad
	}
	h, e1 := base64.StdEncoding.DecodeString(l[3])
	at, e2 := time.Parse(time.RFC3339, l[4])
	secs, e3 := strconv.Atoi(l[5])
	if e1 != nil || e2 != nil || e3 != nil || len(h) != tlog.HashSize || secs < 1 {
		return Promise{}, bad
	}
	return Promise{l[1], touch.EventID(l[2]), tlog.Hash(h), at, time.Duration(secs) * time.Second}, nil
}

// Hex shows a hash as it is written in reports.
func hexHash(h tlog.Hash) string { return hex.EncodeToString(h[:]) }
