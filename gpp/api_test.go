package gpp_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fairtouch/gpp"
)

func ExampleDecode() {
	m, err := gpp.Decode("DBABLA~CVQGighSmqiY.YA")
	if err != nil {
		fmt.Println(err)
		return
	}
	usnat, _ := m.Section("usnat")
	sale, _ := usnat.Get("SaleOptOut")
	fmt.Println(m.Kind(), usnat.Complete(), sale, usnat.Choices("SaleOptOut")[0] == gpp.ChoiceRefused)
	us, err := usnat.US()
	fmt.Println(us.SharingOptOut, us.HasGPC, us.GPC, err)
	again, err := m.Canonical()
	fmt.Println(again, err)
	// Output:
	// gpp true 0 false
	// 1 true true <nil>
	// DBABLA~CVQGighSmqiY.YA <nil>
}

func ExampleNewGPP() {
	s, err := gpp.NewSection("usca")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Set("SaleOptOutNotice", 1), s.Set("SaleOptOut", 1), s.Set("Gpc", true))
	fmt.Println(s.Set("SaleOptOut", 3))
	fmt.Println(gpp.NewGPP(s).Encode())
	// Output:
	// <nil> <nil> <nil>
	// gpp: value not allowed: SaleOptOut wants a number from 0 to 2
	// DBABBg~BQQAAABA.YA <nil>
}

// TestEditingOneChoiceChangesNoOther edits a real string in one place.
func TestEditingOneChoiceChangesNoOther(t *testing.T) {
	list := goldens(t, "mixed")
	rapid.Check(t, func(t *rapid.T) {
		m, err := gpp.Decode(list[rapid.IntRange(0, len(list)-1).Draw(t, "string")].S)
		if err != nil {
			t.Fatal(err)
		}
		s := m.Sections()[rapid.IntRange(0, len(m.Sections())-1).Draw(t, "section")]
		before := map[string][]gpp.Field{}
		for _, o := range m.Sections() {
			before[o.Name()] = o.Fields()
		}
		f := s.Fields()[rapid.IntRange(0, len(s.Fields())-1).Draw(t, "field")]
		was, ok := f.Value.(int)
		if !ok || f.Name == "Version" || f.Name == "NumCustomPurposes" || s.Set(f.Name, was%2+1) != nil {
			return
		}
		out, err := m.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		n, err := gpp.Decode(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range n.Sections() {
			want := slices.Clone(before[o.Name()])
			for i := range want {
				if o.Name() == s.Name() && want[i].Name == f.Name {
					want[i].Value = was%2 + 1
				}
			}
			got := o.Fields()
			if s.Name() == o.Name() { // setting a field of an absent segment adds it
				want, got = withoutFlags(want), withoutFlags(got)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s.%s: %s", o.Name(), f.Name, diff)
			}
		}
	})
}

func withoutFlags(fields []gpp.Field) []gpp.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f gpp.Field) bool {
		return f.Name == "GpcSegmentIncluded" || f.Name == "SensitiveDataConsentSegmentIncluded" || f.Name == "GpcSegmentType"
	})
}

func TestWhatASectionDoesNotHaveIsAnError(t *testing.T) {
	ca, err := gpp.NewSection("usca")
	if err != nil {
		t.Fatal(err)
	}
	usp, err := gpp.NewSection("uspv1")
	if err != nil {
		t.Fatal(err)
	}
	_, unknown := gpp.NewSection("uszz")
	_, wrong := ca.TCFEU()
	_, notCA := ca.TCFCA()
	_, notUSP := ca.USPrivacy()
	_, notUS := usp.US()
	_, asTCF := gpp.NewTCF(ca).Encode()
	_, asUSP := gpp.NewUSP(nil).Encode()
	_, twice := gpp.NewGPP(ca, ca).Encode()
	odd := decode(t, "DBABYA~xyz")
	_, noLayout := odd.Encode()
	for name, c := range map[string]struct{ got, want error }{
		"a section that isn't published": {unknown, gpp.ErrSection},
		"a state as TCF":                 {wrong, gpp.ErrSection},
		"a state as Canada":              {notCA, gpp.ErrSection},
		"a state as US privacy":          {notUSP, gpp.ErrSection},
		"US privacy as a state":          {notUS, gpp.ErrSection},
		"a TCF string of a state":        {asTCF, gpp.ErrSection},
		"a US privacy string of nothing": {asUSP, gpp.ErrSection},
		"one section twice":              {twice, gpp.ErrSection},
		"a section without layout":       {noLayout, gpp.ErrSection},
		"a field of another section":     {ca.Set("TargetedAdvertisingOptOut", 1), gpp.ErrField},
		"a bool as a number":             {ca.Set("SaleOptOut", true), gpp.ErrValue},
		"a number as a bool":             {ca.Set("Gpc", 1), gpp.ErrValue},
		"a number as a segment's flag":   {ca.Set("GpcSegmentIncluded", 1), gpp.ErrValue},
		"a core that is taken away":      {ca.Include(gpp.SegmentCore, false), gpp.ErrValue},
		"a segment of another section":   {ca.Include(gpp.SegmentPublisher, true), gpp.ErrValue},
		"a letter beyond Y, N and -":     {usp.Set("Notice", "X"), gpp.ErrValue},
		"a field where there is none":    {odd.Sections()[0].Set("Version", 1), gpp.ErrField},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if got, err := odd.Canonical(); got != "DBABYA~xyz" || err != nil {
		t.Errorf("an unknown section isn't passed on: %s, %v", got, err)
	}
	if got, err := gpp.NewGPP().Encode(); got != "DBAA" || err != nil {
		t.Errorf("an empty message: %s, %v", got, err)
	}
}

func TestASegmentCanBeAddedAndTakenAway(t *testing.T) {
	s, _ := gpp.NewSection("usin")
	if err := s.Set("SensitiveDataProcessing", []int{1, 2, 0, 0, 0, 0, 0, 2}); err != nil {
		t.Fatal(err)
	}
	if on, _ := s.Get("SensitiveDataConsentSegmentIncluded"); on != true {
		t.Error("setting the list didn't add its segment")
	}
	if err := s.Set("SensitiveDataConsentSegmentIncluded", false); err != nil || s.Has(gpp.SegmentSensitive) {
		t.Error("the segment stays")
	}
	if out, err := s.Encode(); out != "BQAA" || err != nil {
		t.Errorf("%s, %v", out, err)
	}
}

func TestSetsOfIDsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.IntRange(1, 300)).Draw(t, "ids")
		s := gpp.NewIDs(list...)
		slices.Sort(list)
		list = slices.Compact(list)
		if got := s.List(); !slices.Equal(got, list) || s.Len() != len(list) {
			t.Fatalf("%v holds %v", list, got)
		}
		for id := range 302 {
			if s.Has(id) != slices.Contains(list, id) {
				t.Fatalf("%d in %v: %v", id, list, s.Has(id))
			}
		}
	})
}
