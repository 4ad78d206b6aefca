package gpp

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// MaxID is the highest vendor id that a string can carry.
const MaxID = 1<<16 - 1

// Range is the ids from First to Last, both included.
type Range struct{ First, Last int }

// IDs is a set of vendor or section ids as ascending ranges that don't overlap.
// It stays small however many ids a string claims: a range of 65,535 is one
// element.
type IDs []Range

// NewIDs makes a set. Order and repetitions don't matter; an id outside 1 to
// MaxID makes encoding fail.
func NewIDs(ids ...int) IDs {
	rs := make([]Range, len(ids))
	for i, id := range ids {
		rs[i] = Range{id, id}
	}
	return NewRanges(rs...)
}

// NewRanges makes a set of ranges that may overlap, touch, or be empty.
func NewRanges(ranges ...Range) IDs {
	rs := slices.DeleteFunc(slices.Clone(ranges), func(r Range) bool { return r.Last < r.First })
	slices.SortFunc(rs, func(a, b Range) int { return cmp.Compare(a.First, b.First) })
	out := rs[:0]
	for _, r := range rs {
		if n := len(out); n > 0 && r.First <= out[n-1].Last+1 {
			out[n-1].Last = max(out[n-1].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return IDs(out)
}

// Has reports whether id is in the set.
func (s IDs) Has(id int) bool {
	i := sort.Search(len(s), func(i int) bool { return s[i].Last >= id })
	return i < len(s) && s[i].First <= id
}

// Len is the number of ids.
func (s IDs) Len() int {
	n := 0
	for _, r := range s {
		n += r.Last - r.First + 1
	}
	return n
}

// Max is the highest id, 0 in an empty set.
func (s IDs) Max() int {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].Last
}

// All walks the ids in ascending order.
func (s IDs) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, r := range s {
			for id := r.First; id <= r.Last; id++ {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// List returns the ids in ascending order, never nil.
func (s IDs) List() []int { return slices.AppendSeq(make([]int, 0, s.Len()), s.All()) }

// valid reports whether the ranges ascend, don't overlap and can be written.
func (s IDs) valid() bool {
	last := 0
	for _, r := range s {
		if r.First <= last || r.Last < r.First || r.Last > MaxID {
			return false
		}
		last = r.Last
	}
	return true
}
