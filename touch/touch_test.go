package touch

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestForeignErrorTextNeverReachesAUser(t *testing.T) {
	e := AsError(errors.New("pq: row of jane@example.com"))
	if e.Code != Internal || e.Error() == "pq: row of jane@example.com" {
		t.Fatalf("got %v %q", e.Code, e.Error())
	}
}

func TestStricterNeverLoosens(t *testing.T) {
	vs := []Verdict{Allow, Deny, Gap, Human, "", "nonsense"}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SampledFrom(vs).Draw(t, "a"), rapid.SampledFrom(vs).Draw(t, "b")
		s := Stricter(a, b)
		if s.Rank() < a.Rank() || s.Rank() < b.Rank() {
			t.Fatalf("%q and %q gave %q", a, b, s)
		}
	})
}

func TestUnknownVerdictRefuses(t *testing.T) {
	if Stricter(Allow, "") == Allow || Verdict("").Rank() != Deny.Rank() {
		t.Fatal("a zero verdict must refuse")
	}
}
