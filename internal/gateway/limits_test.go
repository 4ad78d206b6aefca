package gateway

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"fairtouch/touch"
)

// sums is a store of counts for several nodes.
type sums struct {
	mu    sync.Mutex
	calls map[int64]int
	days  map[int64]int
	asked int
	fails error
}

func (s *sums) Add(_ context.Context, u Usage) (int, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.fails != nil {
		return 0, 0, s.fails
	}
	s.calls[u.Minute] += u.Calls
	s.days[u.Day] += u.Tokens
	return s.calls[u.Minute], s.days[u.Day], nil
}

// clock is the time of a test.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func nodes(n int) (*sums, *clock, []*Meter) {
	s := &sums{calls: map[int64]int{}, days: map[int64]int{}}
	c := &clock{time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)}
	var out []*Meter
	for range n {
		out = append(out, NewMeter(s, c.now))
	}
	return s, c, out
}

func admits(m *Meter, r Rule) bool {
	_, err := m.enter(context.Background(), r, "w", "k")
	return err == nil
}

// A restart begins where the last one ended, not at zero.
func TestLimitsSurviveARestart(t *testing.T) {
	s, c, ms := nodes(2)
	r := Rule{PerMinute: 3, PerDay: 100}
	for i := range 2 {
		if !admits(ms[0], r) {
			t.Fatalf("request %d", i)
		}
	}
	ms[0].spent(r, "w", "k", 60)
	if err := ms[0].Tell(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !admits(ms[1], r) || admits(ms[1], r) {
		t.Error("the next process doesn't count on")
	}
	c.t = c.t.Add(time.Minute)
	if !admits(ms[1], r) {
		t.Error("a new minute doesn't begin")
	}
	ms[1].spent(r, "w", "k", 40)
	if _, err := ms[1].enter(t.Context(), r, "w", "k"); errorCode(err) != "budget_spent" {
		t.Errorf("the day's tokens: %v", err)
	}
	c.t = c.t.Add(24 * time.Hour)
	if !admits(ms[1], r) {
		t.Error("a new day doesn't begin")
	}
	if _, _, err := s.Add(t.Context(), Usage{}); err != nil {
		t.Fatal(err)
	}
}

func errorCode(err error) string {
	var no *refusal
	if errors.As(err, &no) {
		return no.code
	}
	return string(touch.CodeOf(err))
}

// Several nodes together exceed a limit by no more than what they admit within
// two seconds of each other: here, nodes that are asked in turn.
func TestNodesExceedALimitByLittle(t *testing.T) {
	const limit, n = 100, 3
	s, c, ms := nodes(n)
	in := 0
	for i := range 600 {
		if admits(ms[i%n], Rule{PerMinute: limit}) {
			in++
		}
		if i%10 == 9 {
			c.t = c.t.Add(500 * time.Millisecond) // 20 requests a second
		}
	}
	if others := 2 * 20 * (n - 1) / n; in < limit || in > limit+others {
		t.Errorf("%d requests came in under a limit of %d on %d nodes", in, limit, n)
	}
	if s.asked > in+n*20 {
		t.Errorf("the store was asked %d times for %d requests", s.asked, in)
	}
	// At once, before any node heard of another: a limit each, which is the bound.
	_, _, ms = nodes(n)
	in = 0
	for _, m := range ms {
		for range 2 * limit {
			if admits(m, Rule{PerMinute: limit}) {
				in++
			}
		}
	}
	if in > limit*n {
		t.Errorf("%d requests came in at once", in)
	}
}

// What can't be counted doesn't come in; and a refusal costs no write.
func TestNothingComesInUncounted(t *testing.T) {
	s, _, ms := nodes(1)
	s.fails = touch.Errorf(touch.Unavailable, "down")
	if _, err := ms[0].enter(t.Context(), Rule{PerMinute: 5}, "w", "k"); touch.CodeOf(err) != touch.Unavailable {
		t.Errorf("%v", err)
	}
	if _, err := ms[0].enter(t.Context(), Rule{}, "w", "k"); err != nil {
		t.Errorf("a key without limits needs no sums: %v", err)
	}
	s.fails = nil
	for range 5 {
		admits(ms[0], Rule{PerMinute: 5})
	}
	before := s.asked
	for range 100 {
		if admits(ms[0], Rule{PerMinute: 5}) {
			t.Fatal("a sixth request")
		}
	}
	if s.asked > before {
		t.Errorf("refusals asked the store %d times", s.asked-before)
	}
}
