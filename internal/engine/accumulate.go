package engine

import (
	"math"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// The states of a number's cell.
const (
	isNumber uint8 = iota
	isNull
	isNaN
	isEmpty
	isText // neither a number nor nothing
)

// batchRows is how many rows a reader hands over at once.
const batchRows = 2048

// batch is some rows: a code for each text column, a number and its state for
// each number column.
type batch struct {
	n     int
	codes [][]uint32
	nums  [][]float64
	state [][]uint8
}

func newBatch(p *Plan) *batch {
	b := &batch{codes: make([][]uint32, len(p.texts)), nums: make([][]float64, len(p.numbers)), state: make([][]uint8, len(p.numbers))}
	for i := range b.codes {
		b.codes[i] = make([]uint32, batchRows)
	}
	for i := range b.nums {
		b.nums[i], b.state[i] = make([]float64, batchRows), make([]uint8, batchRows)
	}
	return b
}

// dictionary numbers the texts of a column. Code 0 is null.
type dictionary struct {
	texts []string
	codes map[string]uint32
	last  uint32
}

func newDictionary() *dictionary { return &dictionary{texts: []string{""}, codes: map[string]uint32{}} }

func (d *dictionary) code(b []byte) uint32 {
	if d.last != 0 && string(b) == d.texts[d.last] {
		return d.last
	}
	c, ok := d.codes[string(b)]
	if !ok {
		c = uint32(len(d.texts))
		d.texts = append(d.texts, string(b))
		d.codes[d.texts[c]] = c
	}
	d.last = c
	return c
}

// maxDistinct bounds a column's different texts, and so the memory.
const maxDistinct = 2_000_000

// accumulator counts the rows of one worker. It is not shared.
type accumulator struct {
	p     *Plan
	dicts []*dictionary
	memo  map[*node][]truth // of a condition's leaves, by code
	class [2][]class        // of decision and label, by code; 0 is not computed yet, else class+1
	tree  [][]int32         // from a node and a code to the next node, or at the last attribute to a cell; 0 is none
	cells []*tallied
	rows  int64
	kept  int64
	err   error
	seen  [2]bool      // a positive decision, a positive label
	each  func(Person) // also told of each row; nil usually
}

// tallied is one finest cell.
type tallied struct {
	codes   []uint32
	n       [3][3]int64
	noScore int64
	scores  *fairness.Histogram
	sum, sq [3][3]int64 // of weights
}

func newAccumulator(p *Plan) *accumulator {
	a := &accumulator{p: p, memo: map[*node][]truth{}, each: p.person}
	for range p.texts {
		a.dicts = append(a.dicts, newDictionary())
	}
	a.tree = [][]int32{nil}
	return a
}

// add counts a batch. After an error it does nothing.
func (a *accumulator) add(b *batch) {
	for r := 0; r < b.n && a.err == nil; r++ {
		a.rows++
		if a.p.where != nil && a.holds(a.p.where, b, r) != 1 {
			continue
		}
		a.kept++
		cell := a.cell(b, r)
		if a.err != nil {
			return
		}
		pred, label := a.classOf(0, a.p.pred, b, r), a.classOf(1, a.p.label, b, r)
		cell.n[pred][label]++
		if a.each != nil {
			a.person(cell, b, r, pred, label)
		}
		if a.p.score >= 0 {
			a.score(cell, b, r, label)
		}
		if a.p.weight >= 0 {
			a.weigh(cell, b, r, pred, label)
		}
	}
}

func (a *accumulator) holds(n *node, b *batch, r int) truth {
	switch n.op {
	case opAnd:
		out := truth(1)
		for _, k := range n.kids {
			switch a.holds(k, b, r) {
			case 0:
				return 0
			case -1:
				out = -1
			}
		}
		return out
	case opOr:
		out := truth(0)
		for _, k := range n.kids {
			switch a.holds(k, b, r) {
			case 1:
				return 1
			case -1:
				out = -1
			}
		}
		return out
	case opNot:
		if t := a.holds(n.kids[0], b, r); t >= 0 {
			return 1 - t
		}
		return -1
	}
	return a.leaf(n, b, r)
}

// leaf answers once for each text of a column; 2 stands for not answered yet.
func (a *accumulator) leaf(n *node, b *batch, r int) truth {
	col := add(&a.p.texts, n.column)
	code, memo := b.codes[col][r], a.memo[n]
	for len(memo) <= int(code) {
		memo = append(memo, 2)
	}
	if memo[code] == 2 {
		memo[code] = n.test(a.dicts[col].texts[code], code == 0)
		a.memo[n] = memo
	}
	return memo[code]
}

// cell walks the tree of attribute values.
func (a *accumulator) cell(b *batch, r int) *tallied {
	at := int32(0)
	for i := range a.p.attrs {
		s := &a.p.attrs[i]
		var code uint32
		if s.bands == nil {
			code = b.codes[s.column][r]
		} else {
			code = a.bandCode(s, b, r)
		}
		t := a.tree[at]
		if int(code) < len(t) && t[code] != 0 {
			at = t[code]
			continue
		}
		at = a.grow(at, code, b, r, i)
	}
	if a.err != nil {
		return nil
	}
	return a.cells[at-1]
}

// The codes of a band: 0 null, then NaN, empty, and the bands.
func (a *accumulator) bandCode(s *source, b *batch, r int) uint32 {
	switch b.state[s.column][r] {
	case isNull:
		return 0
	case isNaN:
		return 1
	case isEmpty:
		return 2
	case isText:
		a.fail(touch.Errorf(touch.Invalid, "column %s holds something that isn't a number, so it can't be cut into bands", a.p.numbers[s.column]))
	}
	return 3 + uint32(s.band(b.nums[s.column][r]))
}

func (a *accumulator) fail(err error) {
	if a.err == nil {
		a.err = err
	}
}

// grow makes the next node, or at the last attribute a cell.
func (a *accumulator) grow(at int32, code uint32, b *batch, r, depth int) int32 {
	if code > maxDistinct {
		a.fail(a.p.tooManyCells())
		return 0
	}
	t := a.tree[at]
	for len(t) <= int(code) {
		t = append(t, 0)
	}
	if depth+1 < len(a.p.attrs) {
		a.tree = append(a.tree, nil)
		t[code] = int32(len(a.tree) - 1)
	} else {
		a.cells = append(a.cells, a.newCell(b, r))
		t[code] = int32(len(a.cells))
	}
	a.tree[at] = t
	if len(a.cells) > a.p.maxCells() {
		a.fail(a.p.tooManyCells())
	}
	return t[code]
}

func (a *accumulator) newCell(b *batch, r int) *tallied {
	c := &tallied{codes: make([]uint32, len(a.p.attrs))}
	for i := range a.p.attrs {
		s := &a.p.attrs[i]
		if s.bands == nil {
			c.codes[i] = b.codes[s.column][r]
		} else {
			c.codes[i] = a.bandCode(s, b, r)
		}
	}
	if a.p.score >= 0 {
		c.scores = &fairness.Histogram{}
	}
	return c
}

// classOf reads decision (which 0) or label (which 1), once for each text.
func (a *accumulator) classOf(which, col int, b *batch, r int) class {
	if col < 0 {
		return unknown
	}
	code, memo := b.codes[col][r], a.class[which]
	if int(code) < len(memo) && memo[code] != 0 {
		return memo[code] - 1
	}
	for len(memo) <= int(code) {
		memo = append(memo, 0)
	}
	if code > maxDistinct {
		a.fail(unclearColumn(a.p, which))
	}
	positive := a.p.spec.Positive.Prediction
	if which == 1 {
		positive = a.p.spec.Positive.Label
	}
	c := classify(a.dicts[col].texts[code], code == 0, positive)
	if c == unclear {
		a.fail(unclearColumn(a.p, which))
		c = unknown
	}
	a.seen[which] = a.seen[which] || c == yes
	memo[code] = c + 1
	a.class[which] = memo
	return c
}

func unclearColumn(p *Plan, which int) error {
	col := p.pred
	if which == 1 {
		col = p.label
	}
	return touch.Fielderr("positive", "column %s holds values other than yes and no; say which mean yes", p.texts[col])
}

func (a *accumulator) score(c *tallied, b *batch, r int, label class) {
	if b.state[a.p.score][r] != isNumber {
		if b.state[a.p.score][r] == isText {
			a.fail(touch.Errorf(touch.Invalid, "column %s holds something that isn't a number", a.p.numbers[a.p.score]))
		}
		c.noScore++
		return
	}
	s, ok := a.p.unit(b.nums[a.p.score][r])
	if !ok {
		a.fail(scoreRange(a.p))
		return
	}
	c.scores.Add(s, int(label))
}

func scoreRange(p *Plan) error {
	return touch.Fielderr("score", "column %s holds numbers outside %s to %s; give its range with low and high", p.numbers[p.score],
		FormatFloat(p.spec.Score.Low), FormatFloat(p.spec.Score.High))
}

func (a *accumulator) weigh(c *tallied, b *batch, r int, pred, label class) {
	w := b.nums[a.p.weight][r]
	if b.state[a.p.weight][r] != isNumber || !(w >= 0 && w <= maxWeight) {
		a.fail(badWeight(a.p))
		return
	}
	c.sum[pred][label] += int64(math.Floor(w*fairness.WeightUnit + .5))
	c.sq[pred][label] += int64(math.Floor(w*w*fairness.WeightUnit + .5))
	if c.sq[pred][label] < 0 || c.sum[pred][label] < 0 {
		a.fail(touch.Fielderr("weight", "the weights are too large to be summed exactly; divide them by a constant"))
	}
}

func badWeight(p *Plan) error {
	return touch.Fielderr("weight", "column %s must hold a number from 0 to %d in every row", p.numbers[p.weight], maxWeight)
}
