package rights

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"fairtouch/touch"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func ask(t testing.TB, a Ask) *Request {
	t.Helper()
	a.ID, a.Subject, a.External, a.Via = "req_1", "sub_1", "jane", "page"
	if a.Place == "" {
		a.Place = "DE"
	}
	r, err := New(book(t), a, noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestANoNeedsNoProof(t *testing.T) {
	for _, k := range Kinds() {
		if k == Correction || k == Appeal {
			continue
		}
		r := ask(t, Ask{Kind: k, Proof: ProofIdentifier})
		if k.OptOut() != (r.State == Verified) && k != HumanReview {
			t.Errorf("%s is %s", k, r.State)
		}
	}
}

func TestNobodyGetsAnothersDataOnALinkAlone(t *testing.T) {
	for _, k := range []Kind{Access, Portability, Explanation, Erasure} {
		r := ask(t, Ask{Kind: k, Proof: ProofLink})
		if r.State != Received {
			t.Errorf("%s runs on a link alone", k)
		}
		if err := r.Start("", noon); touch.CodeOf(err) != touch.Conflict {
			t.Errorf("%s started: %v", k, err)
		}
		if err := r.Verify(book(t), ProofIdentifier, "", noon); err == nil {
			t.Errorf("%s was verified by an identifier", k)
		}
		if err := r.Verify(book(t), ProofCode, "", noon); err != nil || r.State != Verified {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestAnObjectionIsNeverRefused(t *testing.T) {
	r := ask(t, Ask{Kind: Objection, Proof: ProofIdentifier})
	if err := r.Refuse("usr_1", "we would rather not", noon); err == nil {
		t.Fatal("an objection was refused")
	}
}

func TestAnAgentShowsAMandate(t *testing.T) {
	b := book(t)
	for name, m := range map[string]*Mandate{"nobody": {Kind: "signed_permission", Seen: "vault 3"}, "unknown": {Agent: "x", Kind: "says so", Seen: "y"},
		"not seen": {Agent: "x", Kind: "power_of_attorney"}, "signal for access": {Agent: "GPC", Kind: "browser_signal"},
		"run out": {Agent: "x", Kind: "parent", Seen: "y", Until: noon}} {
		if _, err := New(b, Ask{ID: "r", Subject: "s", Kind: Access, Place: "DE", Mandate: m, Proof: ProofStaff}, noon); err == nil {
			t.Errorf("%s: a mandate that is none was taken", name)
		}
	}
	r := ask(t, Ask{Kind: NoSale, Place: "US-CA", Proof: ProofIdentifier, Mandate: &Mandate{Agent: "GPC", Kind: "browser_signal"}})
	if r.State != Verified {
		t.Fatal(r.State)
	}
}

func TestAnExtensionIsToldInTimeAndOnce(t *testing.T) {
	r := ask(t, Ask{Kind: Access, Proof: ProofCode})
	if err := r.Extend("usr_1", "many systems", noon.AddDate(0, 2, 0)); err == nil {
		t.Fatal("extended after the first month")
	}
	if err := r.Extend("usr_1", "", noon); err == nil {
		t.Fatal("extended without a reason")
	}
	if err := r.Extend("usr_1", "many systems", noon); err != nil || !r.Due().Equal(On(2027, 2, 24)) {
		t.Fatal(err, r.Due())
	}
	if err := r.Extend("usr_1", "again", noon); err == nil {
		t.Fatal("extended twice")
	}
	k := ask(t, Ask{Kind: Access, Place: "KR", Proof: ProofCode})
	if err := k.Extend("usr_1", "why not", noon); err == nil {
		t.Fatal("extended where the law has no extension")
	}
}

func TestARequestThatEndedStaysEndedAndEveryChangeLeavesAStep(t *testing.T) {
	b := book(t)
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom([]Kind{Access, Erasure, Objection, NoTraining, HumanReview}).Draw(t, "kind")
		r, err := New(b, Ask{ID: "r", Subject: "s", Kind: k, Place: "DE", Proof: rapid.SampledFrom([]Proof{ProofNone, ProofLink, ProofCode}).Draw(t, "proof")}, noon)
		if err != nil {
			t.Fatal(err)
		}
		for range 12 {
			before, state, steps, version := *r, r.State, len(r.Steps), r.Version
			now := noon.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "h")) * time.Hour)
			var err error
			switch rapid.IntRange(0, 5).Draw(t, "do") {
			case 0:
				err = r.Verify(b, ProofCode, "", now)
			case 1:
				err = r.Start("", now)
			case 2:
				err = r.Finish("", rapid.SampledFrom([]string{"", "a system is down"}).Draw(t, "missing"), now)
			case 3:
				err = r.Refuse("u", "not the person", now)
			case 4:
				err = r.Extend("u", "many", now)
			case 5:
				err = r.Cancel("", now)
			}
			if err != nil && (r.State != before.State || len(r.Steps) != steps || r.Version != version) {
				t.Fatalf("a refused change changed something: %v", err)
			}
			if !state.Open() && (err == nil || r.State != state) {
				t.Fatalf("%s became %s", state, r.State)
			}
			if r.State != state && len(r.Steps) == steps {
				t.Fatalf("%s became %s without a step", state, r.State)
			}
			if (r.State == Running || r.State == Done) && r.Kind.NeedsIdentity() && !r.Proof.enough(r.Kind) {
				t.Fatalf("%s is %s on proof %q", r.Kind, r.State, r.Proof)
			}
		}
	})
}
