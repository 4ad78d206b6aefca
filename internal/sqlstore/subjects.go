package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// Subject is a person as the store knows one: by a random id, and by the keyed
// hash of an identifier.
type Subject struct {
	ID         touch.SubjectID
	Lookup     string // seal.Keeper.Lookup
	Version    int64  // changes with every change of what may be done to the person
	WrappedKey []byte // empty once the person was erased
}

// NewSubject is a person to be created, with a key from seal.Keeper.NewSubjectKey.
type NewSubject struct {
	ID         touch.SubjectID
	Lookup     string
	WrappedKey []byte
	Device     bool // a browser: see the table devices
}

type subjectLookup struct {
	ws     touch.Workspace
	lookup string
}

// SubjectByLookup finds one person. Concurrent calls share queries; each sees
// every change that was acknowledged before it was called.
func (db *DB) SubjectByLookup(ctx context.Context, ws touch.Workspace, lookup string) (Subject, bool, error) {
	return db.bySub.Get(ctx, subjectLookup{ws, lookup})
}

// SubjectsByLookup finds many persons at once. Who isn't known isn't in the map.
func (db *DB) SubjectsByLookup(ctx context.Context, ws touch.Workspace, lookups []string) (map[string]Subject, error) {
	out := make(map[string]Subject, len(lookups))
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		clear(out)
		return selectSubjects(ctx, tx, ws, lookups, out)
	})
	return out, err
}

func (db *DB) fetchSubjects(ctx context.Context, keys []subjectLookup) (map[subjectLookup]Subject, error) {
	byWS := map[touch.Workspace][]string{}
	for _, k := range keys {
		byWS[k.ws] = append(byWS[k.ws], k.lookup)
	}
	out := make(map[subjectLookup]Subject, len(keys))
	for ws, lookups := range byWS {
		got, err := db.SubjectsByLookup(ctx, ws, lookups)
		if err != nil {
			return nil, err
		}
		for l, s := range got {
			out[subjectLookup{ws, l}] = s
		}
	}
	return out, nil
}

func selectSubjects(ctx context.Context, tx *Tx, ws touch.Workspace, lookups []string, out map[string]Subject) error {
	return tx.among(lookups, 2, func(in string, keys []any) error {
		const head = `SELECT s.id, s.lookup, s.version, k.wrapped FROM subjects s
			LEFT JOIN subject_keys k ON k.ws = s.ws AND k.subject_id = s.id
			WHERE s.ws = $1 AND s.lookup `
		return tx.Each(ctx, head+in, append([]any{string(ws)}, keys...), func(rows *sql.Rows) error {
			var s Subject
			if err := rows.Scan(&s.ID, &s.Lookup, &s.Version, &s.WrappedKey); err != nil {
				return err
			}
			out[s.Lookup] = s
			return nil
		})
	})
}

// CreateSubjects makes persons that aren't known yet and returns all of them as
// they are stored: of two calls with one look-up, the first wins. Version starts at 1.
func (db *DB) CreateSubjects(ctx context.Context, ws touch.Workspace, news []NewSubject) (map[string]Subject, error) {
	out := make(map[string]Subject, len(news))
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		clear(out)
		return createSubjects(ctx, tx, ws, news, out)
	})
	return out, err
}

func createSubjects(ctx context.Context, tx *Tx, ws touch.Workspace, news []NewSubject, out map[string]Subject) error {
	now := Micros(time.Now())
	var subjects, lookups = make([]any, 0, 5*len(news)), make([]string, 0, len(news))
	for _, n := range news {
		subjects = append(subjects, string(ws), string(n.ID), n.Lookup, int64(1), now)
		lookups = append(lookups, n.Lookup)
	}
	_, err := insertMany(ctx, tx, "INSERT INTO subjects (ws, id, lookup, version, created_at) VALUES ", 5,
		" ON CONFLICT (ws, lookup) DO NOTHING", subjects)
	if err != nil {
		return err
	}
	if err := selectSubjects(ctx, tx, ws, lookups, out); err != nil {
		return err
	}
	keys, devices := make([]any, 0, 3*len(news)), []any(nil)
	for _, n := range news {
		if s, ok := out[n.Lookup]; ok && s.ID == n.ID && len(s.WrappedKey) == 0 {
			s.WrappedKey = n.WrappedKey
			out[n.Lookup] = s
			keys = append(keys, string(ws), string(n.ID), n.WrappedKey)
			if n.Device {
				devices = append(devices, string(ws), string(n.ID), now)
			}
		}
	}
	if _, err = insertMany(ctx, tx, "INSERT INTO subject_keys (ws, subject_id, wrapped) VALUES ", 3, "", keys); err != nil || len(devices) == 0 {
		return err
	}
	_, err = insertMany(ctx, tx, "INSERT INTO devices (ws, subject_id, made_at) VALUES ", 3, "", devices)
	return err
}

// BumpSubject changes a person's version. Whoever changes what may be done to a
// person (a consent, an objection) calls it in the same transaction: a decision
// made under the version before it can then not be committed any more.
func BumpSubject(ctx context.Context, tx *Tx, ws touch.Workspace, id touch.SubjectID) error {
	n, err := tx.Exec(ctx, "UPDATE subjects SET version = version + 1 WHERE ws = $1 AND id = $2 AND erased_at IS NULL", string(ws), string(id))
	if err == nil && n == 0 {
		return touch.Errorf(touch.Unknown, "no such person, or erased")
	}
	return err
}
