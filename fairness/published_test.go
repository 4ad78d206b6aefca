package fairness_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"fairtouch/fairness"
)

func ends(t *testing.T, what string, i fairness.Interval, low, high float64) {
	t.Helper()
	if math.Abs(i.Low-low) > 5.1e-5 || math.Abs(i.High-high) > 5.1e-5 {
		t.Errorf("%s: %.4f to %.4f, published %.4f to %.4f", what, i.Low, i.High, low, high)
	}
}

// Newcombe 1998, Statistics in Medicine 17: 857-872 (table I, method 3) and
// 873-890 (table II, method 10).
func TestPublishedIntervalsComeOutAgain(t *testing.T) {
	ends(t, "81/263", fairness.Wilson(81, 263, .05), .2553, .3662)
	ends(t, "15/148", fairness.Wilson(15, 148, .05), .0624, .1605)
	ends(t, "0/20", fairness.Wilson(0, 20, .05), 0, .1611)
	ends(t, "1/29", fairness.Wilson(1, 29, .05), .0061, .1718)
	ends(t, "56/70-48/80", fairness.Newcombe(56, 70, 48, 80, .05), .0524, .3339)
	ends(t, "9/10-3/10", fairness.Newcombe(9, 10, 3, 10, .05), .1705, .8090)
	ends(t, "6/7-2/7", fairness.Newcombe(6, 7, 2, 7, .05), .0582, .8062)
	ends(t, "5/56-0/29", fairness.Newcombe(5, 56, 0, 29, .05), -.0381, .1926)
	ends(t, "0/10-0/10", fairness.Newcombe(0, 10, 0, 10, .05), -.2775, .2775)
	ends(t, "10/10-0/10", fairness.Newcombe(10, 10, 0, 10, .05), .6075, 1)
	ends(t, "81/263 exact", fairness.ClopperPearson(81, 263, .05), .2527, .3676)
	ends(t, "0/20 exact", fairness.ClopperPearson(0, 20, .05), 0, .1684)
}

// The field note's example: what 212 people a group can show.
func TestTheDetectableGapIsTheOneThatWasWorkedOut(t *testing.T) {
	if g := fairness.DetectableGap(.5, 212, 212, .05, .8); math.Abs(g-.136) > 5e-4 {
		t.Errorf("gap %v, want .136", g)
	}
	if n := fairness.MinimumN(.5, .136, .05, .8); n < 208 || n > 215 {
		t.Errorf("n %v, want about 212", n)
	}
	want := "at n = 212 only gaps above 13.6 points are visible"
	if s := fairness.PowerStatement(.5, 212, 212, .05, .8); s != want {
		t.Errorf("%q, want %q", s, want)
	}
}

func TestHolmAndBenjaminiHochbergAgreeWithTheirTextbookExample(t *testing.T) {
	p := []float64{.01, .04, .03, .005, math.NaN()}
	for i, want := range []float64{.03, .06, .06, .02} {
		if got := fairness.Holm(p)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("Holm %d: %v, want %v", i, got, want)
		}
	}
	for i, want := range []float64{.02, .04, .04, .02} {
		if got := fairness.BenjaminiHochberg(p)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("Benjamini-Hochberg %d: %v, want %v", i, got, want)
		}
	}
	if !math.IsNaN(fairness.Holm(p)[4]) {
		t.Error("a test that doesn't exist was counted")
	}
}

func TestIndicesAgreeWithTheirDefinitions(t *testing.T) {
	b := fairness.Amounts([]float64{1, 2, 3, 4})
	for name, x := range map[string][2]float64{
		"GEI(2)":      {b.GeneralizedEntropy(2), .1},              // half the squared coefficient of variation, 1.25/6.25/2
		"Theil":       {b.Theil(), .1064401},                      // mean (b/μ)ln(b/μ)
		"MLD":         {b.GeneralizedEntropy(0), .1217773},        // mean −ln(b/μ)
		"Atkinson(1)": {b.Atkinson(1), 1 - math.Pow(24, .25)/2.5}, // geometric over arithmetic mean
		"Atkinson(2)": {b.Atkinson(2), 1 - 4/(1+.5+1./3+.25)/2.5}, // harmonic over arithmetic mean
		"ε":           {fairness.Differential([]fairness.Counts{{N: 9, Selected: 2}, {N: 9, Selected: 7}}, 1), math.Log(3)},
	} {
		if math.Abs(x[0]-x[1]) > 5e-7 {
			t.Errorf("%s: %v, want %v", name, x[0], x[1])
		}
	}
}

// Whatever is split among groups adds up to the whole.
func TestEntropySplitsIntoWithinAndBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var groups []fairness.Benefits
		var all fairness.Benefits
		for range rapid.IntRange(1, 4).Draw(t, "groups") {
			xs := rapid.SliceOfN(rapid.Float64Range(.1, 10), 1, 10).Draw(t, "xs")
			groups = append(groups, fairness.Amounts(xs))
			all = append(all, fairness.Amounts(xs)...)
		}
		total, n := 0.0, float64(len(all))
		mu := 0.0
		for _, x := range all {
			mu += x.Amount / n
		}
		for _, g := range groups {
			gm := 0.0
			for _, x := range g {
				gm += x.Amount / float64(len(g))
			}
			total += float64(len(g)) / n * (gm / mu) * (gm / mu) * g.GeneralizedEntropy(2)
		}
		total += fairness.Between(groups, 2)
		if math.Abs(total-all.GeneralizedEntropy(2)) > 1e-9 {
			t.Fatalf("parts add up to %v, the whole is %v", total, all.GeneralizedEntropy(2))
		}
	})
}

func TestReweighingMatchesItsClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 5).Draw(t, "groups")
		pos, neg := make([]int64, k), make([]int64, k)
		var p, n int64
		for i := range k {
			pos[i], neg[i] = rapid.Int64Range(1, 1000).Draw(t, "pos"), rapid.Int64Range(1, 1000).Draw(t, "neg")
			p, n = p+pos[i], n+neg[i]
		}
		w, err := fairness.Reweigh(pos, neg)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i := range k {
			sum += w.Pos[i]*float64(pos[i]) + w.Neg[i]*float64(neg[i])
			rate := w.Pos[i] * float64(pos[i]) / (w.Pos[i]*float64(pos[i]) + w.Neg[i]*float64(neg[i]))
			if math.Abs(rate-float64(p)/float64(p+n)) > 1e-9 {
				t.Fatalf("group %d keeps a rate of %v of its own", i, rate)
			}
		}
		if math.Abs(sum-float64(p+n)) > 1e-6 {
			t.Fatalf("weights sum to %v, rows are %d", sum, p+n)
		}
	})
}

func TestMassagingEqualisesAndKeepsThePositives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]fairness.Example, rapid.IntRange(2, 200).Draw(t, "n"))
		for i := range rows {
			rows[i] = fairness.Example{Favoured: i%2 == 0, Label: rapid.Bool().Draw(t, "y"), Score: rapid.Float64Range(0, 1).Draw(t, "s")}
		}
		m := fairness.Massage(rows)
		if len(m.Promote) != len(m.Demote) {
			t.Fatal("the number of positives changed")
		}
		for _, i := range m.Promote {
			if rows[i].Favoured || rows[i].Label {
				t.Fatal("promoted the wrong row")
			}
			rows[i].Label = true
		}
		for _, i := range m.Demote {
			if !rows[i].Favoured || !rows[i].Label {
				t.Fatal("demoted the wrong row")
			}
			rows[i].Label = false
		}
		var pos, n [2]float64
		for _, r := range rows {
			g := 0
			if r.Favoured {
				g = 1
			}
			n[g]++
			if r.Label {
				pos[g]++
			}
		}
		if gap := pos[1]/n[1] - pos[0]/n[0]; gap > 1/n[0]+1/n[1] {
			t.Fatalf("a gap of %v is left", gap)
		}
	})
}

func TestMergingAnyPartitionEqualsOnePass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, a, b fairness.Histogram
		for range rapid.IntRange(0, 200).Draw(t, "n") {
			s, l := rapid.Float64Range(0, 1).Draw(t, "s"), rapid.IntRange(0, 2).Draw(t, "l")
			whole.Add(s, l)
			if rapid.Bool().Draw(t, "part") {
				a.Add(s, l)
			} else {
				b.Add(s, l)
			}
		}
		if a.Merge(&b); a != whole {
			t.Fatal("the merged parts differ from one pass")
		}
	})
}

// Katz, Baptista, Azen and Pike 1978: ln RR ± z·√(1/x1 − 1/n1 + 1/x2 − 1/n2).
func TestTheRatioOfLargeCountsIsKatz(t *testing.T) {
	se := math.Sqrt(1./36 - 1./100 + 1./24 - 1./80)
	i := fairness.Ratio(36, 100, 24, 80, .05)
	for _, c := range [][2]float64{{i.Low, 1.2 * math.Exp(-1.959963984540054*se)}, {i.High, 1.2 * math.Exp(1.959963984540054*se)}} {
		if math.Abs(c[0]-c[1]) > 1e-9 {
			t.Errorf("%v, want %v", c[0], c[1])
		}
	}
	if i := fairness.Ratio(0, 40, 20, 40, .05); i.Low != 0 || !(i.High > 0 && i.High < .5) {
		t.Errorf("nobody of 40 against half: %v", i)
	}
	if !fairness.Ratio(5, 40, 0, 40, .05).Undefined() {
		t.Error("a ratio to nobody got an interval")
	}
}
