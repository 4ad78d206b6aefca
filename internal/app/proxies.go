package app

import (
	"context"
	"slices"
	"strconv"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/protect"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Proxies implements console.Fairness: how much each input of a system tells of
// the attribute that a finding is about. The record is read once.
func (s staff) Proxies(ctx context.Context, p access.Principal, id string) (console.ProxiesPage, error) {
	var out console.ProxiesPage
	f, err := s.DB.Finding(ctx, p.Workspace, id)
	if err != nil {
		return out, err
	}
	out.Finding = f
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	b, ok := w.Systems[f.System]
	if !ok || len(b.Plan.Features) == 0 {
		return out, touch.Fielderr("system", "only a system whose inputs are known here can be looked into")
	}
	plan, err := s.DB.Plan(ctx, p.Workspace, f.Plan)
	if err != nil {
		return out, err
	}
	spec, err := engine.ParseSpec([]byte(plan.Spec))
	if err != nil {
		return out, err
	}
	spec.Attributes = slices.DeleteFunc(spec.Attributes, func(a engine.Attribute) bool { return a.Name != f.Measure.Attribute && a.Column != f.Measure.Attribute })
	if len(spec.Attributes) != 1 {
		return out, touch.Fielderr("attribute", "the finding is about a combination of attributes; look at one alone")
	}
	spec.Score = engine.Score{}
	held, features, err := s.held(ctx, p.Workspace, spec, plan.Permission, b.Plan.Features)
	if err != nil {
		return out, err
	}
	found, err := audit.Proxies(ctx, spec, features, held)
	if err != nil {
		return out, err
	}
	var bars []chart.Bar
	for _, x := range found {
		class := "ok"
		if x.Low > 0.01 {
			class = "unsure"
		}
		bars = append(bars, chart.Bar{Label: x.Feature, Value: x.Bits, Low: x.Low, Hi: x.High, N: int(x.N), Class: class})
	}
	title := "No input tells much of it"
	if len(found) > 0 && found[0].Low > 0 {
		title = found[0].Feature + " tells most of it: " + strconv.FormatFloat(100*found[0].Share, 'f', 1, 64) + " % of what there is to know"
	}
	out.Figure = chart.Intervals(title, "Bits", 0, "tells nothing", bars)
	return out, nil
}

// held reads the columns that proxies need into memory, with bands for numbers.
func (s staff) held(ctx context.Context, ws touch.Workspace, spec engine.Spec, perm *audit.Permission, inputs []protect.Feature) (engine.Stream, []engine.Attribute, error) {
	wide := spec
	wide.Attributes = slices.Clone(spec.Attributes)
	for _, f := range inputs {
		wide.Attributes = append(wide.Attributes, engine.Attribute{Column: audit.FeaturePrefix + f.Name, Name: f.Name})
	}
	e, err := s.OwnAudits().Engine(ws, &wide, perm)
	if err != nil {
		return engine.Stream{}, nil, err
	}
	src := e.(engine.Stream)
	var rows []map[string]fairness.Value
	err = src.Rows(ctx, func(get func(string) fairness.Value) error {
		row := make(map[string]fairness.Value, len(src.Columns))
		for _, c := range src.Columns {
			row[c] = get(c)
		}
		rows = append(rows, row)
		return ctx.Err()
	})
	out := src
	out.Rows = func(_ context.Context, yield func(get func(string) fairness.Value) error) error {
		for _, r := range rows {
			if err := yield(func(c string) fairness.Value { return r[c] }); err != nil {
				return err
			}
		}
		return nil
	}
	var features []engine.Attribute
	for _, f := range inputs {
		a := engine.Attribute{Column: audit.FeaturePrefix + f.Name, Name: f.Name}
		if f.Kind == "numeric" {
			a.Bands = quarters(rows, a.Column)
		}
		features = append(features, a)
	}
	return out, features, err
}

// quarters cuts a column's numbers into four bands of about as many people.
func quarters(rows []map[string]fairness.Value, column string) []float64 {
	var xs []float64
	for _, r := range rows {
		if v := r[column]; !v.Null {
			if x, err := strconv.ParseFloat(v.Text, 64); err == nil {
				xs = append(xs, x)
			}
		}
	}
	slices.Sort(xs)
	var out []float64
	for _, q := range []int{1, 2, 3} {
		if len(xs) > 4 {
			out = append(out, xs[len(xs)*q/4])
		}
	}
	return slices.Compact(out)
}
