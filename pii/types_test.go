package pii

import "testing"

func TestTheTypesThatAreAskedForOftenHaveTheirNumbers(t *testing.T) {
	sc := &scan{s: &Scanner{lib: builtin()}}
	seen := map[Type]bool{}
	for i, typ := range Types() {
		if sc.id(typ) != i || seen[typ] {
			t.Errorf("%s has number %d, want %d", typ, sc.id(typ), i)
		}
		seen[typ] = true
	}
	if len(seen) < 80 || len(seen) > typeCount {
		t.Fatalf("%d types", len(seen))
	}
}
