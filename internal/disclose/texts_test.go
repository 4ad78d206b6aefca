package disclose

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The official languages of the EU (Regulation 1 of 1958 as amended, 24 of
// them), and six more that customers read.
var promised = strings.Fields("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv zh ja ko hi ar tr")

func TestACustomerReadsTheLabelInTheirLanguage(t *testing.T) {
	ts := texts(t)
	for _, l := range promised {
		if !slices.Contains(ts.Locales(), l) {
			t.Errorf("no labels in %s", l)
		}
	}
	seen := map[string]string{}
	for _, l := range ts.Locales() {
		x, _ := ts.In(l)
		for slot, s := range x.Label {
			if other := seen[s]; other != "" {
				t.Errorf("%s %s is the same as in %s", l, slot, other)
			}
			seen[s] = l
			if !slices.Contains(slots, slot) {
				t.Errorf("%s has a label %q that nothing shows", l, slot)
			}
		}
	}
}

func TestOnlyTheSourceClaimsToBeReviewed(t *testing.T) {
	ts := texts(t)
	for _, l := range ts.Locales() {
		if x, _ := ts.In(l); x.Reviewed != (l == "en") {
			t.Errorf("%s: reviewed %v; name the reviewer in docs/design/disclosure.md and change this test", l, x.Reviewed)
		}
	}
}

// A label that is read from the wrong side is not read.
func TestArabicReadsFromTheRight(t *testing.T) {
	ts := texts(t)
	for _, l := range ts.Locales() {
		x, _ := ts.In(l)
		right := unicode.Is(unicode.Arabic, []rune(strings.TrimPrefix(x.Human, "\u200f"))[0])
		if right != (x.Direction == "rtl") {
			t.Errorf("%s: direction %q", l, x.Direction)
		}
		for _, s := range append([]string{x.Human, x.Refusal}, x.Label["chat"], x.Label["email"]) {
			if right != strings.HasPrefix(s, "\u200f") {
				t.Errorf("%s: %q must begin with a right-to-left mark, and only there", l, s)
			}
		}
	}
}
