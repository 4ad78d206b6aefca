package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

var caller = govern.Caller{Workspace: Demo, Operator: LocalOperator}

// lead is a touch about somebody of whom nothing is known yet.
func lead(id string) touch.Touch {
	return touch.Touch{System: DemoScorer, Subject: &touch.SubjectRef{ExternalID: id}, Purpose: DemoPurpose, Channel: touch.Call, Locale: "de",
		Facts: map[string]any{"country": "DE", "minor": false, "business": false, "first_contact": false},
		Features: map[string]any{"job": "management", "education": "tertiary", "default": "no", "balance": 2143.0, "housing": "yes", "loan": "no",
			"contact": "cellular", "day": 5.0, "month": "may", "campaign": 1.0, "pdays": -1.0, "previous": 0.0, "poutcome": "unknown", "age": 58.0}}
}

func agree(t testing.TB, a *App, id string) {
	t.Helper()
	var es []consent.Event
	for _, s := range []consent.Scope{{Purpose: DemoPurpose, System: DemoScorer, Channel: consent.Any}, {Purpose: DemoPurpose, Channel: touch.Call}} {
		es = append(es, consent.Event{Scope: s, State: consent.Given, Basis: consent.ByConsent, Notice: "n", Actor: consent.Self})
	}
	if _, err := a.Ledger.Record(t.Context(), Demo, id, es...); err != nil {
		t.Fatal(err)
	}
}

func object(t testing.TB, a *App, id string) {
	t.Helper()
	e := consent.Event{Scope: consent.Scope{Purpose: consent.Any, System: consent.Any, Channel: consent.Any}, State: consent.Objected, Actor: consent.Self}
	if _, err := a.Ledger.Record(t.Context(), Demo, id, e); err != nil {
		t.Fatal(err)
	}
}

func decide(t testing.TB, a *App, tc touch.Touch) touch.Decision {
	t.Helper()
	d, err := a.Path.Decide(t.Context(), caller, tc, "")
	if err != nil {
		t.Fatal(err)
	}
	if d.Receipt == nil || d.Disclosure.Human.URL == "" || d.Disclosure.Label.Text == "" {
		t.Fatalf("a decision without receipt, label or human: %+v", d)
	}
	return d
}

func TestTheLifeOfOnePerson(t *testing.T) {
	a := demoApp(t, 500)
	d := decide(t, a, lead("jane"))
	if d.Verdict != touch.Deny || d.StoppedAt() != touch.StepConsent || d.Alternative == nil || d.Outcome != nil {
		t.Fatalf("nobody asked her, and yet: %+v", d)
	}
	agree(t, a, "jane")
	d = decide(t, a, lead("jane"))
	if d.Verdict != touch.Allow || d.Outcome == nil || d.Explanation == nil || len(d.Explanation.Sentences) == 0 || len(d.Explanation.Sentences) > 4 {
		t.Fatalf("she agreed: %+v", d)
	}
	if d.Explanation.Locale != "de" || d.Disclosure.Label.Locale != "de" || d.Alternative != nil {
		t.Fatalf("%+v", d)
	}
	object(t, a, "jane")
	d = decide(t, a, lead("jane"))
	if d.Verdict != touch.Deny || d.Alternative != nil {
		t.Fatalf("she objected to marketing: silence, not %+v", d.Alternative)
	}
	law := false
	for _, c := range d.Checks {
		law = law || c.Step == touch.StepLaw && c.Verdict == touch.Deny && strings.Contains(c.Citation, "21")
	}
	if !law {
		t.Error("consent refused, but the law's own refusal was not kept beside it")
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	for name, c := range map[string]struct {
		spoil func(*touch.Touch)
		want  string
	}{
		"an input":  {func(t *touch.Touch) { delete(t.Features, "balance") }, "features.balance"},
		"the place": {func(t *touch.Touch) { delete(t.Facts, "country") }, "subject.country"},
	} {
		tc := lead("jane")
		c.spoil(&tc)
		d := decide(t, a, tc)
		if d.Verdict != touch.Gap || !strings.Contains(strings.Join(d.Missing, " "), c.want) {
			t.Errorf("%s: %s, missing %v", name, d.Verdict, d.Missing)
		}
	}
}

func TestWrongInputIsOneClearErrorAndOnRecord(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	before := count(t, a)
	tc := lead("jane")
	tc.Features["balance"] = "a lot"
	d, err := a.Path.Decide(t.Context(), caller, tc, "")
	e := touch.AsError(err)
	if e == nil || e.Code != touch.Invalid || e.Field != "features.balance" || d.Receipt == nil || d.Verdict == touch.Allow {
		t.Fatalf("%v %+v", err, d)
	}
	if count(t, a) != before+1 {
		t.Error("the failed touch is not on record")
	}
	for _, f := range []func(*touch.Touch){
		func(t *touch.Touch) { t.System = "nobody" }, func(t *touch.Touch) { t.Subject = nil },
		func(t *touch.Touch) { t.Facts["consent.given"] = true },
		func(t *touch.Touch) { t.Facts["system.significance"] = "none" },
	} {
		tc := lead("jane")
		f(&tc)
		if d, err := a.Path.Decide(t.Context(), caller, tc, ""); touch.CodeOf(err) != touch.Invalid || d.Verdict == touch.Allow {
			t.Errorf("%+v gave %v", tc, err)
		}
	}
}

func count(t testing.TB, a *App) int {
	t.Helper()
	n := 0
	if err := a.Export(t.Context(), Demo, func(any) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheSameKeyGivesTheSameDecision(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	one, err := a.Path.Decide(t.Context(), caller, lead("jane"), "k1")
	if err != nil {
		t.Fatal(err)
	}
	object(t, a, "jane")
	again, err := a.Path.Decide(t.Context(), caller, lead("jane"), "k1")
	if err != nil || again.ID != one.ID || again.Verdict != touch.Allow || again.Receipt.ID != one.Receipt.ID {
		t.Fatalf("%v: %s, first %s", err, again.ID, one.ID)
	}
	other := lead("jane")
	other.Features["balance"] = 1.0
	if _, err := a.Path.Decide(t.Context(), caller, other, "k1"); touch.CodeOf(err) != touch.Conflict {
		t.Errorf("another request under the same key: %v", err)
	}
}

func TestNoAnswerWhenTheRecordCannotBeWritten(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	if err := a.DB.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := a.Path.Decide(t.Context(), caller, lead("jane"), "")
	if touch.CodeOf(err) != touch.Unavailable || d.Verdict != "" || d.Outcome != nil {
		t.Fatalf("%v %+v", err, d)
	}
}

func TestWithoutLiteracyNobodyOperates(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	d, err := a.Path.Decide(t.Context(), govern.Caller{Workspace: Demo, Operator: "usr_untrained"}, lead("jane"), "")
	if err != nil || d.Verdict != touch.Deny {
		t.Fatalf("%v %s", err, d.Verdict)
	}
}

func TestABrokenOwnershipChainStopsTheVeryNextTouch(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatal(d.Verdict)
	}
	revoked := register.Parts{Rights: []register.Right{{ID: "own-bank-calls", Asset: "bank-calls", Kind: "ownership", Licensor: "bank", Licensee: "bank",
		Status: "declared", RevokedAt: register.Date(time.Now().UTC().Format(time.DateOnly))}}}
	if err := a.DB.SaveChains(t.Context(), Demo, revoked, LocalOperator); err != nil {
		t.Fatal(err)
	}
	d := decide(t, a, lead("jane"))
	found := false
	for _, c := range d.Checks {
		found = found || c.Rule == "P09" && c.Verdict == touch.Deny
	}
	if d.Verdict != touch.Deny || !found {
		t.Fatalf("%s %+v", d.Verdict, d.Checks)
	}
}

func TestErasedPeopleLeaveNoPlaintextAndEveryProof(t *testing.T) {
	a := demoApp(t, 500)
	const who = "very-particular-customer-4711"
	agree(t, a, who)
	tc := lead(who)
	tc.Features["balance"] = 987654.25
	d := decide(t, a, tc)
	k, _, err := a.Ledger.Find(t.Context(), Demo, who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Record.Erase(t.Context(), Demo, k.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Record.Opening(t.Context(), Demo, touch.EventID(d.Receipt.ID)); !errors.Is(err, seal.ErrErased) {
		t.Fatalf("an erased person's decision opened: %v", err)
	}
	for i := 0; ; i++ {
		if _, err = a.Record.Proof(t.Context(), Demo, touch.EventID(d.Receipt.ID)); err == nil || i > 50 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("the proof is gone: %v", err)
	}
	err = filepath.WalkDir(a.Config.Data, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Type()&os.ModeSocket != 0 {
			return err
		}
		b, err := os.ReadFile(p)
		if strings.Contains(string(b), who) || strings.Contains(string(b), "987654.25") || strings.Contains(string(b), k.Lookup) || strings.Contains(string(b), string(k.Wrapped)) {
			t.Errorf("%s still holds something of the person", filepath.Base(p))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := a.Record.Verify(t.Context(), Demo, record.VerifyOptions{Now: time.Now()})
	if err != nil || rep.Class != record.Sound {
		t.Fatalf("%v %+v", err, rep)
	}
}

func TestTheLedgerRebuildsItself(t *testing.T) {
	a := demoApp(t, 500)
	agree(t, a, "jane")
	object(t, a, "jane")
	agree(t, a, "jane")
	k, _, err := a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	again, err := a.Ledger.Rebuild(t.Context(), Demo, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	x, _ := json.Marshal(k.Members[0].Projection)
	y, _ := json.Marshal(again)
	if string(x) != string(y) {
		t.Fatalf("stored  %s\nrebuilt %s", x, y)
	}
}

func TestWithdrawalsUnderLoadStopTheVeryNextTouch(t *testing.T) {
	race(t, demoApp(t, 500), nil, 100)
}

// race withdraws from persons while touches about them run on two nodes. A
// touch that begins after the withdrawal was acknowledged must be refused.
func race(t *testing.T, one, two *App, n int) {
	t.Helper()
	if two == nil {
		two = one
	}
	var wg sync.WaitGroup
	var allowed, late atomic.Int64
	ids := make(chan int)
	for range 8 {
		wg.Go(func() {
			for i := range ids {
				id := fmt.Sprintf("racer-%d", i)
				agree(t, one, id)
				stop := make(chan struct{})
				var inner sync.WaitGroup
				for _, node := range []*App{one, two} {
					inner.Go(func() {
						for {
							select {
							case <-stop:
								return
							default:
							}
							if d, err := node.Path.Decide(context.Background(), caller, lead(id), ""); err == nil && d.Verdict == touch.Allow {
								allowed.Add(1)
							}
						}
					})
				}
				object(t, one, id) // acknowledged
				for _, node := range []*App{two, one} {
					if d, err := node.Path.Decide(context.Background(), caller, lead(id), ""); err == nil && d.Verdict == touch.Allow {
						late.Add(1)
					}
				}
				close(stop)
				inner.Wait()
			}
		})
	}
	for i := range n {
		ids <- i
	}
	close(ids)
	wg.Wait()
	if late.Load() > 0 {
		t.Errorf("%d touches were allowed after the withdrawal was acknowledged", late.Load())
	}
	t.Logf("%d withdrawals, %d touches allowed before", n, allowed.Load())
}
