package engine

import (
	"context"
	"io"
	"os"
	"slices"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// readJoined reads the joined table with a plan of its own, whose groups are
// the key and the columns: every row is then a cell.
func readJoined(ctx context.Context, p *Plan, file *os.File, size int64) (*joiner, error) {
	key := add(&p.texts, p.spec.Data.Join.On)
	j := &joiner{key: key, values: map[string][]*string{}}
	inner := &Spec{Attributes: []Attribute{{Column: p.texts[key], Name: p.texts[key]}}, Limits: Limits{Cells: maxDistinct}}
	for _, a := range p.attrs {
		if a.bands == nil && a.column != key {
			j.cols = append(j.cols, a.column)
			inner.Attributes = append(inner.Attributes, Attribute{Column: p.texts[a.column], Name: p.texts[a.column]})
		}
	}
	if len(j.cols) == 0 {
		return nil, touch.Fielderr("data.join", "brings no attribute; bands can't be cut from a joined column")
	}
	r, err := countFile(ctx, Compile(inner), file, size, nil)
	if e := touch.AsError(err); err != nil && len(e.Missing) > 0 && dropColumns(p, j, inner, e.Missing) {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, touch.Wrap(touch.Unavailable, err, "the joined table can't be read")
		}
		r, err = countFile(ctx, Compile(inner), file, size, nil)
	}
	if err != nil {
		return nil, touch.Wrap(touch.CodeOf(err), err, "the joined table: %s", touch.AsError(err).Error())
	}
	var double int64
	for _, c := range r.Cells {
		if c.Group[0].Null {
			continue
		}
		if c.Rows > 1 || j.values[c.Group[0].Text] != nil {
			double++
		}
		j.values[c.Group[0].Text] = texted(c.Group[1:])
	}
	if double > 0 {
		return nil, twice(double)
	}
	return j, nil
}

// dropColumns leaves out attributes that the joined table doesn't have: they
// are the main table's. It reports whether any are left.
func dropColumns(p *Plan, j *joiner, inner *Spec, missing []string) bool {
	j.cols = slices.DeleteFunc(j.cols, func(c int) bool { return slices.Contains(missing, p.texts[c]) })
	inner.Attributes = slices.DeleteFunc(inner.Attributes, func(a Attribute) bool { return slices.Contains(missing, a.Column) })
	return len(j.cols) > 0 && !slices.Contains(missing, p.texts[j.key])
}

func texted(vs []fairness.Value) []*string {
	out := make([]*string, len(vs))
	for i := range vs {
		if !vs[i].Null {
			out[i] = &vs[i].Text
		}
	}
	return out
}
