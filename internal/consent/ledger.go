package consent

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Ledger keeps permissions. Every change is an event of the record, sealed
// under the person's key, and durable before it is acknowledged.
type Ledger struct {
	store  Store
	keeper *seal.Keeper
	rec    *record.Recorder
	now    func() time.Time
}

// NewLedger makes a ledger.
func NewLedger(store Store, keeper *seal.Keeper, rec *record.Recorder, now func() time.Time) *Ledger {
	return &Ledger{store, keeper, rec, now}
}

// Known is a person whose key was opened for one request.
type Known struct {
	Person
	Key     seal.SubjectKey
	Members []Member // the person's identities; more than one in a cluster
}

// Normalise brings an external id to the form whose keyed hash is stored:
// trimmed, NFC, and in lower case if it is an e-mail address.
func Normalise(external string) (string, error) {
	s := norm.NFC.String(strings.TrimSpace(external))
	if s == "" || len(s) > 512 || strings.ContainsRune(s, 0) {
		return "", touch.Fielderr("subject.external_id", "must be 1 to 512 bytes of text, the id that your own systems use")
	}
	if strings.Contains(s, "@") {
		s = strings.ToLower(s)
	}
	return s, nil
}

// Lookup is the keyed hash that stands for an external id.
func (l *Ledger) Lookup(ws touch.Workspace, external string) (string, error) {
	s, err := Normalise(external)
	if err != nil {
		return "", err
	}
	return l.keeper.Lookup(ws, s)
}

// Find returns a person, or one that was made now and of whom nothing is known.
func (l *Ledger) Find(ctx context.Context, ws touch.Workspace, external string) (Known, int64, error) {
	lookup, err := l.Lookup(ws, external)
	if err != nil {
		return Known{}, 0, err
	}
	p, epoch, ok, err := l.store.Person(ctx, ws, lookup)
	if err != nil {
		return Known{}, 0, err
	}
	if !ok {
		made, err := l.create(ctx, ws, []string{lookup}, false)
		if err != nil {
			return Known{}, 0, err
		}
		p = made[lookup]
	}
	k, err := l.open(ctx, ws, p)
	return k, epoch, err
}

// Look is Find without a trace: false for somebody of whom nothing is known.
func (l *Ledger) Look(ctx context.Context, ws touch.Workspace, external string) (Known, bool, error) {
	lookup, err := l.Lookup(ws, external)
	if err != nil {
		return Known{}, false, err
	}
	p, _, ok, err := l.store.Person(ctx, ws, lookup)
	if err != nil || !ok {
		return Known{}, false, err
	}
	k, err := l.open(ctx, ws, p)
	return k, err == nil, err
}

// FindAll is Find for many persons in few queries. The map is by look-up.
func (l *Ledger) FindAll(ctx context.Context, ws touch.Workspace, lookups []string) (map[string]Known, int64, error) {
	got, epoch, err := l.store.People(ctx, ws, lookups)
	if err != nil {
		return nil, 0, err
	}
	var absent []string
	seen := map[string]bool{}
	for _, lk := range lookups {
		if _, ok := got[lk]; !ok && !seen[lk] {
			absent, seen[lk] = append(absent, lk), true
		}
	}
	made, err := l.create(ctx, ws, absent, false)
	if err != nil {
		return nil, 0, err
	}
	out := make(map[string]Known, len(got)+len(made))
	for _, m := range []map[string]Person{got, made} {
		for lk, p := range m {
			if out[lk], err = l.open(ctx, ws, p); err != nil {
				return nil, 0, err
			}
		}
	}
	return out, epoch, nil
}

// LookAll is FindAll without a trace: who isn't known isn't in the map, and
// nobody is made.
func (l *Ledger) LookAll(ctx context.Context, ws touch.Workspace, lookups []string) (map[string]Known, int64, error) {
	got, epoch, err := l.store.People(ctx, ws, lookups)
	if err != nil {
		return nil, 0, err
	}
	out := make(map[string]Known, len(got))
	for lk, p := range got {
		if out[lk], err = l.open(ctx, ws, p); err != nil {
			return nil, 0, err
		}
	}
	return out, epoch, nil
}

func (l *Ledger) create(ctx context.Context, ws touch.Workspace, lookups []string, device bool) (map[string]Person, error) {
	if len(lookups) == 0 {
		return nil, nil
	}
	news := make([]NewPerson, len(lookups))
	for i, lk := range lookups {
		id := touch.NewSubjectID()
		_, wrapped, err := l.keeper.NewSubjectKey(ws, id)
		if err != nil {
			return nil, err
		}
		news[i] = NewPerson{ID: id, Lookup: lk, Wrapped: wrapped, Device: device}
	}
	return l.store.CreatePeople(ctx, ws, news)
}

// ByID returns a person by id.
func (l *Ledger) ByID(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (Known, error) {
	p, err := l.store.PersonByID(ctx, ws, id)
	if err != nil {
		return Known{}, err
	}
	return l.open(ctx, ws, p)
}

// Open opens a person whom the store listed.
func (l *Ledger) Open(ctx context.Context, ws touch.Workspace, p Person) (Known, error) {
	return l.open(ctx, ws, p)
}

func (l *Ledger) open(ctx context.Context, ws touch.Workspace, p Person) (Known, error) {
	k := Known{Person: p}
	var err error
	if k.Key, err = l.keeper.OpenSubjectKey(ws, p.ID, p.Wrapped); err != nil {
		return Known{}, err
	}
	own, err := unseal(k.Key, p)
	if err != nil {
		return Known{}, err
	}
	k.Members = []Member{{Projection: own, Joined: p.Joined}}
	if p.Cluster == "" {
		return k, nil
	}
	others, err := l.store.Cluster(ctx, ws, p.Cluster)
	if err != nil {
		return Known{}, err
	}
	for _, o := range others {
		if o.ID == p.ID {
			continue
		}
		key, err := l.keeper.OpenSubjectKey(ws, o.ID, o.Wrapped)
		if errors.Is(err, seal.ErrErased) {
			continue
		}
		if err != nil {
			return Known{}, err
		}
		pr, err := unseal(key, o)
		if err != nil {
			return Known{}, err
		}
		k.Members = append(k.Members, Member{Projection: pr, Joined: o.Joined})
	}
	return k, nil
}

func stateAAD(id touch.SubjectID) []byte { return []byte("consent-state\x00" + string(id)) }

func unseal(key seal.SubjectKey, p Person) (*Projection, error) {
	if len(p.Sealed) == 0 {
		return &Projection{}, nil
	}
	b, err := key.Open(p.Sealed, stateAAD(p.ID))
	if err != nil {
		return nil, err
	}
	return decode(b)
}

// Record puts events about one person into the ledger, all or none. Ids and
// the time of receipt are set here, by the server's clock.
func (l *Ledger) Record(ctx context.Context, ws touch.Workspace, external string, events ...Event) (touch.Receipt, error) {
	for range 20 {
		k, _, err := l.Find(ctx, ws, external)
		if err != nil {
			return touch.Receipt{}, err
		}
		r, err := l.recordFor(ctx, ws, k, events)
		if !errors.Is(err, record.ErrStale) {
			return r, err
		}
	}
	return touch.Receipt{}, touch.Errorf(touch.Conflict, "the person's permissions keep changing; try again")
}

// RecordByID is Record for a person who is known by id.
func (l *Ledger) RecordByID(ctx context.Context, ws touch.Workspace, id touch.SubjectID, events ...Event) (touch.Receipt, error) {
	for range 20 {
		k, err := l.ByID(ctx, ws, id)
		if err != nil {
			return touch.Receipt{}, err
		}
		r, err := l.recordFor(ctx, ws, k, events)
		if !errors.Is(err, record.ErrStale) {
			return r, err
		}
	}
	return touch.Receipt{}, touch.Errorf(touch.Conflict, "the person's permissions keep changing; try again")
}

func (l *Ledger) recordFor(ctx context.Context, ws touch.Workspace, k Known, events []Event) (touch.Receipt, error) {
	e, err := l.Prepare(k, events)
	if err != nil {
		return touch.Receipt{}, err
	}
	return l.rec.Append(ctx, ws, e)
}

// Prepare makes the record's entry for events about one person, for callers
// that append many at once.
func (l *Ledger) Prepare(k Known, events []Event) (record.Entry, error) {
	if len(events) == 0 {
		return record.Entry{}, touch.Fielderr("events", "there is nothing to record")
	}
	own := k.Members[0].Projection
	now := l.now().UTC().Truncate(time.Microsecond)
	var lines []record.ConsentLine
	for i := range events {
		e := &events[i]
		e.ID, e.ReceivedAt = touch.NewEventID(), now
		if err := e.Validate(); err != nil {
			return record.Entry{}, err
		}
		if err := speaks(k.Members, e, now); err != nil {
			return record.Entry{}, err
		}
		own.Apply(e)
		if e.Device { // counted by its web site, not among what people said
			continue
		}
		lines = append(lines, record.ConsentLine{Purpose: e.Scope.Purpose, System: string(e.Scope.System), Channel: string(e.Scope.Channel),
			State: string(e.State), Basis: string(e.Basis), Notice: e.Notice})
	}
	b, err := own.encode()
	if err != nil {
		return record.Entry{}, err
	}
	sealed, err := k.Key.Seal(b, stateAAD(k.ID))
	if err != nil {
		return record.Entry{}, err
	}
	payload, err := json.Marshal(map[string]any{"events": events})
	if err != nil {
		return record.Entry{}, touch.Wrap(touch.Internal, err, "an event can't be written")
	}
	return record.Entry{Kind: record.Grant, At: now, Payload: payload, Guard: &record.Guard{Version: k.Version},
		Subject: &record.Subject{ID: k.ID, Key: k.Key}, State: sealed, Lines: lines}, nil
}

// History returns a person's events, oldest first, from the record itself.
func (l *Ledger) History(ctx context.Context, ws touch.Workspace, id touch.SubjectID) ([]Event, error) {
	ids, err := l.store.EventsOf(ctx, ws, id, record.Grant)
	if err != nil {
		return nil, err
	}
	var out []Event
	for _, ev := range ids {
		o, err := l.rec.Opening(ctx, ws, ev)
		if err != nil {
			return nil, err
		}
		es, err := decodeEvents(o.Payload)
		if err != nil {
			return nil, err
		}
		out = append(out, es...)
	}
	return out, nil
}

// Rebuild projects a person's history anew; it must equal what is stored.
func (l *Ledger) Rebuild(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (*Projection, error) {
	es, err := l.History(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	p := &Projection{}
	for i := range es {
		p.Apply(&es[i])
	}
	return p, nil
}

// Merge joins persons who turned out to be one; Unmerge takes one out again.
func (l *Ledger) Merge(ctx context.Context, ws touch.Workspace, ids ...touch.SubjectID) error {
	if len(ids) < 2 {
		return touch.Fielderr("ids", "a merge joins two persons or more")
	}
	cluster := ""
	for _, id := range ids {
		p, err := l.store.PersonByID(ctx, ws, id)
		if err != nil {
			return err
		}
		if p.Cluster != "" {
			cluster = p.Cluster
		}
	}
	if cluster == "" {
		cluster = touch.NewID("clu")
	}
	return l.store.SetCluster(ctx, ws, ids, cluster, l.now())
}

// Unmerge takes a person out of their cluster.
func (l *Ledger) Unmerge(ctx context.Context, ws touch.Workspace, id touch.SubjectID) error {
	return l.store.SetCluster(ctx, ws, []touch.SubjectID{id}, "", l.now())
}

// decodeEvents reads the events of one ledger entry from its record.
func decodeEvents(payload []byte) ([]Event, error) {
	var p struct {
		Body struct {
			Events []Event `json:"events"`
		} `json:"body"`
	}
	err := json.Unmarshal(payload, &p)
	return p.Body.Events, touch.Wrap(touch.Tampered, err, "a permission's event can't be read")
}
