package audit

import (
	"cmp"
	"context"
	"slices"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// Proxy is how much one feature tells of a protected attribute.
type Proxy struct {
	Feature string  `json:"feature"`
	Bits    float64 `json:"bits"`  // mutual information
	Low     float64 `json:"low"`   // of bits
	High    float64 `json:"high"`  // of bits
	Share   float64 `json:"share"` // of what there is to know of the attribute, 0 to 1
	N       int64   `json:"n"`
}

// Proxies asks of each feature how much it carries of the specification's
// first attribute; the most telling first. A feature with bands is banded
// before, so the same question with and without bands shows what banding costs.
func Proxies(ctx context.Context, s engine.Spec, features []engine.Attribute, e engine.Engine) ([]Proxy, error) {
	var out []Proxy
	target := s.Attributes[0]
	for _, f := range features {
		if f.Column == target.Column {
			return nil, touch.Fielderr("features", "%s is the protected attribute itself", f.Column)
		}
		if f.Name == "" {
			f.Name = f.Column
		}
		q := s
		q.Attributes = []engine.Attribute{f, target}
		r, err := e.Count(ctx, engine.Compile(&q))
		if err != nil {
			return nil, err
		}
		p := fairness.MutualInformation(tableOf(r.Cells), .05)
		out = append(out, Proxy{f.Name, zero(p.Bits), zero(p.Interval.Low), zero(p.Interval.High), zero(p.Share), p.N})
	}
	slices.SortStableFunc(out, func(a, b Proxy) int { return cmp.Compare(b.Bits, a.Bits) })
	return out, nil
}

// tableOf lays cells of two attributes out as a table.
func tableOf(cells []fairness.Cell) [][]int64 {
	rows, cols := map[fairness.Value]int{}, map[fairness.Value]int{}
	place := func(m map[fairness.Value]int, v fairness.Value) int {
		if _, ok := m[v]; !ok {
			m[v] = len(m)
		}
		return m[v]
	}
	var out [][]int64
	for _, c := range cells {
		i, j := place(rows, c.Group[0]), place(cols, c.Group[1])
		for len(out) <= i {
			out = append(out, nil)
		}
		for len(out[i]) <= j {
			out[i] = append(out[i], 0)
		}
		out[i][j] += c.Rows
	}
	return out
}
