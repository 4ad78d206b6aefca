package pages

import (
	"testing"

	"fairtouch/internal/rights"
)

func TestEveryRightAndEveryStateHasItsWordsInEveryLanguage(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range m.Locales() {
		f := Frame{Lang: l, messages: m}
		for _, k := range rights.Kinds() {
			if s, err := f.RightWord(k); err != nil || s == "" {
				t.Errorf("%s %s: %v", l, k, err)
			}
		}
		for _, s := range []rights.State{rights.Received, rights.Verified, rights.Running, rights.Done, rights.Partly, rights.Refused, rights.Cancelled} {
			if w, err := f.RightState(s); err != nil || w == "" {
				t.Errorf("%s %s: %v", l, s, err)
			}
		}
	}
}
