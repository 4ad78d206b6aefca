package app

import (
	"fmt"
	"os"
	"strconv"
	"testing"

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

// withdrawals is how many the two-node race makes; `make soak` sets
// FAIRTOUCH_WITHDRAWALS to 2,000.
func withdrawals(t *testing.T) int {
	s := os.Getenv("FAIRTOUCH_WITHDRAWALS")
	if s == "" {
		return 300
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("FAIRTOUCH_WITHDRAWALS must be a positive number, got %q", s)
	}
	return n
}

// twoNodes are two servers of one demo on one PostgreSQL.
func twoNodes(t *testing.T, rows int) (nodes [2]*App) {
	url, err := cluster.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() // shared, as the log and the key are
	for i := range nodes {
		cfg, err := LoadConfig("", env(map[string]string{"FAIRTOUCH_DATABASE": url, "FAIRTOUCH_DATA": dir}))
		if err != nil {
			t.Fatal(err)
		}
		if nodes[i], err = Open(t.Context(), cfg, Options{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := nodes[i].Close(); err != nil {
				t.Error(err)
			}
		})
		if i == 0 {
			if err := nodes[0].FillDemo(t.Context(), rows, func(int) {}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if ready, err := nodes[1].DemoReady(t.Context()); !ready || err != nil {
			t.Fatal(ready, err)
		}
	}
	return nodes
}

func TestTwoNodesOnOnePostgreSQLSeeEveryWithdrawalAtOnce(t *testing.T) {
	nodes := twoNodes(t, 500)
	race(t, nodes[0], nodes[1], withdrawals(t))
	stopRace(t, nodes[0], nodes[1])
}
