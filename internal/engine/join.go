package engine

import (
	"fairtouch/touch"
)

// joiner brings columns from another table: one row a person, found by the
// key column. Who isn't found has null in each of them.
type joiner struct {
	key    int                  // text column of the key
	cols   []int                // text columns that are filled
	values map[string][]*string // by key; nil is null
	memo   [][]uint32           // by the key's code: the columns' codes; nil is not yet
}

// forWorker shares the values and has codes of its own.
func (j *joiner) forWorker() *joiner {
	if j == nil {
		return nil
	}
	return &joiner{key: j.key, cols: j.cols, values: j.values}
}

func (j *joiner) fill(a *accumulator, b *batch) {
	for r := range b.n {
		code := b.codes[j.key][r]
		for len(j.memo) <= int(code) {
			j.memo = append(j.memo, nil)
		}
		if j.memo[code] == nil {
			j.memo[code] = j.look(a, code)
		}
		for i, c := range j.cols {
			b.codes[c][r] = j.memo[code][i]
		}
	}
}

func (j *joiner) look(a *accumulator, code uint32) []uint32 {
	out := make([]uint32, len(j.cols))
	if code == 0 {
		return out
	}
	found := j.values[a.dicts[j.key].texts[code]]
	for i := range found {
		if found[i] != nil {
			out[i] = a.dicts[j.cols[i]].code([]byte(*found[i]))
		}
	}
	return out
}

// twice is the error of a person who has two rows in the joined table: each of
// their decisions would count twice.
func twice(n int64) error {
	return touch.Fielderr("data.join", "%d people have more than one row in the joined table, and would count more than once; keep one row each", n)
}
