package sqlstore

import (
	"context"
	"embed"
	"io/fs"
	"sort"
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one file: 0001_name.sql, or 0001_name.postgres.sql where
// PostgreSQL needs another text (at most five of those).
type migration struct {
	number int
	text   string
}

// Migrate brings the schema up to this program's version, one transaction a
// file, under a lock. A schema that is newer than the program is refused.
func (db *DB) Migrate(ctx context.Context) error {
	files, err := loadMigrations(db.dialect)
	if err != nil {
		return err
	}
	if err := db.migrateStep(ctx, migration{}); err != nil {
		return err
	}
	for _, m := range files {
		if err := db.migrateStep(ctx, m); err != nil {
			return err
		}
	}
	return db.refuseNewer(ctx, files[len(files)-1].number)
}

// migrateStep applies one file unless it was applied. Number 0 makes the table
// that remembers.
func (db *DB) migrateStep(ctx context.Context, m migration) error {
	return db.exclusive(ctx, func(ctx context.Context, c *conn) error {
		return c.inTx(ctx, func(ctx context.Context, tx *Tx) error {
			if c.dialect == postgres {
				if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(7146219023)"); err != nil {
					return err
				}
			}
			if m.number == 0 {
				_, err := tx.Exec(ctx, "CREATE TABLE IF NOT EXISTS schema_version (number bigint NOT NULL PRIMARY KEY, at bigint NOT NULL)")
				return err
			}
			var n int
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM schema_version WHERE number = $1", []any{m.number}, &n); err != nil || n > 0 {
				return err
			}
			for _, s := range statements(m.text) {
				if _, err := c.sc.ExecContext(ctx, s); err != nil {
					return touch.Wrap(touch.Internal, mapErr(err), "migration %d failed", m.number)
				}
			}
			_, err := tx.Exec(ctx, "INSERT INTO schema_version (number, at) VALUES ($1, $2)", m.number, Micros(time.Now()))
			return err
		})
	})
}

func (db *DB) refuseNewer(ctx context.Context, last int) error {
	return db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		var have int
		if err := tx.QueryRow(ctx, "SELECT max(number) FROM schema_version", nil, &have); err != nil {
			return err
		}
		if have > last {
			return touch.Errorf(touch.Unsupported, "the database was written by a newer version (schema %d, this program knows %d); update the program", have, last)
		}
		return nil
	})
}

func loadMigrations(d dialect) ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	byNumber := map[int]migration{}
	sort.Strings(names) // x.postgres.sql sorts before x.sql
	for _, name := range names {
		base := strings.TrimPrefix(name, "migrations/")
		fork := strings.HasSuffix(base, ".postgres.sql")
		n, err := strconv.Atoi(base[:4])
		if err != nil || n < 1 {
			return nil, touch.Errorf(touch.Internal, "migration %s has no number", base)
		}
		if _, forked := byNumber[n]; (fork && d != postgres) || (forked && !fork && d == postgres) {
			continue
		}
		b, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		byNumber[n] = migration{n, fill(string(b), d)}
	}
	out := make([]migration, 0, len(byNumber))
	for _, m := range byNumber {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].number < out[j].number })
	return out, nil
}

// fill replaces the markers in which the two databases differ.
func fill(text string, d dialect) string {
	if d == postgres {
		return strings.NewReplacer("{{serial}}", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
			"{{blob}}", "bytea", "{{C}}", `COLLATE "C"`, "{{norowid}}", "").Replace(text)
	}
	return strings.NewReplacer("{{serial}}", "integer PRIMARY KEY", "{{blob}}", "blob",
		"{{C}}", "", "{{norowid}}", "WITHOUT ROWID").Replace(text)
}

// statements splits a migration at semicolons that end a line, comments removed.
func statements(text string) []string {
	var out []string
	var b strings.Builder
	for line := range strings.Lines(text) {
		if i := strings.Index(line, "--"); i >= 0 {
			line = line[:i] + "\n"
		}
		b.WriteString(line)
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			out = append(out, strings.TrimSuffix(strings.TrimSpace(b.String()), ";"))
			b.Reset()
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" {
		out = append(out, rest)
	}
	return out
}
