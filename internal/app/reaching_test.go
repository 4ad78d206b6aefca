package app

import (
	"context"
	"fmt"
	"testing"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/engine"
	"fairtouch/internal/inclusion"
	"fairtouch/touch"
)

// Of 200 young people 100 are allowed, 50 are called and 10 say yes; of 200 old
// ones a rule stops 180. Three of unknown age are too few to show.
func TestTheFunnelCountsEachGroupByItsStages(t *testing.T) {
	var rows []map[string]fairness.Value
	add := func(n int, age, verdict, reason, action, label string) {
		for range n {
			v := func(s string) fairness.Value { return fairness.Value{Text: s, Null: s == ""} }
			rows = append(rows, map[string]fairness.Value{"age": v(age), "verdict": v(verdict), "allowed": v(fmt.Sprint(verdict == "allow")), "reason": v(reason), "action": v(action), "label": v(label)})
		}
	}
	add(100, "30", "deny", "consent.offers", "", "")
	add(50, "30", "allow", "", "none", "false")
	add(40, "30", "allow", "", "call", "false")
	add(10, "30", "allow", "", "call", "true")
	add(180, "70", "deny", "segment.age", "", "")
	add(20, "70", "allow", "", "call", "")
	add(3, "", "allow", "", "call", "")
	held := engine.Stream{Name: "test", Columns: []string{"age", "verdict", "allowed", "reason", "action", "label"},
		Rows: func(_ context.Context, yield func(func(string) fairness.Value) error) error {
			for _, r := range rows {
				if err := yield(func(c string) fairness.Value { return r[c] }); err != nil {
					return err
				}
			}
			return nil
		}}
	spec, err := engine.ParseSpec([]byte("data: {decisions: {system: x}}\nattributes: [{column: age, bands: [60]}]\nprediction: allowed\npositive: {prediction: [\"true\"]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	f, rules, err := funnelOf(t.Context(), spec, spec.Attributes[0], held, "none")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Groups) != 2 || len(f.Stages) != 4 {
		t.Fatalf("%+v", f)
	}
	young := 0
	if f.Stages[1].Counts[1] == 100 {
		young = 1
	}
	for i, want := range [4][2]int64{{200, 200}, {100, 20}, {50, 20}, {10, 0}} {
		if got := f.Stages[i].Counts; got[young] != want[0] || got[1-young] != want[1] {
			t.Errorf("%s: %v, want %v", f.Stages[i].Name, got, want)
		}
	}
	out, err := inclusion.Exclusions(f.Groups, rules, mostRemoved, .05)
	if err != nil || len(out) != 1 || out[0].Rule != "segment.age" || out[0].Group != f.Groups[1-young] {
		t.Errorf("%v: the rule that removes the old is not named: %+v", err, out)
	}
}

func TestAPopulationNeedsASourceAndAllOfItsShares(t *testing.T) {
	a := demoApp(t, 300)
	s, p := staff{a}, access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator}
	all, err := s.Audits(t.Context(), p)
	if err != nil || len(all.Plans) == 0 {
		t.Fatal(err, len(all.Plans))
	}
	plan := all.Plans[0].ID
	for _, bad := range []struct {
		source string
		shares map[string]string
	}{{"", map[string]string{"a": "50", "b": "50"}}, {"census 2021", map[string]string{"a": "50", "b": "20"}}, {"census 2021", map[string]string{"a": "x", "b": "50"}},
		{"census 2021", map[string]string{"a": "100"}}, {"census 2021", nil}} {
		if err := s.SavePopulation(t.Context(), p, plan, "marital", bad.source, bad.shares); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
	good := map[string]string{"married": "50", "single": "38", "divorced": "12 %"}
	if err := s.SavePopulation(t.Context(), p, plan, "marital", "census 2021", good); err != nil {
		t.Fatal(err)
	}
	if err := s.SavePopulation(t.Context(), p, "no-such-plan", "marital", "census 2021", good); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("a plan that isn't there: %v", err)
	}
	page, err := s.Reach(t.Context(), p, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range page.Attributes {
		if compared := x.Source != ""; compared != (x.Attribute == "marital") {
			t.Errorf("%s is compared with a population: %v", x.Attribute, compared)
		}
	}
}

// An audit leaves behind whom its system left out, and the launch of a campaign
// with that system sees it.
func TestALaunchSeesWhomTheLatestAuditFoundLeftOut(t *testing.T) {
	a := demoApp(t, 300)
	c, err := a.FindCampaign(t.Context(), Demo, "spring")
	if err != nil {
		t.Fatal(err)
	}
	c.Systems = []touch.SystemID{"nothing-audits-this"}
	l, err := a.Launch(t.Context(), Demo, &c, "x")
	if err != nil || len(l.Reached) != 0 {
		t.Fatalf("%v %+v", err, l.Reached)
	}
	all, err := staff{a}.Audits(t.Context(), access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator})
	if err != nil || len(all.Plans) == 0 {
		t.Fatal(err)
	}
	if _, err := a.RunPlan(t.Context(), Demo, all.Plans[0].ID, LocalOperator); err != nil {
		t.Fatal(err)
	}
	c.Systems = []touch.SystemID{all.Plans[0].System}
	if l, err = a.Launch(t.Context(), Demo, &c, "x"); err != nil || len(l.Reached) != 1 || l.Reached[0].At.IsZero() {
		t.Fatalf("%v %+v", err, l.Reached)
	}
	left := reached{Left: []inclusion.Reached{{Stage: "acted on", Group: "blue-collar", Ratio: .31, Low: .22, High: .44, N: 88, Verdict: fairness.Fail}}}
	r, _ := gateReach([]reached{left})
	if _, open := inclusion.Gate(inclusion.Launch{Content: "x", Reach: r}); len(open) == 0 || !open[0].Stops {
		t.Errorf("a group that is left out doesn't stand in the way: %+v", open)
	}
}
