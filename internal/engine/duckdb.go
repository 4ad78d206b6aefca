package engine

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"fairtouch/touch"
)

// DuckDB pushes a plan down to DuckDB as one statement: over its own tables, or
// over a file that it reads itself. The driver needs a C compiler, so it isn't
// here: the caller opens the database, read only.
type DuckDB struct {
	DB      *sql.DB
	Working string // where relative file names are looked for
}

// Count implements Engine.
func (e DuckDB) Count(ctx context.Context, p *Plan) (Result, error) {
	ctx, cancel := p.within(ctx)
	defer cancel()
	start := time.Now()
	if p.spec.Data.Join != nil {
		return Result{}, touch.Fielderr("data.join", "isn't read by duckdb; use the file engine or postgres")
	}
	b := &sqlBuilder{p: p, d: duckdbDialect(), native: true}
	if p.spec.Data.File == "" {
		out, err := e.count(ctx, p, b)
		out.Evidence.Engine, out.Evidence.Source, out.Evidence.Elapsed = "duckdb", p.spec.Data.Table, time.Since(start)
		out.Evidence.Snapshot = "one statement, read only"
		return out, err
	}
	path := p.spec.Path(p.spec.Data.File, e.Working)
	file, info, err := openFile(path, p.spec)
	if err != nil {
		return Result{}, err
	}
	defer file.Close()
	if b.source, err = reader(path, b.d); err != nil {
		return Result{}, err
	}
	out, err := e.count(ctx, p, b)
	if err != nil {
		return out, err
	}
	snapshot, err := unchanged(path, file, info)
	out.Evidence.Engine, out.Evidence.Source, out.Evidence.Snapshot, out.Evidence.Elapsed = "duckdb", filepath.Base(path), snapshot, time.Since(start)
	return out, err
}

// reader is how DuckDB reads a file so that it means what the file engine reads.
func reader(path string, d dialect) (string, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".parquet":
		return "read_parquet(" + d.literal(path) + ")", nil
	case ".csv":
		return "read_csv(" + d.literal(path) + ", all_varchar = true, header = true, nullstr = '', allow_quoted_nulls = false)", nil
	}
	return "", touch.Fielderr("data.file", "duckdb reads .csv and .parquet here; use the file engine")
}

func (e DuckDB) count(ctx context.Context, p *Plan, b *sqlBuilder) (Result, error) {
	from, err := b.from()
	if err != nil {
		return Result{}, err
	}
	numeric, double := map[string]bool{}, map[string]bool{}
	have, err := e.columns(ctx, from, numeric, double)
	if err == nil {
		err = lacking(p.need(), have)
	}
	if err != nil {
		return Result{}, err
	}
	b.numeric, b.double = func(c string) bool { return numeric[c] }, func(c string) bool { return double[c] }
	q, err := p.build(b)
	if err != nil {
		return Result{}, err
	}
	rows, err := e.DB.QueryContext(ctx, q.text)
	if err != nil {
		return Result{}, duckError(ctx, err)
	}
	defer rows.Close()
	c := newCollector(p, q)
	for rows.Next() {
		if err := rows.Scan(c.targets()...); err != nil {
			return Result{}, duckError(ctx, err)
		}
		if err := c.take(); err != nil {
			return Result{}, err
		}
	}
	if err := rows.Err(); err != nil {
		return Result{}, duckError(ctx, err)
	}
	out, err := c.result()
	out.Evidence.Statement = q.text
	return out, err
}

// duckError keeps the driver's text, which may hold values, for the log.
func duckError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return touch.Wrap(touch.Unavailable, err, "duckdb took longer than the audit's time; raise limits.seconds or audit less")
	}
	return touch.Wrap(touch.Invalid, err, "duckdb can't read the table or file")
}

func (e DuckDB) columns(ctx context.Context, from string, numeric, double map[string]bool) ([]string, error) {
	rows, err := e.DB.QueryContext(ctx, fmt.Sprintf("SELECT * FROM %s LIMIT 0", from))
	if err != nil {
		return nil, duckError(ctx, err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, duckError(ctx, err)
	}
	var out []string
	for _, t := range types {
		out = append(out, t.Name())
		name := t.DatabaseTypeName()
		switch {
		case name == "DOUBLE" || name == "FLOAT":
			double[t.Name()], numeric[t.Name()] = true, true
		case strings.HasSuffix(name, "INT") || strings.HasSuffix(name, "INTEGER") || strings.HasPrefix(name, "DECIMAL"):
			numeric[t.Name()] = true
		}
	}
	return out, rows.Err()
}
