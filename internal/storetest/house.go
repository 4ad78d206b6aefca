package storetest

import (
	"context"
	"testing"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Other is the second workspace of the house's contract: it must see nothing of WS.
const Other touch.Workspace = "other"

// noon is when things happen in the house's contract.
var noon = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// RunHouse runs the contract of what a house keeps beside its record: the
// register, pilots, credentials, persons, cases. open is as for Run.
func RunHouse(t *testing.T, open func(t testing.TB) *sqlstore.DB) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, w *World)
	}{
		{"SystemChangedMeanwhileIsAConflict", systemConflict},
		{"LaterChainsReplaceById", chainsReplaced},
		{"JudgementsAddUp", judgementsAppend},
		{"PilotChangedMeanwhileIsAConflict", pilotConflict},
		{"OneOfManyWritersWins", oneWriter},
		{"EveryDocumentMovesTheEpoch", epochMoves},
		{"KeyIsFoundByHashUntilRevoked", keysRevoked},
		{"LoginIsOnePersons", loginUnique},
		{"SessionEnds", sessionsExpire},
		{"InvitationIsTakenOnce", inviteOnce},
		{"FirstPersonStays", firstPerson},
		{"WhatWasSaidIsReadAtOnce", grantRead},
		{"JoinedPersonsChangeTogether", clustersBump},
		{"TwoClustersBecomeOne", clustersMerge},
		{"CaseIsAnsweredOnce", casesClose},
		{"CodeRunsOut", codeTries},
		{"OutputIsRecognised", outputRecognised},
		{"HousesDontMeet", housesDontMeet},
		{"EverybodyIsPassedOnce", peoplePassed},
		{"LinkConfirmsOnce", confirmedOnce},
		{"DraftIsKeptOnceAndAnsweredByPeople", draftsApproved},
		{"RepeatedRequestGetsTheFirstAnswer", replyOnce},
		{"UsageAddsUpOverNodes", usageAddsUp},
		{"TurnBelongsToOnePerson", turnOwned},
		{"SiteBelongsToOneWorkspace", siteOwned},
		{"SitesCountsAddUp", siteCounted},
		{"PersonIsMailedOnce", mailedOnce},
		{"RequestsArePagedWithoutGaps", rightsPaged},
		{"SwitchedOnCallsGoOn", callsResumed},
		{"SilentBrowsersEnd", devicesEnd},
		{"OldPrintsEnd", printsEnd},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := NewWorld(t, open(t), t.TempDir())
			_, err := w.DB.CreateWorkspace(t.Context(), sqlstore.Workspace{ID: Other, Name: "O", Kind: "real", LogOrigin: "log.example/other"})
			must(t, err)
			c.run(t, w)
		})
	}
}

func wantCode(t *testing.T, what string, err error, want touch.Code) {
	t.Helper()
	if touch.CodeOf(err) != want {
		t.Fatalf("%s: %v, want %s", what, err, want)
	}
}

func epochMoves(t *testing.T, w *World) {
	ctx := t.Context()
	last, err := w.DB.Epoch(ctx, WS)
	must(t, err)
	for name, save := range map[string]func(context.Context) error{
		"system":    func(ctx context.Context) error { return w.DB.SaveSystem(ctx, WS, system("s", 1), "u") },
		"chains":    func(ctx context.Context) error { return w.DB.SaveChains(ctx, WS, parts("one"), "u") },
		"judgement": func(ctx context.Context) error { return w.DB.SaveJudgements(ctx, WS, nil, nil) },
		"pilot":     func(ctx context.Context) error { return w.DB.SavePilot(ctx, WS, draft(t, "p"), noEvent) },
		"notice": func(ctx context.Context) error {
			_, err := w.DB.PutDocument(ctx, WS, "notice", "n", "text", "u")
			return err
		},
	} {
		must(t, save(ctx))
		now, err := w.DB.Epoch(ctx, WS)
		must(t, err)
		if now <= last {
			t.Fatalf("a %s was saved, and the epoch stayed %d", name, now)
		}
		last = now
	}
	if e, err := w.DB.Epoch(ctx, Other); err != nil || e != 0 {
		t.Fatalf("another workspace's epoch moved to %d (%v)", e, err)
	}
}

func casesClose(t *testing.T, w *World) {
	ctx := t.Context()
	for i, id := range []string{"late", "soon"} {
		must(t, w.DB.PutCase(ctx, WS, sqlstore.Case{ID: id, Kind: "review", Decision: "dec_1", Subject: "sub_1", State: "open",
			Sealed: []byte{1}, Due: noon.Add(time.Duration(9-i) * time.Hour), At: noon.Add(time.Duration(i) * time.Minute)}))
	}
	cs, err := w.DB.Cases(ctx, WS, 10)
	must(t, err)
	if len(cs) != 2 || cs[0].ID != "soon" || !cs[1].Due.Equal(noon.Add(9*time.Hour)) {
		t.Fatalf("the one due first is not at the top: %+v", cs)
	}
	if c, err := w.DB.CaseOf(ctx, WS, "dec_1"); err != nil || c.ID != "soon" {
		t.Fatalf("newest case: %+v %v", c, err)
	}
	wantCode(t, "another workspace answered", w.DB.CloseCase(ctx, Other, "soon"), touch.Unknown)
	must(t, w.DB.CloseCase(ctx, WS, "soon"))
	wantCode(t, "answered twice", w.DB.CloseCase(ctx, WS, "soon"), touch.Unknown)
	if c, err := w.DB.CaseOf(ctx, WS, "dec_1"); err != nil || c.ID != "late" {
		t.Fatalf("after an answer: %+v %v", c, err)
	}
}

func codeTries(t *testing.T, w *World) {
	ctx := t.Context()
	must(t, w.DB.PutCode(ctx, WS, "dec_1", sqlstore.Code{Hash: "old", Tries: 0, Until: noon}))
	must(t, w.DB.PutCode(ctx, WS, "dec_1", sqlstore.Code{Hash: "h", Tries: 3, Until: noon.Add(time.Minute)}))
	if c, err := w.DB.CodeOf(ctx, WS, "dec_1"); err != nil || c.Hash != "h" || c.Tries != 3 {
		t.Fatalf("%+v %v", c, err)
	}
	wantCode(t, "a code at its end", w.DB.TakeTry(ctx, WS, "dec_1", noon.Add(time.Minute)), touch.Unknown)
	wantCode(t, "another workspace's code", w.DB.TakeTry(ctx, Other, "dec_1", noon), touch.Unknown)
	if n := race(8, func() error { return w.DB.TakeTry(ctx, WS, "dec_1", noon) }); n != 3 {
		t.Fatalf("%d tries of a code that has three", n)
	}
	wantCode(t, "a fourth try", w.DB.TakeTry(ctx, WS, "dec_1", noon), touch.Unknown)
}
