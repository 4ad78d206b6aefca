package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// globalSample is how many of the latest decisions a view of the whole model
// rests on.
const globalSample = 500

// explained is one decision's exact contributions.
type explained struct {
	feature map[string]float64
	value   map[string]string
	place   string
}

// Global implements console.Register: what counts in general, from the exact
// contributions of the latest decisions as they were made.
func (s staff) Global(ctx context.Context, p access.Principal, id touch.SystemID) (console.GlobalPage, error) {
	sys, err := s.System(ctx, p, id)
	if err != nil {
		return console.GlobalPage{}, err
	}
	out := console.GlobalPage{System: sys.System}
	all, err := s.sample(ctx, p.Workspace, id)
	if err != nil || len(all) == 0 {
		return out, err
	}
	out.N = len(all)
	order := importance(all)
	bars := make([]chart.Bar, 0, len(order))
	for _, f := range order {
		m, half := mean(all, func(e explained) (float64, bool) { return math.Abs(e.feature[f]), true })
		bars = append(bars, chart.Bar{Label: f, Value: m, Low: max(0, m-half), Hi: m + half, N: len(all), Class: "ok"})
	}
	out.Importance = chart.Intervals(fmt.Sprintf("%s counts most, over %d decisions", order[0], len(all)), "Mean size of contribution, log odds", 0, "nothing", bars)
	for _, f := range order[:min(3, len(order))] {
		out.Dependence = append(out.Dependence, dependence(all, f))
	}
	out.Segments = segments(all, order[:min(3, len(order))])
	return out, nil
}

func (s staff) sample(ctx context.Context, ws touch.Workspace, id touch.SystemID) ([]explained, error) {
	var out []explained
	before := touch.DecisionID("")
	for len(out) < globalSample {
		lines, err := s.DB.ListDecisions(ctx, ws, sqlstore.DecisionFilter{System: id, Verdict: touch.Allow, Before: before, Limit: 100})
		if err != nil || len(lines) == 0 {
			return out, err
		}
		for _, l := range lines {
			before = l.ID
			d, err := s.Stored(ctx, ws, l.ID)
			if errors.Is(err, seal.ErrErased) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if d.Explain == nil {
				continue
			}
			e := explained{feature: map[string]float64{}, value: map[string]string{}, place: l.Jurisdiction}
			for i, f := range d.Explain.Features {
				e.feature[f] = d.Explain.Contribs[i]
				e.value[f] = "missing"
				if v, ok := d.Features[f]; ok && v != nil {
					e.value[f] = fmt.Sprint(v)
				}
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// importance orders features by the mean size of their contributions.
func importance(all []explained) []string {
	sum := map[string]float64{}
	for _, e := range all {
		for f, v := range e.feature {
			sum[f] += math.Abs(v)
		}
	}
	order := make([]string, 0, len(sum))
	for f := range sum {
		order = append(order, f)
	}
	slices.SortFunc(order, func(a, b string) int {
		switch {
		case sum[a] > sum[b]:
			return -1
		case sum[a] < sum[b]:
			return 1
		}
		return strings.Compare(a, b)
	})
	return order
}

// mean is the average and half its 95 % interval by the normal approximation.
func mean(all []explained, of func(explained) (float64, bool)) (m, half float64) {
	n, sum, squares := 0.0, 0.0, 0.0
	for _, e := range all {
		if v, ok := of(e); ok {
			n, sum, squares = n+1, sum+v, squares+v*v
		}
	}
	if n == 0 {
		return 0, 0
	}
	m = sum / n
	return m, 1.96 * math.Sqrt(max(0, squares/n-m*m)/n)
}

// dependence is how a feature's contribution goes with its value.
func dependence(all []explained, f string) chart.Figure {
	bands := valueBands(all, f)
	var bars []chart.Bar
	for _, b := range bands {
		n := 0
		m, half := mean(all, func(e explained) (float64, bool) {
			in := b.has(e.value[f])
			if in {
				n++
			}
			return e.feature[f], in
		})
		class := "ok"
		if m < 0 {
			class = "unsure"
		}
		bars = append(bars, chart.Bar{Label: b.name, Value: m, Low: m - half, Hi: m + half, N: n, Class: class})
	}
	return chart.Intervals("What "+f+" adds, by its value", "Mean contribution, log odds", 0, "adds nothing", bars)
}

// band is one value, or a range of numbers.
type band struct {
	name string
	has  func(value string) bool
}

func valueBands(all []explained, f string) []band {
	var xs []float64
	seen := map[string]int{}
	for _, e := range all {
		seen[e.value[f]]++
		var x float64
		if n, err := fmt.Sscanf(e.value[f], "%g", &x); err == nil && n == 1 {
			xs = append(xs, x)
		}
	}
	if len(seen) > 12 && len(xs) > len(all)/2 {
		slices.Sort(xs)
		var out []band
		for q := range 5 {
			lo, hi := xs[len(xs)*q/5], xs[min(len(xs)-1, len(xs)*(q+1)/5)]
			last := q == 4
			out = append(out, band{fmt.Sprintf("%g to %g", lo, hi), func(v string) bool {
				var x float64
				n, err := fmt.Sscanf(v, "%g", &x)
				return err == nil && n == 1 && x >= lo && (x < hi || last && x <= hi)
			}})
		}
		return out
	}
	keys := make([]string, 0, len(seen))
	for k := range seen {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return seen[b] - seen[a] })
	var out []band
	for _, k := range keys[:min(12, len(keys))] {
		out = append(out, band{k, func(v string) bool { return v == k }})
	}
	return out
}

// segments is what the first features add, by place.
func segments(all []explained, features []string) chart.Table {
	places := map[string]int{}
	for _, e := range all {
		places[e.place]++
	}
	keys := make([]string, 0, len(places))
	for k, n := range places {
		if n >= 20 {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var rows [][]string
	for _, k := range keys {
		row := []string{orNot(k, "not known"), fmt.Sprint(places[k])}
		for _, f := range features {
			m, half := mean(all, func(e explained) (float64, bool) { return e.feature[f], e.place == k })
			row = append(row, fmt.Sprintf("%+.2f ± %.2f", m, half))
		}
		rows = append(rows, row)
	}
	head := []string{"Place", "#Decisions"}
	for _, f := range features {
		head = append(head, "#"+f)
	}
	return chart.NewTable("Mean contribution by place, log odds", head, rows)
}
