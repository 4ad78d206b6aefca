package record_test

import (
	"fmt"
	"os"
	"testing"

	"fairtouch/internal/storetest"
)

var cluster storetest.Postgres

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(child(dir))
	}
	code := m.Run()
	if err := cluster.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
