package pilot

import (
	"hash/fnv"
	"strconv"
)

// Range is half-open, [Lo, Hi) within [0, 1].
type Range struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// Hash gives the bucket of an id, in [0, 1), by GrowthBook's algorithm of that
// version: 2 has 10,000 buckets and no bias; 1 has 1,000 and exists for
// compatibility. ok is false for any other version. Ids must be ASCII: other
// implementations hash UTF-16 where this hashes bytes.
func Hash(seed, id string, version int) (bucket float64, ok bool) {
	switch version {
	case 2:
		inner := strconv.FormatUint(uint64(fnv32(seed+id)), 10)
		return float64(fnv32(inner)%10000) / 10000, true
	case 1:
		return float64(fnv32(id+seed)%1000) / 1000, true
	}
	return 0, false
}

func fnv32(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // a hash.Hash never fails
	return h.Sum32()
}

// EqualWeights splits 1 into n equal parts; none for n < 1.
func EqualWeights(n int) []float64 {
	if n < 1 {
		return nil
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(n)
	}
	return w
}

// Ranges gives each of n arms its half-open range. Arm i starts at the sum of
// the weights before it, whatever the coverage, so that raising coverage only
// ever adds people. Coverage is clamped to [0, 1]; weights that don't fit, or
// don't sum to 1 within 0.01, are replaced by equal ones.
func Ranges(n int, coverage float64, weights []float64) []Range {
	if !(coverage > 0) { // also NaN
		coverage = 0
	}
	coverage = min(coverage, 1)
	if len(weights) != n || !nearOne(weights) {
		weights = EqualWeights(n)
	}
	out := make([]Range, len(weights))
	start := 0.0
	for i, w := range weights {
		out[i] = Range{start, start + coverage*w}
		start += w
	}
	return out
}

func nearOne(weights []float64) bool {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	return sum >= 0.99 && sum <= 1.01
}

// Choose returns the first range that holds the bucket, or -1.
func Choose(bucket float64, ranges []Range) int {
	for i, r := range ranges {
		if bucket >= r.Lo && bucket < r.Hi {
			return i
		}
	}
	return -1
}

// Namespace keeps pilots of one layer apart: a subject belongs to the pilot
// whose range of the namespace it falls into.
type Namespace struct {
	Name  string  `json:"name"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// Holds reports whether the id is in the namespace's range.
func (n Namespace) Holds(id string) bool {
	b, _ := Hash("__"+n.Name, id, 1)
	return b >= n.Start && b < n.End
}
