package gpp

// style is how an encoder writes what the specifications leave open.
type style struct {
	pad    padding
	vendor chooser
	fib    bool // Fibonacci ranges (TCF Canada) instead of 16-bit ones
	merge  bool // restrictions' ranges are merged where they touch
}

// chooser says whether an encoder takes ranges or a bit field.
type chooser uint8

const (
	chooseGPP chooser = iota // the shorter, ranges on a tie: @iabgpp/cmpapi
	chooseTCF                // @iabtechlabtcf/core, see tcfRanges
)

// tcfRanges is the choice of @iabtechlabtcf/core: a bit field up to 45 ids,
// and beyond it ranges while their length, counted before the last id, stays
// below the bit field's. A group costs 33 bits and a single id 16, for the flag
// that a single id has as well isn't counted there.
func tcfRanges(s IDs) bool {
	length := 29
	for i, r := range s {
		last := i == len(s)-1
		switch {
		case r.First == r.Last && !last:
			length += 16
		case r.First < r.Last && last:
			length += 17
		case r.First < r.Last:
			length += 33
		}
	}
	return s.Max() > 45 && length < 17+s.Max()
}

const maxEntries = 1<<12 - 1

// rangeBits is the length of a range list of 16-bit or Fibonacci entries.
func rangeBits(s IDs, fib bool) int {
	w := writer{}
	writeRanges(&w, s, fib)
	return w.n
}

// writeRanges writes a count of 12 bits and the entries.
func writeRanges(w *writer, s IDs, fib bool) {
	w.uint(len(s), 12)
	last := 0
	for _, r := range s {
		w.bit(r.First != r.Last)
		if !fib {
			w.uint(r.First, 16)
			if r.First != r.Last {
				w.uint(r.Last, 16)
			}
			continue
		}
		writeFib(w, r.First-last)
		if r.First != r.Last {
			writeFib(w, r.Last-r.First)
		}
		last = r.Last
	}
}

// writeSet writes an "optimised" set: the highest id, a flag, and a bit field
// or ranges.
func writeSet(w *writer, s IDs, st style) {
	s = NewRanges(s...)
	ranges := false
	switch {
	case len(s) > maxEntries:
	case st.vendor == chooseTCF:
		ranges = tcfRanges(s)
	default:
		ranges = rangeBits(s, st.fib) <= s.Max()
	}
	w.uint(s.Max(), 16)
	w.bit(ranges)
	if ranges {
		writeRanges(w, s, st.fib)
		return
	}
	next := 1
	for _, r := range s {
		for ; next <= r.Last; next++ {
			w.bit(next >= r.First)
		}
	}
}

// readSet reads what writeSet writes.
func readSet(r *reader, fib bool, odd *notes) IDs {
	highest := r.uint(16)
	if r.bit() {
		s := readRanges(r, fib, odd)
		if s.Max() > highest {
			odd.add(OddRange, "an id above the highest one declared")
		}
		return NewRanges(s...)
	}
	var out IDs
	if r.left() < highest {
		r.short = true
		return IDs{}
	}
	for id := 1; id <= highest; id++ {
		if !r.bit() {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Last == id-1 {
			out[n-1].Last = id
		} else {
			out = append(out, Range{id, id})
		}
	}
	return out
}

// readRanges reads a range list. Its work is bounded by the input: an entry
// that isn't there ends it. Ranges that ascend are kept as they are written;
// others are put in order and named.
func readRanges(r *reader, fib bool, odd *notes) IDs {
	n := r.uint(12)
	var out IDs
	last, ordered := 0, true
	for range n {
		if r.left() == 0 {
			r.short = true
			break
		}
		one, ok := readRange(r, fib, last)
		if r.short {
			break
		}
		if !ok {
			odd.add(OddRange, "an entry is empty, zero or beyond 65535")
			if fib {
				r.short = true
				break
			}
			continue
		}
		ordered = ordered && one.First > last
		last = one.Last
		out = append(out, one)
	}
	if !ordered {
		odd.add(OddRange, "entries overlap or aren't in order")
		out = NewRanges(out...)
	}
	return out
}

func readRange(r *reader, fib bool, last int) (Range, bool) {
	group := r.bit()
	var one Range
	if fib {
		one.First = last + readFib(r)
		one.Last = one.First
		if group {
			one.Last += readFib(r)
		}
	} else {
		one.First = r.uint(16)
		one.Last = one.First
		if group {
			one.Last = r.uint(16)
		}
	}
	return one, one.First >= 1 && one.First <= one.Last && one.Last <= MaxID
}

// writeFib writes v ≥ 1 in Fibonacci coding: the Zeckendorf digits from the
// smallest up, closed by another 1.
func writeFib(w *writer, v int) {
	fibs := []int{1, 2}
	for fibs[len(fibs)-1] <= v {
		fibs = append(fibs, fibs[len(fibs)-1]+fibs[len(fibs)-2])
	}
	digits := make([]bool, 0, len(fibs))
	for i := len(fibs) - 1; i >= 0; i-- {
		if fibs[i] <= v {
			v -= fibs[i]
			digits = append(digits, true)
		} else if len(digits) > 0 {
			digits = append(digits, false)
		}
	}
	for i := len(digits) - 1; i >= 0; i-- {
		w.bit(digits[i])
	}
	w.bit(true)
}

// readFib reads a Fibonacci number. One that is far beyond any id ends the
// reading, however many bits follow.
func readFib(r *reader) int {
	v, a, b, before := 0, 1, 2, false
	for v <= 1<<24 && a <= 1<<24 {
		if r.left() == 0 {
			r.short = true
			return 0
		}
		one := r.bit()
		if one && before {
			return v
		}
		if one {
			v += a
		}
		a, b, before = b, a+b, one
	}
	return 1 << 24
}
