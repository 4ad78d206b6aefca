package disclose

import (
	"slices"
	"sync"
	"testing"
	"time"

	"fairtouch/touch"
)

var autumn = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var loadOnce = sync.OnceValues(func() (*Matrix, *Texts) {
	m, err := LoadMatrix()
	ts, err2 := Load()
	if err != nil || err2 != nil {
		panic("the build is broken")
	}
	return m, ts
})

func resolve(t *testing.T, u Use) (Duty, *Gap) {
	t.Helper()
	m, ts := loadOnce()
	if u.Locale == "" {
		u.Locale = "en"
	}
	if u.At.IsZero() {
		u.At = autumn
	}
	d, gap, err := Resolve(ts, m, u)
	if err != nil {
		t.Fatal(err)
	}
	return d, gap
}

func in(places ...string) (out []touch.Jurisdiction) {
	for _, p := range places {
		out = append(out, touch.Jurisdiction{Place: p, How: "declared"})
	}
	return out
}

func knowing(facts map[string]any) func(string) (any, bool) {
	return func(n string) (any, bool) { v, ok := facts[n]; return v, ok }
}

func TestADutyNamesItsRulesPlacementAndTiming(t *testing.T) {
	d, gap := resolve(t, Use{Kind: touch.Chatbot, Channel: touch.Chat, Places: in("DE")})
	a := d.Asks
	if gap != nil || !slices.Contains(a.Rules, "eu-chat") || !slices.Contains(a.Placement, "first_message") || !slices.Contains(a.Placement, "badge") || a.Timing != "first_contact" || a.Strict || a.Text == "" {
		t.Fatalf("%+v %+v", a, gap)
	}
	if slices.Contains(a.Rules, "ca-bot") {
		t.Error("California's rule is asked in Germany")
	}
	d, _ = resolve(t, Use{Kind: touch.VoiceAgent, Channel: touch.Voice, Places: in("FR")})
	if !slices.Contains(d.Asks.Placement, "spoken") || slices.Contains(d.Asks.Placement, "beside_content") {
		t.Errorf("a voice line is shown: %v", d.Asks.Placement)
	}
}

func TestTheStatutorySentenceStandsNextToAPrice(t *testing.T) {
	d, gap := resolve(t, Use{Kind: touch.Pricing, Channel: touch.Web, Places: in("US-NY")})
	if gap != nil {
		t.Fatal(gap)
	}
	out, err := d.Render("m", Links{Human: "https://x/h"})
	const law = "THIS PRICE WAS SET BY AN ALGORITHM USING YOUR PERSONAL DATA."
	if err != nil || out.Label.Text[:len(law)] != law || !slices.Contains(d.Asks.Placement, "next_to_price") {
		t.Errorf("%+v %v", out, err)
	}
	d, _ = resolve(t, Use{Kind: touch.Pricing, Channel: touch.Web, Places: in("US-NY"), Fact: knowing(map[string]any{"use.personalised_price": false})})
	if len(d.Asks.Statutory) != 0 || !slices.ContainsFunc(d.Asks.Exempt, func(x touch.Exempted) bool { return x.Rule == "ny-price" && x.Reason != "" }) {
		t.Errorf("%+v", d.Asks)
	}
}

func TestWhatNoRendererCanDoIsAGap(t *testing.T) {
	_, gap := resolve(t, Use{Kind: touch.CopyGen, Channel: touch.SMS, Places: in("CN")})
	if gap == nil || gap.Rule != "cn-label" || gap.Verdict != touch.Gap || gap.Citation == "" {
		t.Fatalf("%+v", gap)
	}
	if _, gap = resolve(t, Use{Kind: touch.CopyGen, Channel: touch.Email, Places: in("CN")}); gap != nil {
		t.Fatalf("%+v", gap)
	}
}

func TestAReviewByAMachineIsForbidden(t *testing.T) {
	use := Use{Kind: touch.CopyGen, Channel: touch.Web, Places: in("US-TX")}
	if _, gap := resolve(t, use); gap == nil || gap.Verdict != touch.Gap || !slices.Equal(gap.Missing, []string{"content.review"}) {
		t.Errorf("unknown: %+v", gap)
	}
	use.Fact = knowing(map[string]any{"content.review": true})
	if _, gap := resolve(t, use); gap == nil || gap.Verdict != touch.Deny {
		t.Errorf("a review: %+v", gap)
	}
	use.Fact = knowing(map[string]any{"content.review": false})
	if _, gap := resolve(t, use); gap != nil {
		t.Errorf("no review: %+v", gap)
	}
}

// Knowing less never asks for less: each fact taken away leaves the rules that
// were asked, or a gap.
func TestAnUnknownFactNeverLightensADuty(t *testing.T) {
	all := map[string]any{}
	for _, f := range settled {
		all[f] = false
	}
	all["content.reviewed"], all["content.editor_named"] = true, true
	for _, k := range touch.Kinds() {
		for _, ch := range touch.Channels() {
			for _, place := range []string{"DE", "US-NY", "US-CA", "CN", "KR", "CA-QC"} {
				full, gap := resolve(t, Use{Kind: k, Channel: ch, Places: in(place), Fact: knowing(all)})
				if gap != nil {
					continue
				}
				for _, f := range settled {
					less := map[string]any{}
					for n, v := range all {
						if n != f {
							less[n] = v
						}
					}
					d, gap := resolve(t, Use{Kind: k, Channel: ch, Places: in(place), Fact: knowing(less)})
					if gap != nil {
						continue
					}
					for _, r := range full.Asks.Rules {
						if !slices.Contains(d.Asks.Rules, r) {
							t.Fatalf("%s %s %s without %s loses %s", k, ch, place, f, r)
						}
					}
				}
			}
		}
	}
}

func TestAnUnknownPlaceIsAskedEverything(t *testing.T) {
	d, gap := resolve(t, Use{Kind: touch.LeadScoring, Channel: touch.Email})
	if gap != nil || !d.Asks.Strict || !slices.Contains(d.Asks.Rules, "kr-advance") || !slices.Contains(d.Asks.Rules, "eu-timing") || !d.Asks.Human {
		t.Fatalf("%+v %+v", d.Asks, gap)
	}
}

// A duty begins with the first place on earth where the day begins.
func TestADutyBeginsWithTheEarliestMidnight(t *testing.T) {
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC) // 2 December at UTC+14
	for when, want := range map[time.Time]bool{at: true, at.Add(-time.Microsecond): false} {
		d, _ := resolve(t, Use{Kind: touch.CopyGen, Channel: touch.Email, Places: in("DE"), At: when})
		if got := slices.Contains(d.Asks.Rules, "eu-mark"); got != want {
			t.Errorf("at %v: %v", when, got)
		}
	}
}

func TestPlansAreBounded(t *testing.T) {
	m, err := LoadMatrix()
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxPlans + 10 {
		m.planOf(Use{Kind: touch.CopyGen, Channel: touch.Email, Places: in("X" + string(rune(i+1000))), At: autumn})
	}
	if len(m.plans) > maxPlans {
		t.Errorf("%d plans are held", len(m.plans))
	}
}
