package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fairtouch/touch"
)

type dialect int

const (
	sqlite dialect = iota
	postgres
)

var (
	beginRead  = [...]string{"BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
	beginWrite = [...]string{"BEGIN IMMEDIATE", "BEGIN"}
)

// conn is one connection and its prepared statements. One goroutine at a time
// owns it.
type conn struct {
	sc      *sql.Conn
	dialect dialect
	stmts   map[string]*sql.Stmt // SQLite only; pgx keeps its own
	texts   map[textKey]string   // of many-row statements
	broken  bool                 // replace before the next use
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		s.Close()
	}
	return c.sc.Close()
}

// ensure replaces a connection that failed.
func (c *conn) ensure(ctx context.Context, db *DB) error {
	if !c.broken {
		return nil
	}
	if db.dialect == postgres {
		// Never hand a connection in an unknown state back to the pool.
		c.sc.Raw(func(any) error { return errBadConn })
	}
	c.close()
	fresh, err := db.newConn(ctx)
	if err != nil {
		return err
	}
	*c = *fresh
	return nil
}

// do runs a statement that takes and gives nothing.
func (c *conn) do(ctx context.Context, q string) error {
	if c.dialect == postgres {
		_, err := c.sc.ExecContext(ctx, q)
		return mapErr(err)
	}
	s, err := c.prepare(ctx, q)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(ctx)
	return mapErr(err)
}

func (c *conn) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if s := c.stmts[q]; s != nil {
		return s, nil
	}
	if len(c.stmts) > 500 { // a caller builds query texts without end
		for k, s := range c.stmts {
			s.Close()
			delete(c.stmts, k)
		}
	}
	s, err := c.sc.PrepareContext(ctx, questionMarks(q))
	if err != nil {
		return nil, mapErr(err)
	}
	c.stmts[q] = s
	return s, nil
}

// questionMarks rewrites $1, $2… for SQLite: to plain ? where each occurs once
// and in order, because the driver looks named ones up one by one; else to ?1, ?2….
func questionMarks(q string) string {
	plain, numbered := strings.Builder{}, strings.Builder{}
	next, simple := 1, true
	for i := 0; i < len(q); i++ {
		if q[i] == '\'' { // literals pass untouched
			j := strings.IndexByte(q[i+1:], '\'')
			if j < 0 {
				j = len(q) - i - 2
			}
			lit := q[i : i+j+2]
			plain.WriteString(lit)
			numbered.WriteString(lit)
			i += j + 1
			continue
		}
		n, w := 0, 0
		if q[i] == '$' {
			for i+1+w < len(q) && q[i+1+w] >= '0' && q[i+1+w] <= '9' {
				n = n*10 + int(q[i+1+w]-'0')
				w++
			}
		}
		if w == 0 {
			plain.WriteByte(q[i])
			numbered.WriteByte(q[i])
			continue
		}
		simple = simple && n == next
		next++
		plain.WriteByte('?')
		fmt.Fprintf(&numbered, "?%d", n)
		i += w
	}
	if simple {
		return plain.String()
	}
	return numbered.String()
}

// Tx is a transaction. It may be used only inside the function it was given to.
type Tx struct {
	c *conn
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	if err := t.check(args); err != nil {
		return 0, err
	}
	var r sql.Result
	var err error
	if t.c.dialect == postgres {
		r, err = t.c.sc.ExecContext(ctx, q, args...)
	} else {
		s, perr := t.c.prepare(ctx, q)
		if perr != nil {
			return 0, perr
		}
		r, err = s.ExecContext(ctx, args...)
	}
	if err != nil {
		return 0, mapErr(err)
	}
	n, err := r.RowsAffected()
	return n, mapErr(err)
}

// Query runs a query. The caller closes the rows before anything else on this Tx.
func (t *Tx) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if err := t.check(args); err != nil {
		return nil, err
	}
	if t.c.dialect == postgres {
		rows, err := t.c.sc.QueryContext(ctx, q, args...)
		return rows, mapErr(err)
	}
	s, err := t.c.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args...)
	return rows, mapErr(err)
}

// QueryRow scans the first row of a query into dest. No row is sql.ErrNoRows.
func (t *Tx) QueryRow(ctx context.Context, q string, args []any, dest ...any) error {
	rows, err := t.Query(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return mapErr(err)
		}
		return sql.ErrNoRows
	}
	if err := rows.Scan(dest...); err != nil {
		return touch.Wrap(touch.Internal, err, "a row of the store has another shape than expected")
	}
	return mapErr(rows.Close())
}

// Each runs a query and calls scan for every row.
func (t *Tx) Each(ctx context.Context, q string, args []any, scan func(rows *sql.Rows) error) error {
	rows, err := t.Query(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return touch.AsError(err)
		}
	}
	return mapErr(errors.Join(rows.Err(), rows.Close()))
}

// ForShare is the clause that locks the rows of a SELECT against change until
// the commit; SQLite, which has one writer, needs none.
func (t *Tx) ForShare() string {
	if t.c != nil && t.c.dialect == postgres {
		return " FOR SHARE"
	}
	return ""
}

// ForUpdate is like ForShare for rows that this transaction will change.
func (t *Tx) ForUpdate() string {
	if t.c != nil && t.c.dialect == postgres {
		return " FOR UPDATE"
	}
	return ""
}

func (t *Tx) check(args []any) error {
	if t.c == nil {
		return touch.Errorf(touch.Internal, "a transaction was used after its end")
	}
	for _, a := range args {
		switch v := a.(type) {
		case string:
			if !storable(v) {
				return errText()
			}
		case []string:
			if slices.ContainsFunc(v, func(s string) bool { return !storable(s) }) {
				return errText()
			}
		}
	}
	return nil
}

func errText() error {
	return touch.Errorf(touch.Invalid, "text must be UTF-8 and must not hold a NUL character")
}

func storable(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }
