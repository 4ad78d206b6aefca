package register

import (
	"testing"

	"fairtouch/touch"
)

func good() map[string]string {
	return map[string]string{"model": "scorer 4", "trained_on": "our customers' events", "owner": "vendor", "personal": "none", "ours": "no", "publish": "yes",
		"indemnity": "full", "name": "A. Vendor, counsel"}
}

// A supplier's "we can't say" must never look like a clean chain.
func TestWhatASupplierCannotSayStaysOpen(t *testing.T) {
	lic, err := SeedLicences()
	if err != nil {
		t.Fatal(err)
	}
	s := System{ID: "their-scorer", Name: "Their scorer", Vendor: "ScoreCo", Asset: "their-scorer-tool", Purposes: []string{"lead-scoring"}, Channels: []touch.Channel{touch.Email}}
	verdict := func(a map[string]string) string {
		t.Helper()
		if err := CheckAnswers(a); err != nil {
			t.Fatal(err)
		}
		p := FromAnswers(&s, "us", a, "questionnaire:q1", "2026-11-24")
		p.Parties = append(p.Parties, Party{ID: "us", Name: "Us", Kind: "enterprise"})
		g, err := NewGraph(p, lic)
		if err != nil {
			t.Fatal(err)
		}
		return NewVerdicts(g, 16).Check(s.Use("lead-scoring", touch.Email, "DE"), "2026-11-25").Verdict
	}
	if v := verdict(good()); v != Cleared && v != ClearedWithWarnings {
		t.Fatalf("a supplier that owns everything: %s", v)
	}
	for field, answer := range map[string]string{"owner": "unknown", "ours": "yes"} {
		a := good()
		a[field] = answer
		if v := verdict(a); v == Cleared || v == ClearedWithWarnings {
			t.Errorf("%s = %s: %s", field, answer, v)
		}
	}
	late := good()
	late["until"] = "2026-11-01"
	if v := verdict(late); v == Cleared || v == ClearedWithWarnings {
		t.Errorf("a right that has ended: %s", v)
	}
}

func TestEachBadAnswerIsNamed(t *testing.T) {
	for field, answer := range map[string]string{"model": " ", "owner": "somebody", "until": "soon", "name": ""} {
		a := good()
		a[field] = answer
		if err := CheckAnswers(a); touch.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
