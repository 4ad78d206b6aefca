package law

import (
	"encoding/binary"
	"sync"
	"time"

	"fairtouch/touch"
)

// Evaluator answers questions from one book and remembers answers. Evaluation
// is pure, so a remembered answer is the answer: the key is the whole question
// as the book's rules can see it, byte for byte, not a hash of it. It is safe
// for concurrent use and holds at most 2·size answers.
type Evaluator struct {
	book *Book
	size int

	mu         sync.RWMutex
	young, old map[string]*Answer // guarded by mu; old is dropped when young is full
	keys       sync.Pool
}

// NewEvaluator makes an evaluator that remembers up to 2·size answers; size 0
// remembers none.
func NewEvaluator(b *Book, size int) *Evaluator {
	return &Evaluator{book: b, size: size, young: map[string]*Answer{},
		keys: sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}}
}

// Book returns the evaluator's book.
func (ev *Evaluator) Book() *Book { return ev.book }

// Evaluate answers the question. The answer is shared: don't write into it.
func (ev *Evaluator) Evaluate(q Question) Answer {
	e := ev.book.At(q.KnownAt)
	if e == nil || ev.size == 0 {
		return e.Evaluate(q)
	}
	buf := ev.keys.Get().(*[]byte)
	defer ev.keys.Put(buf)
	*buf = e.key((*buf)[:0], &q)
	if a := ev.find(*buf); a != nil {
		return *a
	}
	a := e.Evaluate(q)
	ev.keep(string(*buf), &a)
	return a
}

func (ev *Evaluator) find(key []byte) *Answer {
	ev.mu.RLock()
	a := ev.young[string(key)]
	aged := a == nil
	if aged {
		a = ev.old[string(key)]
	}
	ev.mu.RUnlock()
	if a != nil && aged {
		ev.keep(string(key), a)
	}
	return a
}

func (ev *Evaluator) keep(key string, a *Answer) {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	if len(ev.young) >= ev.size {
		ev.old, ev.young = ev.young, make(map[string]*Answer, ev.size)
	}
	ev.young[key] = a
}

// key writes all of the question that an answer can depend on.
func (e *Edition) key(b []byte, q *Question) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(e.since.UnixNano()))
	b = appendDay(b, q)
	b = appendText(b, string(q.Kind))
	b = appendText(b, string(q.Channel))
	b = binary.AppendUvarint(b, uint64(len(q.Jurisdictions)))
	for _, j := range q.Jurisdictions {
		b = appendText(b, j.Place)
	}
	b = binary.AppendUvarint(b, uint64(len(q.Roles)))
	for _, r := range q.Roles {
		b = appendText(b, r)
	}
	for _, i := range e.asked {
		b = appendFact(b, q.Facts, e.reg.facts[i].Name)
	}
	return b
}

// appendDay writes the day. An instant counts by the quarter hour: every known
// UTC offset is a multiple of it, so no civil date changes in between.
func appendDay(b []byte, q *Question) []byte {
	if q.At.IsZero() {
		return binary.LittleEndian.AppendUint64(append(b, 'd'), uint64(q.LawDate))
	}
	return binary.LittleEndian.AppendUint64(append(b, 't'), uint64(q.At.Unix()/int64((15*time.Minute)/time.Second)))
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendFact(b []byte, facts map[string]any, name string) []byte {
	switch x := facts[name].(type) {
	case nil:
		return append(b, 0)
	case bool:
		if x {
			return append(b, 1)
		}
		return append(b, 2)
	case string:
		return appendText(append(b, 3), x)
	default:
		return append(b, 4) // no fact may be a number or a list: one kind of wrong
	}
}

// Places turns plain place names into jurisdictions that were declared.
func Places(places ...string) []touch.Jurisdiction {
	out := make([]touch.Jurisdiction, len(places))
	for i, p := range places {
		out[i] = touch.Jurisdiction{Place: p, How: "declared"}
	}
	return out
}
