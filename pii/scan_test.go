package pii

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// found lists "TYPE text" of what a scan reports.
func found(t *testing.T, o Options, in Context, text string) []string {
	t.Helper()
	var out []string
	for _, f := range scanner(t, o).ScanIn(text, in) {
		out = append(out, string(f.Type)+" "+f.Text(text))
	}
	return out
}

func TestNeighbouringWordsDecideWhatANumberIs(t *testing.T) {
	for text, want := range map[string]string{
		"my card number is 4111111111111111":                                            "CREDIT_CARD 4111111111111111",
		"Order 4111111111111111 confirmed":                                              "",
		"Phone: 2125551234":                                                             "PHONE_NUMBER 2125551234",
		"Order number 2125551234":                                                       "",
		"NHS number 943 476 5919":                                                       "UK_NHS 943 476 5919",
		"driver's license D1234567":                                                     "US_DRIVER_LICENSE D1234567",
		"the public D1234567":                                                           "",
		"I was born on 12/05/1980":                                                      "DATE_OF_BIRTH 12/05/1980",
		"idfa 6D92078A-8246-4BA4-AE5B-76104861E7DC":                                     "AD_ID 6D92078A-8246-4BA4-AE5B-76104861E7DC",
		"trace 6D92078A-8246-4BA4-AE5B-76104861E7DC":                                    "",
		"https://a.com/?gclid=EAIaIQobChMI1234567890":                                   "URL https://a.com/?gclid=EAIaIQobChMI1234567890",
		"mail foo%40bar.com, user&#64;bar.com, j [at] bar [dot] com":                    "EMAIL_ADDRESS foo%40bar.com|EMAIL_ADDRESS user&#64;bar.com|EMAIL_ADDRESS j [at] bar [dot] com",
		"ＳＳＮ ０７８－０５－１１２３":                                                               "US_SSN ０７８－０５－１１２３",
		"BSN 111222333, CPF 111.444.777-35, AHV 756.9217.0769.85":                       "NL_BSN 111222333|BR_CPF 111.444.777-35|CH_AHV 756.9217.0769.85",
		"SSN: 123-45-6789, 000-12-3456 and 078-05-1120 are nobody's":                    "",
		"email sha256 973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b": "HASHED_EMAIL 973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
	} {
		if got := strings.Join(found(t, Options{NoNames: true}, Context{}, text), "|"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestAColumnsHeaderIsContext(t *testing.T) {
	if got := found(t, Options{NoNames: true}, Context{Column: "customerPhone"}, "5551234567"); len(got) != 1 {
		t.Errorf("under a phone column: %v", got)
	}
	if got := found(t, Options{NoNames: true}, Context{Column: "order_id"}, "4111111111111111"); len(got) != 0 {
		t.Errorf("under an order column: %v", got)
	}
}

func TestListsPatternsAndKnownValuesAreHeeded(t *testing.T) {
	o := Options{NoNames: true, Allow: []string{"INFO@shop.com"}, Deny: []DenyList{{Type: "PROJECT", Values: []string{"Bluebird"}}},
		Patterns: []Pattern{{Type: "MEMBER", Name: "member", Regexp: `\bM-\d{4}\b`, Score: 0.2, Context: []string{"member"}}}}
	text := "info@shop.com wrote about Bluebird, not Bluebirds; member M-1234"
	if got := found(t, o, Context{}, text); !slices.Equal(got, []string{"PROJECT Bluebird", "MEMBER M-1234"}) {
		t.Error(got)
	}
	k, err := NewKnown([]Value{{Person, "Jane Doe"}, {"CUSTOMER_ID", "C-77"}, {Person, "Doe"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := found(t, Options{NoNames: true}, Context{Known: k}, "JANE DOE (c-77) and Doering"); !slices.Equal(got, []string{"PERSON JANE DOE", "CUSTOMER_ID c-77"}) {
		t.Error(got)
	}
	if _, err := New(Options{Patterns: []Pattern{{Type: "X", Regexp: `(?=x)`}}}); err == nil {
		t.Error("a pattern that isn't RE2 was taken")
	}
}

func TestEvidenceSaysWhyWithoutTheValue(t *testing.T) {
	text := "my card 4111 1111 1111 1111"
	fs := scanner(t, Options{NoNames: true}).Scan(text)
	if len(fs) != 1 || !fs[0].Checked() || !strings.HasPrefix(fs[0].Evidence(), "the checksum agrees; \"card\", 1 before") || strings.Contains(fs[0].Evidence(), "4111") {
		t.Fatalf("%+v", fs)
	}
	fs = scanner(t, Options{NoNames: true}).Scan("Phone: 2125551234")
	if len(fs) != 1 || !strings.Contains(fs[0].Evidence(), `"phone", 1 before`) {
		t.Fatal(fs[0].Evidence())
	}
}

func TestRequestsAtOnceNeverSeeEachOthersValues(t *testing.T) {
	s := scanner(t, Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 200 {
				ses, _ := NewSession(bytes.Repeat([]byte{byte(i), byte(n)}, 8))
				text := fmt.Sprintf("mail user%d.%d@shop.com, card 4111 1111 1111 1111", i, n)
				safe, _, err := ses.Protect(text, s.Scan(text))
				if err != nil || strings.Contains(safe, "@shop") || ses.Restore(safe) != text {
					t.Errorf("%q %v", safe, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzScanNeverPanicsAndStaysInTheText(f *testing.F) {
	s := scanner(f, Options{Threshold: -1, Overlaps: true})
	for _, p := range pieces {
		f.Add(p)
	}
	f.Add("\xc3\xc3 12-34 \xe2\x80")
	f.Fuzz(func(t *testing.T, text string) {
		at := time.Now()
		fs := s.Scan(text)
		if took := time.Since(at); took > 2*time.Second {
			t.Fatalf("%d bytes took %v", len(text), took)
		}
		for _, x := range fs {
			if x.Start < 0 || x.End > len(text) || x.Start >= x.End || x.RuneFrom > x.Start || x.Score < 0 || x.Score > 1 {
				t.Fatalf("%+v in %d bytes", x, len(text))
			}
			_ = x.Evidence()
		}
	})
}

func TestALongTextIsScannedAsItsLinesAre(t *testing.T) {
	s := scanner(t, Options{NoNames: true})
	line := "é mail bob@shop.com, card 4111 1111 1111 1111, call +49 30 1234567\n"
	text := strings.Repeat(line, 3*segment/len(line))
	one, all := s.Scan(line), s.Scan(text)
	if len(all) != len(one)*(len(text)/len(line)) {
		t.Fatalf("%d findings a line, %d in all", len(one), len(all))
	}
	runes := len([]rune(line))
	for i, f := range all {
		n, w := i/len(one), one[i%len(one)]
		if f.Start != w.Start+n*len(line) || f.RuneFrom != w.RuneFrom+n*runes || f.Type != w.Type {
			t.Fatalf("finding %d: %+v", i, f)
		}
	}
	for _, text := range []string{strings.Repeat("x", 2*segment), strings.Repeat("é", segment), strings.Repeat("\x80", 2*segment)} {
		s.Scan(text)
	}
}
