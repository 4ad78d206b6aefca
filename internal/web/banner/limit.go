package banner

import (
	"sync"
	"time"
)

// A site may take this many answers a second, and this many at once. Each first
// answer makes a key on disk; without a limit a flood would fill it. What is
// refused is a yes that doesn't count and a no that the browser sends again.
const (
	answersPerSecond = 100
	answersAtOnce    = 1000
)

// limiter is a bucket a site.
type limiter struct {
	now func() time.Time
	mu  sync.Mutex // guards by
	by  map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(now func() time.Time) *limiter { return &limiter{now: now, by: map[string]*bucket{}} }

// take takes one. Only sites that exist come here, so the map is bounded.
func (l *limiter) take(site string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.by[site]
	if b == nil {
		b = &bucket{answersAtOnce, now}
		l.by[site] = b
	}
	b.left, b.at = min(answersAtOnce, b.left+now.Sub(b.at).Seconds()*answersPerSecond), now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
