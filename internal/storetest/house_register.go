package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"fairtouch/internal/pilot"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

var noEvent pilot.Event

func system(id touch.SystemID, version int) register.System {
	return register.System{ID: id, Name: fmt.Sprint("v", version), State: "active", Version: version}
}

func parts(name string) register.Parts {
	return register.Parts{
		Parties: []register.Party{{ID: "us", Name: name}},
		Assets:  []register.Asset{{ID: "a", Name: name}},
		Edges:   []register.Edge{{From: "a", Rel: "trained_on", To: "b", ToVersion: name}},
		Rights:  []register.Right{{ID: "r", Licence: name}},
	}
}

func draft(t *testing.T, id touch.PilotID) pilot.Pilot {
	t.Helper()
	p, err := pilot.New(id, "scorer", "Trial", "seed-"+string(id), 0.5)
	must(t, err)
	return p
}

// race runs f from n goroutines and counts how often it succeeds.
func race(n int, f func() error) int {
	var wg sync.WaitGroup
	var won atomic.Int64
	for range n {
		wg.Go(func() {
			if f() == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	return int(won.Load())
}

func systemConflict(t *testing.T, w *World) {
	ctx := t.Context()
	wantCode(t, "a version from nowhere", w.DB.SaveSystem(ctx, WS, system("s", 2), "u"), touch.Conflict)
	must(t, w.DB.SaveSystem(ctx, WS, system("s", 1), "u"))
	must(t, w.DB.SaveSystem(ctx, WS, system("s", 2), "u"))
	for _, v := range []int{1, 2, 4} {
		wantCode(t, fmt.Sprint("version ", v, " over 2"), w.DB.SaveSystem(ctx, WS, system("s", v), "u"), touch.Conflict)
	}
	must(t, w.DB.SaveSystem(ctx, WS, system("b", 1), "u"))
	got, err := w.DB.System(ctx, WS, "s")
	must(t, err)
	all, err := w.DB.Systems(ctx, WS)
	must(t, err)
	if got.Name != "v2" || len(all) != 2 || all[0].ID != "b" || all[1].Version != 2 {
		t.Fatalf("%+v of %+v", got, all)
	}
	_, err = w.DB.System(ctx, WS, "nobody's")
	wantCode(t, "no such system", err, touch.Unknown)
}

func chainsReplaced(t *testing.T, w *World) {
	ctx := t.Context()
	must(t, w.DB.SaveChains(ctx, WS, parts("old"), "u"))
	must(t, w.DB.SaveChains(ctx, WS, register.Parts{Assets: []register.Asset{{ID: "b", Name: "other"}}}, "u"))
	must(t, w.DB.SaveChains(ctx, WS, parts("new"), "u"))
	p, err := w.DB.Chains(ctx, WS)
	must(t, err)
	if len(p.Parties) != 1 || len(p.Assets) != 2 || len(p.Edges) != 1 || len(p.Rights) != 1 {
		t.Fatalf("something was doubled or lost: %+v", p)
	}
	if p.Parties[0].Name != "new" || p.Assets[0].Name != "new" || p.Assets[1].Name != "other" || p.Edges[0].ToVersion != "new" || p.Rights[0].Licence != "new" {
		t.Fatalf("the newest doesn't count: %+v", p)
	}
}

func judgementsAppend(t *testing.T, w *World) {
	ctx := t.Context()
	for _, v := range []string{"none", "significant"} {
		must(t, w.DB.SaveJudgements(ctx, WS, []register.Significance{{System: "s", Verdict: v}}, []register.Attestation{{User: "u", Training: v}}))
	}
	s, a, err := w.DB.Judgements(ctx, WS)
	must(t, err)
	if len(s) != 2 || len(a) != 2 || s[0].Verdict != "none" || s[1].Verdict != "significant" || a[1].Training != "significant" {
		t.Fatalf("%+v %+v", s, a)
	}
}

func pilotConflict(t *testing.T, w *World) {
	ctx := t.Context()
	p := draft(t, "p")
	must(t, w.DB.SavePilot(ctx, WS, p, noEvent))
	wantCode(t, "the same draft again", w.DB.SavePilot(ctx, WS, p, noEvent), touch.Conflict)
	_, err := w.DB.PilotOf(ctx, WS, "scorer")
	wantCode(t, "a draft is nobody's pilot", err, touch.Unknown)
	run, ev, err := p.Start(pilot.Act{By: "u", At: noon, Reason: "begin"})
	must(t, err)
	must(t, w.DB.SavePilot(ctx, WS, run, ev))
	wantCode(t, "started twice", w.DB.SavePilot(ctx, WS, run, ev), touch.Conflict)
	halt, ev, err := run.Halt(pilot.Act{At: noon, Reason: "complaints"})
	must(t, err)
	must(t, w.DB.SavePilot(ctx, WS, halt, ev))
	got, err := w.DB.PilotOf(ctx, WS, "scorer")
	must(t, err)
	evs, err := w.DB.PilotEvents(ctx, WS, "p")
	must(t, err)
	if got.State != pilot.Halted || len(evs) != 2 || evs[0].To != pilot.Running || evs[1].To != pilot.Halted {
		t.Fatalf("an acknowledged halt is not seen: %+v %+v", got, evs)
	}
}

func oneWriter(t *testing.T, w *World) {
	ctx := t.Context()
	if n := race(8, func() error { return w.DB.SaveSystem(ctx, WS, system("s", 1), "u") }); n != 1 {
		t.Fatalf("%d writers made version 1 of a system", n)
	}
	p := draft(t, "p")
	if n := race(8, func() error { return w.DB.SavePilot(ctx, WS, p, noEvent) }); n != 1 {
		t.Fatalf("%d writers made one pilot", n)
	}
}
