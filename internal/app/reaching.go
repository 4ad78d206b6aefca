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
	"fairtouch/internal/engine"
	"fairtouch/internal/inclusion"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// docPopulation is the declared population that a plan's attribute is compared with.
const docPopulation = "population"

// population is how large each group is where the company's customers, or the
// people whom it could reach, are counted.
type population struct {
	Plan      string             `json:"plan"`
	Attribute string             `json:"attribute"`
	Shares    map[string]float64 `json:"shares"` // by group, adding up to 1
	Source    string             `json:"source"` // such as a census, with its year
	By        touch.UserID       `json:"by"`
}

func populationID(plan, attribute string) string { return plan + "\x1f" + attribute }

// mostRemoved is the share of a group from which a rule's removal is shown.
const mostRemoved = .5

// leastReach is the four-fifths rule's 0.8 (29 CFR 1607.4(D)), applied to reach.
const leastReach = .8

// Reach implements console.Fairness: of each group, how many uses were asked
// for, allowed, acted on and answered with a yes, and which rules stop a group.
// It reads the decisions and protected attributes that the plan may read.
func (s staff) Reach(ctx context.Context, p access.Principal, plan string) (console.ReachPage, error) {
	var out console.ReachPage
	pl, err := s.DB.Plan(ctx, p.Workspace, plan)
	if err != nil {
		return out, err
	}
	out.Plan = pl
	spec, err := engine.ParseSpec([]byte(pl.Spec))
	if err != nil {
		return out, err
	}
	spec.Prediction, spec.Positive, spec.Label, spec.Weight = "allowed", engine.Positive{Prediction: []string{"true"}}, "", ""
	spec.Score, spec.Where, spec.Suppress = engine.Score{}, engine.Where{}, 0
	held, _, err := s.held(ctx, p.Workspace, spec, pl.Permission, nil)
	if err != nil {
		return out, err
	}
	quiet := s.quiet(ctx, p.Workspace, pl.System)
	for _, a := range spec.Attributes {
		f, rules, err := funnelOf(ctx, spec, a, held, quiet)
		if err != nil {
			return out, err
		}
		r, err := s.reachOf(ctx, p.Workspace, plan, cmp.Or(a.Name, a.Column), &f, rules)
		if err != nil {
			return out, err
		}
		out.Attributes = append(out.Attributes, r)
	}
	return out, nil
}

// quiet is the action that means nothing is done; "" where the system has none.
func (s staff) quiet(ctx context.Context, ws touch.Workspace, id touch.SystemID) string {
	x, err := s.DB.System(ctx, ws, id)
	if err != nil {
		return ""
	}
	if r, err := s.Worlds.runner(ctx, ws, x.ModelHash); err == nil && len(r.tree.Actions()) > 1 {
		return r.tree.Actions()[0]
	}
	return ""
}

// stagesOf are the stages that a row passed, in order.
func stagesOf(get func(string) fairness.Value, quiet string) [4]bool {
	allowed := get("verdict").Text == string(touch.Allow)
	acted := allowed && (quiet == "" || get("action").Text != quiet)
	l := get("label").Text
	return [4]bool{true, allowed, acted, acted && (l == "true" || l == "yes" || l == "1")}
}

// funnelOf counts one attribute's groups. Groups of fewer than five are left out.
func funnelOf(ctx context.Context, spec engine.Spec, a engine.Attribute, held engine.Stream, quiet string) (inclusion.Funnel, []inclusion.Exclusion, error) {
	spec.Attributes = engine.Attributes{a}
	counts, stops := map[string]*[4]int64{}, map[string]map[string]int64{}
	var get func(string) fairness.Value
	watched := held
	watched.Rows = func(ctx context.Context, yield func(func(string) fairness.Value) error) error {
		return held.Rows(ctx, func(g func(string) fairness.Value) error { get = g; return yield(g) })
	}
	err := watched.EachPerson(ctx, engine.Compile(&spec), func(x engine.Person) {
		if counts[x.Group] == nil {
			counts[x.Group] = &[4]int64{}
		}
		for i, passed := range stagesOf(get, quiet) {
			if passed {
				counts[x.Group][i]++
			}
		}
		if v := get("reason"); !v.Null && get("verdict").Text != string(touch.Allow) {
			if stops[v.Text] == nil {
				stops[v.Text] = map[string]int64{}
			}
			stops[v.Text][x.Group]++
		}
	})
	f := inclusion.Funnel{Attribute: cmp.Or(a.Name, a.Column)}
	for g, n := range counts {
		if n[0] >= 5 {
			f.Groups = append(f.Groups, g)
		}
	}
	slices.Sort(f.Groups)
	for i, name := range []string{"asked for", "allowed", "acted on", "answered with a yes"} {
		st := inclusion.Stage{Name: name}
		total := int64(0)
		for _, g := range f.Groups {
			st.Counts = append(st.Counts, counts[g][i])
			total += counts[g][i]
		}
		if i < 2 || total > 0 && !(i == 2 && quiet == "") {
			f.Stages = append(f.Stages, st)
		}
	}
	var rules []inclusion.Exclusion
	for rule, by := range stops {
		e := inclusion.Exclusion{Rule: rule}
		for i, g := range f.Groups {
			e.Removed, e.Of = append(e.Removed, by[g]), append(e.Of, f.Stages[0].Counts[i])
		}
		rules = append(rules, e)
	}
	slices.SortFunc(rules, func(a, b inclusion.Exclusion) int { return strings.Compare(a.Rule, b.Rule) })
	return f, rules, err
}

func (s staff) reachOf(ctx context.Context, ws touch.Workspace, plan, attribute string, f *inclusion.Funnel, rules []inclusion.Exclusion) (console.ReachOf, error) {
	out := console.ReachOf{Attribute: attribute, Groups: f.Groups}
	var pop population
	err := s.DB.Document(ctx, ws, docPopulation, populationID(plan, attribute), &pop)
	if err != nil && touch.CodeOf(err) != touch.Unknown {
		return out, err
	}
	for _, g := range f.Groups {
		out.Shares = append(out.Shares, percent(pop.Shares[g]))
		if pop.Shares[g] > 0 {
			f.Reference = append(f.Reference, pop.Shares[g])
		}
	}
	if len(f.Reference) != len(f.Groups) {
		f.Reference = nil // a group was not declared, or nothing was
	} else {
		out.Source, f.Source = pop.Source, pop.Source
	}
	if len(f.Groups) < 2 {
		return out, nil
	}
	r, err := f.Measure(leastReach, .05)
	if err != nil {
		return out, err
	}
	out.Verdict = string(r.Verdict)
	out.Rows, out.Figures, out.Table = r.Rows, reachFigures(attribute, r.Rows), reachTable(r.Rows)
	out.Rules, err = inclusion.Exclusions(f.Groups, rules, mostRemoved, .05)
	return out, err
}

func percent(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(100*x, 'f', -1, 64)
}

// reachFigures draws a figure a stage.
func reachFigures(attribute string, rows []inclusion.Reached) (out []chart.Figure) {
	for len(rows) > 0 {
		stage := rows[0].Stage
		n := slices.IndexFunc(rows, func(r inclusion.Reached) bool { return r.Stage != stage })
		if n < 0 {
			n = len(rows)
		}
		var bars []chart.Bar
		worst := -1
		for i, r := range rows[:n] {
			if math.IsNaN(r.Ratio) || r.Low == 0 && r.High == 0 {
				continue
			}
			class := map[fairness.Verdict]string{fairness.Pass: "ok", fairness.Fail: "bad"}[r.Verdict]
			bars = append(bars, chart.Bar{Label: r.Group, Value: r.Ratio, Low: r.Low, Hi: r.High, N: int(r.N), Class: cmp.Or(class, "unsure")})
			if r.Verdict == fairness.Fail && (worst < 0 || r.Ratio < rows[worst].Ratio) {
				worst = i
			}
		}
		title := fmt.Sprintf("By %s, nobody is shown to be left out among those %s", attribute, stage)
		if worst >= 0 {
			title = fmt.Sprintf("%s is %.0f %% of its share among those %s", rows[worst].Group, 100*rows[worst].Ratio, stage)
		}
		if len(bars) > 0 {
			out = append(out, chart.Intervals(title, "Ratio", 1, "its share", bars))
		}
		rows = rows[n:]
	}
	return out
}

func reachTable(rows []inclusion.Reached) chart.Table {
	var out [][]string
	for _, r := range rows {
		ratio, interval := "unknown", r.Note
		if !math.IsNaN(r.Ratio) && r.High > 0 {
			ratio, interval = fmt.Sprintf("%.2f", r.Ratio), fmt.Sprintf("%.2f to %.2f", r.Low, r.High)
		}
		out = append(out, []string{r.Stage, r.Group, strconv.FormatInt(r.N, 10), r.Against, ratio, interval, string(r.Verdict)})
	}
	return chart.NewTable("", []string{"Stage", "Group", "#n", "Compared with", "#Ratio", "#Interval", "Verdict"}, out)
}

// SavePopulation implements console.Fairness.
func (s staff) SavePopulation(ctx context.Context, p access.Principal, plan, attribute, source string, shares map[string]string) error {
	if _, err := s.DB.Plan(ctx, p.Workspace, plan); err != nil {
		return err
	}
	if source == "" {
		return touch.Fielderr("source", "Say where the figures come from, such as a census with its year")
	}
	pop := population{Plan: plan, Attribute: attribute, Source: source, Shares: map[string]float64{}, By: p.User}
	sum := 0.0
	for g, text := range shares {
		x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%")), 64)
		if err != nil || !(x > 0) || x >= 100 {
			return touch.Fielderr("source", "Write each group's share in percent, above 0 and below 100")
		}
		pop.Shares[g] = x / 100
		sum += x
	}
	if len(shares) < 2 || math.Abs(sum-100) > 1 {
		return touch.Fielderr("source", "The shares add up to %s %%; they must add up to 100 %%", strconv.FormatFloat(sum, 'f', 1, 64))
	}
	_, err := s.DB.PutDocument(ctx, p.Workspace, docPopulation, populationID(plan, attribute), pop, p.User)
	return err
}
