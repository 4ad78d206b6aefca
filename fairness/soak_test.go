package fairness_test

import (
	"math"
	"os"
	"testing"

	"fairtouch/fairness"
)

// TestManyQuestionsRarelyAccuseTheInnocent: with twenty comparisons, one in
// twenty alone would accuse somebody in most audits.
func TestManyQuestionsRarelyAccuseTheInnocent(t *testing.T) {
	sims, wrong := soak(t, 300), 0
	src := fairness.NewSource(7)
	names := []string{"a", "b", "c", "d", "e"}
	for range sims {
		var cells []fairness.Cell
		for i, v := range names {
			n := int64(200 + 300*i)
			// Groups at the very edge of the tolerance, where accusing is most tempting.
			rate := .3
			if i%2 == 1 {
				rate = .4
			}
			cells = append(cells, fairness.Cell{Group: []fairness.Value{{Text: v}},
				Stats: fairness.Stats{Rows: n, Counts: fairness.Counts{N: n, Selected: src.Binomial(n, rate)}}})
		}
		a := fairness.Evaluate(fairness.Question{Attributes: []string{"x"}, Metrics: []fairness.Metric{fairness.DemographicParity},
			Reference: map[string]fairness.Value{"x": {Text: "e"}}}, cells)
		if a.Verdict == fairness.Fail {
			wrong++
		}
	}
	if limit := .05 + 3*math.Sqrt(.05*.95/float64(sims)); float64(wrong)/float64(sims) > limit {
		t.Errorf("%d of %d audits of groups within the tolerance failed", wrong, sims)
	}
}

// TestWatchingAllTheTimeRarelyAlarmsForNothing looks after every observation.
func TestWatchingAllTheTimeRarelyAlarmsForNothing(t *testing.T) {
	streams, looks := soak(t, 200), 4000
	if os.Getenv("FAIRTOUCH_SIMULATIONS") != "" {
		looks = 100_000
	}
	for _, c := range []struct {
		name     string
		gap, tau float64
	}{{"no gap", 0, 0}, {"a gap as large as tolerated", .05, .05}} {
		alarms := 0
		src := fairness.NewSource(11)
		for range streams {
			e, err := fairness.NewEProcess(.05, c.tau)
			if err != nil {
				t.Fatal(err)
			}
			for range looks / 2 {
				_, _ = e.Observe(0, bit(src, .3+c.gap))
				_, _ = e.Observe(1, bit(src, .3))
			}
			if e.Alarm {
				alarms++
			}
		}
		if limit := .05 + 3*math.Sqrt(.05*.95/float64(streams)); float64(alarms)/float64(streams) > limit {
			t.Errorf("%s: %d of %d streams alarmed", c.name, alarms, streams)
		}
		t.Logf("%s: %d alarms in %d streams of %d looks", c.name, alarms, streams, looks)
	}
}

func bit(src *fairness.Source, p float64) float64 {
	if src.Float64() < p {
		return 1
	}
	return 0
}

func TestAGapOfTenPointsIsNoticedInTime(t *testing.T) {
	src := fairness.NewSource(3)
	late := 0
	for range 100 {
		e, _ := fairness.NewEProcess(.05, 0)
		for range 2000 {
			_, _ = e.Observe(0, bit(src, .4))
			_, _ = e.Observe(1, bit(src, .3))
		}
		if !e.Alarm {
			late++
		}
	}
	if late > 5 {
		t.Errorf("%d of 100 streams with a gap of 10 points were still silent after 2,000 pairs", late)
	}
}

func TestBadObservationsChangeNothing(t *testing.T) {
	e, _ := fairness.NewEProcess(.05, 0)
	for _, v := range []float64{math.NaN(), -1, 2, math.Inf(1)} {
		before := *e
		if _, err := e.Observe(0, v); err == nil || *e != before {
			t.Errorf("%v was taken", v)
		}
	}
	if _, err := e.Observe(2, .5); err == nil {
		t.Error("a third group was taken")
	}
}

func TestEBHRejectsTheLargest(t *testing.T) {
	if got := fairness.EBH([]float64{1, 100, 45, .2}, .05); len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("rejected %v", got)
	}
	if got := fairness.EBH([]float64{10, 10}, .05); len(got) > 0 {
		t.Errorf("rejected %v without evidence", got)
	}
}

// The draws must be exact: mean and variance to within five standard errors.
func TestDrawsHaveTheRightMoments(t *testing.T) {
	src := fairness.NewSource(5)
	const reps = 20_000
	check := func(name string, mean, variance float64, draw func() float64) {
		var m fairness.Moments
		for range reps {
			m.Add(draw() - mean)
		}
		e := m.Mean()
		v := m.Sq/reps - e.Value*e.Value
		if math.Abs(e.Value) > 5*math.Sqrt(variance/reps) || math.Abs(v/variance-1) > .08 {
			t.Errorf("%s: mean off by %v, variance %v instead of %v", name, e.Value, v, variance)
		}
	}
	for _, c := range []struct {
		n int64
		p float64
	}{{5, .3}, {40, .2}, {100, .5}, {1000, .7}, {1_000_000, .3}, {100_000_000, .01}} {
		n := float64(c.n)
		check("binomial", n*c.p, n*c.p*(1-c.p), func() float64 { return float64(src.Binomial(c.n, c.p)) })
	}
	for _, c := range [][3]int64{{10, 4, 5}, {1000, 300, 200}, {100_000, 40_000, 50_000}, {50, 50, 20}} {
		n, k, d := float64(c[0]), float64(c[1]), float64(c[2])
		v := d * k / n * (1 - k/n) * (n - d) / (n - 1)
		if v == 0 {
			v = 1e-9
		}
		if got := src.Hypergeometric(c[0], c[1], c[2]); got < 0 || got > c[1] {
			t.Fatal("out of range")
		}
		if v > 1e-6 {
			check("hypergeometric", d*k/n, v, func() float64 { return float64(src.Hypergeometric(c[0], c[1], c[2])) })
		}
	}
}

func TestPermutationAgreesWithFisher(t *testing.T) {
	groups := []fairness.Counts{fairness.FromConfusion(8, 0, 2, 0), fairness.FromConfusion(1, 0, 5, 0)}
	gap := func(g []fairness.Counts) float64 {
		return fairness.SelectionRate.Value(g[0]) - fairness.SelectionRate.Value(g[1])
	}
	// One-sided Fisher on the tea table 8/2, 1/5: 0.024476 (280/11440).
	p := fairness.PermutationP(groups, gap, 20_000, fairness.NewSource(1))
	if math.Abs(p-.0244755) > .004 {
		t.Errorf("p = %v, Fisher's exact test gives .0245", p)
	}
}
