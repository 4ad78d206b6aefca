package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"fairtouch/internal/pilot"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// Kinds of documents.
const (
	kindSystem  = "system"
	kindChains  = "chains"
	kindJudged  = "judgement"
	kindPilot   = "pilot"
	kindPilotEv = "pilot-event"
)

// System implements register.Store.
func (db *DB) System(ctx context.Context, ws touch.Workspace, id touch.SystemID) (register.System, error) {
	var s register.System
	err := db.Document(ctx, ws, kindSystem, string(id), &s)
	return s, err
}

// Systems implements register.Store.
func (db *DB) Systems(ctx context.Context, ws touch.Workspace) ([]register.System, error) {
	return all[register.System](ctx, db, ws, kindSystem)
}

func all[T any](ctx context.Context, db *DB, ws touch.Workspace, kind string) ([]T, error) {
	var out []T
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		return newest(ctx, tx, ws, kind, func(body string) error { return appendDoc(&out, body) })
	})
	return out, err
}

func appendDoc[T any](out *[]T, body string) error {
	var v T
	err := decode(body, &v)
	*out = append(*out, v)
	return err
}

// SaveSystem implements register.Store.
func (db *DB) SaveSystem(ctx context.Context, ws touch.Workspace, s register.System, by touch.UserID) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		next, err := nextVersion(ctx, tx, ws, kindSystem, string(s.ID))
		if err == nil && next != s.Version {
			err = touch.Errorf(touch.Conflict, "this system was changed meanwhile; read it again")
		}
		if err == nil {
			err = followSystem(ctx, tx, ws, &s, by)
		}
		if err != nil {
			return err
		}
		return saveDocument(ctx, tx, ws, kindSystem, string(s.ID), s.Version, s, by)
	})
}

// followSystem hands over what the version before says of its supplier.
func followSystem(ctx context.Context, tx *Tx, ws touch.Workspace, s *register.System, by touch.UserID) error {
	if s.Version == 1 {
		s.Supplier = nil
		return nil
	}
	var old register.System
	if err := document(ctx, tx, ws, kindSystem, string(s.ID), &old); err != nil {
		return err
	}
	s.Follow(&old, by, time.Now())
	return nil
}

// Chains implements register.Store: later parts replace earlier ones by id.
func (db *DB) Chains(ctx context.Context, ws touch.Workspace) (register.Parts, error) {
	var out register.Parts
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = register.Parts{}
		return versions(ctx, tx, ws, kindChains, "all", func(body string) error {
			var p register.Parts
			err := decode(body, &p)
			out.Parties = replace(out.Parties, p.Parties, func(x register.Party) string { return x.ID })
			out.Assets = replace(out.Assets, p.Assets, func(x register.Asset) string { return x.ID })
			out.Edges = replace(out.Edges, p.Edges, func(x register.Edge) string { return x.From + "\x00" + x.Rel + "\x00" + x.To })
			out.Rights = replace(out.Rights, p.Rights, func(x register.Right) string { return x.ID })
			return err
		})
	})
	return out, err
}

func replace[T any](old, news []T, id func(T) string) []T {
	at := make(map[string]int, len(old))
	for i := range old {
		at[id(old[i])] = i
	}
	for _, n := range news {
		if i, ok := at[id(n)]; ok {
			old[i] = n
			continue
		}
		at[id(n)] = len(old)
		old = append(old, n)
	}
	return old
}

// SaveChains implements register.Store.
func (db *DB) SaveChains(ctx context.Context, ws touch.Workspace, p register.Parts, by touch.UserID) error {
	_, err := db.PutDocument(ctx, ws, kindChains, "all", p, by)
	return err
}

type judgements struct {
	Significance []register.Significance `json:"significance,omitempty"`
	Attestations []register.Attestation  `json:"attestations,omitempty"`
}

// Judgements implements register.Store.
func (db *DB) Judgements(ctx context.Context, ws touch.Workspace) ([]register.Significance, []register.Attestation, error) {
	var j judgements
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		j = judgements{}
		return versions(ctx, tx, ws, kindJudged, "all", func(body string) error {
			var one judgements
			err := json.Unmarshal([]byte(body), &one)
			j.Significance = append(j.Significance, one.Significance...)
			j.Attestations = append(j.Attestations, one.Attestations...)
			return touch.Wrap(touch.Internal, err, "a stored judgement can't be read")
		})
	})
	return j.Significance, j.Attestations, err
}

// SaveJudgements implements register.Store.
func (db *DB) SaveJudgements(ctx context.Context, ws touch.Workspace, s []register.Significance, a []register.Attestation) error {
	_, err := db.PutDocument(ctx, ws, kindJudged, "all", judgements{s, a}, "")
	return err
}

// Pilot implements pilot.Store.
func (db *DB) Pilot(ctx context.Context, ws touch.Workspace, id touch.PilotID) (pilot.Pilot, error) {
	var p pilot.Pilot
	err := db.Document(ctx, ws, kindPilot, string(id), &p)
	return p, err
}

// PilotOf implements pilot.Store.
func (db *DB) PilotOf(ctx context.Context, ws touch.Workspace, system touch.SystemID) (pilot.Pilot, error) {
	ps, err := db.Pilots(ctx, ws)
	if err != nil {
		return pilot.Pilot{}, err
	}
	for _, p := range ps {
		if p.System == system && p.State != pilot.Draft {
			return p, nil
		}
	}
	return pilot.Pilot{}, touch.Errorf(touch.Unknown, "the system has no pilot")
}

// Pilots implements pilot.Store.
func (db *DB) Pilots(ctx context.Context, ws touch.Workspace) ([]pilot.Pilot, error) {
	return all[pilot.Pilot](ctx, db, ws, kindPilot)
}

// SavePilot implements pilot.Store.
func (db *DB) SavePilot(ctx context.Context, ws touch.Workspace, p pilot.Pilot, e pilot.Event) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		// Documents count from 1, a fresh pilot from 0.
		next, err := nextVersion(ctx, tx, ws, kindPilot, string(p.ID))
		if err == nil && next != p.Version+1 {
			err = touch.Errorf(touch.Conflict, "this pilot was changed meanwhile; read it again")
		}
		if err != nil {
			return err
		}
		if err := saveDocument(ctx, tx, ws, kindPilot, string(p.ID), next, p, e.By); err != nil || e.Kind == "" {
			return err
		}
		return saveDocument(ctx, tx, ws, kindPilotEv, string(p.ID), next, e, e.By)
	})
}

// PilotEvents implements pilot.Store.
func (db *DB) PilotEvents(ctx context.Context, ws touch.Workspace, id touch.PilotID) ([]pilot.Event, error) {
	var out []pilot.Event
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		return versions(ctx, tx, ws, kindPilotEv, string(id), func(body string) error { return appendDoc(&out, body) })
	})
	return out, err
}
