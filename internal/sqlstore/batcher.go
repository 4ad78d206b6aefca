package sqlstore

import (
	"context"
	"sync"

	"fairtouch/touch"
)

// Batcher joins concurrent look-ups of single keys into one query. There is no
// timer: a look-up that finds no query running starts one; those that arrive
// while one runs share the next. A result is never older than its look-up, so
// that a change acknowledged before the look-up is seen by it.
type Batcher[K comparable, V any] struct {
	fetch func(ctx context.Context, keys []K) (map[K]V, error)
	limit int

	mu      sync.Mutex // owns what follows
	waiting *flight[K, V]
	flying  bool
}

type flight[K comparable, V any] struct {
	keys map[K]struct{}
	done chan struct{}
	got  map[K]V
	err  error
}

// NewBatcher makes a batcher whose queries take about limit keys at most.
func NewBatcher[K comparable, V any](limit int, fetch func(ctx context.Context, keys []K) (map[K]V, error)) *Batcher[K, V] {
	return &Batcher[K, V]{fetch: fetch, limit: limit}
}

// Get looks one key up. ok is false where the query found nothing.
func (b *Batcher[K, V]) Get(ctx context.Context, key K) (v V, ok bool, err error) {
	b.mu.Lock()
	f := b.waiting
	if f == nil {
		f = &flight[K, V]{keys: map[K]struct{}{}, done: make(chan struct{})}
		b.waiting = f
	}
	f.keys[key] = struct{}{}
	lead := !b.flying
	if lead {
		b.flying, b.waiting = true, nil
	}
	b.mu.Unlock()
	if lead {
		b.fly(f)
		b.next()
	}
	select {
	case <-f.done:
		v, ok = f.got[key]
		return v, ok, f.err
	case <-ctx.Done():
		return v, false, touch.Wrap(touch.Unavailable, ctx.Err(), "the request ended before the store answered")
	}
}

// next flies whatever gathered meanwhile, in a goroutine that ends when nothing
// waits any more.
func (b *Batcher[K, V]) next() {
	b.mu.Lock()
	f := b.waiting
	b.waiting = nil
	b.flying = f != nil
	b.mu.Unlock()
	if f != nil {
		go func() {
			b.fly(f)
			b.next()
		}()
	}
}

func (b *Batcher[K, V]) fly(f *flight[K, V]) {
	defer close(f.done)
	ctx, cancel := context.WithTimeout(context.Background(), readLimit)
	defer cancel()
	f.got = make(map[K]V, len(f.keys))
	keys := make([]K, 0, min(len(f.keys), b.limit))
	flush := func() bool {
		got, err := b.fetch(ctx, keys)
		for k, v := range got {
			f.got[k] = v
		}
		keys, f.err = keys[:0], err
		return err == nil
	}
	for k := range f.keys {
		if keys = append(keys, k); len(keys) == b.limit && !flush() {
			return
		}
	}
	if len(keys) > 0 {
		flush()
	}
}
