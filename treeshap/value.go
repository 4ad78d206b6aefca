package treeshap

import (
	"math"
	"strconv"
)

// value is a parsed JSON or UBJSON value. Lists of numbers alone are held as
// nums, which is what most of a model is.
type value struct {
	kind  valueKind
	num   float64 // of a number; 1 or 0 of a bool
	text  string
	list  []value
	nums  []float64
	pairs map[string]value
}

type valueKind uint8

const (
	kindNone valueKind = iota
	kindNumber
	kindText
	kindList
	kindObject
)

// maxValues bounds the lists, objects and texts of one file, each of which takes
// some hundred bytes however short it is written. A tree has about 20.
const maxValues = 1 << 20

// maxNesting bounds how deep values lie in one another; models need about 8.
const maxNesting = 64

// get returns an object's member, or the zero value.
func (v value) get(key string) value { return v.pairs[key] }

// numbers returns a list of numbers, or nil if v isn't one.
func (v value) numbers() []float64 {
	if v.kind != kindList || len(v.list) > 0 {
		return nil
	}
	if v.nums == nil {
		return []float64{}
	}
	return v.nums
}

// count reads a non-negative whole number, which XGBoost writes as text.
func (v value) count() (int, bool) {
	x := v.num
	if v.kind == kindText {
		n, err := strconv.Atoi(v.text)
		if err != nil {
			return 0, false
		}
		x = float64(n)
	} else if v.kind != kindNumber {
		return 0, false
	}
	return int(x), x >= 0 && x < 1<<31 && x == math.Trunc(x)
}

// add appends to a list, keeping numbers together as long as there are only such.
func (v *value) add(e value) {
	switch {
	case e.kind == kindNumber && len(v.list) == 0:
		v.nums = append(v.nums, e.num)
	default:
		for _, x := range v.nums {
			v.list = append(v.list, value{kind: kindNumber, num: x})
		}
		v.nums = nil
		v.list = append(v.list, e)
	}
}
