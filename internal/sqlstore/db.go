package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fairtouch/touch"
)

// Config says where the data lies.
type Config struct {
	URL     string // "postgres://…"; "" for SQLite in Dir
	Dir     string // the data directory; SQLite's file is fairtouch.db in it
	Readers int    // reader connections; 0 for 4
	Writers int    // writer connections, PostgreSQL only; 0 for 2
}

// FileName is the name of SQLite's file in the data directory.
const FileName = "fairtouch.db"

const (
	readLimit  = time.Second // the longest a read transaction may live
	queueLimit = 4096        // requests that may wait for a writer
	queueWait  = 2 * time.Second
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect  dialect
	pool     *sql.DB
	readers  chan *conn // idle reader connections
	queue    chan *request
	appends  chan *request // the record's rows; the same channel as queue on SQLite
	wg       sync.WaitGroup
	stop     chan struct{}
	once     sync.Once
	path     string // SQLite's file
	closing  sync.RWMutex
	closed   bool // guarded by closing
	bySub    *Batcher[subjectLookup, Subject]
	byLookup *Batcher[subjectLookup, found]
}

// Open opens the database, checks that a commit on it is durable, and starts
// the writers. It does not migrate. An unreachable or unsafe database is an
// error with one line that says what to do.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.URL == "" {
		if err := refuseRestoring(cfg.Dir); err != nil {
			return nil, err
		}
	}
	return open(ctx, cfg)
}

func open(ctx context.Context, cfg Config) (*DB, error) {
	db := &DB{stop: make(chan struct{}), queue: make(chan *request, queueLimit)}
	if cfg.Readers <= 0 {
		cfg.Readers = 4
	}
	if err := db.connect(cfg); err != nil {
		return nil, err
	}
	if db.dialect == sqlite || cfg.Writers <= 0 {
		cfg.Writers = max(1, int(db.dialect)*2)
	}
	db.appends = db.queue
	if db.dialect == postgres {
		db.appends = make(chan *request, queueLimit)
	}
	if err := db.start(ctx, cfg); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	db.bySub = NewBatcher(256, db.fetchSubjects)
	db.byLookup = NewBatcher(256, db.fetchPeople)
	return db, nil
}

func (db *DB) connect(cfg Config) (err error) {
	switch {
	case strings.HasPrefix(cfg.URL, "postgres://"), strings.HasPrefix(cfg.URL, "postgresql://"):
		db.dialect = postgres
		db.pool, err = openPostgres(cfg.URL)
	case cfg.URL != "":
		return touch.Fielderr("database", "the database URL must start with postgres://")
	case cfg.Dir == "":
		return touch.Fielderr("data", "give a data directory or a database URL")
	default:
		if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
			return touch.Wrap(touch.Unavailable, err, "the data directory can't be made")
		}
		db.path = filepath.Join(cfg.Dir, FileName)
		db.pool, err = openSQLite(db.path)
	}
	return err
}

// start makes the connections; all of them live as long as the DB.
func (db *DB) start(ctx context.Context, cfg Config) error {
	db.readers = make(chan *conn, cfg.Readers)
	queues := []chan *request{db.queue}
	if db.dialect == postgres {
		for range cfg.Writers {
			queues = append(queues, db.appends)
		}
	}
	for _, q := range queues {
		c, err := db.newConn(ctx)
		if err != nil {
			return err
		}
		if err := checkDurable(ctx, c); err != nil {
			return errors.Join(err, c.close())
		}
		w := &writer{db: db, c: c, queue: q}
		db.wg.Add(1)
		go w.run()
	}
	for range cfg.Readers {
		c, err := db.newConn(ctx)
		if err != nil {
			return err
		}
		db.readers <- c
	}
	return nil
}

func (db *DB) newConn(ctx context.Context) (*conn, error) {
	sc, err := db.pool.Conn(ctx)
	if err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the database can't be opened; check that it runs and that the URL or directory is right")
	}
	return &conn{sc: sc, dialect: db.dialect, stmts: map[string]*sql.Stmt{}}, nil
}

// Close lets the writers finish what is queued, then closes the database.
func (db *DB) Close() error {
	var err error
	db.once.Do(func() {
		db.closing.Lock()
		db.closed = true
		db.closing.Unlock()
		close(db.stop)
		db.wg.Wait()
		for range len(db.readers) {
			(<-db.readers).close()
		}
		err = db.pool.Close()
	})
	return err
}

// Postgres reports whether the database is PostgreSQL.
func (db *DB) Postgres() bool { return db.dialect == postgres }

// Read runs fn on a snapshot. fn must end within a second: its context does.
func (db *DB) Read(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var c *conn
	select {
	case c = <-db.readers:
	case <-ctx.Done():
		return touch.Wrap(touch.Unavailable, ctx.Err(), "the store is busy; retry")
	case <-db.stop:
		return errClosed
	}
	defer func() { db.readers <- c }()
	if err := c.ensure(ctx, db); err != nil {
		return err
	}
	if err := c.do(ctx, beginRead[db.dialect]); err != nil {
		c.broken = true
		return err
	}
	tx := &Tx{c: c}
	err := guard(ctx, tx, fn)
	tx.c = nil
	if e := c.do(context.Background(), "COMMIT"); e != nil {
		c.broken = true
		c.do(context.Background(), "ROLLBACK")
	}
	return err
}

var errClosed = touch.Errorf(touch.Unavailable, "the store is closed")

// Micros gives a time as the database keeps it: Unix microseconds.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time reads what Micros wrote, in UTC.
func Time(us int64) time.Time { return time.UnixMicro(us).UTC() }
