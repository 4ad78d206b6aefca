package app

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/access"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// broken makes n conversations whose promise was broken ten minutes ago.
func broken(t testing.TB, a *App, n int) {
	t.Helper()
	desk, err := a.TalkDesk(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	desk.Now = func() time.Time { return time.Now().Add(-14 * time.Minute) }
	for i := range n {
		k, _, err := a.Ledger.Find(t.Context(), Demo, fmt.Sprint("waits-", i))
		if err != nil {
			t.Fatal(err)
		}
		c := talks.Conversation{ID: fmt.Sprint("late", i), Subject: k.ID, At: desk.Now()}
		if _, _, err := desk.Turn(t.Context(), Demo, c); err != nil {
			t.Fatal(err)
		}
		if _, err := desk.Request(t.Context(), Demo, c.ID, talks.ReasonAsked); err != nil {
			t.Fatal(err)
		}
	}
}

// toldOnce checks that each of n broken promises is one event at the endpoint
// and one message to the reviewer.
func toldOnce(t *testing.T, a *App, reviewer touch.UserID, n int) {
	t.Helper()
	all, err := a.Mailbox(t.Context(), Demo, reviewer)
	if err != nil {
		t.Fatal(err)
	}
	letters := map[string]int{}
	for _, m := range all {
		if strings.Contains(m.Subject, "still waits for a person") {
			letters[m.Link]++
		}
	}
	parcels, err := a.DB.ClaimParcels(t.Context(), time.Now().Add(time.Minute), time.Now().Add(2*time.Minute), 1000)
	if err != nil {
		t.Fatal(err)
	}
	events := slices.DeleteFunc(parcels, func(p rights.Parcel) bool { return !strings.HasPrefix(p.ID, "late-") })
	if len(letters) != n || len(events) != n {
		t.Fatalf("%d broken promises: %d told by mail, %d events", n, len(letters), len(events))
	}
	for link, k := range letters {
		if k != 1 {
			t.Errorf("%s was told %d times", link, k)
		}
	}
	for _, e := range events {
		key, err := a.keyOf(t.Context(), Demo, e.Subject)
		if err != nil {
			t.Fatal(err)
		}
		body, err := key.Open(e.Sealed, []byte("outbox\x00"+e.ID))
		if err != nil || !strings.Contains(string(body), `"handoff.late"`) || strings.Contains(string(body), "waits-") {
			t.Errorf("%s %v", body, err)
		}
	}
}

func reviewer(t testing.TB, a *App) touch.UserID {
	t.Helper()
	u, err := a.Desk.DemoUser(t.Context(), Demo, access.Reviewer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.AddEndpoint(t.Context(), Demo, LocalOperator, "https://example.org/hook"); err != nil {
		t.Fatal(err)
	}
	return u.ID
}

func TestTwoNodesTellOfABrokenPromiseOnce(t *testing.T) {
	nodes := twoNodes(t, 20)
	who := reviewer(t, nodes[0])
	const n = 20
	broken(t, nodes[0], n)
	var wg sync.WaitGroup
	for _, a := range nodes {
		for range 3 {
			wg.Go(func() {
				if err := a.AlertLate(t.Context(), Demo); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	toldOnce(t, nodes[1], who, n)
}

// A node that dies after it claimed an alert leaves it to the next round, and
// what it had told already is not told again.
func TestABrokenPromiseIsToldAfterACrash(t *testing.T) {
	a := demoApp(t, 20)
	who := reviewer(t, a)
	broken(t, a, 3)
	now := utcNow()
	claimed, err := a.DB.ClaimLate(t.Context(), Demo, now, now.Add(-time.Second), 10) // its lease is over at once
	if err != nil || len(claimed) != 3 {
		t.Fatal(claimed, err)
	}
	ends, err := a.Endpoints(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	half := claimed[0] // told, but the crash came before that was kept
	if err := a.announce(t.Context(), Demo, ends, "late-"+half.ID+"-"+half.Due.UTC().Format("20060102T150405"), half.Subject, EventLate, nil); err != nil {
		t.Fatal(err)
	}
	s := staff{a}
	if today, err := s.Today(t.Context(), access.Principal{Workspace: Demo, User: who}); err != nil || today.LateTalks != 3 {
		t.Errorf("Today tells of %d, %v", today.LateTalks, err)
	}
	for range 2 {
		if err := a.AlertLate(t.Context(), Demo); err != nil {
			t.Fatal(err)
		}
	}
	parcels, err := a.DB.ClaimParcels(t.Context(), time.Now().Add(time.Minute), time.Now(), 1000)
	if err != nil || len(parcels) != 3 {
		t.Fatal(len(parcels), err)
	}
	if got, err := a.Mailbox(t.Context(), Demo, who); err != nil || len(got) < 3 {
		t.Fatal(len(got), err)
	}
}

// The server itself tells within five seconds: its round comes each second.
func TestTheServerWatchesPromises(t *testing.T) {
	a := demoApp(t, 20)
	who := reviewer(t, a)
	a.Background()
	broken(t, a, 1)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got, err := a.Mailbox(t.Context(), Demo, who)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) > 0 && strings.Contains(got[0].Subject, "still waits") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody was told")
		}
	}
}
