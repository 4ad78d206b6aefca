package storetest

import (
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func keysRevoked(t *testing.T, w *World) {
	ctx := t.Context()
	k := access.Key{ID: "key_1", Workspace: WS, Owner: "u", Name: "crm", Hash: "h", Scopes: []access.Scope{access.Decide, access.Score}, CreatedAt: noon}
	must(t, w.DB.PutKey(ctx, k))
	twin := k
	twin.ID, twin.Workspace = "key_2", Other
	if w.DB.PutKey(ctx, twin) == nil {
		t.Fatal("two workspaces share a secret")
	}
	got, err := w.DB.KeyByHash(ctx, "h")
	must(t, err)
	if got.Workspace != WS || got.Owner != "u" || access.Join(got.Scopes) != "decide,score" || !got.RevokedAt.IsZero() || !got.CreatedAt.Equal(noon) {
		t.Fatalf("%+v", got)
	}
	wantCode(t, "another workspace revoked it", w.DB.RevokeKey(ctx, Other, "key_1", noon), touch.Unknown)
	must(t, w.DB.RevokeKey(ctx, WS, "key_1", noon))
	if got, err = w.DB.KeyByHash(ctx, "h"); err != nil || !got.RevokedAt.Equal(noon) {
		t.Fatalf("a revoked key lives: %+v %v", got, err)
	}
	_, err = w.DB.KeyByHash(ctx, "H")
	wantCode(t, "another hash", err, touch.Unknown)
}

func loginUnique(t *testing.T, w *World) {
	ctx := t.Context()
	u := access.User{ID: "usr_1", Workspace: WS, Login: "ann", Name: "Ann", Role: access.Auditor, CreatedAt: noon}
	must(t, w.DB.PutUser(ctx, u))
	for _, ws := range []touch.Workspace{WS, Other} {
		twin := u
		twin.ID, twin.Workspace = "usr_2", ws
		wantCode(t, "the same login in "+string(ws), w.DB.PutUser(ctx, twin), touch.Conflict)
	}
	got, err := w.DB.UserByLogin(ctx, "ann")
	must(t, err)
	if got.ID != "usr_1" || got.Role != access.Auditor || !got.RetiredAt.IsZero() {
		t.Fatalf("%+v", got)
	}
}

func sessionsExpire(t *testing.T, w *World) {
	ctx := t.Context()
	must(t, w.DB.PutSession(ctx, access.Session{Hash: "h", Workspace: WS, User: "u", ExpiresAt: noon}))
	s, err := w.DB.SessionByHash(ctx, "h", noon.Add(-time.Second))
	must(t, err)
	if s.User != "u" || s.Workspace != WS {
		t.Fatalf("%+v", s)
	}
	_, err = w.DB.SessionByHash(ctx, "h", noon)
	wantCode(t, "a session at its end", err, touch.Unknown)
	must(t, w.DB.DropSession(ctx, "h"))
	must(t, w.DB.DropSession(ctx, "h"))
	_, err = w.DB.SessionByHash(ctx, "h", noon.Add(-time.Second))
	wantCode(t, "a session that was signed out", err, touch.Unknown)
}

func inviteOnce(t *testing.T, w *World) {
	ctx := t.Context()
	must(t, w.DB.PutInvite(ctx, access.Invite{Hash: "h", Workspace: WS, Role: access.Reviewer, ExpiresAt: noon}))
	_, err := w.DB.TakeInvite(ctx, "h", noon)
	wantCode(t, "an invitation at its end", err, touch.Unknown)
	early := noon.Add(-time.Hour)
	if i, err := w.DB.InviteByHash(ctx, "h", early); err != nil || i.Role != access.Reviewer || i.Workspace != WS {
		t.Fatalf("%+v %v", i, err)
	}
	n := race(8, func() error {
		_, err := w.DB.TakeInvite(ctx, "h", early)
		if err != nil && touch.CodeOf(err) != touch.Unknown {
			t.Errorf("late: %v", err)
		}
		return err
	})
	if n != 1 {
		t.Fatalf("one invitation made %d accounts", n)
	}
	_, err = w.DB.InviteByHash(ctx, "h", early)
	wantCode(t, "a used invitation", err, touch.Unknown)
}

// housesDontMeet fills one workspace and looks from the other.
func housesDontMeet(t *testing.T, w *World) {
	ctx := t.Context()
	ids := w.people(t, "a", "b")
	must(t, w.DB.SetCluster(ctx, WS, ids, "clu", noon))
	s, subject, err := w.Person(ctx, "a")
	must(t, err)
	_, err = w.Rec.Append(ctx, WS, record.Entry{Kind: record.Grant, Subject: &subject, Payload: []byte(`{}`), State: []byte("x")})
	must(t, err)
	must(t, w.DB.SaveSystem(ctx, WS, system("s", 1), "u"))
	must(t, w.DB.SaveChains(ctx, WS, parts("x"), "u"))
	must(t, w.DB.SavePilot(ctx, WS, draft(t, "p"), noEvent))
	must(t, w.DB.PutUser(ctx, access.User{ID: "usr_1", Workspace: WS, Login: "ann", Role: access.Auditor, CreatedAt: noon}))
	must(t, w.DB.PutKey(ctx, access.Key{ID: "key_1", Workspace: WS, Hash: "h", Scopes: access.Scopes(), CreatedAt: noon}))
	must(t, w.DB.PutCase(ctx, WS, sqlstore.Case{ID: "c", Kind: "talk", Decision: "dec_1", State: "open", Sealed: []byte{1}, Due: noon, At: noon}))
	must(t, w.DB.PutCode(ctx, WS, "dec_1", sqlstore.Code{Hash: "h", Tries: 1, Until: noon}))

	errs := map[string]error{}
	_, errs["system"] = w.DB.System(ctx, Other, "s")
	_, errs["pilot"] = w.DB.Pilot(ctx, Other, "p")
	_, errs["user"] = w.DB.UserByID(ctx, Other, "usr_1")
	_, errs["person"] = w.DB.PersonByID(ctx, Other, s.ID)
	_, errs["case"] = w.DB.CaseOf(ctx, Other, "dec_1")
	_, errs["code"] = w.DB.CodeOf(ctx, Other, "dec_1")
	for what, err := range errs {
		wantCode(t, "another workspace's "+what, err, touch.Unknown)
	}
	seen := map[string]int{}
	for what, list := range map[string]func() (int, error){
		"systems": func() (int, error) { l, err := w.DB.Systems(ctx, Other); return len(l), err },
		"pilots":  func() (int, error) { l, err := w.DB.Pilots(ctx, Other); return len(l), err },
		"users":   func() (int, error) { l, err := w.DB.Users(ctx, Other); return len(l), err },
		"keys":    func() (int, error) { l, err := w.DB.Keys(ctx, Other); return len(l), err },
		"cluster": func() (int, error) { l, err := w.DB.Cluster(ctx, Other, "clu"); return len(l), err },
		"cases":   func() (int, error) { l, err := w.DB.Cases(ctx, Other, 10); return len(l), err },
		"events":  func() (int, error) { l, err := w.DB.EventsOf(ctx, Other, s.ID, record.Grant); return len(l), err },
	} {
		n, err := list()
		must(t, err)
		seen[what] = n
	}
	p, err := w.DB.Chains(ctx, Other)
	must(t, err)
	seen["assets"] = len(p.Assets)
	m, _, err := w.DB.People(ctx, Other, []string{s.Lookup})
	must(t, err)
	seen["people"] = len(m)
	for what, n := range seen {
		if n != 0 {
			t.Errorf("another workspace sees %d %s", n, what)
		}
	}
}
