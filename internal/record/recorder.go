package record

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Config is what a recorder needs.
type Config struct {
	Store    Store
	Keeper   *seal.Keeper
	Dir      string        // the logs' directory, one folder a workspace; "" for rows and receipts without a log
	Deadline time.Duration // what a receipt promises, at least 1 s; 0 for 60 s
	Node     string        // this node's name in the lease; "" for a random one
	Shared   bool          // other nodes may use the store: feed the logs only under the lease
	ReadOnly bool          // verify and prove only: nothing is appended, and no log is fed
	OnError  func(error)   // called from the integrator's goroutine; may be nil
}

// Recorder puts events on record. It is safe for concurrent use.
type Recorder struct {
	cfg    Config
	mu     sync.Mutex // owns spaces
	spaces map[touch.Workspace]*space
	logs   *logs // nil without a log
}

// Open starts a recorder: it loads the workspaces' keys, reconciles each log
// with its rows, refuses a log that was rolled back (ErrRollback), and starts
// the integrator. Close stops it.
func Open(ctx context.Context, cfg Config) (*Recorder, error) {
	if cfg.Store == nil || cfg.Keeper == nil {
		return nil, touch.Errorf(touch.Internal, "a recorder needs a store and keys")
	}
	if cfg.Deadline < time.Second {
		cfg.Deadline = time.Minute
	}
	if cfg.Node == "" {
		cfg.Node = touch.RandomID()
	}
	r := &Recorder{cfg: cfg, spaces: map[touch.Workspace]*space{}}
	states, err := cfg.Store.Logs(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if _, err := r.load(ctx, s); err != nil {
			return nil, err
		}
	}
	if cfg.Dir == "" || cfg.ReadOnly {
		return r, nil
	}
	if err := r.interrupt(ctx); err != nil {
		return nil, err
	}
	r.logs, err = openLogs(ctx, r)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Recorder) load(ctx context.Context, s LogState) (*space, error) {
	if err := r.cfg.Keeper.LoadWorkspace(ctx, s.Workspace); err != nil {
		return nil, err
	}
	sp, err := newSpace(r.cfg.Keeper, s.Workspace, s.Origin)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spaces[s.Workspace] = sp
	return sp, nil
}

// space returns a workspace's keys; one that was made after the start is
// loaded at its first use.
func (r *Recorder) space(ctx context.Context, ws touch.Workspace) (*space, error) {
	r.mu.Lock()
	sp := r.spaces[ws]
	r.mu.Unlock()
	if sp != nil {
		return sp, nil
	}
	states, err := r.cfg.Store.Logs(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if s.Workspace == ws {
			return r.load(ctx, s)
		}
	}
	return nil, touch.Errorf(touch.Unknown, "no such workspace")
}

// Close stops the integrator after one last round.
func (r *Recorder) Close() error {
	if r.logs == nil {
		return nil
	}
	return r.logs.close()
}

// Append puts one event on record and returns its receipt once the row is
// durable. On any error nothing may be answered: ErrStale, ErrDuplicate (as
// *DuplicateError), or Unavailable. Nothing was recorded then, except that a
// connection lost during a commit leaves it open whether it was.
func (r *Recorder) Append(ctx context.Context, ws touch.Workspace, e Entry) (touch.Receipt, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return touch.Receipt{}, err
	}
	row, err := r.prepare(sp, &e)
	if err != nil {
		return touch.Receipt{}, err
	}
	rows := []Row{row}
	if err := r.cfg.Store.AppendRows(ctx, rows)[0]; err != nil {
		return touch.Receipt{}, err
	}
	r.wake()
	return sp.receipt(&rows[0], r.cfg.Deadline)
}

// Result is one entry's fate in a batch.
type Result struct {
	Receipt touch.Receipt
	Err     error // as of Append
}

// AppendBatch puts many events on record in one commit. A failed entry leaves
// the others alone.
func (r *Recorder) AppendBatch(ctx context.Context, ws touch.Workspace, entries []Entry) ([]Result, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return nil, err
	}
	out := make([]Result, len(entries))
	rows := make([]Row, 0, len(entries))
	at := make([]int, 0, len(entries))
	for i := range entries {
		row, err := r.prepare(sp, &entries[i])
		if out[i].Err = err; err == nil {
			rows, at = append(rows, row), append(at, i)
		}
	}
	ok := make([]bool, len(rows))
	for j, err := range r.cfg.Store.AppendRows(ctx, rows) {
		out[at[j]].Err, ok[j] = err, err == nil
	}
	r.wake()
	receipts, err := sp.receiptsOf(rows, ok, r.cfg.Deadline)
	if err != nil {
		return nil, err
	}
	for j := range receipts {
		out[at[j]].Receipt = receipts[j]
	}
	return out, nil
}

func (r *Recorder) wake() {
	if r.logs != nil {
		r.logs.poke()
	}
}

// prepare seals an entry's payload and commits to it.
func (r *Recorder) prepare(sp *space, e *Entry) (Row, error) {
	if r.cfg.ReadOnly {
		return Row{}, touch.Errorf(touch.Unsupported, "the record is open for reading only")
	}
	if e.Kind == "" || (e.Decision != nil && e.Decision.ID == "") {
		return Row{}, touch.Errorf(touch.Internal, "an event without a kind, or a decision without an id, can't be recorded")
	}
	at := e.At
	if at.IsZero() {
		at = time.Now()
	}
	at = at.UTC().Truncate(time.Microsecond)
	row := Row{Workspace: sp.ws, ID: touch.NewEventID(), LeafID: touch.RandomID(), Kind: e.Kind, At: at, Closes: e.Closes, SealedFor: ForWorkspace}
	key := sp.key
	if e.Subject != nil {
		key, row.Subject, row.SealedFor, row.Guard = e.Subject.Key, e.Subject.ID, ForSubject, e.Guard
	} else if e.Guard != nil {
		return Row{}, touch.Errorf(touch.Internal, "a guard needs a person")
	}
	plain, err := canonical(newSalt(), e, row.ID, at)
	if err != nil {
		return Row{}, err
	}
	row.Commitment = sha256.Sum256(plain)
	if row.Cipher, err = key.Seal(plain, []byte(row.ID)); err != nil {
		return Row{}, err
	}
	if err := extras(e, &row, key); err != nil {
		return Row{}, err
	}
	row.CipherHash, err = rowHash(&row)
	return row, err
}

// extras adds the decision's columns and the kept reply.
func extras(e *Entry, row *Row, key seal.SubjectKey) error {
	row.State, row.Lines = e.State, e.Lines
	if e.Decision != nil {
		d := *e.Decision
		d.EventID = row.ID
		if d.At.IsZero() {
			d.At = row.At
		}
		row.Decision = &d
	}
	if e.Idempotency == nil {
		return nil
	}
	if e.Decision == nil || e.Idempotency.KeyHash == "" {
		return touch.Errorf(touch.Internal, "an idempotency key needs a decision")
	}
	row.KeyHash = e.Idempotency.KeyHash
	var err error
	row.Reply, err = key.Seal(e.Idempotency.Reply, replyAAD(row.KeyHash))
	return err
}

func replyAAD(keyHash string) []byte { return []byte("reply\x00" + keyHash) }

// OpenReply opens the reply that a DuplicateError carries. subject is the zero
// Subject where no person is concerned.
func (r *Recorder) OpenReply(ctx context.Context, ws touch.Workspace, keyHash string, d *DuplicateError, subject Subject) ([]byte, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return nil, err
	}
	key := sp.key
	if d.Subject != "" {
		if subject.ID != d.Subject {
			return nil, touch.Errorf(touch.Conflict, "this idempotency key was used for another request")
		}
		key = subject.Key
	}
	return key.Open(d.Reply, replyAAD(keyHash))
}

// Receipt signs an event's receipt again; it is the same text as at first.
func (r *Recorder) Receipt(ctx context.Context, ws touch.Workspace, id touch.EventID) (touch.Receipt, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return touch.Receipt{}, err
	}
	s, err := r.cfg.Store.Row(ctx, ws, id)
	if err != nil {
		return touch.Receipt{}, err
	}
	return sp.receipt(&s.Row, r.cfg.Deadline)
}

// Opening returns an event's salt and payload while the key lives; an erased
// person's is seal.ErrErased.
func (r *Recorder) Opening(ctx context.Context, ws touch.Workspace, id touch.EventID) (Opening, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return Opening{}, err
	}
	s, err := r.cfg.Store.Row(ctx, ws, id)
	if err != nil {
		return Opening{}, err
	}
	return r.openRow(sp, &s)
}

func (r *Recorder) openRow(sp *space, s *Stored) (Opening, error) {
	key := sp.key
	if s.SealedFor != ForWorkspace {
		var err error
		if key, err = r.cfg.Keeper.OpenSubjectKey(sp.ws, s.Subject, s.Wrapped); err != nil {
			return Opening{}, err
		}
	}
	plain, err := key.Open(s.Cipher, []byte(s.ID))
	if err != nil {
		return Opening{}, err
	}
	o, err := split(plain)
	if err == nil && commit(o.Salt, o.Payload) != s.Commitment {
		err = touch.Errorf(touch.Tampered, "a record does not match its commitment")
	}
	return o, err
}

// Erase destroys what can read a person's data, records that it was done, and
// returns once no copy of the key is left in the store.
func (r *Recorder) Erase(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (touch.Receipt, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return touch.Receipt{}, err
	}
	keyID := touch.RandomID()
	row, err := r.prepare(sp, &Entry{Kind: Erasure, Payload: []byte(`{"key":"` + keyID + `"}`)})
	if err != nil {
		return touch.Receipt{}, err
	}
	err = r.cfg.Store.Erase(ctx, ws, id, keyID, row)
	r.wake()
	if err != nil {
		return touch.Receipt{}, err
	}
	return sp.receipt(&row, r.cfg.Deadline)
}

// Erasing is one of several erasures that are written together.
type Erasing struct {
	ID    touch.SubjectID
	KeyID string // random
	Row   Row    // of the erasure's event
}

// EraseAll is Erase for many that nobody waits for: erase must keep what Erase of
// the store promises, and says how many it destroyed.
func (r *Recorder) EraseAll(ctx context.Context, ws touch.Workspace, ids []touch.SubjectID, erase func(ctx context.Context, all []Erasing) (int, error)) (int, error) {
	sp, err := r.space(ctx, ws)
	if err != nil {
		return 0, err
	}
	all := make([]Erasing, len(ids))
	for i, id := range ids {
		all[i] = Erasing{ID: id, KeyID: touch.RandomID()}
		if all[i].Row, err = r.prepare(sp, &Entry{Kind: Erasure, Payload: []byte(`{"key":"` + all[i].KeyID + `"}`)}); err != nil {
			return 0, err
		}
	}
	n, err := erase(ctx, all)
	r.wake()
	return n, err
}

// IsRefused reports whether err means that the decision must be made again or
// was made before, rather than that the record failed.
func IsRefused(err error) bool { return errors.Is(err, ErrStale) || errors.Is(err, ErrDuplicate) }
