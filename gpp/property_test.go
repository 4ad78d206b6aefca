package gpp_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fairtouch/gpp"
)

// randomIDs draws sets of every density.
func randomIDs(t *rapid.T, label string) gpp.IDs {
	top := rapid.SampledFrom([]int{1, 10, 46, 60, 400, 2000, gpp.MaxID}).Draw(t, label+" top")
	n := rapid.IntRange(0, 30).Draw(t, label+" n")
	var rs []gpp.Range
	for range n {
		a := rapid.IntRange(1, top).Draw(t, label)
		rs = append(rs, gpp.Range{First: a, Last: min(gpp.MaxID, a+rapid.SampledFrom([]int{0, 0, 1, 7, 200}).Draw(t, label+" run"))})
	}
	return gpp.NewRanges(rs...)
}

// fill sets every field of a section to a value that its specification allows.
func fill(t *rapid.T, s *gpp.Section) {
	custom := rapid.IntRange(0, 63).Draw(t, "custom purposes")
	day := time.UnixMilli(rapid.Int64Range(0, 70000).Draw(t, "day") * 86400000).UTC()
	for _, f := range s.Fields() {
		if strings.HasSuffix(f.Name, "SegmentType") || f.Name == "MspaVersion" || f.Name == "Version" && s.Name() != "usnat" {
			continue
		}
		v := f.Value
		switch was := f.Value.(type) {
		case bool:
			v = f.Name == "IsServiceSpecific" || rapid.Bool().Draw(t, f.Name)
		case int:
			v = number(t, s, f.Name, custom)
		case string:
			v = rapid.StringMatching(`[A-Z]{2}`).Draw(t, f.Name)
			if s.Name() == "uspv1" {
				v = rapid.SampledFrom([]string{"Y", "N", "-"}).Draw(t, f.Name)
			}
		case []int:
			now, _ := s.Get(f.Name) // the version may just have changed its length
			list := make([]int, len(now.([]int)))
			for i := range list {
				list[i] = rapid.IntRange(0, 2).Draw(t, f.Name)
			}
			v = list
		case []bool:
			v = bools(t, s, f.Name, len(was), custom)
		case time.Time:
			v = day
		case gpp.IDs:
			v = randomIDs(t, f.Name)
		case []gpp.Restriction:
			v = restrictions(t)
		}
		if f.Name == "GpcSegmentIncluded" || f.Name == "SensitiveDataConsentSegmentIncluded" {
			continue // set by the fields themselves
		}
		if err := s.Set(f.Name, v); err != nil {
			t.Fatalf("%s.%s: %v", s.Name(), f.Name, err)
		}
	}
}

func number(t *rapid.T, s *gpp.Section, name string, custom int) int {
	switch {
	case name == "Version":
		return rapid.IntRange(1, 2).Draw(t, name)
	case name == "NumCustomPurposes":
		return custom
	case name == "MspaCoveredTransaction":
		return rapid.IntRange(1, 2).Draw(t, name)
	case strings.HasPrefix(s.Name(), "us"):
		return rapid.IntRange(0, 2).Draw(t, name)
	case name == "ConsentScreen" || strings.HasSuffix(name, "PolicyVersion"):
		return rapid.IntRange(0, 63).Draw(t, name)
	}
	return rapid.IntRange(0, 4095).Draw(t, name)
}

func bools(t *rapid.T, s *gpp.Section, name string, n, custom int) []bool {
	if strings.Contains(name, "Custom") {
		n = custom
	}
	list := make([]bool, n)
	for i := range list {
		only := name == "PurposeLegitimateInterests" && s.Name() == "tcfeuv2" && slices.Contains([]int{0, 2, 3, 4, 5}, i)
		list[i] = !only && rapid.Bool().Draw(t, name)
	}
	return list
}

func restrictions(t *rapid.T) []gpp.Restriction {
	out := []gpp.Restriction{}
	for range rapid.IntRange(0, 4).Draw(t, "restrictions") {
		out = append(out, gpp.Restriction{Purpose: rapid.SampledFrom([]int{2, 7, 8, 24}).Draw(t, "purpose"),
			Type: gpp.RestrictionType(rapid.IntRange(0, 2).Draw(t, "type")), Vendors: randomIDs(t, "restricted")})
	}
	return out
}

func TestWhateverIsWrittenReadsBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom(gpp.Names()), 1, 4, rapid.ID[string]).Draw(t, "sections")
		var sections []*gpp.Section
		for _, name := range names {
			s, err := gpp.NewSection(name)
			if err != nil {
				t.Fatal(err)
			}
			fill(t, s)
			sections = append(sections, s)
		}
		out, err := gpp.NewGPP(sections...).Encode()
		if err != nil {
			t.Fatal(err)
		}
		same(t, out, sections)
		if sections[0].Name() == "tcfeuv2" {
			if out, err = gpp.NewTCF(sections[0]).Encode(); err != nil {
				t.Fatal(err)
			}
			same(t, out, sections[:1])
		}
	})
}

func same(t *rapid.T, out string, sections []*gpp.Section) {
	m, err := gpp.Decode(out)
	if err != nil || len(m.Odd()) > 0 || !m.Complete() || len(m.Sections()) != len(sections) {
		t.Fatalf("%s: %v, odd %v", out, err, m.Odd())
	}
	for _, want := range sections {
		got, ok := m.Section(want.Name())
		if !ok {
			t.Fatalf("%s is lost", want.Name())
		}
		if diff := cmp.Diff(want.Fields(), got.Fields()); diff != "" {
			t.Fatalf("%s: %s", want.Name(), diff)
		}
		if again, err := rebuilt(got); err != nil || cmp.Diff(got.Fields(), again.Fields()) != "" {
			t.Fatalf("%s: typed values differ: %v", want.Name(), err)
		}
	}
	if again, err := m.Canonical(); err != nil || again != out {
		t.Fatalf("%s becomes %s, %v", out, again, err)
	}
}

// FuzzDecode: nothing panics, and a canonical form is canonical.
func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(checkCanonical)
}

func checkCanonical(t *testing.T, s string) {
	m, err := gpp.Decode(s)
	if err != nil {
		return
	}
	out, err := m.Canonical()
	if err != nil {
		return
	}
	n, err := gpp.Decode(out)
	if err != nil {
		t.Fatalf("%q became %q, which can't be read: %v", s, out, err)
	}
	if again, err := n.Canonical(); err != nil || again != out {
		t.Fatalf("%q, %q, %q: %v", s, out, again, err)
	}
}

// FuzzEverything: whatever is read can be printed, typed, built and narrowed,
// and what has a canonical form reads back to the same values.
func FuzzEverything(f *testing.F) {
	seed(f)
	f.Fuzz(checkAny)
}

func seed(f *testing.F) {
	for _, name := range goldenFiles {
		list := goldens(f, name)
		for i := 0; i < len(list); i += 1 + len(list)/40 {
			f.Add(list[i].S)
		}
	}
	for _, s := range []string{"", "1YNN", "DB", "DBAA", "DBABEY~YBAB.BQAA.YA", "DBABYA~x", "C~.~.", "DBABLA~.", "CA..4"} {
		f.Add(s)
	}
}

func checkAny(t *testing.T, s string) {
	m, err := gpp.Decode(s)
	if err != nil {
		return
	}
	printed, err := json.Marshal(m)
	if err != nil || m.Raw() != s {
		t.Fatalf("%q: %v", s, err)
	}
	m.Refusals()
	m.Narrow(gpp.ConsentMode{}, gpp.GoogleVendor, false)
	for _, sec := range m.Sections() {
		if b, err := rebuilt(sec); err == nil {
			_, _ = b.Encode()
		}
	}
	out, err := m.Canonical()
	if err != nil {
		return
	}
	n, err := gpp.Decode(out)
	if err != nil {
		t.Fatalf("%q became %q, which can't be read: %v", s, out, err)
	}
	var was, is struct{ Sections json.RawMessage }
	again, _ := json.Marshal(n)
	if json.Unmarshal(printed, &was) != nil || json.Unmarshal(again, &is) != nil || len(m.Sections()) == 1 && string(was.Sections) != string(is.Sections) {
		t.Fatalf("%q became %q:\n%s\n%s", s, out, printed, again)
	}
	if third, err := n.Canonical(); err != nil || third != out {
		t.Fatalf("%q, %q, %q: %v", s, out, third, err)
	}
}

// TestDamageOfEveryKindIsSurvived changes, cuts, swaps and repeats pieces of
// real strings, from a seed. GPP_DAMAGE says how many, for a long run; those are
// decoded and re-encoded, and not printed and built as well.
func TestDamageOfEveryKindIsSurvived(t *testing.T) {
	n, check := 7500, checkAny
	if long, err := strconv.Atoi(os.Getenv("GPP_DAMAGE")); err == nil {
		n, check = long, checkCanonical
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range goldenFiles {
		list := goldens(t, name)
		for range n / len(goldenFiles) {
			check(t, damaged(r, list[r.IntN(len(list))].S))
		}
	}
}

func damaged(r *rand.Rand, s string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/ \x00\xc3"
	b := []byte(s)
	for range 1 + r.IntN(4) {
		switch at := r.IntN(len(b) + 1); r.IntN(4) {
		case 0:
			b = b[:at]
		case 1:
			b = slices.Insert(b, at, digits[r.IntN(len(digits))])
		case 2:
			b = slices.Delete(b, at, min(len(b), at+1+r.IntN(3)))
		default:
			if at < len(b) {
				b[at] = digits[r.IntN(len(digits))]
			}
		}
	}
	return string(b)
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range goldenFiles {
		list := goldens(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := gpp.Decode(list[i%len(list)].S); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
