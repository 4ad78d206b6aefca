package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// request is one thing to write. Exactly one of fn, rows and alone is set.
type request struct {
	ctx   context.Context
	fn    func(ctx context.Context, tx *Tx) error
	rows  []record.Row
	alone func(ctx context.Context, c *conn) error // outside the group's transaction
	errs  []error                                  // one for each row
	err   error
	done  chan struct{}
}

const (
	groupRequests = 1024             // the most requests in one transaction
	groupRows     = 4096             // the most record rows in one transaction
	groupRetries  = 5                // after a deadlock or serialisation failure
	groupTime     = 10 * time.Second // the longest a group may take on PostgreSQL; less than gapAge
)

// Write runs fn in a transaction together with whatever else is queued, and
// returns once the commit is durable. An error of fn undoes fn alone. fn may run
// more than once, so it must have no effect but on tx; it must be quick, and
// must not call the DB.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	r := &request{ctx: ctx, fn: fn}
	if err := db.submit(db.queue, r); err != nil {
		return err
	}
	return r.err
}

// exclusive runs fn on a writer connection with no transaction open.
func (db *DB) exclusive(ctx context.Context, fn func(ctx context.Context, c *conn) error) error {
	r := &request{ctx: ctx, alone: fn}
	if err := db.submit(db.queue, r); err != nil {
		return err
	}
	return r.err
}

// submit queues a request and waits for its answer. It doesn't give up once the
// request is queued: the answer must say what the disk says.
func (db *DB) submit(q chan *request, r *request) error {
	r.done = make(chan struct{})
	db.closing.RLock()
	if db.closed {
		db.closing.RUnlock()
		return errClosed
	}
	err := enqueue(q, r)
	db.closing.RUnlock()
	if err != nil {
		return err
	}
	<-r.done
	return nil
}

func enqueue(q chan *request, r *request) error {
	select {
	case q <- r:
		return nil
	default:
	}
	wait := time.NewTimer(queueWait)
	defer wait.Stop()
	select {
	case q <- r:
		return nil
	case <-wait.C:
		return touch.Errorf(touch.Unavailable, "the store can't keep up; retry later")
	case <-r.ctx.Done():
		return touch.Wrap(touch.Unavailable, r.ctx.Err(), "the request ended before the store took it")
	}
}

// writer owns one connection for writing.
type writer struct {
	db    *DB
	c     *conn
	queue chan *request
}

func (w *writer) run() {
	defer w.db.wg.Done()
	defer func() { w.c.close() }()
	for {
		select {
		case r := <-w.queue:
			w.group(r)
		case <-w.db.stop:
			for {
				select {
				case r := <-w.queue:
					w.group(r)
				default:
					return
				}
			}
		}
	}
}

// group takes what is queued, up to a limit, and answers it.
func (w *writer) group(first *request) {
	var group []*request
	rows := 0
	for r := first; r != nil; {
		if r.alone != nil {
			w.commit(group)
			group, rows = nil, 0
			w.alone(r)
		} else {
			group, rows = append(group, r), rows+len(r.rows)
		}
		r = nil
		if len(group) < groupRequests && rows < groupRows {
			select {
			case r = <-w.queue:
			default:
			}
		}
	}
	w.commit(group)
}

func (w *writer) alone(r *request) {
	defer close(r.done)
	ctx := context.WithoutCancel(r.ctx)
	if r.err = w.c.ensure(ctx, w.db); r.err != nil {
		return
	}
	r.err = protect(func() error { return r.alone(ctx, w.c) })
}

// commit runs a group in one transaction and answers every request in it.
func (w *writer) commit(group []*request) {
	if len(group) == 0 {
		return
	}
	ctx := context.Background()
	var err error
	careful := false
	for range groupRetries {
		if err = w.c.ensure(ctx, w.db); err == nil {
			err = w.try(ctx, group, careful)
		}
		if !careful && hasRows(group) && err != nil && touch.CodeOf(err) != touch.Unavailable {
			careful = true // one bad row; find it
			continue
		}
		if !errors.Is(err, errRetry) {
			break
		}
	}
	for _, r := range group {
		if err != nil {
			r.err = err
		}
		close(r.done)
	}
}

func hasRows(group []*request) bool {
	for _, r := range group {
		if len(r.rows) > 0 {
			return true
		}
	}
	return false
}

// try runs the group once. An error means that nothing of it was committed.
// Record rows go in together first; if that fails, careful tries them apart.
func (w *writer) try(ctx context.Context, group []*request, careful bool) error {
	if w.db.dialect == postgres { // a server can hang; a file can't be left half-way
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, groupTime)
		defer cancel()
	}
	return w.c.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		for _, r := range group {
			if r.fn == nil {
				continue
			}
			if err := w.one(ctx, tx, r, len(group) == 1); err != nil {
				return err
			}
		}
		return appendGroup(ctx, tx, group, careful)
	})
}

// one runs a request's function behind a savepoint, so that its failure leaves
// its neighbours alone. The returned error ends the whole group.
func (w *writer) one(ctx context.Context, tx *Tx, r *request, only bool) error {
	if r.err = r.ctx.Err(); r.err != nil {
		r.err = touch.Wrap(touch.Unavailable, r.err, "the request ended before the store took it")
		return nil
	}
	if only {
		return guard(ctx, tx, r.fn)
	}
	var fatal error
	r.err, fatal = tx.nested(ctx, r.fn)
	return fatal
}

// nested runs fn behind a savepoint. fatal means that the transaction is lost.
func (t *Tx) nested(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (err, fatal error) {
	if fatal = t.c.do(ctx, "SAVEPOINT one"); fatal != nil {
		return nil, fatal
	}
	err = guard(ctx, t, fn)
	if errors.Is(err, errRetry) {
		return err, err
	}
	if err != nil {
		if fatal = t.c.do(ctx, "ROLLBACK TO SAVEPOINT one"); fatal != nil {
			return err, fatal
		}
	}
	return err, t.c.do(ctx, "RELEASE SAVEPOINT one")
}

// inTx runs fn in a transaction of its own and commits it.
func (c *conn) inTx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if err := c.do(ctx, beginWrite[c.dialect]); err != nil {
		c.broken = true
		return err
	}
	tx := &Tx{c: c}
	err := guard(ctx, tx, fn)
	tx.c = nil
	if err == nil {
		err = c.do(ctx, "COMMIT")
		if err == nil {
			return nil
		}
	}
	if e := c.do(ctx, "ROLLBACK"); e != nil {
		c.broken = true
	}
	return err
}

// guard calls fn and turns a panic into an error: the writer must live on.
func guard(ctx context.Context, tx *Tx, fn func(ctx context.Context, tx *Tx) error) error {
	return protect(func() error { return fn(ctx, tx) })
}

func protect(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &touch.Error{Code: touch.Internal, Message: "something failed on our side; the log has the cause", Err: fmt.Errorf("panic in a transaction: %v", p)}
		}
	}()
	return fn()
}
