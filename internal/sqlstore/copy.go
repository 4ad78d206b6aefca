package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"fairtouch/touch"
)

// TableCount is how many rows of a table were copied.
type TableCount struct {
	Name string `json:"table"`
	Rows int64  `json:"rows"`
}

// copyRows is how many rows are held at once.
const copyRows = 512

// CopyTo copies every table of this SQLite database to an empty PostgreSQL one,
// which it migrates first: in one transaction, so that nothing is half copied,
// and with the counts compared before the commit. Nothing may write to this
// database meanwhile. progress gets the number of rows as they go; it may be nil.
func (db *DB) CopyTo(ctx context.Context, to *DB, progress func(rows int)) (out []TableCount, err error) {
	if db.dialect != sqlite || to.dialect != postgres {
		return nil, touch.Errorf(touch.Unsupported, "a copy goes from SQLite to PostgreSQL")
	}
	if err := to.Migrate(ctx); err != nil {
		return nil, err
	}
	src, err := db.newConn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	dst, err := to.newConn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dst.close()) }()
	err = src.inTx(ctx, func(ctx context.Context, from *Tx) error {
		return dst.inTx(ctx, func(ctx context.Context, into *Tx) error {
			c := &copier{from: from, into: into, progress: progress}
			out, err = c.all(ctx)
			return err
		})
	})
	return out, err
}

type copier struct {
	from, into *Tx
	progress   func(rows int)
}

// all copies in the order in which the tables were made. The list comes from
// the database, so that a table that a migration adds is never forgotten.
func (c *copier) all(ctx context.Context) ([]TableCount, error) {
	tables, err := texts(ctx, c.from, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_version' ORDER BY rowid")
	if err != nil {
		return nil, err
	}
	// Nobody may begin to fill the target once it was found empty.
	if _, err := c.into.Exec(ctx, "LOCK TABLE "+strings.Join(quoted(tables), ", ")+" IN ACCESS EXCLUSIVE MODE"); err != nil {
		return nil, err
	}
	for _, t := range tables {
		n, err := count(ctx, c.into, t)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			return nil, touch.Errorf(touch.Conflict, "the target holds data already (table %s); a copy needs an empty database", t)
		}
	}
	out := make([]TableCount, 0, len(tables))
	for _, t := range tables {
		n, err := c.table(ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, TableCount{t, n})
	}
	if err := c.sequences(ctx); err != nil {
		return nil, err
	}
	// Without statistics the first queries over what was loaded are planned for
	// empty tables, and are too slow to be answered.
	_, err = c.into.Exec(ctx, "ANALYZE "+strings.Join(quoted(tables), ", "))
	return out, err
}

func (c *copier) table(ctx context.Context, name string) (int64, error) {
	cols, err := texts(ctx, c.from, "SELECT name FROM pragma_table_info($1) ORDER BY cid", name)
	if err != nil {
		return 0, err
	}
	list := strings.Join(quoted(cols), ", ")
	head := `INSERT INTO "` + name + `" (` + list + ") OVERRIDING SYSTEM VALUE VALUES "
	rows, err := c.from.Query(ctx, "SELECT "+list+` FROM "`+name+`"`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var args []any
	flush := func() error {
		_, err := insertMany(ctx, c.into, head, len(cols), "", args)
		if c.progress != nil {
			c.progress(len(args) / len(cols))
		}
		args = args[:0]
		return err
	}
	for rows.Next() {
		if args, err = scanRow(rows, len(cols), args); err != nil {
			return 0, mapErr(err)
		}
		if len(args) >= copyRows*len(cols) {
			if err := flush(); err != nil {
				return 0, err
			}
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, mapErr(err)
	}
	if err := flush(); err != nil {
		return 0, err
	}
	return c.compare(ctx, name)
}

// scanRow appends a row's values: int64, string, []byte, nil.
func scanRow(rows *sql.Rows, cols int, args []any) ([]any, error) {
	values := make([]any, cols)
	refs := make([]any, cols)
	for i := range values {
		refs[i] = &values[i]
	}
	err := rows.Scan(refs...)
	return append(args, values...), err
}

func (c *copier) compare(ctx context.Context, name string) (int64, error) {
	want, err := count(ctx, c.from, name)
	if err != nil {
		return 0, err
	}
	got, err := count(ctx, c.into, name)
	if err == nil && got != want {
		err = touch.Errorf(touch.Internal, "table %s has %d rows and its copy %d; nothing was copied", name, want, got)
	}
	return got, err
}

// sequences move the identities of the copy past what was copied.
func (c *copier) sequences(ctx context.Context) error {
	type identity struct{ table, column string }
	var all []identity
	err := c.into.Each(ctx, "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'", nil,
		func(rows *sql.Rows) error {
			var i identity
			err := rows.Scan(&i.table, &i.column)
			all = append(all, i)
			return err
		})
	for _, i := range all {
		if err != nil {
			return err
		}
		var at int64
		q := `SELECT setval(pg_get_serial_sequence($1, $2), COALESCE(max("` + i.column + `"), 1), count(*) > 0) FROM "` + i.table + `"`
		err = c.into.QueryRow(ctx, q, []any{`"` + i.table + `"`, i.column}, &at)
	}
	return err
}

func count(ctx context.Context, tx *Tx, table string) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM "`+table+`"`, nil, &n)
	return n, err
}

func texts(ctx context.Context, tx *Tx, q string, args ...any) ([]string, error) {
	var out []string
	err := tx.Each(ctx, q, args, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		out = append(out, s)
		return err
	})
	return out, err
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = `"` + n + `"`
	}
	return out
}
