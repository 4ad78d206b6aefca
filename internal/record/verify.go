package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Class is what verification found, worst last.
type Class int

// The classes. Each has its own exit status in the command line.
const (
	Sound      Class = iota // everything holds
	Overdue                 // a receipt's time passed without a place in the log
	Incomplete              // a row, a place or a key is missing
	Unreadable              // a file or the store could not be read
	Tampered                // something was altered, removed or rolled back
)

// String names the class.
func (c Class) String() string {
	return [...]string{"ok", "overdue", "incomplete", "unreadable", "tampered"}[c]
}

// Problem is one thing that is wrong, and where.
type Problem struct {
	Class Class
	Where string // "row evt_…", "tile/0/003", "checkpoint"
	What  string
}

// Report is the result of a verification.
type Report struct {
	Class     Class
	Problems  []Problem // the first of them
	Lines     []string  // a line a check, and the last with the result
	Decisions int64
	Rows      int64
	Opened    int64 // commitments that were opened
	Erased    int64 // rows whose person was erased
	Pending   int64 // rows that aren't in a checkpoint yet, within their time
	Again     int64 // places that a crash took twice
	Size      int64
	Root      tlog.Hash
}

// maxProblems bounds the report; counting goes on.
const maxProblems = 20

// VerifyOptions says what to check beyond the record itself.
type VerifyOptions struct {
	Checkpoints []string // that others hold: signed notes
	Receipts    []string // that customers hold: signed notes
	Now         time.Time
}

// Verify checks a workspace's whole record, streaming: the checkpoint, the tree
// recomputed from its entries, every file of the log, every row against its
// leaf, commitments where keys live, and that nothing is overdue. The error is
// for what kept it from checking at all; what it found is in the report.
func (r *Recorder) Verify(ctx context.Context, ws touch.Workspace, o VerifyOptions) (*Report, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return nil, err
	}
	if r.cfg.Dir == "" {
		return nil, touch.Errorf(touch.Unsupported, "there is no log here")
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	v := &verifier{r: r, sp: sp, opts: o, rep: &Report{}, ctx: ctx}
	v.run()
	if ctx.Err() != nil {
		return nil, touch.Wrap(touch.Unavailable, ctx.Err(), "the verification was stopped before its end")
	}
	return v.rep, nil
}

type verifier struct {
	ctx    context.Context
	r      *Recorder
	sp     *space
	opts   VerifyOptions
	rep    *Report
	t      *tiles
	cp     checkpoint
	strays int
	taken  []byte // a bit for each place that a row has
}

func (v *verifier) run() {
	if v.checkpoint() {
		v.line("tree", v.tree())
		v.line("files", v.files())
		rows, all := v.rows()
		v.line("rows", rows)
		if all { // else a place without a row only means that the row was not read
			v.line("places", v.places())
		}
		v.line("receipts", v.receipts())
	}
	rep := v.rep
	if rep.Class == Sound {
		rep.Lines = append(rep.Lines, fmt.Sprintf("%d decisions, tree size %d, root %s: ok", rep.Decisions, rep.Size, hexHash(rep.Root)))
		return
	}
	for _, p := range rep.Problems {
		rep.Lines = append(rep.Lines, fmt.Sprintf("%s: %s: %s", p.Class, p.Where, p.What))
	}
	rep.Lines = append(rep.Lines, fmt.Sprintf("%d decisions, tree size %d: %s", rep.Decisions, rep.Size, rep.Class))
}

func (v *verifier) line(check, detail string) {
	v.rep.Lines = append(v.rep.Lines, check+": "+detail)
}

func (v *verifier) problem(c Class, where, format string, args ...any) {
	v.rep.Class = max(v.rep.Class, c)
	if len(v.rep.Problems) < maxProblems {
		v.rep.Problems = append(v.rep.Problems, Problem{c, where, fmt.Sprintf(format, args...)})
	}
}

// failed files an error under its class.
func (v *verifier) failed(where string, err error) {
	if touch.CodeOf(err) == touch.Tampered {
		v.problem(Tampered, where, "%s", touch.AsError(err).Message)
		return
	}
	v.problem(Unreadable, where, "%s", touch.AsError(err).Message)
}

// checkpoint checks the published checkpoint against the one that the store
// holds. It is false where there is nothing more to check.
func (v *verifier) checkpoint() bool {
	state, err := v.r.state(v.ctx, v.sp.ws)
	if err != nil {
		v.failed("store", err)
		return false
	}
	if v.cp, err = v.r.readCheckpoint(v.ctx, v.sp); err != nil {
		if state.Note == "" && state.Next == 0 && v.r.noLog(v.sp.ws) {
			v.cp = checkpoint{root: emptyRoot}
			v.rep.Root = emptyRoot
		} else {
			v.failed("checkpoint", err)
			return false
		}
	}
	v.rep.Size, v.rep.Root = v.cp.size, v.cp.root
	v.t = openTiles(v.ctx, logDir(v.r.cfg.Dir, v.sp.ws), v.cp.size)
	v.taken = make([]byte, v.cp.size/8+1)
	held := v.opts.Checkpoints
	if state.Note != "" {
		held = append([]string{state.Note}, held...)
	} else if v.cp.size > 0 && !v.savedSoon() {
		v.problem(Incomplete, "stored checkpoint", "the store holds none, yet the log has %d entries", v.cp.size)
	}
	for i, text := range held {
		v.consistent(i, text, state)
	}
	v.line("checkpoint", fmt.Sprintf("signature and %d earlier checkpoints checked", len(held)))
	return true
}

// savedSoon waits for the first checkpoint of a young log to reach the store.
func (v *verifier) savedSoon() bool {
	for range 10 {
		if s, err := v.r.state(v.ctx, v.sp.ws); err == nil && s.Note != "" {
			return true
		}
		select {
		case <-v.ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	return false
}

// consistent checks that a checkpoint that was seen before is a prefix of ours.
func (v *verifier) consistent(i int, text string, state LogState) {
	where := fmt.Sprintf("checkpoint held %d", i)
	cp, err := v.sp.parseCheckpoint([]byte(text))
	if err != nil {
		v.failed(where, err)
		return
	}
	if text == state.Note && cp.size != state.Size {
		v.problem(Tampered, where, "the store says size %d, the note %d", state.Size, cp.size)
	}
	if cp.size > v.cp.size {
		v.problem(Tampered, where, "the log was rolled back: it had %d entries and has %d", cp.size, v.cp.size)
		return
	}
	root, err := treeHash(cp.size, v.t)
	if err != nil {
		v.failed(where, err)
	} else if root != cp.root {
		v.problem(Tampered, where, "the log is another one than at size %d", cp.size)
	}
}

// rows checks every row against its leaf, its commitment and its decision. all
// is false if the store could not be read to its end. A page that takes longer
// than the store lets a read live is tried again, smaller.
func (v *verifier) rows() (line string, all bool) {
	all = true
	page := 500
	for after := int64(0); ; {
		rows, err := v.r.cfg.Store.Scan(v.ctx, v.sp.ws, after, page)
		if touch.CodeOf(err) == touch.Unavailable && page > 16 && v.ctx.Err() == nil {
			page /= 2
			continue
		}
		if err != nil {
			v.failed("store", err)
			all = false
			break
		}
		for i := range rows {
			v.row(&rows[i])
			after = rows[i].Seq
		}
		if len(rows) < page {
			break
		}
	}
	return fmt.Sprintf("%d rows, %d opened, %d of erased persons, %d pending", v.rep.Rows, v.rep.Opened, v.rep.Erased, v.rep.Pending), all
}

func (v *verifier) row(s *Stored) {
	v.rep.Rows++
	if s.Decision != nil {
		v.rep.Decisions++
	}
	where := "row " + string(s.ID)
	if !s.whole() {
		v.problem(Tampered, where, "its ciphertext, id, time or decision is not what was hashed")
	}
	leaf := tlog.RecordHash(leafBytes(&s.Row))
	if s.Index < 0 || s.Index >= v.cp.size {
		v.rep.Pending++
		if v.opts.Now.Sub(s.At) > v.r.cfg.Deadline {
			v.problem(Overdue, where, "it has no place in the log after %s", v.r.cfg.Deadline)
		}
	}
	for _, i := range append([]int64{s.Index}, s.Again...) {
		if i < 0 || i >= v.cp.size {
			continue
		}
		nodes, err := v.t.tile(0, uint64(i)/256)
		switch {
		case err != nil:
			v.failed(where, err)
		case nodes[i%256] != leaf:
			v.problem(Tampered, where, "it is not what the log holds at index %d", i)
		case v.taken[i/8]&(1<<(i%8)) != 0:
			v.problem(Tampered, where, "another row has its place %d in the log", i)
		}
		v.taken[i/8] |= 1 << (i % 8)
	}
	v.rep.Again += int64(len(s.Again))
	v.opening(where, s)
}

// opening opens the commitment where the key lives, and compares what was
// committed to with what is filtered by.
func (v *verifier) opening(where string, s *Stored) {
	o, err := v.r.openRow(v.sp, s)
	if errors.Is(err, seal.ErrErased) {
		v.rep.Erased++
		switch {
		case s.Subject != "":
			v.problem(Incomplete, where, "its person's key is gone, but the person was not erased")
		case v.opensForWorkspace(s):
			v.problem(Tampered, where, "it says that it concerns a person, and does not")
		}
		return
	}
	if err != nil {
		v.failed(where, err)
		return
	}
	v.rep.Opened++
	if what := compare(s, o.Payload); what != "" {
		v.problem(Tampered, where, "its %s is not what was committed to", what)
	}
}

func (v *verifier) opensForWorkspace(s *Stored) bool {
	_, err := v.sp.key.Open(s.Cipher, []byte(s.ID))
	return err == nil
}
