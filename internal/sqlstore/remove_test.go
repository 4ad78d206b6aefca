package sqlstore

import (
	"context"
	"slices"
	"testing"
)

// A demo that is removed must leave nothing behind: every table whose rows
// belong to a workspace is in the list.
func TestRemovalForgetsNoTable(t *testing.T) {
	db, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var found []string
	err = db.Read(t.Context(), func(ctx context.Context, tx *Tx) error {
		var err error
		found, err = texts(ctx, tx, "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'ws' WHERE m.type = 'table' ORDER BY m.name")
		return err
	})
	if err != nil || len(found) < 10 {
		t.Fatal(found, err)
	}
	for _, name := range found {
		if !slices.Contains(tablesOf, name) {
			t.Errorf("%s is not removed with its workspace", name)
		}
	}
}
