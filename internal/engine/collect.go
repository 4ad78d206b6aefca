package engine

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// collector turns a query's rows into cells.
type collector struct {
	p      *Plan
	q      query
	groups []sql.NullString // of attributes without bands
	bands  []int64
	pred   sql.NullString
	label  sql.NullString
	bin    int64
	bins   string
	n      int64
	sums   [2]int64 // of the score
	w      [3]int64 // of the weight
	at     map[string]int
	out    Result
	seen   [2]bool
}

func newCollector(p *Plan, q query) *collector {
	return &collector{p: p, q: q, groups: make([]sql.NullString, len(p.attrs)), bands: make([]int64, len(p.attrs)), at: map[string]int{}}
}

// targets lists where Scan puts a row, in the order of the query's columns.
func (c *collector) targets() []any {
	var out []any
	for i := range c.p.attrs {
		if c.p.attrs[i].bands == nil {
			out = append(out, &c.groups[i])
		} else {
			out = append(out, &c.bands[i])
		}
	}
	if c.q.pred {
		out = append(out, &c.pred)
	}
	if c.q.label {
		out = append(out, &c.label)
	}
	switch {
	case c.q.score && c.q.packed:
		out = append(out, &c.bins)
	case c.q.score:
		out = append(out, &c.bin)
	}
	out = append(out, &c.n)
	if c.q.score {
		out = append(out, &c.sums[0], &c.sums[1])
	}
	if c.q.weighted {
		out = append(out, &c.w[0], &c.w[1], &c.w[2])
	}
	return out
}

// take adds the row that was scanned.
func (c *collector) take() error {
	c.out.Rows, c.out.Kept = c.out.Rows+c.n, c.out.Kept+c.n
	pred, err := c.class(0, c.q.pred, c.pred, c.p.spec.Positive.Prediction)
	if err != nil {
		return err
	}
	label, err := c.class(1, c.q.label, c.label, c.p.spec.Positive.Label)
	if err != nil {
		return err
	}
	cell, err := c.cell()
	if err != nil {
		return err
	}
	count(&cell.Stats, pred, label, c.n)
	if c.q.weighted {
		if c.w[2] > 0 {
			return badWeight(c.p)
		}
		var sum, sq [3][3]int64
		sum[pred][label], sq[pred][label] = c.w[0], c.w[1]
		cell.Weights.Merge(weights(&sum, &sq))
	}
	switch {
	case c.q.score && c.q.packed:
		return c.unpack(cell, label)
	case c.q.score:
		return c.score(cell, label, c.bin, c.n, c.sums)
	}
	return nil
}

// unpack reads all bins of a group.
func (c *collector) unpack(cell *fairness.Cell, label class) error {
	sums := c.sums
	for pair := range strings.SplitSeq(c.bins, ",") {
		b, n, _ := strings.Cut(pair, ":")
		bin, err1 := strconv.ParseInt(b, 10, 64)
		count, err2 := strconv.ParseInt(n, 10, 64)
		if err := errors.Join(err1, err2); err != nil {
			return touch.Wrap(touch.Internal, err, "the database returned a bin that is none")
		}
		if bin < 0 {
			if err := c.score(cell, label, bin, count, [2]int64{}); err != nil {
				return err
			}
			continue
		}
		if err := c.score(cell, label, bin, count, sums); err != nil {
			return err
		}
		sums = [2]int64{} // the sums are of all bins
	}
	return nil
}

func (c *collector) class(which int, has bool, v sql.NullString, positive []string) (class, error) {
	if !has {
		return unknown, nil
	}
	k := classify(v.String, !v.Valid, positive)
	if k == unclear {
		return unknown, unclearColumn(c.p, which)
	}
	c.seen[which] = c.seen[which] || k == yes
	return k, nil
}

func (c *collector) cell() (*fairness.Cell, error) {
	group := make([]fairness.Value, len(c.p.attrs))
	for i := range c.p.attrs {
		s := &c.p.attrs[i]
		switch {
		case s.bands == nil:
			group[i] = fairness.Value{Text: c.groups[i].String, Null: !c.groups[i].Valid}
		case c.bands[i] < 0:
			return nil, touch.Errorf(touch.Invalid, "column %s holds something that isn't a number, so it can't be cut into bands", c.p.numbers[s.column])
		default:
			group[i] = bandValue(s, uint32(c.bands[i]))
		}
	}
	k := fairness.Key(group)
	i, ok := c.at[k]
	if !ok {
		i = len(c.out.Cells)
		if i >= c.p.maxCells() {
			return nil, c.p.tooManyCells()
		}
		c.at[k] = i
		cell := fairness.Cell{Group: group}
		if c.q.score {
			cell.Scores = &fairness.Histogram{}
		}
		if c.q.weighted {
			cell.Weights = &fairness.Weights{}
		}
		c.out.Cells = append(c.out.Cells, cell)
	}
	return &c.out.Cells[i], nil
}

func (c *collector) score(cell *fairness.Cell, label class, bin, n int64, sums [2]int64) error {
	switch {
	case bin == -outside:
		return scoreRange(c.p)
	case bin == -int64(isText):
		return touch.Errorf(touch.Invalid, "column %s holds something that isn't a number", c.p.numbers[c.p.score])
	case bin < 0:
		cell.NoScore += n
		return nil
	case bin >= fairness.Bins:
		return touch.Errorf(touch.Internal, "the database returned bin %d", bin)
	}
	cell.Scores.Count[label][bin] += n
	cell.Scores.Sum[label] += sums[0]
	cell.Scores.Sq[label] += sums[1]
	return nil
}

func (c *collector) result() (Result, error) {
	order(c.out.Cells)
	c.out.Notes = notes(c.p, c.seen, &c.out)
	return c.out, nil
}
