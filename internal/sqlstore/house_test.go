package sqlstore_test

import (
	"testing"

	"fairtouch/internal/storetest"
)

func TestSQLiteKeepsTheHouse(t *testing.T)   { storetest.RunHouse(t, openSQLite) }
func TestPostgresKeepsTheHouse(t *testing.T) { storetest.RunHouse(t, openPostgres) }
