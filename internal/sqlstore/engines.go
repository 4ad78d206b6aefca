package sqlstore

import (
	"context"
	"database/sql"
	"net/url"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"fairtouch/touch"
)

func openPostgres(u string) (*sql.DB, error) {
	pool, err := sql.Open("pgx", u)
	if err != nil {
		// The cause may quote the URL, which holds the password.
		return nil, touch.Fielderr("database", "the database URL can't be read")
	}
	return pool, nil
}

func openSQLite(path string) (*sql.DB, error) {
	q := url.Values{"_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)",
		"foreign_keys(ON)", "cache_size(-16000)", "wal_autocheckpoint(4000)", "temp_store(MEMORY)",
	}}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	pool, err := sql.Open("sqlite", u.String())
	return pool, touch.Wrap(touch.Unavailable, err, "the database file can't be opened")
}

// checkDurable reads the settings back that make a commit survive a power cut,
// and refuses to go on without them.
func checkDurable(ctx context.Context, c *conn) error {
	wants := []struct{ query, accepted, say string }{
		{"PRAGMA synchronous", "2 3", "SQLite must run with synchronous=FULL"},
		{"PRAGMA journal_mode", "wal", "SQLite must run in WAL mode; the data directory must be a local disk"},
		{"PRAGMA secure_delete", "1", "SQLite must run with secure_delete=ON"},
	}
	if c.dialect == postgres {
		wants = wants[:0]
		wants = append(wants,
			struct{ query, accepted, say string }{"SHOW fsync", "on", "PostgreSQL must run with fsync=on: set it in postgresql.conf"},
			struct{ query, accepted, say string }{"SHOW synchronous_commit", "on remote_apply", "PostgreSQL must run with synchronous_commit=on or stricter: set it in postgresql.conf or for this role"})
	}
	for _, w := range wants {
		var got string
		if err := c.sc.QueryRowContext(ctx, w.query).Scan(&got); err != nil {
			return mapErr(err)
		}
		if !strings.Contains(" "+w.accepted+" ", " "+got+" ") {
			return touch.Errorf(touch.Unsupported, "%s; it says %s", w.say, got)
		}
	}
	return nil
}
