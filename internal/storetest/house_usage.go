package storetest

import (
	"testing"

	"fairtouch/touch"
)

// usageAddsUp: what several nodes count at once is one sum, a key's own, and a new
// period begins at nothing.
func usageAddsUp(t *testing.T, w *World) {
	ctx := t.Context()
	add := func(ws touch.Workspace, key touch.KeyID, minute, calls, day, tokens int64) [2]int64 {
		t.Helper()
		c, n, err := w.DB.AddUsage(ctx, ws, key, minute, calls, day, tokens)
		must(t, err)
		return [2]int64{c, n}
	}
	if n := race(8, func() error { _, _, err := w.DB.AddUsage(ctx, WS, "k", 100, 2, 7, 50); return err }); n != 8 {
		t.Fatalf("%d of 8 counted", n)
	}
	for _, c := range []struct {
		what string
		got  [2]int64
		want [2]int64
	}{
		{"the sums", add(WS, "k", 100, 0, 7, 0), [2]int64{16, 400}},
		{"another key's", add(WS, "other", 100, 1, 7, 1), [2]int64{1, 1}},
		{"another workspace's", add(Other, "k", 100, 1, 7, 1), [2]int64{1, 1}},
		{"the next minute", add(WS, "k", 101, 3, 7, 1), [2]int64{3, 401}},
		{"the next day", add(WS, "k", 1540, 1, 8, 5), [2]int64{1, 5}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
}
