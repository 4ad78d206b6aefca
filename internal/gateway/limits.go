package gateway

import (
	"context"
	"errors"
	"sync"
	"time"

	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// Usage is what one node counted of a key since it last told the store.
type Usage struct {
	Workspace     touch.Workspace
	Key           touch.KeyID
	Minute, Day   int64 // since 1970, in UTC
	Calls, Tokens int   // in that minute, on that day
}

// Counts keeps the sums of all nodes, durably.
type Counts interface {
	// Add adds u and returns the sums of its minute and its day.
	Add(ctx context.Context, u Usage) (calls, tokens int, err error)
}

// Meter holds keys to their limits, over restarts and nodes: what it counts it
// adds to the store's sums every two seconds, and before each request once nine
// tenths of it are used, as far as the node knows. So several nodes together let
// in at most what the others admit within two seconds beyond a limit, and never
// more than the limit on each; tokens are known when an answer ends, so that calls
// on their way come on top. A node that is killed forgets what it counted in the
// last two seconds. The record has the exact sums.
type Meter struct {
	counts Counts
	now    func() time.Time
	mu     sync.Mutex // guards keys
	keys   map[meterKey]*gauge
}

type meterKey struct {
	ws  touch.Workspace
	key touch.KeyID
}

// gauge is what is known of one key.
type gauge struct {
	mu          sync.Mutex // guards all of it, also while the store is asked
	of          meterKey
	minute, day int64
	calls       int // of all nodes, as the store last said
	tokens      int
	newCalls    int // this node's, not told yet
	newTokens   int
	told        time.Time // zero: never, in this day
}

// maxGauges bounds the memory; past it, all is told and read again.
const maxGauges = 50_000

// tellEvery is how long a node counts by itself.
const tellEvery = 2 * time.Second

// NewMeter makes a meter. Its owner calls Tell every few seconds, and before the
// end.
func NewMeter(c Counts, now func() time.Time) *Meter {
	return &Meter{counts: c, now: now, keys: map[meterKey]*gauge{}}
}

// gauge returns a key's gauge, locked and in the present minute and day.
func (m *Meter) gauge(ctx context.Context, of meterKey) *gauge {
	m.mu.Lock()
	g := m.keys[of]
	full := g == nil && len(m.keys) >= maxGauges
	m.mu.Unlock()
	if full {
		_ = m.Tell(ctx) // what can't be told now is lost to the limits alone
	}
	m.mu.Lock()
	if full {
		clear(m.keys)
	}
	if g = m.keys[of]; g == nil {
		g = &gauge{of: of}
		m.keys[of] = g
	}
	m.mu.Unlock() // first: one key that waits for the store must not hold up the others
	g.mu.Lock()
	g.roll(m.now().Unix())
	return g
}

// roll begins a new minute or day with nothing; what wasn't told of the old one
// limits nothing any more.
func (g *gauge) roll(now int64) {
	if minute := now / 60; g.minute != minute {
		g.minute, g.calls, g.newCalls = minute, 0, 0
	}
	if day := now / 86400; g.day != day {
		g.day, g.tokens, g.newTokens, g.told = day, 0, 0, time.Time{}
	}
}

// tell adds what is new to the store's sums. g is locked.
func (m *Meter) tell(ctx context.Context, g *gauge) error {
	calls, tokens, err := m.counts.Add(ctx, Usage{g.of.ws, g.of.key, g.minute, g.day, g.newCalls, g.newTokens})
	if err != nil {
		return err
	}
	g.calls, g.tokens, g.newCalls, g.newTokens, g.told = calls, tokens, 0, 0, m.now()
	return nil
}

// used is what stands against the limits.
func (g *gauge) used() (calls, tokens int) { return g.calls + g.newCalls, g.tokens + g.newTokens }

// full reports whether a limit is used up.
func (g *gauge) full(r Rule) (calls, tokens bool) {
	c, t := g.used()
	return r.PerMinute > 0 && c >= r.PerMinute, r.PerDay > 0 && t >= r.PerDay
}

// near reports whether nine tenths of a limit are used.
func (g *gauge) near(r Rule) bool {
	c, t := g.used()
	return r.PerMinute > 0 && c*10 >= r.PerMinute*9 || r.PerDay > 0 && t*10 >= r.PerDay*9
}

// enter takes one request of the key's, or says why it may not come. A limit a
// minute is worth a retry; a spent budget is not. Where the sums can't be read,
// nothing comes in.
func (m *Meter) enter(ctx context.Context, r Rule, ws touch.Workspace, k touch.KeyID) (wait time.Duration, err error) {
	if r.PerMinute == 0 && r.PerDay == 0 {
		return 0, nil
	}
	g := m.gauge(ctx, meterKey{ws, k})
	defer g.mu.Unlock()
	calls, tokens := g.full(r)
	if old := m.now().Sub(g.told) >= tellEvery; old || g.near(r) && !calls && !tokens {
		if err := m.tell(ctx, g); err != nil {
			return 0, err
		}
		calls, tokens = g.full(r)
	}
	switch {
	case calls:
		next := time.Unix((g.minute+1)*60, 0)
		return next.Sub(m.now()), touch.Errorf(touch.RateLimited, "this key may send %d requests a minute", r.PerMinute)
	case tokens:
		return 0, &refusal{code: "budget_spent", message: "This key's tokens of today are spent; its owner can raise the limit."}
	}
	g.newCalls++
	return 0, nil
}

// spent adds what a call took.
func (m *Meter) spent(r Rule, ws touch.Workspace, k touch.KeyID, tokens int) {
	if r.PerDay == 0 {
		return
	}
	g := m.gauge(context.Background(), meterKey{ws, k})
	defer g.mu.Unlock()
	g.newTokens += tokens
}

// Tell adds what this node counted to the sums, for every key that has something
// new. What fails stays, and is told the next time.
func (m *Meter) Tell(ctx context.Context) error {
	m.mu.Lock()
	all := make([]*gauge, 0, len(m.keys))
	for _, g := range m.keys {
		all = append(all, g)
	}
	m.mu.Unlock()
	var errs []error
	for _, g := range all {
		g.mu.Lock()
		if g.roll(m.now().Unix()); g.newCalls+g.newTokens > 0 {
			errs = append(errs, m.tell(ctx, g))
		}
		g.mu.Unlock()
	}
	return errors.Join(errs...)
}

// usage reads a vendor's count of tokens from its answer, wherever it stands.
type usage struct{ in, out int }

func (u *usage) leaf(p wire.Path, l wire.Leaf) {
	if l.Kind != '0' || len(p) < 2 || p[len(p)-2].Key != "usage" {
		return
	}
	n := 0
	for _, c := range l.Text() {
		if c < '0' || c > '9' || n > 1e9 {
			return
		}
		n = n*10 + int(c-'0')
	}
	switch p[len(p)-1].Key {
	case "prompt_tokens", "input_tokens":
		u.in = max(u.in, n)
	case "completion_tokens", "output_tokens":
		u.out = max(u.out, n)
	}
}
