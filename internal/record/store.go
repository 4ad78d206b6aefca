package record

import (
	"context"
	"time"

	"fairtouch/touch"
)

// Store keeps the rows. sqlstore implements it.
type Store interface {
	// AppendRows commits rows, grouped with those of other callers, and returns
	// once they are durable. Each row has its own error: nil, ErrStale, a
	// *DuplicateError, or Unavailable; a row with an error was not written.
	AppendRows(ctx context.Context, rows []Row) []error
	// Logs lists the workspaces' logs.
	Logs(ctx context.Context) ([]LogState, error)
	// Unlogged returns rows after seq that have no place in the log yet, in
	// order, without their ciphertext, and the highest seq up to which all are
	// known to have one.
	Unlogged(ctx context.Context, after int64, limit int) (rows []Row, settled int64, err error)
	// SaveLogged writes places in the log and the checkpoint, in one
	// transaction, if the lease is still held with this fence.
	SaveLogged(ctx context.Context, l Lease, ws touch.Workspace, s Logged) error
	// Row returns one event, or an error with code Unknown.
	Row(ctx context.Context, ws touch.Workspace, id touch.EventID) (Stored, error)
	// Scan returns rows with a seq above after, in order, at most limit, with
	// their decisions and places in the log.
	Scan(ctx context.Context, ws touch.Workspace, after int64, limit int) ([]Stored, error)
	// Erase destroys the person's key, look-up, index rows and kept replies and
	// writes row, in one transaction; then it makes sure that no copy is left
	// in the database's files, and only then returns. keyID is random.
	Erase(ctx context.Context, ws touch.Workspace, id touch.SubjectID, keyID string, row Row) error
	// TakeLease takes or renews a lease for ttl. held is false while another
	// holder has it.
	TakeLease(ctx context.Context, name, holder string, ttl time.Duration) (l Lease, held bool, err error)
}

// LogState is what the store knows of a workspace's log.
type LogState struct {
	Workspace touch.Workspace
	Origin    string
	Size      int64  // of the last checkpoint that was saved
	Note      string // that checkpoint, signed; "" for none
	Next      int64  // one more than the highest place that is taken
}

// Logged is what the integrator writes back.
type Logged struct {
	Seqs       []int64
	Indexes    []int64 // as long as Seqs
	Duplicates []Place // places that a crash took twice
	Size       int64   // of the checkpoint, where Note is set
	Note       string
}

// Place is where a row's leaf lies in the log.
type Place struct{ Seq, Index int64 }

// Lease is the right to feed the logs. Fence grows with every change of holder.
type Lease struct {
	Name, Holder string
	Fence        int64
}
