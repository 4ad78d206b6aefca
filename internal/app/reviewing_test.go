package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/console"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

var judge = access.Principal{Workspace: Demo, User: "usr_ada", Name: "Ada", Scopes: []access.Scope{access.Rights, access.RecordRead}}

// contested makes n decisions that were allowed, each with an open case.
func contested(t testing.TB, a *App, n int) (out []touch.Decision, cases []string) {
	t.Helper()
	s := staff{a}
	for i, x := range demoTouches(t, 200) {
		agree(t, a, x.Subject.ExternalID)
		d := decide(t, a, x)
		if d.Verdict != touch.Allow || d.Outcome == nil {
			continue
		}
		if err := s.ToHuman(t.Context(), judge, d.ID); err != nil {
			t.Fatal(err)
		}
		c, err := a.DB.CaseOf(t.Context(), Demo, d.ID)
		if err != nil {
			t.Fatal(i, err)
		}
		if out, cases = append(out, d), append(cases, c.ID); len(out) == n {
			return out, cases
		}
	}
	t.Fatalf("only %d of %d decisions", len(out), n)
	return nil, nil
}

func overturn(action string) console.ReviewForm {
	return console.ReviewForm{Outcome: "overturned", Action: action, Reason: "the income was of another person", Saw: []string{"data", "words"}}
}

func TestAReviewIsADecisionOfItsOwnLinkedToTheOld(t *testing.T) {
	a := demoApp(t, 50)
	all, cases := contested(t, a, 1)
	s, ctx, before := staff{a}, t.Context(), count(t, a)
	for field, f := range map[string]console.ReviewForm{
		"outcome": {Reason: "I looked at it all", Saw: []string{"data"}},
		"action":  {Outcome: "overturned", Reason: "I looked at it all", Saw: []string{"data"}},
		"saw":     {Outcome: "confirmed", Reason: "I looked at it all"},
		"reason":  {Outcome: "confirmed", Reason: "ok", Saw: []string{"data"}},
	} {
		if _, err := s.ReviewCase(ctx, judge, cases[0], f); touch.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if n := count(t, a); n != before {
		t.Fatalf("%d events for reviews that are none", n-before)
	}
	done, err := s.ReviewCase(ctx, judge, cases[0], overturn("a call by a person"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Stored(ctx, Demo, done.Review)
	if err != nil {
		t.Fatal(err)
	}
	d := got.Decision
	if d.Review == nil || d.Review.Of != all[0].ID || d.Review.Outcome != touch.Overturned || d.Review.By != "usr_ada" || d.Review.Machine != all[0].Outcome.Action ||
		d.Outcome.Action != "a call by a person" || d.Verdict != touch.Human || got.Subject == "" {
		t.Errorf("%+v %+v", d, d.Review)
	}
	if old, err := a.Stored(ctx, Demo, all[0].ID); err != nil || old.Decision.Outcome.Action != all[0].Outcome.Action || old.Decision.Review != nil {
		t.Errorf("the old decision was changed: %+v %v", old.Decision, err)
	}
	if _, err := s.ReviewCase(ctx, judge, cases[0], overturn("no call")); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("a closed case was reviewed again: %v", err)
	}
	w, _, err := customerWhy(a, all[0].ID)
	if err != nil || w.Review == nil || !w.Review.Overturned || w.Review.Action != "a call by a person" {
		t.Errorf("the customer reads %+v, %v", w.Review, err)
	}
	if _, err := a.Record.Erase(ctx, Demo, got.Subject); err != nil {
		t.Fatal(err)
	}
	if left, err := a.DB.ReviewsOf(ctx, Demo, all[0].ID); err != nil || len(left) != 0 {
		t.Errorf("%d reviews are left of who was erased, %v", len(left), err)
	}
}

func customerWhy(a *App, id touch.DecisionID) (pages.Why, string, error) {
	token, err := a.Links.Token(Link{LinkWhy, Demo, string(id), time.Now().Add(time.Hour)})
	if err != nil {
		return pages.Why{}, "", err
	}
	w, err := customers{a}.Why(context.Background(), pages.Token(token), "en", "")
	return w, token, err
}

func TestTwoReviewersMakeOneReview(t *testing.T) {
	a := demoApp(t, 50)
	_, cases := contested(t, a, 1)
	before := count(t, a)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won, lost := 0, 0
	for i := range 6 {
		p := judge
		p.User = touch.UserID(fmt.Sprint("usr_", i))
		wg.Go(func() {
			_, err := staff{a}.ReviewCase(t.Context(), p, cases[0], overturn("no call"))
			mu.Lock()
			defer mu.Unlock()
			switch touch.CodeOf(err) {
			case "":
				won++
			case touch.Conflict, touch.Unknown:
				lost++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 || lost != 5 || count(t, a) != before+1 {
		t.Errorf("%d reviews, %d refused, %d events", won, lost, count(t, a)-before)
	}
}

func TestWhoMadeADecisionDoesNotReviewIt(t *testing.T) {
	a := demoApp(t, 50)
	_, cases := contested(t, a, 1)
	own := judge
	own.User = caller.Operator
	if own.User == "" {
		t.Fatal("the tests' caller has no name: the test asserts nothing")
	}
	if _, err := (staff{a}).ReviewCase(t.Context(), own, cases[0], overturn("no call")); touch.CodeOf(err) != touch.Forbidden {
		t.Errorf("reviewed by who made it: %v", err)
	}
	if _, err := (staff{a}).ReviewCase(t.Context(), access.Principal{Workspace: Demo, User: "usr_x"}, cases[0], overturn("no call")); touch.CodeOf(err) != touch.Forbidden {
		t.Errorf("reviewed by somebody without the scope: %v", err)
	}
}

func TestABlindReviewShowsNothingOfTheMachines(t *testing.T) {
	a := demoApp(t, 50)
	set := demoTalks()
	set.Blind = []string{string(DemoScorer)}
	if err := a.SaveTalkSettings(t.Context(), Demo, LocalOperator, set); err != nil {
		t.Fatal(err)
	}
	all, cases := contested(t, a, 2)
	s, ctx := staff{a}, t.Context()
	page, err := s.CaseToReview(ctx, judge, cases[0])
	if err != nil || !page.Blind || len(page.Actions) < 2 {
		t.Fatalf("%+v %v", page, err)
	}
	if page.Of.Outcome != nil || page.Of.Explanation != nil || page.Of.Verdict != "" || len(page.Of.Checks) != 0 || page.Of.Counter != "" || page.Of.Margin != 0 || len(page.Of.Stations) != 0 {
		t.Errorf("the machine's answer is on the page: %+v", page.Of)
	}
	if len(page.Of.Reasons) == 0 {
		t.Error("the reviewer sees no data")
	}
	analyst := access.Principal{Workspace: Demo, User: "usr_analyst", Role: access.Analyst, Scopes: access.Analyst.Scopes()}
	mayOpen := func(p access.Principal, id touch.DecisionID) bool {
		t.Helper()
		d, err := s.Decision(ctx, p, id)
		if err != nil && touch.CodeOf(err) != touch.Forbidden {
			t.Fatal(err)
		}
		if err != nil && (d.ID != "" || d.Outcome != nil) {
			t.Errorf("refused, and shown: %+v", d)
		}
		return err == nil
	}
	band := func(p access.Principal, id touch.DecisionID) string {
		t.Helper()
		list, err := s.Decisions(ctx, p, console.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list.Lines {
			if l.ID == id {
				return l.Band
			}
		}
		t.Fatal("not in the list")
		return ""
	}
	if mayOpen(judge, all[0].ID) || mayOpen(admin(), all[0].ID) || !mayOpen(analyst, all[0].ID) {
		t.Error("before the review: whoever may have to judge must not see what the machine chose, everybody else may")
	}
	if band(judge, all[0].ID) != "" || band(analyst, all[0].ID) == "" {
		t.Error("the list tells the reviewer what the machine chose")
	}
	for i, want := range []touch.ReviewOutcome{touch.Confirmed, touch.Overturned} {
		f := overturn(all[i].Outcome.Action)
		f.Outcome = "confirmed" // what the form claims counts for nothing
		if want == touch.Overturned {
			for _, x := range page.Actions {
				if x != all[i].Outcome.Action {
					f.Action = x
				}
			}
		}
		done, err := s.ReviewCase(ctx, judge, cases[i], f)
		if err != nil || done.Outcome != want || !done.Blind {
			t.Errorf("%+v %v", done, err)
		}
		if !mayOpen(judge, all[i].ID) || band(judge, all[i].ID) == "" {
			t.Error("it stays shut after the review")
		}
		if i == 0 && mayOpen(judge, all[1].ID) {
			t.Error("the review of one opened another")
		}
	}
}

// The audit's own engine counts overturned decisions by group.
func TestReviewsFeedTheAudits(t *testing.T) {
	a := demoApp(t, 50)
	_, cases := contested(t, a, 12)
	for i, id := range cases {
		f := overturn("no call")
		if i%3 > 0 {
			f = console.ReviewForm{Outcome: "confirmed", Reason: "I looked at the whole file", Saw: []string{"data"}}
		}
		if _, err := (staff{a}).ReviewCase(t.Context(), judge, id, f); err != nil {
			t.Fatal(err)
		}
	}
	spec, err := engine.ParseSpec([]byte("data:\n  decisions: {system: " + string(DemoScorer) + "}\nattributes: [reviewed]\nprediction: overturned\npositive: \"true\"\nmetrics: [selection_rate]\nmin_n: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.OwnAudits().Engine(Demo, &spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Auditor().RunSpec(t.Context(), Demo, audit.Plan{ID: "reviews", Owner: LocalOperator}, &spec, e, LocalOperator)
	if err != nil {
		t.Fatal(err)
	}
	n, over := int64(0), int64(0)
	for _, c := range r.Report.Cells {
		if g := c.Group["reviewed"]; g != nil && *g == "true" {
			n, over = n+c.N, over+c.Selected
		}
	}
	if n != 12 || over != 4 {
		t.Errorf("the audit counts %d of %d overturned: %+v", over, n, r.Report.Cells)
	}
}

// stamp puts n reviews that confirmed, by so many reviewers, each of some seconds.
func stamp(t testing.TB, a *App, n, reviewers int, took time.Duration) {
	t.Helper()
	for i := range n {
		at := time.Now().Add(-time.Hour)
		r := sqlstore.Reviewed{Review: touch.NewDecisionID(), Decision: touch.NewDecisionID(), System: DemoScorer, Outcome: "confirmed", At: at}
		if err := a.DB.PutReviewed(t.Context(), Demo, r, ""); err != nil {
			t.Fatal(err)
		}
		if err := a.DB.PutReviewTime(t.Context(), Demo, sqlstore.ReviewTime{ID: string(r.Review), System: DemoScorer, Reviewer: fmt.Sprint(i % reviewers), Took: took, At: at}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARubberStampIsAFinding(t *testing.T) {
	for _, x := range []struct {
		n, reviewers int
		took         time.Duration
		want         bool
	}{{100, 5, 8 * time.Second, true}, {100, 4, 8 * time.Second, false}, {100, 5, 5 * time.Minute, false}, {20, 5, 8 * time.Second, false}} {
		a := demoApp(t, 20)
		before, err := a.DB.Findings(t.Context(), Demo)
		if err != nil {
			t.Fatal(err)
		}
		stamp(t, a, x.n, x.reviewers, x.took)
		for range 2 {
			if err := a.WatchReviews(t.Context(), Demo); err != nil {
				t.Fatal(err)
			}
		}
		after, err := a.DB.Findings(t.Context(), Demo)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(after) - len(before); got != map[bool]int{true: 1}[x.want] {
			t.Errorf("%+v: %d findings", x, got)
		}
		rates, err := a.reviewRates(t.Context(), Demo, time.Now())
		if err != nil || len(rates) != 1 || (rates[0].Median > 0) != (x.reviewers >= 5) {
			t.Errorf("%+v: %+v %v", x, rates, err)
		}
		for _, f := range after {
			if strings.HasPrefix(f.Plan, "reviews/") && (f.Measure.Verdict != fairness.Fail || f.Measure.N != int64(x.n)) {
				t.Errorf("%+v", f.Measure)
			}
		}
	}
}

func TestNobodyIsTimedBeforeItWasAgreed(t *testing.T) {
	a := demoApp(t, 50)
	_, cases := contested(t, a, 3)
	s, ctx := staff{a}, t.Context()
	review := func(id string, f console.ReviewForm) int {
		t.Helper()
		if _, err := s.ReviewCase(ctx, judge, id, f); err != nil {
			t.Fatal(err)
		}
		got, err := a.DB.ReviewTimes(ctx, Demo, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	f := overturn("no call")
	var err error
	if f.Began, err = s.began(judge, cases[0], time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if n := review(cases[0], f); n != 0 {
		t.Errorf("%d times without an agreement", n)
	}
	agreed := console.AgreementForm{With: "works council", Reference: "agreement 12", On: time.Now().UTC().Format(time.DateOnly)}
	if err := s.Agree(ctx, access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator}, agreed); err != nil {
		t.Fatal(err)
	}
	if n := review(cases[1], f); n != 0 { // another case's clock
		t.Errorf("%d times from a forged clock", n)
	}
	page, err := s.CaseToReview(ctx, judge, cases[2])
	if err != nil {
		t.Fatal(err)
	}
	f.Began = page.Began
	if n := review(cases[2], f); n != 1 {
		t.Errorf("%d times after the agreement", n)
	}
}
