package gateway

import (
	"sync"
	"time"

	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// meter counts requests and tokens of the keys on this node. A restart begins
// anew; the record has the exact sums.
type meter struct {
	now  func() time.Time
	mu   sync.Mutex // guards keys
	keys map[touch.KeyID]*gauge
}

type gauge struct {
	minute, day   int64 // since the epoch
	calls, tokens int
}

// maxGauges bounds the memory; past it, counting begins anew for all.
const maxGauges = 50_000

func newMeter(now func() time.Time) *meter { return &meter{now: now, keys: map[touch.KeyID]*gauge{}} }

func (m *meter) gauge(k touch.KeyID) *gauge {
	g := m.keys[k]
	if g == nil {
		if len(m.keys) >= maxGauges {
			clear(m.keys)
		}
		g = &gauge{}
		m.keys[k] = g
	}
	now := m.now().Unix()
	if minute := now / 60; g.minute != minute {
		g.minute, g.calls = minute, 0
	}
	if day := now / 86400; g.day != day {
		g.day, g.tokens = day, 0
	}
	return g
}

// enter takes one request of the key's, or says why it may not come. A limit a
// minute is worth a retry; a spent budget is not.
func (m *meter) enter(r Rule, k touch.KeyID) (wait time.Duration, err error) {
	if r.PerMinute == 0 && r.PerDay == 0 {
		return 0, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.gauge(k)
	switch {
	case r.PerMinute > 0 && g.calls >= r.PerMinute:
		next := time.Unix((g.minute+1)*60, 0)
		return next.Sub(m.now()), touch.Errorf(touch.RateLimited, "this key may send %d requests a minute", r.PerMinute)
	case r.PerDay > 0 && g.tokens >= r.PerDay:
		return 0, &refusal{code: "budget_spent", message: "This key's tokens of today are spent; its owner can raise the limit."}
	}
	g.calls++
	return 0, nil
}

// spent adds what a call took.
func (m *meter) spent(r Rule, k touch.KeyID, tokens int) {
	if r.PerDay == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gauge(k).tokens += tokens
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
