package inclusion_test

import (
	"math"
	"testing"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/inclusion"
	"fairtouch/touch"
)

func TestWhomAFunnelLeavesOut(t *testing.T) {
	f := inclusion.Funnel{Attribute: "age", Groups: []string{"under 30", "30 to 59", "60 and over"}, Reference: []float64{.2, .5, .3}, Source: "census 2022",
		Stages: []inclusion.Stage{{Name: "eligible", Counts: []int64{2000, 5000, 1200}}, {Name: "reached", Counts: []int64{1000, 2500, 590}}}}
	r, err := f.Measure(.8, .05)
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, row := range r.Rows {
		if row.Verdict == fairness.Fail {
			bad++
			if row.Group != "60 and over" || row.Stage != "eligible" || row.Against != "census 2022" {
				t.Errorf("%+v", row)
			}
		}
	}
	if bad != 1 || r.Verdict != fairness.Fail || !(r.P[0] < 1e-6) || !(r.P[1] > .05) {
		t.Errorf("%d left out, %s, p %v", bad, r.Verdict, r.P)
	}
	f.Stages[1].Counts[0] = 3000
	if _, err := f.Measure(.8, .05); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("more reached than eligible: %v", err)
	}
}

func TestChiSquaredAgreesWithItsTable(t *testing.T) {
	for _, c := range []struct {
		x  float64
		df int
		p  float64
	}{{3.841459, 1, .05}, {5.991465, 2, .05}, {18.307038, 10, .05}, {6.634897, 1, .01}, {2.705543, 1, .10}} {
		if got := fairness.ChiSquaredTail(c.x, c.df); math.Abs(got-c.p) > 1e-6 {
			t.Errorf("chi-squared %v, %d: %v, table %v", c.x, c.df, got, c.p)
		}
	}
}

func TestARuleThatRemovesAGroupIsNamed(t *testing.T) {
	got, err := inclusion.Exclusions([]string{"f", "m"}, []inclusion.Exclusion{
		{Rule: "has a landline", Removed: []int64{900, 850}, Of: []int64{1000, 1000}},
		{Rule: "bought tools", Removed: []int64{400, 100}, Of: []int64{1000, 1000}},
		{Rule: "opted out", Removed: []int64{100, 110}, Of: []int64{1000, 1000}}}, .5, .05)
	if err != nil || len(got) != 3 || got[2].Rule != "bought tools" || got[2].Group != "f" {
		t.Errorf("%v %+v", err, got)
	}
}

func TestALaunchWaitsForThePanel(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	l := inclusion.Launch{Content: "v2", Perspectives: []string{"blind readers"}, Author: "usr_author", Reach: &inclusion.Reach{}}
	sign := func(m touch.UserID, content, reason string, objects bool) {
		r, err := inclusion.Sign(m, "blind readers", content, reason, objects, now)
		if err != nil {
			t.Fatal(err)
		}
		l.Reviews = append(l.Reviews, r)
	}
	for step, want := range []bool{false, false, false, true, false} {
		switch step {
		case 1:
			sign("usr_b", "v1", "", false) // of an older version
		case 2:
			sign("usr_author", "v2", "", false) // of the own launch
		case 3:
			sign("usr_b", "v2", "", false)
		case 4:
			sign("usr_c", "v2", "the offer is in an image", true)
		}
		if ready, open := inclusion.Gate(l); ready != want {
			t.Errorf("step %d: ready %v: %v", step, ready, open)
		}
	}
	if _, err := inclusion.Sign("usr_c", "blind readers", "v2", "no", true, now); touch.CodeOf(err) != touch.Invalid {
		t.Error("an objection without a reason was taken")
	}
}
