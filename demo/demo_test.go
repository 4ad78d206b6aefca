package demo

import "testing"

func TestTheCampaignIsTheRealOne(t *testing.T) {
	n, yes, early, late := 0, 0, 0, 0
	cut := Count * 7 / 10
	if err := Rows(Count+1, func(r Row) error {
		n++
		if r.Yes {
			yes++
			if r.Index < cut {
				early++
			} else {
				late++
			}
		}
		for _, k := range []string{"duration", "age", "marital", "y"} {
			if _, ok := r.Features[k]; ok {
				t.Fatalf("%s is an input", k)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n != Count || yes != 5289 {
		t.Fatalf("%d calls with %d yes; the data have %d with 5289", n, yes, Count)
	}
	// SOURCES: 5.8 % in the earlier 70 % of the calls and 25.4 % after.
	if e, l := 100*float64(early)/float64(cut), 100*float64(late)/float64(n-cut); e < 5.7 || e > 5.9 || l < 25.3 || l > 25.5 {
		t.Fatalf("%.1f %% early, %.1f %% late", e, l)
	}
}

func TestInventedPeopleAreTheSameEverywhere(t *testing.T) {
	if Someone(41) != Someone(41) || Someone(0).ExternalID != "BANK-000001" {
		t.Fatal("a person changed")
	}
	said := map[Consent]int{}
	for i := range 10_000 {
		said[Someone(i).Consent]++
	}
	for c := Agreed; c <= BrowserSaysNo; c++ {
		if said[c] == 0 {
			t.Errorf("nobody said %d", c)
		}
	}
}
