package gpp_test

import (
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fairtouch/gpp"
)

func decode(t testing.TB, s string) *gpp.Message {
	t.Helper()
	m, err := gpp.Decode(s)
	if err != nil {
		t.Fatalf("%.60s: %v", s, err)
	}
	return m
}

func codes(m *gpp.Message) []gpp.Code {
	var out []gpp.Code
	for _, o := range m.Odd() {
		out = append(out, o.Code)
	}
	return out
}

func TestTheExamplesOfTheSpecificationAreReadAndKept(t *testing.T) {
	const tc = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"
	for s, ids := range map[string][]int{
		"DBABM~" + tc:             {2}, // padded as the text has it
		"DBABMA~" + tc:            {2}, // and as its encoders do
		"DBACNY~" + tc + "~1YNN":  {2, 6},
		"DBACNYA~" + tc + "~1YNN": {2, 6},
		"DBABjw~BPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAA~1YNN": {5, 6},
	} {
		m := decode(t, s)
		if !slices.Equal(m.Header().SectionIDs, ids) || m.Header().ID != 3 || m.Header().Version != 1 {
			t.Errorf("%s: header %+v", s, m.Header())
		}
		if strings.HasPrefix(s, "DBABjw") {
			continue // its Canadian section is invented here, and short
		}
		if got, err := m.Canonical(); got != s || err != nil {
			t.Errorf("%s came back as %s, %v", s, got, err)
		}
	}
}

// A string cut anywhere must never say more for the company than the whole
// string did: a cut section is incomplete, and nothing in it is "not applicable".
func TestACutStringIsUnknownAndNeverNotApplicable(t *testing.T) {
	for _, g := range goldens(t, "us")[27:400] {
		whole := decode(t, g.S).Sections()[0]
		head, section, _ := strings.Cut(g.S, "~")
		core, _, _ := strings.Cut(section, ".")
		for n := 1; n < len(core); n++ {
			m := decode(t, head+"~"+core[:n])
			s := m.Sections()[0]
			if s.Complete() { // only padding was cut: nothing may have changed
				got, err := json.Marshal(s)
				want, _ := json.Marshal(decode(t, head+"~"+core).Sections()[0])
				if err != nil || string(got) != string(want) {
					t.Fatalf("%s cut to %d characters passes for complete", core, n)
				}
				continue
			}
			if _, err := m.Canonical(); !errors.Is(err, gpp.ErrIncomplete) {
				t.Fatalf("%s cut to %d is written back: %v", core, n, err)
			}
			for _, f := range s.Fields() {
				for i, c := range s.Choices(f.Name) {
					if was := whole.Choices(f.Name)[i]; c != gpp.ChoiceUnknown && c != was {
						t.Fatalf("%s cut to %d: %s is %v, was %v", core, n, f.Name, c, was)
					}
				}
			}
		}
	}
}

func TestACutTCFStringGivesNoBasis(t *testing.T) {
	for _, g := range goldens(t, "core")[:60] {
		core, _, _ := strings.Cut(g.S, ".")
		for n := 2; n < len(core)-4; n += 3 {
			s := decode(t, core[:n]).Sections()[0]
			if _, err := s.TCFEU(); err == nil {
				// The cut fell behind the last field: zeros were lost, no choice.
				if got, _ := decode(t, core[:n]).Canonical(); got != core {
					t.Fatalf("%s cut to %d is taken for whole", core, n)
				}
			}
		}
	}
}

// Every segment is cut at every place: either only zeros were lost and the
// values are the same, or the section says that it is incomplete.
func TestACutSegmentNeverPassesForWhole(t *testing.T) {
	for _, name := range []string{"tcfeu", "tcfca", "core"} {
		for _, g := range goldens(t, name)[:40] {
			whole, err := json.Marshal(decode(t, g.S).Sections()[0])
			if err != nil {
				t.Fatal(err)
			}
			segments := strings.Split(g.S, ".")
			for i, seg := range segments {
				from := 1
				if i == 0 {
					from = 60 // behind the header and the fixed fields, which the core alone has
				}
				for n := from; n < len(seg); n++ {
					cut := slices.Clone(segments)
					cut[i] = seg[:n]
					s := decode(t, strings.Join(cut, ".")).Sections()[0]
					if got, err := json.Marshal(s); err != nil || s.Complete() && string(got) != string(whole) {
						t.Fatalf("%s: segment %d cut to %d passes for whole", g.S, i, n)
					}
				}
			}
		}
	}
}

func TestAVendorThatWasNotDisclosedHasNoBasis(t *testing.T) {
	v := eu()
	v.PurposeConsents[0], v.PurposeConsents[1], v.PurposeLegitimateInterests[1] = true, true, true
	v.VendorLegitimateInterests = gpp.NewIDs(10, 755, 99)
	v.VendorConsents = gpp.NewIDs(10, 755, 99)
	if v.Basis(755, 1) != (gpp.Basis{Consent: true}) || v.Basis(755, 2) != (gpp.Basis{Consent: true, LegitimateInterest: true}) {
		t.Fatal("what was chosen isn't read")
	}
	for name, c := range map[string]struct {
		spoil           func(*gpp.TCFEU)
		vendor, purpose int
		want            gpp.Basis
	}{
		"undisclosed":            {func(*gpp.TCFEU) {}, 99, 2, gpp.Basis{}},
		"no segment":             {func(v *gpp.TCFEU) { v.HasDisclosed = false }, 755, 2, gpp.Basis{}},
		"policy 4 needs none":    {func(v *gpp.TCFEU) { v.PolicyVersion, v.HasDisclosed = 4, false }, 755, 1, gpp.Basis{Consent: true}},
		"purpose 25":             {func(*gpp.TCFEU) {}, 755, 25, gpp.Basis{}},
		"purpose 0":              {func(*gpp.TCFEU) {}, 755, 0, gpp.Basis{}},
		"global scope":           {func(v *gpp.TCFEU) { v.IsServiceSpecific = false }, 755, 1, gpp.Basis{}},
		"forbidden by publisher": {restrict(2, gpp.NotAllowed), 755, 2, gpp.Basis{}},
		"consent asked for":      {restrict(2, gpp.RequireConsent), 755, 2, gpp.Basis{Consent: true}},
		"interest asked for":     {restrict(2, gpp.RequireLegitimateInterest), 755, 2, gpp.Basis{LegitimateInterest: true}},
		"an unknown restriction": {restrict(2, 3), 755, 2, gpp.Basis{}},
		"interest for purpose 1": {func(v *gpp.TCFEU) { v.PurposeLegitimateInterests[0] = true }, 755, 1, gpp.Basis{Consent: true}},
		"restriction of another": {restrict(3, gpp.NotAllowed), 755, 2, gpp.Basis{Consent: true, LegitimateInterest: true}},
	} {
		w := v
		w.PurposeLegitimateInterests = slices.Clone(v.PurposeLegitimateInterests)
		c.spoil(&w)
		if got := w.Basis(c.vendor, c.purpose); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func restrict(purpose int, typ gpp.RestrictionType) func(*gpp.TCFEU) {
	return func(v *gpp.TCFEU) {
		v.PublisherRestrictions = []gpp.Restriction{{Purpose: purpose, Type: typ, Vendors: gpp.NewRanges(gpp.Range{First: 700, Last: 800})}}
	}
}

func TestASectionHeaderAsTheTextHasItIsAccepted(t *testing.T) {
	// usmd: section id 24, version 1, one sub-section range; then the core.
	m := decode(t, "DBABEY~YBAB.BQAA.YA")
	s := m.Sections()[0]
	if gpc, _ := s.Get("Gpc"); s.ID() != 24 || gpc != true || !s.Complete() || !slices.Contains(codes(m), gpp.OddLegacy) {
		t.Errorf("id %d, complete %v, odd %v", s.ID(), s.Complete(), m.Odd())
	}
}

func TestWhatIsOddIsNamed(t *testing.T) {
	const tc = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"
	for s, want := range map[string]gpp.Code{
		" 1YNN\n":                   gpp.OddWhitespace,
		"1ynn":                      gpp.OddLetterCase,
		"2YNN":                      gpp.OddValue,
		"DBABLA~BVVVVVVVVVVV":       gpp.OddTail,
		"DBABLA~DAAAAAAAAABA":       gpp.OddValue,
		"DBABLA~CAAAAAAAAABA.QA.QA": gpp.OddSegment,
		"DBABLA~CAAAAAAAAABA.":      gpp.OddSegment,
		"DBABLA~CAAAAAAAAABAAAAA":   gpp.OddPadding,
		"DBABLA~CAAAA!AAAABA":       gpp.OddCharacter,
		"DBABLA~CAAAAAAAAABA==":     gpp.OddCharacter,
		"DBABLA~CAAAAAA":            gpp.OddTruncated,
		"DBABLA~":                   gpp.OddUndecodable,
		"DBABLA":                    gpp.OddHeader,
		"DBABLA~CAAAAAAAAABA~1YNN":  gpp.OddHeader,
		"DBABYA~xyz":                gpp.OddSection,
		"DB":                        gpp.OddTruncated,
		tc + ".IAAA.IAAA":           gpp.OddSegment,
		tc + ".4AAA":                gpp.OddSegment,
		"CPXxRfAPXxRfAAfKABENB-FgAAAAAAAAAAYgAAAAAAAA": gpp.OddMissing,
	} {
		m := decode(t, s)
		if !slices.Contains(codes(m), want) {
			t.Errorf("%q: %v, want %s", s, m.Odd(), want)
		}
		if m.Raw() != s {
			t.Errorf("%q: the original is lost", s)
		}
	}
	for _, s := range []string{"", "x", "C", "1YNX", "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", strings.Repeat("C", gpp.MaxLength+1)} {
		if _, err := gpp.Decode(s); err == nil {
			t.Errorf("%.20q was read", s)
		}
	}
}

// Lengths that a string claims cost nothing: 65,535 ids in a range are one
// element, and what would be longer than any list is cut off and named.
func TestAStringThatClaimsMuchCostsLittle(t *testing.T) {
	bombs := map[string]string{
		"restrictions": bomb(false), "Fibonacci header": "DB____" + strings.Repeat("11", 20000),
		"Fibonacci zeros": "DBABA" + strings.Repeat("A", 60000), "many sections": "DBABwA" + strings.Repeat("~", 60000),
		"many segments": "DBABLA~" + strings.Repeat(".", 60000), "ranges out of order": bomb(true),
	}
	for name, s := range bombs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		m, err := gpp.Decode(s)
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
			t.Errorf("%s: %d bytes to read %d", name, got, len(s))
		}
		b, err := json.Marshal(m)
		if err != nil || len(b) > 16<<20 || time.Since(start) > 2*time.Second {
			t.Errorf("%s: %d bytes of JSON in %v, %v", name, len(b), time.Since(start), err)
		}
	}
}

// bomb is a TCF string of 4,095 restrictions of all vendors each.
func bomb(disorder bool) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var bits strings.Builder
	put := func(v, n int) {
		for i := n - 1; i >= 0; i-- {
			bits.WriteByte(byte('0' + v>>i&1))
		}
	}
	put(2, 6)
	put(0, 213-6+34)
	put(4095, 12)
	for i := range 4095 {
		put(2, 8)
		put(1, 12)
		put(1, 1)
		put(1, 16)
		put(65535, 16)
		if disorder && i%2 == 0 {
			put(0, 7)
		}
	}
	var out strings.Builder
	for b := bits.String(); len(b) >= 6; b = b[6:] {
		v := 0
		for _, c := range b[:6] {
			v = v<<1 | int(c-'0')
		}
		out.WriteByte(digits[v])
	}
	return out.String()
}

func TestANoStaysANoInADamagedString(t *testing.T) {
	// usca: SaleOptOut 1, then the string is cut.
	m := decode(t, "DBABBg~BAQ")
	s, ok := m.Section("usca")
	if !ok || s.Complete() {
		t.Fatal("the cut isn't noticed")
	}
	if got := m.Refusals(); len(got) != 1 || got[0] != (gpp.Refusal{Section: "usca", Field: "SaleOptOut"}) {
		t.Errorf("refusals %v", got)
	}
	if c := s.Choices("SharingOptOut"); c[0] != gpp.ChoiceUnknown {
		t.Errorf("what was cut off reads as %v", c)
	}
}

func TestOnlyTheValueOneIsTheBrowsersSignal(t *testing.T) {
	for _, v := range [][]string{{"1"}, {" 1\t"}, {"0", "1"}} {
		if !gpp.GPCSignal(v) {
			t.Errorf("%q isn't honoured", v)
		}
	}
	for _, v := range [][]string{nil, {""}, {"0"}, {"true"}, {"1;q=1"}, {"11"}, {"?1"}} {
		if gpp.GPCSignal(v) {
			t.Errorf("%q counts as the signal", v)
		}
	}
	want := `{"gpc":true,"lastUpdate":"2026-02-03"}`
	if got := string(gpp.GPCFile(time.Date(2026, 2, 3, 23, 0, 0, 0, time.UTC))); got != want {
		t.Errorf("%s", got)
	}
}

func TestConsentModeIsNarrowedAndNeverWidened(t *testing.T) {
	all := gpp.ConsentMode{gpp.Granted, gpp.Granted, gpp.Granted, gpp.Granted, gpp.Granted, gpp.Granted, gpp.Granted}
	v := eu()
	v.PurposeConsents[0], v.PurposeConsents[6] = true, true
	s, err := v.Build()
	if err != nil {
		t.Fatal(err)
	}
	tcf := gpp.NewTCF(s)
	got := tcf.Narrow(all, gpp.GoogleVendor, false)
	if !got.AdStorage || !got.AdUserData || got.AdPersonalization || !got.AnalyticsStorage {
		t.Errorf("purposes 1 and 7: %+v", got)
	}
	if tcf.Narrow(gpp.ConsentMode{}, gpp.GoogleVendor, false) != (gpp.ConsentMode{}) {
		t.Error("a string granted what the ledger didn't")
	}
	if got := tcf.Narrow(all, 99, false); got.AdStorage || got.AdUserData || got.AdPersonalization {
		t.Errorf("an undisclosed vendor: %+v", got)
	}
	if got := tcf.Narrow(all, gpp.GoogleVendor, true); got.AdUserData || got.AdPersonalization || !got.AdStorage {
		t.Errorf("with GPC: %+v", got)
	}
	if got := decode(t, "1YYN").Narrow(all, gpp.GoogleVendor, false); got.AdUserData || got.AdPersonalization {
		t.Errorf("a sale opt-out: %+v", got)
	}
	if got := decode(t, "DBABLA~CAAA").Narrow(all, gpp.GoogleVendor, false); got.AdStorage || got.AnalyticsStorage || got.AdUserData {
		t.Errorf("a cut string: %+v", got)
	}
	b, _ := json.Marshal(gpp.ConsentMode{AdStorage: gpp.Granted})
	want := `{"ad_storage":"granted","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"denied","functionality_storage":"denied","personalization_storage":"denied","security_storage":"denied"}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
}
