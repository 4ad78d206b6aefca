package connectors

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

var person = rights.Person{Email: mailOf, External: idOf}

type rig struct {
	w    *world
	t    *wire
	j    *journal
	now  time.Time
	conn rights.Connector
}

func newRig(t interface{ Fatal(...any) }, kind string) *rig {
	r := &rig{w: &world{there: true, polls: 3, seen: map[string]bool{}}, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	r.t = &wire{w: r.w, plan: func() fault { return none }}
	r.j = &journal{rows: map[string]rights.Entry{}, crash: func() bool { return false }}
	var err error
	if r.conn, err = New(settings[kind], Outside{Client: &http.Client{Transport: r.t}, Now: func() time.Time { return r.now }, Sign: sign}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) runner() *rights.Runner {
	return &rights.Runner{Journal: r.j, Connectors: []rights.Connector{r.conn}, Now: func() time.Time { return r.now }, Tries: 40}
}

// settle runs until every row has ended, as a job that comes again would.
func (r *rig) settle(ctx interface{ Context() context.Context }, ops ...rights.Op) (rounds int, missing []string) {
	for rounds = 1; rounds < 400; rounds++ {
		rows, err := r.runner().Run(ctx.Context(), "w", "req", person, ops...)
		if done, miss := rights.Settled(rows); err == nil && done {
			return rounds, miss
		}
		r.now = r.now.Add(10 * time.Minute)
	}
	return rounds, []string{"never settled"}
}

func TestEverySystemErasesOnceWhateverFailsInBetween(t *testing.T) {
	for kind := range settings {
		t.Run(kind, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				r := newRig(rt, kind)
				faults := rapid.SliceOfN(rapid.SampledFrom([]fault{none, none, refused, failed, lost, unanswered}), 0, 8).Draw(rt, "faults")
				crashes := rapid.SliceOfN(rapid.Bool(), 0, 8).Draw(rt, "crashes")
				r.w.partial = rapid.IntRange(0, 2).Draw(rt, "partial")
				r.t.plan = func() fault { return next(&faults, none) }
				r.j.crash = func() bool { return next(&crashes, false) }
				rounds, missing := r.settle(rt, rights.OpErase)
				if len(missing) > 0 || r.w.there {
					rt.Fatalf("lost after %d rounds: there %v, %v, %+v", rounds, r.w.there, missing, r.j.rows)
				}
				if r.w.erasures != 1 {
					rt.Fatalf("erased %d times", r.w.erasures)
				}
				if r.w.bad != "" {
					rt.Fatalf("asked for somebody else: %s", r.w.bad)
				}
			})
		})
	}
}

func next[T any](xs *[]T, zero T) T {
	if len(*xs) == 0 {
		return zero
	}
	x := (*xs)[0]
	*xs = (*xs)[1:]
	return x
}

func TestANoReachesEverySystemThatHasAWay(t *testing.T) {
	for kind := range settings {
		r := newRig(t, kind)
		_, missing := r.settle(t, rights.OpSuppress, rights.OpObject)
		if can := slices.Contains(r.conn.Can(), rights.OpSuppress); can != (r.w.suppressed == 2) || can != (len(missing) == 0) {
			t.Errorf("%s: %d times, missing %v", kind, r.w.suppressed, missing)
		}
		if !r.w.there {
			t.Errorf("%s: a no erased the person", kind)
		}
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	for kind := range settings {
		r := newRig(t, kind)
		rows := r.runner().Dry(t.Context(), person, rights.OpErase)
		if len(rows) != 1 || rows[0].Outcome != rights.Found || rows[0].Fault != "" {
			t.Errorf("%s: %+v", kind, rows)
		}
		if !r.w.there || r.w.erasures+r.w.suppressed > 0 || len(r.j.rows) > 0 {
			t.Errorf("%s: a dry run did something", kind)
		}
	}
}

func TestWhatASystemHoldsIsExportedAndSaysWhoIsMissing(t *testing.T) {
	for kind := range settings {
		r := newRig(t, kind)
		held, missing := r.runner().Collect(t.Context(), person)
		if len(held) != 1 || len(missing) > 0 {
			t.Errorf("%s: %v %v", kind, held, missing)
		}
		r.t.plan = func() fault { return failed }
		if held, missing = r.runner().Collect(t.Context(), person); len(held) > 0 || len(missing) != 1 {
			t.Errorf("%s fails: %v %v", kind, held, missing)
		}
	}
}

func TestASystemThatAsksToWaitIsLeftAloneThatLong(t *testing.T) {
	r := newRig(t, "hubspot")
	r.t.plan = func() fault { return refused }
	run := func() int {
		before := len(r.t.urls)
		if _, err := r.runner().Run(t.Context(), "w", "req", person, rights.OpErase); err != nil {
			t.Fatal(err)
		}
		return len(r.t.urls) - before
	}
	if run() != 1 {
		t.Fatal("not called")
	}
	r.now = r.now.Add(6 * time.Second)
	if run() != 0 {
		t.Fatal("called before Retry-After was over")
	}
	r.now = r.now.Add(2 * time.Second)
	if run() == 0 {
		t.Fatal("never called again")
	}
}

func TestErrorsAndTheJournalNameNobody(t *testing.T) {
	for kind := range settings {
		for _, f := range []fault{refused, failed, lost, unanswered} {
			r := newRig(t, kind)
			r.t.plan = func() fault { return f }
			_, err := r.conn.Do(t.Context(), rights.Call{Op: rights.OpErase, Person: person, Key: "k"})
			if err == nil {
				t.Fatalf("%s: no error", kind)
			}
			for e := err; e != nil; {
				if strings.Contains(e.Error(), "neill") || strings.Contains(e.Error(), idOf) {
					t.Errorf("%s: %v", kind, e)
				}
				u, ok := e.(interface{ Unwrap() error })
				if !ok {
					break
				}
				e = u.Unwrap()
			}
		}
	}
}

func TestAWrongKeyIsFinalAndSaysSo(t *testing.T) {
	r := newRig(t, "hubspot")
	r.conn.(*system).ops[rights.OpErase] = func() operation {
		s := settings["hubspot"]
		a := &api{client: &http.Client{Transport: r.t}, base: s.URL + "https://api.hubapi.com", now: time.Now}
		return func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return completed(a.do(ctx, "POST", "/crm/v3/objects/contacts/gdpr-delete", nil, nil))
		}
	}()
	rows, err := r.runner().Run(t.Context(), "w", "req", person, rights.OpErase)
	if err != nil || rows[0].State != rights.CallFailed || rows[0].Fault != string(touch.Forbidden) {
		t.Fatalf("%v %+v", err, rows)
	}
	if done, missing := rights.Settled(rows); !done || len(missing) != 1 {
		t.Fatal(done, missing)
	}
}

func TestSettingsThatWouldSendElsewhereAreRefused(t *testing.T) {
	for _, s := range []Settings{{Kind: "braze", Key: "k"}, {Kind: "braze", Key: "k", URL: "http://rest.example"}, {Kind: "braze", Key: "k", URL: "https://u:p@rest.example"},
		{Kind: "mailchimp", Key: "k", List: "l"}, {Kind: "mailchimp", Key: "k-evil.example/", List: "l"}, {Kind: "hubspot"}, {Kind: "nobody", Key: "k"},
		{Kind: "customerio", Key: "k", Account: "s"}, {Kind: "webhook", Key: "k", URL: "ftp://x"}} {
		if _, err := New(s, Outside{Now: time.Now, Sign: sign}); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%+v: %v", s, err)
		}
	}
	c, err := New(settings["hubspot"], Outside{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), rights.Call{Op: rights.OpErase, Person: person}); touch.CodeOf(err) != touch.Unsupported {
		t.Fatalf("without a way out: %v", err)
	}
}
