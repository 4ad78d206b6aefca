package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedrv "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"fairtouch/touch"
)

var errBadConn = driver.ErrBadConn

// mapErr gives a driver's error a code and a safe message: a driver's text can
// hold a row. sql.ErrNoRows passes.
func mapErr(err error) error {
	var known *touch.Error
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return touch.Wrap(touch.Unavailable, err, "the store took too long or the request ended; retry")
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return mapPostgres(pg)
	}
	var sl *sqlitedrv.Error
	if errors.As(err, &sl) {
		return mapSQLite(sl)
	}
	return touch.Wrap(touch.Unavailable, err, "the store can't be reached; retry")
}

func mapPostgres(e *pgconn.PgError) error {
	// e.Detail quotes rows, so the cause keeps the code and the constraint only.
	cause := fmt.Errorf("postgres %s %s", e.Code, e.ConstraintName)
	class := e.Code[:min(2, len(e.Code))]
	switch {
	case e.Code == "23505":
		return touch.Wrap(touch.Conflict, cause, "it exists already")
	case e.Code == "40001" || e.Code == "40P01":
		return &touch.Error{Code: touch.Conflict, Message: "another change came first; retry", Err: errRetry}
	case e.Code == "53100":
		return touch.Wrap(touch.Unavailable, cause, "the database's disk is full; free some space")
	case class == "21" || class == "22" || class == "23" || class == "54":
		return touch.Wrap(touch.Invalid, cause, "the store refuses this value")
	}
	return touch.Wrap(touch.Unavailable, fmt.Errorf("postgres %s: %s", e.Code, e.Message), "the store failed; the log has the cause")
}

// errRetry marks a transaction that the database gave up and that may run again.
var errRetry = errors.New("serialisation or deadlock")

func mapSQLite(e *sqlitedrv.Error) error {
	switch code := e.Code(); {
	case code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return touch.Wrap(touch.Conflict, e, "it exists already")
	case code&0xff == sqlite3.SQLITE_CONSTRAINT:
		return touch.Wrap(touch.Invalid, e, "the store refuses this value")
	case code&0xff == sqlite3.SQLITE_FULL:
		return touch.Wrap(touch.Unavailable, e, "the disk is full; free some space in the data directory")
	case code&0xff == sqlite3.SQLITE_BUSY || code&0xff == sqlite3.SQLITE_LOCKED:
		return touch.Wrap(touch.Unavailable, e, "the store is busy; retry")
	case code&0xff == sqlite3.SQLITE_READONLY || code&0xff == sqlite3.SQLITE_CANTOPEN || code&0xff == sqlite3.SQLITE_IOERR:
		return touch.Wrap(touch.Unavailable, e, "the data directory can't be written; check its rights and its disk")
	case code&0xff == sqlite3.SQLITE_CORRUPT || code&0xff == sqlite3.SQLITE_NOTADB:
		return touch.Wrap(touch.Tampered, e, "the database file is damaged; restore a backup")
	}
	return touch.Wrap(touch.Unavailable, e, "the store failed; the log has the cause")
}
