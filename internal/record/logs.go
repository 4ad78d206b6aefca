package record

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"

	"fairtouch/touch"
)

const (
	batchSize       = 4096
	batchAge        = 50 * time.Millisecond
	checkpointEvery = 200 * time.Millisecond
	roundEvery      = 100 * time.Millisecond // without a poke
	roundRows       = 8192
	leaseName       = "integrator"
	leaseTTL        = 5 * time.Second
)

// logs feeds the transparency logs from the rows. One goroutine owns the open
// logs; mu lets a backup or a close in between two rounds.
type logs struct {
	r      *Recorder
	wake   chan struct{}
	stop   chan struct{}
	done   chan struct{}
	once   sync.Once
	mu     sync.Mutex // held during a round; owns what follows
	open   map[touch.Workspace]*treeLog
	floor  int64 // every row up to this seq has a place
	lease  Lease
	leased time.Time // when the lease was taken last
}

// treeLog is one workspace's log, open for appending.
type treeLog struct {
	sp       *space
	add      tessera.AddFn
	reader   tessera.LogReader
	shutdown func(context.Context) error
	cancel   context.CancelFunc
	saved    int64 // size of the checkpoint that the store has
}

func openLogs(ctx context.Context, r *Recorder) (*logs, error) {
	l := &logs{r: r, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		open: map[touch.Workspace]*treeLog{}}
	if err := os.MkdirAll(r.cfg.Dir, 0o700); err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the log's directory can't be made")
	}
	states, err := r.cfg.Store.Logs(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if err := l.refuseRollback(ctx, s); err != nil {
			return nil, err
		}
	}
	// The first round maps what a crash left, before anything is served.
	if err := l.round(ctx); err != nil {
		return nil, errors.Join(err, l.closeAll(ctx))
	}
	go l.run()
	return l, nil
}

func (l *logs) poke() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *logs) run() {
	defer close(l.done)
	ctx := context.Background()
	tick := time.NewTicker(roundEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.wake:
		case <-tick.C:
		case <-l.stop:
			return
		}
		if err := l.round(ctx); err != nil {
			if l.r.cfg.OnError != nil {
				l.r.cfg.OnError(err)
			}
			select { // whatever failed, don't hammer it
			case <-time.After(500 * time.Millisecond):
			case <-l.stop:
				return
			}
		}
	}
}

func (l *logs) close() error {
	var err error
	l.once.Do(func() {
		close(l.stop)
		<-l.done
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = errors.Join(l.round(ctx), l.closeAll(ctx))
	})
	return err
}

func (l *logs) closeAll(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	for ws, t := range l.open {
		errs = append(errs, t.shutdown(ctx), l.saveCheckpoint(ctx, t))
		t.cancel()
		delete(l.open, ws)
	}
	return errors.Join(errs...)
}

// round gives places to rows that have none, and saves new checkpoints.
func (l *logs) round(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if held, err := l.hold(ctx); err != nil || !held {
		return err
	}
	var errs []error
	for cursor, next := l.floor, int64(-1); next != cursor; {
		cursor = max(cursor, next)
		rows, settled, err := l.r.cfg.Store.Unlogged(ctx, cursor, roundRows)
		if err != nil {
			return err
		}
		if cursor == l.floor {
			l.floor = settled
		}
		// One log that fails must not hold the others up: go on behind its rows.
		errs = append(errs, l.addAll(ctx, rows))
		if next = max(settled, cursor); len(rows) > 0 {
			next = max(next, rows[len(rows)-1].Seq)
		}
	}
	for _, t := range l.open {
		errs = append(errs, l.saveCheckpoint(ctx, t))
	}
	return errors.Join(errs...)
}

// hold keeps the lease where other nodes may feed the logs too.
func (l *logs) hold(ctx context.Context) (bool, error) {
	if !l.r.cfg.Shared || time.Since(l.leased) < leaseTTL/3 {
		return true, nil
	}
	lease, held, err := l.r.cfg.Store.TakeLease(ctx, leaseName, l.r.cfg.Node, leaseTTL)
	if err != nil || !held || lease.Fence != l.lease.Fence {
		// Another node may have written: forget what we knew of the logs.
		for ws := range l.open {
			l.drop(ws)
		}
		l.floor = 0
	}
	if err != nil || !held {
		l.leased = time.Time{}
		return false, err
	}
	l.lease, l.leased = lease, time.Now()
	return true, nil
}

func (l *logs) drop(ws touch.Workspace) {
	if t := l.open[ws]; t != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_ = t.shutdown(ctx) // it is reconciled when it is opened again
		cancel()
		t.cancel()
		delete(l.open, ws)
	}
}

func (l *logs) addAll(ctx context.Context, rows []Row) error {
	byWS := map[touch.Workspace][]Row{}
	for _, r := range rows {
		byWS[r.Workspace] = append(byWS[r.Workspace], r)
	}
	var errs []error
	for ws, rs := range byWS {
		if err := l.add(ctx, ws, rs); err != nil {
			l.drop(ws)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// add appends rows to a workspace's log and writes their places back. After an
// error the log is closed; opening it again maps what was added.
func (l *logs) add(ctx context.Context, ws touch.Workspace, rows []Row) error {
	t := l.open[ws]
	if t == nil {
		var err error
		if t, rows, err = l.openLog(ctx, ws, rows); err != nil {
			return err
		}
	}
	out := Logged{Seqs: make([]int64, 0, len(rows)), Indexes: make([]int64, 0, len(rows))}
	futures := make([]tessera.IndexFuture, len(rows))
	for i := range rows {
		futures[i] = t.add(ctx, tessera.NewEntry(leafBytes(&rows[i])))
	}
	for i, f := range futures {
		ix, err := f()
		if errors.Is(err, tessera.ErrPushback) {
			continue // it stays without a place until the next round
		}
		if err != nil {
			return touch.Wrap(touch.Unavailable, err, "the log can't be written")
		}
		out.Seqs, out.Indexes = append(out.Seqs, rows[i].Seq), append(out.Indexes, int64(ix.Index))
	}
	if len(out.Seqs) == 0 {
		return nil
	}
	return l.r.cfg.Store.SaveLogged(ctx, l.lease, ws, out)
}

func (l *logs) saveCheckpoint(ctx context.Context, t *treeLog) error {
	raw, err := t.reader.ReadCheckpoint(ctx)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "the checkpoint can't be read")
	}
	cp, err := t.sp.parseCheckpoint(raw)
	if err != nil || cp.size <= t.saved {
		return err
	}
	err = l.r.cfg.Store.SaveLogged(ctx, l.lease, t.sp.ws, Logged{Size: cp.size, Note: cp.text})
	if err == nil {
		t.saved = cp.size
	}
	return err
}

func newAppender(ctx context.Context, dir string, sp *space) (*treeLog, error) {
	lctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	driver, err := posix.New(lctx, posix.Config{Path: dir})
	if err != nil {
		cancel()
		return nil, touch.Wrap(touch.Unavailable, err, "the log's directory can't be used")
	}
	opts := tessera.NewAppendOptions().WithCheckpointSigner(sp.log).WithBatching(batchSize, batchAge).
		WithCheckpointInterval(checkpointEvery).WithPushback(2 * roundRows)
	a, shutdown, reader, err := tessera.NewAppender(lctx, driver, opts)
	if err != nil {
		cancel()
		return nil, touch.Wrap(touch.Unavailable, err, "the log can't be opened")
	}
	return &treeLog{sp: sp, add: a.Add, reader: reader, shutdown: shutdown, cancel: cancel}, nil
}
