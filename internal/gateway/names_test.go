package gateway

import (
	"context"
	"errors"
	"strings"
	"testing"

	"fairtouch/pii"
	"fairtouch/touch"
)

// tiring is a model of names that answers so many times, and then fails.
type tiring struct{ left int }

func (m *tiring) Name() string { return "tiring" }
func (m *tiring) Find(_ context.Context, text, _ string) ([]pii.Named, error) {
	if m.left--; m.left < 0 {
		return nil, errors.New("tired")
	}
	if i := strings.Index(text, "zorblax"); i >= 0 {
		return []pii.Named{{Type: pii.Person, Start: i, End: i + 7, Score: 1, Says: "I know him"}}, nil
	}
	return nil, nil
}

func modelled(t *testing.T, b *Binding, m pii.Model) *keeper {
	t.Helper()
	s, err := newScanners(m)
	if err != nil {
		t.Fatal(err)
	}
	k := fresh(t, b)
	if k.scan, err = s.of(b); err != nil {
		t.Fatal(err)
	}
	if k.session, err = pii.NewSession([]byte("0123456789abcdef")); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAnAnswerThatTheModelDidNotReadIsWithheld(t *testing.T) {
	text := strings.Repeat("zorblax wrote again, and ", 60)
	k := modelled(t, &Binding{Found: FoundMask}, &tiring{left: 1 << 20})
	a := newAnswer(k)
	if out := a.whole(text); strings.Contains(out, "zorblax") || !a.masked {
		t.Fatalf("the model's names were not masked: %.80s", out)
	}
	if err, _ := a.refusal(); err != nil {
		t.Fatal(err)
	}
	k = modelled(t, &Binding{Found: FoundMask}, &tiring{left: 2})
	a = newAnswer(k)
	out := a.whole(text)
	err, why := a.refusal()
	if touch.CodeOf(err) != touch.Unavailable || why != "unread" || strings.Contains(out, "zorblax") || len(out) > len(text)/2 {
		t.Errorf("%v, %q: passed on %q", err, why, out)
	}
}

func TestAnAnswerThatPassedUnreadIsKnownAsSuch(t *testing.T) {
	a := newAnswer(modelled(t, &Binding{}, &tiring{}))
	a.hear("zorblax wrote")
	a.finish()
	if a.unread == nil || len(a.found) > 0 {
		t.Errorf("the record would say that nothing was found: %v, %v", a.unread, a.found)
	}
}
