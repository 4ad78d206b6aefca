package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Stream counts rows that a program hands over, such as Fairtouch's own
// decisions, joined with what only an audit may see.
type Stream struct {
	Name     string   // of the engine, in the evidence
	Source   string   // what was read, in the evidence
	Snapshot string   // version of what was read, in the evidence
	Columns  []string // that a row can have
	// Rows calls yield for each row until it returns an error, which Rows
	// returns. get says what a row holds; it is used within the call only.
	Rows func(ctx context.Context, yield func(get func(column string) fairness.Value) error) error
}

// Count implements Engine.
func (s Stream) Count(ctx context.Context, p *Plan) (Result, error) {
	ctx, cancel := p.within(ctx)
	defer cancel()
	start := time.Now()
	if err := lacking(p.need(), s.Columns); err != nil {
		return Result{}, err
	}
	a, b := newAccumulator(p), newBatch(p)
	err := s.Rows(ctx, func(get func(string) fairness.Value) error {
		b.put(p, a, get)
		if b.n == batchRows {
			a.add(b)
			b.n = 0
		}
		return errors.Join(a.err, ctx.Err())
	})
	a.add(b)
	switch {
	case a.err != nil:
		return Result{}, a.err
	case ctx.Err() != nil:
		return Result{}, touch.Wrap(touch.Unavailable, ctx.Err(), "the audit ran out of its time; raise limits.seconds or audit less")
	case err != nil:
		return Result{}, err
	}
	out, err := finish(p, []*accumulator{a})
	out.Evidence = Evidence{Engine: s.Name, Source: s.Source, Snapshot: s.Snapshot, Elapsed: time.Since(start)}
	return out, err
}

// put writes one row into the batch.
func (b *batch) put(p *Plan, a *accumulator, get func(string) fairness.Value) {
	for i, c := range p.texts {
		v := get(c)
		b.codes[i][b.n] = 0
		if !v.Null {
			b.codes[i][b.n] = a.dicts[i].code([]byte(v.Text))
		}
	}
	for i, c := range p.numbers {
		v := get(c)
		b.nums[i][b.n], b.state[i][b.n] = readNumber([]byte(v.Text), v.Null)
	}
	b.n++
}

// Person is one row as a correction learns from it.
type Person struct {
	Group     string // the attributes' values, joined as in an audit's measures
	Score     float64
	HasScore  bool
	Decision  fairness.Tri
	Label     fairness.Tri
	Protected []fairness.Value
}

// Rows that a correction learns from are held in memory.
const maxPeople = 5_000_000

// People hands out the rows of a plan one by one, in the order of the data.
func People(ctx context.Context, e Engine, p *Plan) ([]Person, error) {
	rower, ok := e.(interface {
		each(ctx context.Context, p *Plan, f func(Person)) error
	})
	if !ok {
		return nil, touch.Errorf(touch.Unsupported, "a correction learns from a file or from decisions on record; export the table to a file")
	}
	var out []Person
	full := false
	err := rower.each(ctx, p, func(x Person) {
		if len(out) < maxPeople {
			out = append(out, x)
		} else {
			full = true
		}
	})
	if err == nil && full {
		err = touch.Errorf(touch.TooLarge, "a correction learns from at most %d rows; pick some with where", maxPeople)
	}
	return out, err
}

// EachPerson hands out the rows of a plan one by one. f runs while the row is
// the one that s.Rows yields, so that a caller who makes the rows knows which it is.
func (s Stream) EachPerson(ctx context.Context, p *Plan, f func(Person)) error {
	return s.each(ctx, p, f)
}

func (s Stream) each(ctx context.Context, p *Plan, f func(Person)) error {
	if err := lacking(p.need(), s.Columns); err != nil {
		return err
	}
	a, b := newAccumulator(p), newBatch(p)
	a.each = f
	err := s.Rows(ctx, func(get func(string) fairness.Value) error {
		b.put(p, a, get)
		a.add(b)
		b.n = 0
		return errors.Join(a.err, ctx.Err())
	})
	if a.err != nil {
		return a.err
	}
	return err
}

func (f File) each(ctx context.Context, p *Plan, each func(Person)) error {
	q := *p
	q.person = each
	_, err := f.Count(ctx, &q)
	return err
}

// person tells of a row that was just counted.
func (a *accumulator) person(c *tallied, b *batch, r int, pred, label class) {
	x := Person{Decision: triOf(pred), Label: triOf(label)}
	cell := fairness.Cell{}
	for i, code := range c.codes {
		cell.Group = append(cell.Group, a.value(&a.p.attrs[i], code))
	}
	x.Protected, x.Group = slices.Clone(cell.Group), cell.Name()
	if s := a.p.score; s >= 0 && b.state[s][r] == isNumber {
		x.Score, x.HasScore = a.p.unit(b.nums[s][r])
	}
	a.each(x)
}

func triOf(c class) fairness.Tri {
	switch c {
	case yes:
		return fairness.True
	case no:
		return fairness.False
	}
	return fairness.Unknown
}
