package sqlstore_test

import (
	"fmt"
	"os"
	"testing"

	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
)

var cluster storetest.Postgres

func TestMain(m *testing.M) {
	code := m.Run()
	if err := cluster.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func openSQLite(t testing.TB) *sqlstore.DB {
	return open(t, sqlstore.Config{Dir: t.TempDir()})
}

func openPostgres(t testing.TB) *sqlstore.DB {
	url, err := cluster.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return open(t, sqlstore.Config{URL: url})
}

func open(t testing.TB, cfg sqlstore.Config) *sqlstore.DB {
	db, err := sqlstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestSQLiteKeepsTheContract(t *testing.T)   { storetest.Run(t, openSQLite) }
func TestPostgresKeepsTheContract(t *testing.T) { storetest.Run(t, openPostgres) }
