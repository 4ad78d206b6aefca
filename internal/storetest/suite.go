package storetest

import (
	"testing"

	"fairtouch/internal/sqlstore"
)

// Run runs the whole contract. open returns a fresh, empty, open store and
// closes it at the test's end.
func Run(t *testing.T, open func(t testing.TB) *sqlstore.DB) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, w *World)
	}{
		{"MigrationTwiceChangesNothing", migrateTwice},
		{"OnePersonStaysOnePerson", onePerson},
		{"FailedWriteLeavesNeighboursAlone", neighbours},
		{"WithdrawalStopsTheNextTouch", staleGuard},
		{"WithdrawalRace", staleRace},
		{"RetryGetsTheFirstDecision", idempotent},
		{"BadRowLeavesTheBatchAlone", batchNeighbours},
		{"ErasedPersonStaysErased", erased},
		{"RestoredPersonIsErasedAgain", reerased},
		{"BrokenOffStreamIsClosedOnce", interrupted},
		{"FullStoreRefusesAndLosesNothing", fullStore},
		{"LeaseHasOneHolder", leases},
		{"NulIsRefused", nul},
		{"SecretFirstWins", secretFirst},
		{"WorkspacesDontMeet", workspaces},
		{"ReadEndsWithinASecond", shortReads},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, NewWorld(t, open(t), t.TempDir())) })
	}
}
