package app

import (
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/pii"
	"fairtouch/touch"
)

// What a token stands for must come back to who may ask, and to nobody once the
// person was erased.
func TestTokensComeBackUntilThePersonIsErased(t *testing.T) {
	a := demoApp(t, 300)
	v, ctx := tokens{a}, t.Context()
	scanner, err := pii.New(pii.Options{})
	if err != nil {
		t.Fatal(err)
	}
	who := access.Principal{Workspace: Demo, User: LocalOperator, Key: "key_1"}
	protect := func(subject, text string) string {
		t.Helper()
		s, err := v.Protect(ctx, Demo, pii.Scope{Tenant: string(Demo), Purpose: "support", Subject: subject}, text, pii.Resolve(scanner.Scan(text)))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	restore := func(subject, text string) (string, error) {
		s, _, err := v.Restore(ctx, Demo, who, pii.Scope{Tenant: string(Demo), Purpose: "support", Subject: subject}, text)
		return s, err
	}
	text := "Write to jane.doe@firma.example or DE89370400440532013000."
	one, other, free := protect("jane", text), protect("omar", "Mail omar@firma.example"), protect("", "Mail free@firma.example")
	if strings.Contains(one, "jane.doe") || strings.Contains(one, "DE8937") {
		t.Fatalf("not protected: %s", one)
	}
	for subject, x := range map[string][2]string{"jane": {one, text}, "omar": {other, "Mail omar@firma.example"}, "": {free, "Mail free@firma.example"}} {
		if got, err := restore(subject, x[0]); err != nil || got != x[1] {
			t.Fatalf("%q: %q %v", subject, got, err)
		}
	}
	if got, err := restore("omar", one); err != nil || got != one {
		t.Fatalf("another person's tokens were restored: %q %v", got, err)
	}
	k, _, err := a.Ledger.Find(ctx, Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.EraseEverywhere(ctx, Demo, k); err != nil {
		t.Fatal(err)
	}
	if got, err := restore("jane", one); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("restored after the erasure: %q %v", got, err)
	}
	if got, err := restore("omar", other); err != nil || got != "Mail omar@firma.example" {
		t.Fatalf("another person's went too: %q %v", got, err)
	}
}
