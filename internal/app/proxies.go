package app

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/protect"
	"fairtouch/internal/provider"
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
	run, err := s.Worlds.runner(ctx, p.Workspace, b.System.ModelHash)
	if err != nil {
		return out, nil // nothing here can score anew
	}
	_, line, ok := actingLine(&spec, run.tree)
	if !ok {
		return out, nil
	}
	costs, err := withholding(ctx, &f, spec, held, b.Plan.Features, found, run.tree, line)
	if err != nil || len(costs) == 0 {
		return out, err
	}
	out.Costs, out.CostFigure = costTable(costs), costFigure(&f, costs)
	return out, nil
}

// hardly is the loss of AUC that a headline calls hardly any.
const hardly = .02

// costliest is how many inputs are tried, the most telling first.
const costliest = 8

// withholding tries the most telling inputs: without each, and with each in four
// bands, on the people whom the finding is about.
func withholding(ctx context.Context, f *audit.Finding, spec engine.Spec, held engine.Stream, inputs []protect.Feature, found []audit.Proxy, tree *provider.Tree, line float64) ([]audit.Cost, error) {
	people, rows, err := withInputs(ctx, spec, held, inputs)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	cases := make([]audit.Case, len(rows))
	for i := range rows {
		cases[i] = audit.Case{Group: people[i].Group, Label: people[i].Label, Row: rows[i]}
	}
	reference := ""
	if f.Measure.Reference != nil {
		reference = *f.Measure.Reference
	}
	return audit.Costs(cases, f.Measure.Group, reference, scoring(tree), line, trials(cases, inputs, found)), nil
}

// scoring gives the probability of a row.
func scoring(tree *provider.Tree) func(row []float64) float64 {
	var dst [1]float64
	return func(row []float64) float64 { return tree.Probability(tree.Model().Margin(dst[:0], row)[0]) }
}

// withInputs hands out people whose inputs are on record, with the model's row
// of each.
func withInputs(ctx context.Context, spec engine.Spec, held engine.Stream, inputs []protect.Feature) (people []engine.Person, rows [][]float64, err error) {
	var get func(string) fairness.Value
	watched := held
	watched.Rows = func(ctx context.Context, yield func(func(string) fairness.Value) error) error {
		return held.Rows(ctx, func(g func(string) fairness.Value) error { get = g; return yield(g) })
	}
	err = watched.EachPerson(ctx, engine.Compile(&spec), func(x engine.Person) {
		row, known := make([]float64, len(inputs)), false
		for i := range inputs {
			v := get(audit.FeaturePrefix + inputs[i].Name)
			row[i] = inputs[i].Code(v.Text, v.Null)
			known = known || !v.Null
		}
		if known {
			people, rows = append(people, x), append(rows, row)
		}
	})
	return people, rows, err
}

func trials(cases []audit.Case, inputs []protect.Feature, found []audit.Proxy) (out []audit.Trial) {
	for _, x := range found[:min(costliest, len(found))] {
		i := slices.IndexFunc(inputs, func(f protect.Feature) bool { return f.Name == x.Feature })
		if i < 0 {
			continue
		}
		out = append(out, audit.Trial{Feature: x.Feature, How: "left out", Change: func(row []float64) { row[i] = math.NaN() }})
		if inputs[i].Kind == "numeric" {
			var xs []float64
			for j := range cases {
				xs = append(xs, cases[j].Row[i])
			}
			band := audit.Quarters(xs)
			out = append(out, audit.Trial{Feature: x.Feature, How: "in four bands", Change: func(row []float64) { row[i] = band(row[i]) }})
		}
	}
	return out
}

// points writes a difference of shares in points of a hundred.
func points(x float64) string {
	if math.IsNaN(x) {
		return "unknown"
	}
	return strconv.FormatFloat(100*x, 'f', 1, 64)
}

func costTable(costs []audit.Cost) chart.Table {
	var rows [][]string
	for _, c := range costs {
		auc, interval := "unknown", "too few outcomes"
		if !math.IsNaN(c.AUC) {
			auc, interval = fmt.Sprintf("%.3f", c.AUC), fmt.Sprintf("%.3f to %.3f", c.AUCInterval.Low, c.AUCInterval.High)
		}
		rows = append(rows, []string{cmp.Or(c.Feature, "every input"), c.How, points(c.Gap), points(c.GapInterval.Low) + " to " + points(c.GapInterval.High), points(c.Changed) + " %", auc, interval})
	}
	return chart.NewTable("", []string{"Input", "Tried", "#Gap, points", "#95 % interval", "#Decisions that change", "#AUC", "#Its 95 % interval"}, rows)
}

func costFigure(f *audit.Finding, costs []audit.Cost) chart.Figure {
	var bars []chart.Bar
	best := costs[0] // the narrowest gap at hardly any loss
	for _, c := range costs {
		bars = append(bars, chart.Bar{Label: strings.TrimSpace(c.Feature + " " + c.How), Value: 100 * c.Gap, Low: 100 * c.GapInterval.Low, Hi: 100 * c.GapInterval.High, N: c.N, Class: "ok"})
		if math.Abs(c.Gap) < math.Abs(best.Gap) && !(c.AUC < costs[0].AUC-hardly) {
			best = c
		}
	}
	title := "No single input can be kept from the model without losing what it knows and close the gap of " + f.Measure.Group
	if best.Feature != "" {
		title = fmt.Sprintf("With %s %s, the gap of %s is %s points instead of %s", best.Feature, best.How, f.Measure.Group, points(best.Gap), points(costs[0].Gap))
		if !math.IsNaN(best.AUC) {
			title += fmt.Sprintf(", and the AUC %.3f instead of %.3f", best.AUC, costs[0].AUC)
		}
	}
	return chart.Intervals(title, "Points", 0, "no gap", bars)
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
