package storetest

import (
	"errors"
	"sync"
	"testing"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

func (w *World) version(t *testing.T, id touch.SubjectID) int64 {
	t.Helper()
	p, err := w.DB.PersonByID(t.Context(), WS, id)
	must(t, err)
	return p.Version
}

func (w *World) people(t *testing.T, names ...string) []touch.SubjectID {
	t.Helper()
	ids := make([]touch.SubjectID, len(names))
	for i, n := range names {
		s, _, err := w.Person(t.Context(), n)
		must(t, err)
		ids[i] = s.ID
	}
	return ids
}

func firstPerson(t *testing.T, w *World) {
	ctx := t.Context()
	var mu sync.Mutex
	ids := map[touch.SubjectID]bool{}
	race(8, func() error {
		id := touch.NewSubjectID()
		m, err := w.DB.CreatePeople(ctx, WS, []consent.NewPerson{{ID: id, Lookup: "l", Wrapped: []byte(id)}})
		mu.Lock()
		defer mu.Unlock()
		ids[m["l"].ID] = true
		if err != nil || string(m["l"].Wrapped) != string(m["l"].ID) {
			t.Errorf("%+v %v", m, err)
		}
		return err
	})
	p, _, ok, err := w.DB.Person(ctx, WS, "l")
	must(t, err)
	if len(ids) != 1 || !ok || !ids[p.ID] || p.Version != 1 || len(p.Sealed) != 0 {
		t.Fatalf("one person became %d: %v %+v", len(ids), ok, p)
	}
	if _, _, ok, err := w.DB.Person(ctx, WS, "nobody"); ok || err != nil {
		t.Fatalf("nobody was found: %v", err)
	}
	m, _, err := w.DB.People(ctx, WS, []string{"nobody", "l"})
	must(t, err)
	if len(m) != 1 || m["l"].ID != p.ID {
		t.Fatalf("found %+v", m)
	}
}

func grantRead(t *testing.T, w *World) {
	ctx := t.Context()
	s, subject, err := w.Person(ctx, "jane")
	must(t, err)
	var said []touch.EventID
	for i, state := range []string{"yes", "no"} {
		e := record.Entry{Kind: record.Grant, Subject: &subject, Guard: &record.Guard{Version: s.Version + int64(i)}, Payload: []byte(`{}`),
			State: []byte(state), Lines: []record.ConsentLine{{Purpose: "p", Channel: "call", State: state}}}
		r, err := w.Rec.Append(ctx, WS, e)
		must(t, err)
		said = append(said, touch.EventID(r.ID))
		p, _, _, err := w.DB.Person(ctx, WS, s.Lookup)
		must(t, err)
		if string(p.Sealed) != state || p.Version != s.Version+int64(i)+1 {
			t.Fatalf("after %q was acknowledged the store says %q, version %d", state, p.Sealed, p.Version)
		}
		if _, err := w.Rec.Append(ctx, WS, e); !errors.Is(err, record.ErrStale) {
			t.Fatalf("an outdated grant was recorded: %v", err)
		}
	}
	_, err = w.Rec.Append(ctx, WS, record.Entry{Kind: record.View, Subject: &subject, Payload: []byte(`{}`)})
	must(t, err)
	evs, err := w.DB.EventsOf(ctx, WS, s.ID, record.Grant)
	must(t, err)
	if len(evs) != 2 || evs[0] != said[0] || evs[1] != said[1] {
		t.Fatalf("events %v, want %v", evs, said)
	}
}

func clustersBump(t *testing.T, w *World) {
	ctx := t.Context()
	ids := w.people(t, "a", "b", "c")
	must(t, w.DB.SetCluster(ctx, WS, ids[:2], "clu", noon))
	before := w.version(t, ids[1])
	if before < 2 || w.version(t, ids[2]) != 1 {
		t.Fatal("a join changed the wrong versions")
	}
	s, subject, err := w.Person(ctx, "a")
	must(t, err)
	_, err = w.Rec.Append(ctx, WS, record.Entry{Kind: record.Grant, Subject: &subject, Payload: []byte(`{}`), State: []byte("no")})
	must(t, err)
	if w.version(t, ids[1]) <= before || w.version(t, s.ID) <= s.Version {
		t.Fatal("a person's no left another identity's decisions valid")
	}
	members, err := w.DB.Cluster(ctx, WS, "clu")
	must(t, err)
	if len(members) != 2 || !members[0].Joined.Equal(noon) {
		t.Fatalf("members %+v", members)
	}
	before = w.version(t, ids[1])
	must(t, w.DB.SetCluster(ctx, WS, ids[:1], "", noon))
	if p, err := w.DB.PersonByID(ctx, WS, ids[0]); err != nil || p.Cluster != "" || w.version(t, ids[1]) <= before {
		t.Fatalf("taken out: %+v %v", p, err)
	}
}

// clustersMerge: whoever joins two clusters says that all of them are one person.
func clustersMerge(t *testing.T, w *World) {
	ctx := t.Context()
	ids := w.people(t, "a", "b", "c", "d")
	must(t, w.DB.SetCluster(ctx, WS, ids[:2], "one", noon))
	must(t, w.DB.SetCluster(ctx, WS, ids[2:], "two", noon))
	before := w.version(t, ids[0])
	must(t, w.DB.SetCluster(ctx, WS, []touch.SubjectID{ids[1], ids[2]}, "two", noon))
	members, err := w.DB.Cluster(ctx, WS, "two")
	must(t, err)
	if len(members) != 4 || w.version(t, ids[0]) <= before {
		t.Fatalf("two persons who turned out to be one are still %d and %d identities", len(members), 4-len(members))
	}
}
