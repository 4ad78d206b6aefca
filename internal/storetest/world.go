package storetest

import (
	"context"
	"fmt"
	"testing"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// WS is the workspace that World makes.
const WS touch.Workspace = "acme"

// World is a migrated store with keys, a workspace and a recorder.
type World struct {
	DB     *sqlstore.DB
	Keeper *seal.Keeper
	Rec    *record.Recorder
	Dir    string
}

// NewWorld builds a world on an open store. dir holds the keys and the log.
func NewWorld(t testing.TB, db *sqlstore.DB, dir string) *World {
	t.Helper()
	w, err := BuildWorld(t.Context(), db, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Rec.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

// BuildWorld is NewWorld for programs that aren't tests.
func BuildWorld(ctx context.Context, db *sqlstore.DB, dir string) (*World, error) {
	if err := db.Migrate(ctx); err != nil {
		return nil, err
	}
	_, err := db.CreateWorkspace(ctx, sqlstore.Workspace{ID: WS, Name: "Acme", Kind: "real", LogOrigin: "log.example/acme"})
	if err != nil {
		return nil, err
	}
	keeper, err := seal.Open(ctx, seal.Config{DataDir: dir}, db)
	if err != nil {
		return nil, err
	}
	rec, err := record.Open(ctx, record.Config{Store: db, Keeper: keeper, Dir: dir + "/log", Shared: db.Postgres()})
	if err != nil {
		return nil, err
	}
	return &World{DB: db, Keeper: keeper, Rec: rec, Dir: dir}, nil
}

// Person makes (or finds) a person and opens the key.
func (w *World) Person(ctx context.Context, name string) (sqlstore.Subject, record.Subject, error) {
	lookup, err := w.Keeper.Lookup(WS, name)
	if err != nil {
		return sqlstore.Subject{}, record.Subject{}, err
	}
	id := touch.NewSubjectID()
	_, wrapped, err := w.Keeper.NewSubjectKey(WS, id)
	if err != nil {
		return sqlstore.Subject{}, record.Subject{}, err
	}
	got, err := w.DB.CreateSubjects(ctx, WS, []sqlstore.NewSubject{{ID: id, Lookup: lookup, WrappedKey: wrapped}})
	if err != nil {
		return sqlstore.Subject{}, record.Subject{}, err
	}
	s := got[lookup]
	key, err := w.Keeper.OpenSubjectKey(WS, s.ID, s.WrappedKey)
	return s, record.Subject{ID: s.ID, Key: key}, err
}

// Decision is an entry as the path writes one.
func Decision(s *record.Subject, version int64, key, text string) record.Entry {
	e := record.Entry{
		Kind: record.Closed, Outcome: record.Answered, Subject: s,
		Payload: fmt.Appendf(nil, `{"text":%q}`, text),
		Decision: &record.DecisionRow{ID: touch.NewDecisionID(), System: "lead-scorer", Purpose: "ai-lead-scoring",
			Channel: touch.Call, Verdict: touch.Allow, Arm: "treatment", Jurisdiction: "DE", Band: "hot"},
	}
	if s != nil {
		e.Guard = &record.Guard{Version: version}
	}
	if key != "" {
		e.Idempotency = &record.Idempotency{KeyHash: key, Reply: []byte(text)}
	}
	return e
}
