package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

const personColumns = `SELECT s.id, COALESCE(s.lookup, ''), s.version, k.wrapped, c.sealed, COALESCE(g.cluster, ''), COALESCE(g.joined_at, 0)
	FROM subjects s
	LEFT JOIN subject_keys k ON k.ws = s.ws AND k.subject_id = s.id
	LEFT JOIN consent_state c ON c.ws = s.ws AND c.subject_id = s.id
	LEFT JOIN clusters g ON g.ws = s.ws AND g.subject_id = s.id `

func scanPerson(rows *sql.Rows) (p consent.Person, err error) {
	var joined int64
	err = rows.Scan(&p.ID, &p.Lookup, &p.Version, &p.Wrapped, &p.Sealed, &p.Cluster, &joined)
	p.Joined = timeOrZero(joined)
	return p, err
}

// found is what a look-up of one person brings back: the epoch comes along
// whether or not the person is known.
type found struct {
	p     consent.Person
	epoch int64
	known bool
}

// Person implements consent.Store.
func (db *DB) Person(ctx context.Context, ws touch.Workspace, lookup string) (consent.Person, int64, bool, error) {
	f, _, err := db.byLookup.Get(ctx, subjectLookup{ws, lookup})
	return f.p, f.epoch, f.known, err
}

func (db *DB) fetchPeople(ctx context.Context, keys []subjectLookup) (map[subjectLookup]found, error) {
	byWS := map[touch.Workspace][]string{}
	for _, k := range keys {
		byWS[k.ws] = append(byWS[k.ws], k.lookup)
	}
	out := make(map[subjectLookup]found, len(keys))
	for ws, lookups := range byWS {
		people, epoch, err := db.People(ctx, ws, lookups)
		if err != nil {
			return nil, err
		}
		for _, l := range lookups {
			p, ok := people[l]
			p.Epoch = epoch
			out[subjectLookup{ws, l}] = found{p, epoch, ok}
		}
	}
	return out, nil
}

// People implements consent.Store.
func (db *DB) People(ctx context.Context, ws touch.Workspace, lookups []string) (map[string]consent.Person, int64, error) {
	out := make(map[string]consent.Person, len(lookups))
	var at int64
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		clear(out)
		if err := epoch(ctx, tx, ws, &at); err != nil {
			return err
		}
		return selectPeople(ctx, tx, ws, lookups, out)
	})
	return out, at, err
}

func selectPeople(ctx context.Context, tx *Tx, ws touch.Workspace, lookups []string, out map[string]consent.Person) error {
	return tx.among(lookups, 2, func(in string, keys []any) error {
		return tx.Each(ctx, personColumns+"WHERE s.ws = $1 AND s.lookup "+in, append([]any{string(ws)}, keys...), func(rows *sql.Rows) error {
			p, err := scanPerson(rows)
			out[p.Lookup] = p
			return err
		})
	})
}

// CreatePeople implements consent.Store.
func (db *DB) CreatePeople(ctx context.Context, ws touch.Workspace, news []consent.NewPerson) (map[string]consent.Person, error) {
	subjects := make([]NewSubject, len(news))
	for i, n := range news {
		subjects[i] = NewSubject{ID: n.ID, Lookup: n.Lookup, WrappedKey: n.Wrapped, Device: n.Device}
	}
	made, err := db.CreateSubjects(ctx, ws, subjects)
	out := make(map[string]consent.Person, len(made))
	for l, s := range made {
		out[l] = consent.Person{ID: s.ID, Lookup: l, Version: s.Version, Wrapped: s.WrappedKey}
	}
	if err != nil {
		return nil, err
	}
	// Somebody else may have made one meanwhile, and recorded a no already.
	return out, db.refresh(ctx, ws, news, out)
}

func (db *DB) refresh(ctx context.Context, ws touch.Workspace, news []consent.NewPerson, out map[string]consent.Person) error {
	var others []string
	for _, n := range news {
		if p, ok := out[n.Lookup]; ok && p.ID != n.ID {
			others = append(others, n.Lookup)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return db.Read(ctx, func(ctx context.Context, tx *Tx) error { return selectPeople(ctx, tx, ws, others, out) })
}

// PersonByID implements consent.Store.
func (db *DB) PersonByID(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (consent.Person, error) {
	return oneRow(ctx, db, personColumns+"WHERE s.ws = $1 AND s.id = $2", []any{string(ws), string(id)}, "person", scanPerson)
}

// PeopleAfter lists persons who are not erased, by id, for passes over everybody.
// Browsers that answered on a web site are among them.
func (db *DB) PeopleAfter(ctx context.Context, ws touch.Workspace, after touch.SubjectID, limit int) ([]consent.Person, error) {
	return manyRows(ctx, db, personColumns+"WHERE s.ws = $1 AND s.id > $2 AND s.erased_at IS NULL AND k.wrapped IS NOT NULL ORDER BY s.id LIMIT $3", []any{string(ws), string(after), limit}, scanPerson)
}

// Cluster implements consent.Store.
func (db *DB) Cluster(ctx context.Context, ws touch.Workspace, cluster string) ([]consent.Person, error) {
	return manyRows(ctx, db, personColumns+"WHERE g.ws = $1 AND g.cluster = $2 ORDER BY s.id", []any{string(ws), cluster}, scanPerson)
}

// SetCluster implements consent.Store.
func (db *DB) SetCluster(ctx context.Context, ws touch.Workspace, ids []touch.SubjectID, cluster string, at time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, id := range ids {
			if err := BumpSubject(ctx, tx, ws, id); err != nil {
				return err
			}
			if err := bumpCluster(ctx, tx, ws, id); err != nil {
				return err
			}
			if err := setCluster(ctx, tx, ws, id, cluster, at); err != nil {
				return err
			}
		}
		return nil
	})
}

func setCluster(ctx context.Context, tx *Tx, ws touch.Workspace, id touch.SubjectID, cluster string, at time.Time) error {
	if cluster == "" {
		_, err := tx.Exec(ctx, "DELETE FROM clusters WHERE ws = $1 AND subject_id = $2", string(ws), string(id))
		return err
	}
	// Whoever was joined with this person before comes along, as if joined now:
	// an earlier yes of one can't answer an earlier no of another.
	_, err := tx.Exec(ctx, `UPDATE clusters SET cluster = $3, joined_at = $4 WHERE ws = $1 AND cluster <> $3 AND cluster IN
		(SELECT o.cluster FROM clusters o WHERE o.ws = $1 AND o.subject_id = $2)`, string(ws), string(id), cluster, Micros(at))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO clusters (ws, subject_id, cluster, joined_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (ws, subject_id) DO NOTHING`, string(ws), string(id), cluster, Micros(at))
	return err
}

// bumpCluster changes the version of everybody in a person's cluster: what may
// be done to one depends on what all of them said.
func bumpCluster(ctx context.Context, tx *Tx, ws touch.Workspace, id touch.SubjectID) error {
	_, err := tx.Exec(ctx, `UPDATE subjects SET version = version + 1 WHERE ws = $1 AND erased_at IS NULL AND id <> $2 AND id IN
		(SELECT o.subject_id FROM clusters o JOIN clusters m ON m.ws = o.ws AND m.cluster = o.cluster WHERE m.ws = $1 AND m.subject_id = $2)`,
		string(ws), string(id))
	return err
}

// EventsOf implements consent.Store.
func (db *DB) EventsOf(ctx context.Context, ws touch.Workspace, id touch.SubjectID, kind record.Kind) ([]touch.EventID, error) {
	const q = `SELECT e.id FROM event_subjects s JOIN events e ON e.id = s.event_id
		WHERE s.ws = $1 AND s.subject_id = $2 AND e.kind = $3 ORDER BY e.seq`
	return manyRows(ctx, db, q, []any{string(ws), string(id), string(kind)}, func(rows *sql.Rows) (id touch.EventID, err error) {
		err = rows.Scan(&id)
		return id, err
	})
}
