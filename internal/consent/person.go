package consent

import (
	"context"
	"time"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Person is one identity as the store keeps it: a random id, a wrapped key and
// the sealed projection. The version changes with everything that may be done
// to the person; the epoch is the workspace's when it was read.
type Person struct {
	ID      touch.SubjectID
	Lookup  string
	Version int64
	Wrapped []byte // empty once the person was erased
	Sealed  []byte // the projection under the person's key; empty: nothing is known
	Cluster string // "" alone
	Joined  time.Time
	Epoch   int64
}

// NewPerson is a person to be made, with a fresh wrapped key.
type NewPerson struct {
	ID      touch.SubjectID
	Lookup  string
	Wrapped []byte
	Device  bool // a browser, and nobody's person
}

// Store keeps persons and their projections. What Person and People return is
// never older than their call: a withdrawal that was acknowledged, on whatever
// node, is in it.
type Store interface {
	// Person finds one person by look-up; concurrent calls share queries. epoch
	// is the workspace's, whether or not the person is known.
	Person(ctx context.Context, ws touch.Workspace, lookup string) (p Person, epoch int64, ok bool, err error)
	// People finds many. Who isn't known isn't in the map.
	People(ctx context.Context, ws touch.Workspace, lookups []string) (m map[string]Person, epoch int64, err error)
	// CreatePeople makes persons that aren't known, and returns all as stored:
	// of two calls with one look-up the first wins.
	CreatePeople(ctx context.Context, ws touch.Workspace, news []NewPerson) (map[string]Person, error)
	// PersonByID reads one person.
	PersonByID(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (Person, error)
	// Cluster lists the members of a cluster.
	Cluster(ctx context.Context, ws touch.Workspace, cluster string) ([]Person, error)
	// SetCluster joins persons into a cluster at a time, or with "" takes them
	// out of theirs, and changes the version of each.
	SetCluster(ctx context.Context, ws touch.Workspace, ids []touch.SubjectID, cluster string, at time.Time) error
	// EventsOf lists the ids of a person's events of a kind, oldest first.
	EventsOf(ctx context.Context, ws touch.Workspace, id touch.SubjectID, kind record.Kind) ([]touch.EventID, error)
}
