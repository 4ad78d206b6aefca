package consent

import (
	"context"
	"errors"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// A device is a browser that nobody signed in on: a subject of its own, with a
// key and a projection, found by a look-up that no external id can reach.

// deviceLookup holds a NUL, which Normalise refuses, so that no client can name
// a device as a person or a person as a device.
func (l *Ledger) deviceLookup(ws touch.Workspace, id string) (string, error) {
	return l.keeper.Lookup(ws, "device\x00"+id)
}

// LookDevice finds a device without making one; ok is false where it has never
// answered. Only its own permissions are opened, never those of a person that it
// was linked to.
func (l *Ledger) LookDevice(ctx context.Context, ws touch.Workspace, id string) (k Known, ok bool, err error) {
	lookup, err := l.deviceLookup(ws, id)
	if err != nil {
		return Known{}, false, err
	}
	p, _, ok, err := l.store.Person(ctx, ws, lookup)
	if err != nil || !ok {
		return Known{}, false, err
	}
	k, err = l.openDevice(ws, p)
	if errors.Is(err, seal.ErrErased) {
		return Known{}, false, nil
	}
	return k, err == nil, err
}

func (l *Ledger) openDevice(ws touch.Workspace, p Person) (k Known, err error) {
	k.Person = p
	if k.Key, err = l.keeper.OpenSubjectKey(ws, p.ID, p.Wrapped); err != nil {
		return Known{}, err
	}
	own, err := unseal(k.Key, p)
	k.Members = []Member{{Projection: own, Joined: p.Joined}}
	return k, err
}

// RecordDevice puts what was said on a device into the ledger, all or none.
// version is the device's when it was asked, 0 for one that had never answered:
// where it has answered since, nothing is recorded and the error is
// touch.Conflict, so that an answer can't be delivered twice or late.
func (l *Ledger) RecordDevice(ctx context.Context, ws touch.Workspace, id string, version int64, events ...Event) (touch.Receipt, error) {
	stale := touch.Errorf(touch.Conflict, "this browser has answered meanwhile; ask again")
	k, ok, err := l.LookDevice(ctx, ws, id)
	switch {
	case err != nil:
		return touch.Receipt{}, err
	case ok && version != k.Version:
		return touch.Receipt{}, stale
	case !ok && version != 0:
		return touch.Receipt{}, stale
	case !ok:
		if k, err = l.makeDevice(ctx, ws, id); err != nil {
			return touch.Receipt{}, err
		}
		if len(k.Sealed) > 0 {
			return touch.Receipt{}, stale
		}
	}
	for i := range events {
		events[i].Device, events[i].Assurance = true, ByDevice
	}
	e, err := l.Prepare(k, events)
	if err != nil {
		return touch.Receipt{}, err
	}
	r, err := l.rec.Append(ctx, ws, e)
	if errors.Is(err, record.ErrStale) {
		return touch.Receipt{}, stale
	}
	return r, err
}

func (l *Ledger) makeDevice(ctx context.Context, ws touch.Workspace, id string) (Known, error) {
	lookup, err := l.deviceLookup(ws, id)
	if err != nil {
		return Known{}, err
	}
	made, err := l.create(ctx, ws, []string{lookup}, true)
	if err != nil {
		return Known{}, err
	}
	return l.openDevice(ws, made[lookup])
}

// Link joins a device with the person who said, in their own name, that it is
// theirs. A device that belongs to somebody else's cluster stays there.
func (l *Ledger) Link(ctx context.Context, ws touch.Workspace, device string, person touch.SubjectID) error {
	k, ok, err := l.LookDevice(ctx, ws, device)
	if err != nil {
		return err
	}
	if !ok {
		return touch.Errorf(touch.Unknown, "this browser has not answered anything yet")
	}
	p, err := l.store.PersonByID(ctx, ws, person)
	if err != nil {
		return err
	}
	if k.Cluster != "" {
		if k.Cluster == p.Cluster {
			return nil
		}
		return touch.Errorf(touch.Conflict, "this browser is linked to somebody else already")
	}
	return l.Merge(ctx, ws, person, k.ID)
}

// Unlink takes a device out again; what it refused no longer counts for the person.
func (l *Ledger) Unlink(ctx context.Context, ws touch.Workspace, device string, person touch.SubjectID) error {
	k, ok, err := l.LookDevice(ctx, ws, device)
	if err != nil {
		return err
	}
	p, err := l.store.PersonByID(ctx, ws, person)
	if err != nil {
		return err
	}
	if !ok || k.Cluster == "" || k.Cluster != p.Cluster {
		return touch.Errorf(touch.Unknown, "this browser is not linked to you")
	}
	return l.Unmerge(ctx, ws, k.ID)
}
