package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"fairtouch/touch"
)

// Postgres pushes a plan down to PostgreSQL as one statement, in a transaction
// that can only read and that sees one snapshot.
type Postgres struct {
	URL string // never printed
}

// Count implements Engine.
func (e Postgres) Count(ctx context.Context, p *Plan) (Result, error) {
	ctx, cancel := p.within(ctx)
	defer cancel()
	start := time.Now()
	db, err := sql.Open("pgx", e.URL)
	if err != nil {
		return Result{}, touch.Wrap(touch.Invalid, err, "the database's URL can't be read")
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return Result{}, databaseError(ctx, err, "the database can't be reached")
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	out, err := e.within(ctx, tx, p)
	out.Evidence.Engine, out.Evidence.Source, out.Evidence.Elapsed = "postgres", p.spec.Data.Table, time.Since(start)
	return out, err
}

// databaseError keeps the driver's text, which may hold values, for the log.
func databaseError(ctx context.Context, err error, what string) error {
	var pg *pgconn.PgError
	switch {
	case ctx.Err() != nil, errors.As(err, &pg) && pg.Code == "57014":
		return touch.Wrap(touch.Unavailable, err, "the database took longer than the audit's time; raise limits.seconds or audit less")
	case errors.As(err, &pg) && pg.Code == "42P01":
		return touch.Wrap(touch.Invalid, err, "there is no such table, or the role may not see it")
	case errors.As(err, &pg) && pg.Code == "42501":
		return touch.Wrap(touch.Forbidden, err, "the database's role may not read the table")
	case errors.As(err, &pg) && pg.Code == "22003":
		return touch.Wrap(touch.Invalid, err, "a number of the table is too large to be summed exactly")
	}
	return touch.Wrap(touch.Unavailable, err, "%s", what)
}

func (e Postgres) within(ctx context.Context, tx *sql.Tx, p *Plan) (out Result, err error) {
	if deadline, ok := ctx.Deadline(); ok {
		ms := max(1, time.Until(deadline).Milliseconds())
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", ms)); err != nil {
			return out, databaseError(ctx, err, "the database can't be reached")
		}
	}
	for _, set := range []string{"standard_conforming_strings = on", "extra_float_digits = 1", "datestyle = 'ISO'", "timezone = 'UTC'"} {
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+set); err != nil {
			return out, databaseError(ctx, err, "the database can't be reached")
		}
	}
	d := postgresDialect()
	numeric, err := e.columns(ctx, tx, p, d)
	if err != nil {
		return out, err
	}
	if err := e.limits(ctx, tx, p, d); err != nil {
		return out, err
	}
	q, err := p.compile(d, func(c string) bool { return numeric[c] })
	if err != nil {
		return out, err
	}
	if q.checks != "" {
		var n int64
		if err := tx.QueryRowContext(ctx, q.checks).Scan(&n); err != nil {
			return out, databaseError(ctx, err, "the joined table can't be read")
		}
		if n > 0 {
			return out, twice(n)
		}
	}
	if out, err = e.read(ctx, tx, p, q); err != nil {
		return out, err
	}
	out.Evidence.Statement = q.text
	err = tx.QueryRowContext(ctx, "SELECT pg_current_snapshot()::text").Scan(&out.Evidence.Snapshot)
	return out, databaseErrorOrNil(ctx, err)
}

func databaseErrorOrNil(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return databaseError(ctx, err, "the database can't be read")
}

// columns finds out which columns hold numbers, and where each lies.
func (e Postgres) columns(ctx context.Context, tx *sql.Tx, p *Plan, d dialect) (map[string]bool, error) {
	numeric := map[string]bool{}
	main, err := e.have(ctx, tx, d, p.spec.Data.Table, numeric)
	if err != nil {
		return nil, err
	}
	have := main
	if j := p.spec.Data.Join; j != nil {
		p.joined = map[string]bool{}
		more := map[string]bool{}
		joined, err := e.have(ctx, tx, d, j.Table, more)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(lacking([]string{j.On}, joined), lacking([]string{j.On}, main)); err != nil {
			return nil, touch.AsError(err)
		}
		for _, c := range joined {
			if c != j.On && index(main, c) < 0 {
				p.joined[c], numeric[c] = true, more[c]
				have = append(have, c)
			} else if c != j.On && index(p.need(), c) >= 0 {
				return nil, touch.Fielderr("data.join", "column %s is in both tables; rename one", c)
			}
		}
	}
	return numeric, lacking(p.need(), have)
}

func (e Postgres) have(ctx context.Context, tx *sql.Tx, d dialect, table string, numeric map[string]bool) ([]string, error) {
	name, err := d.table(table)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+name+" LIMIT 0")
	if err != nil {
		return nil, databaseError(ctx, err, "the table can't be read")
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, databaseError(ctx, err, "the table can't be read")
	}
	var out []string
	for _, t := range types {
		out = append(out, t.Name())
		switch strings.ToUpper(t.DatabaseTypeName()) {
		case "INT2", "INT4", "INT8", "FLOAT4", "FLOAT8", "NUMERIC":
			numeric[t.Name()] = true
		}
	}
	return out, rows.Err()
}

// limits asks the database how large the table is before reading it.
func (e Postgres) limits(ctx context.Context, tx *sql.Tx, p *Plan, d dialect) error {
	if p.spec.Limits.Bytes <= 0 {
		return nil
	}
	name, _ := d.table(p.spec.Data.Table)
	var bytes int64
	if err := tx.QueryRowContext(ctx, "SELECT pg_table_size("+d.literal(name)+"::regclass)").Scan(&bytes); err != nil {
		return databaseError(ctx, err, "the table's size can't be read")
	}
	if bytes > p.spec.Limits.Bytes {
		return touch.Fielderr("limits.bytes", "the table has about %d bytes, over the limit of %d", bytes, p.spec.Limits.Bytes)
	}
	return nil
}

func (e Postgres) read(ctx context.Context, tx *sql.Tx, p *Plan, q query) (Result, error) {
	rows, err := tx.QueryContext(ctx, q.text)
	if err != nil {
		return Result{}, databaseError(ctx, err, "the table can't be counted")
	}
	defer rows.Close()
	c := newCollector(p, q)
	for rows.Next() {
		if err := rows.Scan(c.targets()...); err != nil {
			return Result{}, databaseError(ctx, err, "the table can't be counted")
		}
		if err := c.take(); err != nil {
			return Result{}, err
		}
	}
	if err := rows.Err(); err != nil {
		return Result{}, databaseError(ctx, err, "the table can't be counted")
	}
	return c.result()
}
