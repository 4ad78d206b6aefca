package gateway

import (
	"strings"

	"fairtouch/internal/wire"
)

// weaver passes events on in their order, none added and none dropped. An event
// whose text ends in what may be the beginning of an alias waits for the next
// piece of the same text; whatever comes between waits behind it.
type weaver struct {
	t     *teller
	runs  map[string]*run
	queue []*item
	size  int // bytes in the queue
}

// run is one text that comes in pieces.
type run struct {
	w    writer
	item *item // the last that carried a piece
	part int
	spot string
}

type item struct {
	ev    wire.Event
	parts []piece
	said  said
}

type piece struct {
	start, end int
	in, out    string
}

// The queue is bounded: past it, the oldest event goes out as it is.
const (
	maxQueue = 1024
	maxBytes = 4 << 20
)

func (a *answer) weaver(route wire.Route) *weaver {
	return &weaver{t: &teller{a: a, route: route, tools: map[string]string{}}, runs: map[string]*run{}}
}

// put takes an event.
func (v *weaver) put(ev wire.Event) {
	it := &item{ev: ev}
	if ev.Data != nil {
		s, err := v.t.tell(ev)
		if err == nil { // what isn't JSON passes: only aliases can be in it, since only aliases left
			it.said = s
			v.parts(it)
		}
		v.close(&it.said)
	}
	v.queue = append(v.queue, it)
	v.size += len(ev.Raw)
}

func (v *weaver) parts(it *item) {
	a := v.t.a
	for _, f := range it.said.parts {
		p := piece{f.start, f.end, f.in, f.in}
		if f.key != "" {
			a.hear(f.in)
		}
		switch {
		case !a.changes():
		case f.key == "":
			p.out = a.one(f)
		default:
			r := v.runs[f.key]
			if r == nil {
				r = &run{w: a.writer(f), spot: f.spot}
				v.runs[f.key] = r
			}
			p.out = r.w.Write(f.in)
			r.item, r.part = it, len(it.parts)
		}
		if f.key != "" || !a.written.has(f.spot) { // snapshots repeat what came in pieces
			a.written.add(f.spot, p.out)
		}
		p.out = a.label.before(f.spot, f.in, f.key != "") + p.out
		it.parts = append(it.parts, p)
	}
}

// writer makes what a run passes through.
func (a *answer) writer(f fragment) writer {
	switch f.kind {
	case isArguments:
		return a.argumentsOf(f.tool)
	case isInput:
		return a.pipe(a.tool(f.tool))
	}
	return a.pipe(true)
}

// one passes a string through that comes whole, such as a final snapshot.
func (a *answer) one(f fragment) string {
	w := a.writer(f)
	return w.Write(f.in) + w.Flush()
}

// close ends runs and gives what they held back to their last event, which is
// still in the queue: it waited for that.
func (v *weaver) close(s *said) {
	for key, r := range v.runs {
		ends := s.all
		for _, c := range s.closes {
			ends = ends || strings.HasPrefix(key, c)
		}
		if ends {
			v.flush(r)
			delete(v.runs, key)
		}
	}
}

func (v *weaver) flush(r *run) {
	if rest := r.w.Flush(); r.item != nil {
		r.item.parts[r.part].out += rest
		v.t.a.written.add(r.spot, rest)
	}
}

// next takes the first event that can go, nil if all wait.
func (v *weaver) next() *item {
	if len(v.queue) == 0 {
		return nil
	}
	it := v.queue[0]
	for _, r := range v.runs {
		if r.item == it && r.w.Held() > 0 {
			if len(v.queue) < maxQueue && v.size < maxBytes {
				return nil
			}
			v.flush(r)
		}
	}
	for _, r := range v.runs {
		if r.item == it {
			r.item = nil
		}
	}
	v.queue = v.queue[1:]
	v.size -= len(it.ev.Raw)
	return it
}

// end closes every run: the stream is over.
func (v *weaver) end() { v.close(&said{all: true}) }

// bytes are the event as it goes out: as it came, unless a text in it changed.
func (it *item) bytes() []byte {
	var edits []wire.Edit
	for _, p := range it.parts {
		if p.out != p.in {
			edits = append(edits, wire.Edit{Start: p.start, End: p.end, By: wire.Quote(p.out)})
		}
	}
	if len(edits) == 0 {
		return it.ev.Raw
	}
	return it.ev.With(wire.Splice(it.ev.Data, edits)).Raw
}
