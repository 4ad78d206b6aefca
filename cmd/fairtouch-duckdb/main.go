// Command fairtouch-duckdb is fairtouch with the DuckDB engine inside. It needs
// a C++ compiler to build, which is why it is a module of its own.
package main

import (
	"context"
	"database/sql"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"

	"fairtouch/internal/cli"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	os.Exit(cli.Run(ctx, os.Args[1:], cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Dir: dir, Lookup: os.LookupEnv, DuckDB: openDuckDB}))
}

// openDuckDB opens a database file read only, or one in memory for files.
func openDuckDB(database, working string) (engine.Engine, func() error, error) {
	if database != "" {
		database += "?access_mode=read_only"
	}
	db, err := sql.Open("duckdb", database)
	if err != nil {
		return nil, nil, touch.Wrap(touch.Invalid, err, "the DuckDB database can't be opened")
	}
	return engine.DuckDB{DB: db, Working: working}, db.Close, nil
}
