package rights

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func book(t testing.TB) *Book {
	t.Helper()
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func due(t *testing.T, b *Book, place string, k Kind, on Day) Deadline {
	t.Helper()
	r, ok := b.For(place, k, on)
	if !ok {
		t.Fatalf("no rule for %s in %s", k, place)
	}
	return r.Of(on, time.Time{}, b.Calendar(place))
}

// The dates are those of EDPB Guidelines 01/2022 on access (section 5.3), of
// the ICO's guide to subject access, and of Regulation 1182/71 applied by hand.
func TestNobodyWaitsLongerThanTheLawSays(t *testing.T) {
	b := book(t)
	for _, x := range []struct {
		why, place string
		kind       Kind
		on, want   Day
	}{
		{"EDPB: 5 March gives until 5 April", "DE", Access, On(2024, 3, 5), On(2024, 4, 5)},
		{"EDPB: 31 August has no 31 September", "DE", Access, On(2022, 8, 31), On(2022, 9, 30)},
		{"31 January ends with February", "FR", Access, On(2023, 1, 31), On(2023, 2, 28)},
		{"the 29th of a leap year", "FR", Access, On(2024, 1, 31), On(2024, 2, 29)},
		{"Easter Sunday and Monday roll to Tuesday", "DE", Access, On(2026, 3, 5), On(2026, 4, 7)},
		{"a Saturday rolls to Monday", "IE", Access, On(2026, 9, 17), On(2026, 10, 19)},
		{"German unity on a Saturday", "DE", Access, On(2026, 9, 3), On(2026, 10, 5)},
		{"Christmas to the day after both", "DE", Access, On(2025, 11, 25), On(2025, 12, 29)},
		{"ICO: 3 September gives until 3 October", "GB", Access, On(2024, 9, 3), On(2024, 10, 3)},
		{"ICO: 31 March gives until 30 April", "GB", Access, On(2025, 3, 31), On(2025, 4, 30)},
		{"a British bank holiday that was moved", "GB", Access, On(2021, 11, 27), On(2021, 12, 29)},
		{"California: 45 calendar days, weekends too", "US-CA", Access, On(2026, 1, 1), On(2026, 2, 15)},
		{"California: an opt-out in 15 business days", "US-CA", NoSale, On(2026, 1, 12), On(2026, 2, 3)},
		{"Iowa: 90 days", "US-IA", Erasure, On(2026, 1, 1), On(2026, 4, 1)},
		{"Quebec goes before Canada", "CA-QC", Access, On(2026, 1, 1), On(2026, 1, 31)},
		{"Ontario has PIPEDA", "CA-ON", Access, On(2026, 1, 1), On(2026, 1, 31)},
		{"Brazil: 15 days", "BR", Access, On(2026, 1, 1), On(2026, 1, 16)},
		{"Korea: 10 days", "KR", Access, On(2026, 1, 1), On(2026, 1, 11)},
		{"Virginia: an appeal in 60 days", "US-VA", Appeal, On(2026, 1, 1), On(2026, 3, 2)},
		{"New Jersey: an opt-out in 15 days", "US-NJ", NoProfiling, On(2026, 1, 1), On(2026, 1, 16)},
	} {
		if got := due(t, b, x.place, x.kind, x.on).Due; !got.Equal(x.want) {
			t.Errorf("%s: %s, not %s", x.why, got.Format(time.DateOnly), x.want.Format(time.DateOnly))
		}
	}
}

func TestAnExtensionIsCountedFromReceiptAndNotFromTheRolledDay(t *testing.T) {
	b := book(t)
	for place, want := range map[string]Day{"DE": On(2026, 4, 30), "GB": On(2026, 4, 30), "US-CA": On(2026, 5, 1), "US-FL": On(2026, 4, 1)} {
		on := On(2026, 1, 31)
		if got := due(t, b, place, Access, on).Furthest; !got.Equal(want) {
			t.Errorf("%s: %s, not %s", place, got.Format(time.DateOnly), want.Format(time.DateOnly))
		}
	}
}

// Regulation 1182/71, Art. 3(5).
func TestAShortPeriodHasTwoWorkingDays(t *testing.T) {
	r := Rule{Respond: Span{2, Days}, Clock: FromReceipt, Ends: EndsBy1182}
	c := book(t).Calendar("DE")
	for on, want := range map[Day]Day{
		On(2026, 11, 20): On(2026, 11, 24), // Friday: Saturday and Sunday don't count as two
		On(2026, 11, 23): On(2026, 11, 25), // Monday
		On(2026, 4, 2):   On(2026, 4, 8),   // before Easter
	} {
		if got := r.Of(on, time.Time{}, c).Due; !got.Equal(want) {
			t.Errorf("from %s: %s, not %s", on.Format(time.DateOnly), got.Format(time.DateOnly), want.Format(time.DateOnly))
		}
	}
}

func TestHolidaysAreWhereTheGazettesPutThem(t *testing.T) {
	b := book(t)
	for _, x := range []struct {
		place string
		day   Day
		free  bool
	}{
		{"GB", On(2021, 12, 27), true}, {"GB", On(2021, 12, 28), true}, {"GB", On(2021, 12, 29), false}, // gov.uk
		{"GB", On(2022, 12, 27), true}, {"GB", On(2022, 12, 26), true}, {"GB", On(2026, 5, 25), true},
		{"US", On(2021, 12, 24), true}, {"US", On(2021, 7, 5), true}, {"US", On(2021, 12, 31), true}, // opm.gov
		{"US", On(2026, 11, 26), true}, {"US", On(2026, 1, 19), true}, {"US-TX", On(2026, 7, 3), true},
		{"DE", On(2026, 5, 14), true}, {"DE", On(2026, 5, 25), true}, {"DE", On(2026, 5, 15), false},
	} {
		if got := b.Calendar(x.place).Holiday(x.day); got != x.free {
			t.Errorf("%s %s: %v", x.place, x.day.Format(time.DateOnly), got)
		}
	}
	for year, want := range map[int]Day{2019: On(2019, 4, 21), 2024: On(2024, 3, 31), 2025: On(2025, 4, 20), 2026: On(2026, 4, 5), 2027: On(2027, 3, 28), 2038: On(2038, 4, 25)} {
		if got := Easter(year); !got.Equal(want) {
			t.Errorf("Easter %d: %s", year, got.Format(time.DateOnly))
		}
	}
}

func TestEveryLawOfTheBookSaysWhereItComesFrom(t *testing.T) {
	b := book(t)
	laws := map[string]bool{}
	for _, r := range b.Rules() {
		laws[r.Law+r.Places[0]] = true
		if r.Evidence != "primary" && r.Status != "draft" {
			t.Errorf("%s is certified on %s evidence", r.ID, r.Evidence)
		}
		if d := r.Of(On(2026, 1, 1), time.Time{}, b.Calendar(r.Places[0])); !d.Draft {
			t.Errorf("%s doesn't say that it is a draft", r.ID)
		}
	}
	if len(laws) < 25 {
		t.Fatalf("%d laws", len(laws))
	}
	t.Logf("%d laws, %d rules", len(laws), len(b.Rules()))
}

func TestALawThatDoesNotApplyYetGivesNoDate(t *testing.T) {
	b := book(t)
	if r, ok := b.For("IN", Access, On(2026, 11, 24)); ok {
		t.Fatalf("%s applies before its time", r.ID)
	}
	if _, ok := b.For("IN", Access, On(2027, 6, 1)); !ok {
		t.Fatal("it never applies")
	}
}

func TestDatesOfEveryRuleAreSane(t *testing.T) {
	b := book(t)
	rules := b.Rules()
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(rules).Draw(t, "rule")
		c := b.Calendar(r.Places[0])
		on := On(2024, 1, 1).AddDate(0, 0, rapid.IntRange(0, 3000).Draw(t, "day"))
		later := on.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "verified"))
		d := r.Of(on, time.Time{}, c)
		if d.Furthest.Before(d.Due) || !d.Due.After(on) || !d.Confirm.IsZero() && d.Confirm.After(d.Due) {
			t.Fatalf("%s from %s: %+v", r.ID, on, d)
		}
		if r.Ends != EndsAsCounted && !c.Working(d.Due) {
			t.Fatalf("%s ends on %s, when nobody works", r.ID, d.Due)
		}
		if next := r.Of(on.AddDate(0, 0, 1), time.Time{}, c); next.Due.Before(d.Due) {
			t.Fatalf("%s: whoever asks a day later is answered earlier", r.ID)
		}
		if v := r.Of(on, later, c); v.Due.Before(d.Due) {
			t.Fatalf("%s: proof made the date earlier", r.ID)
		}
	})
}
