package pii

import (
	"strings"
	"testing"
)

func TestAPhoneAndACardThatRunOnAreBothFound(t *testing.T) {
	s := scanner(t, Options{NoNames: true})
	cards := []string{"4111 1111 1111 1111", "4111-1111-1111-1111", "5500000000000004", "378282246310005", "3782 822463 10005"}
	phones := []string{"415-555-2671", "415 555 2671", "(415) 555-2671", "+1 415 555 2671", "+49 170 1234567", "020 7946 0958", "+33 6 12 34 56 78", "030 1234567"}
	for _, p := range phones {
		for _, c := range cards {
			for _, text := range []string{"card " + p + " " + c + ".", c + " " + p, c + " " + c} {
				var got []string
				for _, f := range s.Scan(text) {
					got = append(got, string(f.Type)+" "+f.Text(text))
				}
				all := strings.Join(got, "|")
				if !strings.Contains(all, "CREDIT_CARD "+c) || strings.Contains(text, p) && !strings.Contains(all, "PHONE_NUMBER "+p) {
					t.Errorf("%q: %s", text, all)
				}
			}
		}
	}
}
