package console

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// TrainingData is what the pages about training data ask.
type TrainingData interface {
	// Plan is an audit's plan.
	Plan(ctx context.Context, p access.Principal, id string) (audit.Plan, error)
	// TrainingUpload takes a table in, sealed, and names it.
	TrainingUpload(ctx context.Context, p access.Principal, plan, name string, body io.Reader) (string, error)
	// TrainingTable is what the table looks like, and where the plan's groups may lie in it.
	TrainingTable(ctx context.Context, p access.Principal, plan, file string) (TrainingTable, error)
	// CheckTraining counts the table in the background and keeps the result as an audit.
	CheckTraining(ctx context.Context, p access.Principal, plan, file string, f TrainingForm) error
}

// TrainingTable is a table of training data that was uploaded.
type TrainingTable struct {
	Uploaded
	Plan       audit.Plan
	Attributes []string
}

// TrainingForm says what a table of training data holds.
type TrainingForm struct {
	Label    string            // column that the model learns
	Positive string            // its value that means yes; "" for the usual words
	Column   map[string]string // by attribute
	Cuts     map[string]string // by attribute: rising numbers by comma, "" for none
}

type trainingView struct {
	Plan  audit.Plan
	Table *TrainingTable // nil: nothing was uploaded yet
	Form  TrainingForm
}

// Options are the table's columns.
func (t *TrainingTable) Options() []view.Option {
	out := []view.Option{{Value: "", Label: "choose a column"}}
	for _, c := range t.Columns {
		out = append(out, view.Option{Value: c, Label: c})
	}
	return out
}

func (c *Console) trainingRoutes() []route {
	return []route{
		{"GET /console/fairness/training/{plan}", access.Audit, false, c.trainingShow},
		{trainingPattern, access.Score, false, c.trainingUpload},
		{"GET /console/fairness/training/{plan}/{file}", access.Audit, false, c.trainingMap},
		{"POST /console/fairness/training/{plan}/{file}", access.Score, false, c.trainingStart},
	}
}

func (c *Console) trainingShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.trainingPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) trainingPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	plan, err := c.Backend.Training.Plan(r.Context(), p, r.PathValue("plan"))
	if err != nil {
		return err
	}
	return c.t.training.Render(w, status, page[trainingView]{c.frame(p, "/console/fairness", ps), trainingView{Plan: plan}})
}

func (c *Console) trainingUpload(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	plan := r.PathValue("plan")
	file, err := c.takeTable(w, r, func(name string, body io.Reader) (string, error) {
		return c.Backend.Training.TrainingUpload(r.Context(), p, plan, name, body)
	})
	if err == nil {
		_, err = c.Backend.Training.TrainingTable(r.Context(), p, plan, file)
	}
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && (ps.FromError(err) || touch.CodeOf(err) == touch.TooLarge) {
		return c.trainingPage(w, r, p, http.StatusUnprocessableEntity, view.Problems{{Field: "table", Message: touch.AsError(err).Message}})
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/fairness/training/"+url.PathEscape(plan)+"/"+url.PathEscape(file))
}

func (c *Console) trainingMap(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.trainingMapping(w, r, p, http.StatusOK, nil, nil)
}

func (c *Console) trainingMapping(w http.ResponseWriter, r *http.Request, p access.Principal, status int, said *TrainingForm, ps view.Problems) error {
	t, err := c.Backend.Training.TrainingTable(r.Context(), p, r.PathValue("plan"), r.PathValue("file"))
	if err != nil {
		return err
	}
	v := trainingView{Plan: t.Plan, Table: &t, Form: TrainingForm{Column: map[string]string{}, Cuts: map[string]string{}}}
	if said != nil {
		v.Form = *said
	} else {
		for _, a := range t.Attributes {
			for _, col := range t.Columns {
				if strings.EqualFold(a, col) {
					v.Form.Column[a] = col
				}
			}
		}
	}
	return c.t.training.Render(w, status, page[trainingView]{c.frame(p, "/console/fairness", ps), v})
}

func (c *Console) trainingStart(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	plan, file := r.PathValue("plan"), r.PathValue("file")
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	f := TrainingForm{Label: get("label"), Positive: get("positive"), Column: map[string]string{}, Cuts: map[string]string{}}
	for i := 0; r.PostForm.Has("attribute-" + strconv.Itoa(i)); i++ {
		a, n := get("attribute-"+strconv.Itoa(i)), strconv.Itoa(i)
		f.Column[a], f.Cuts[a] = get("column-"+n), get("cuts-"+n)
	}
	err := c.Backend.Training.CheckTraining(r.Context(), p, plan, file, f)
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && ps.FromError(err) {
		return c.trainingMapping(w, r, p, http.StatusUnprocessableEntity, &f, ps)
	}
	return c.backToFairness(w, r, p, err)
}

// TrainingFigures draws a check of training data.
func TrainingFigures(t *audit.Training) (figs []chart.Figure, table chart.Table) {
	by := map[string][]chart.Bar{}
	var order []string
	var rows [][]string
	for _, g := range t.Groups {
		if _, ok := by[g.Attribute]; !ok {
			order = append(order, g.Attribute)
			by[g.Attribute] = nil
		}
		ratio, interval, use := "unknown", "", "unknown"
		if g.Ratio != nil && g.Low != nil && g.High != nil {
			class := map[string]string{"pass": "ok", "fail": "bad"}[string(g.Verdict)]
			if class == "" {
				class = "unsure"
			}
			by[g.Attribute] = append(by[g.Attribute], chart.Bar{Label: g.Group, Value: *g.Ratio, Low: *g.Low, Hi: *g.High, N: int(g.Rows), Class: class})
			ratio, interval, use = decimals(*g.Ratio), decimals(*g.Low)+" to "+decimals(*g.High), share(*g.UseShare)
		}
		weights := ""
		if g.Weights[0] != nil && g.Weights[1] != nil {
			weights = decimals(*g.Weights[0]) + ", " + decimals(*g.Weights[1])
		}
		rows = append(rows, []string{g.Attribute, g.Group, strconv.FormatInt(g.Rows, 10), strconv.FormatInt(g.Positive, 10), strconv.FormatInt(g.Unlabelled, 10),
			share(g.Share) + ", " + use, ratio, interval, g.Words(), weights})
	}
	for _, a := range order {
		if len(by[a]) > 0 {
			figs = append(figs, chart.Intervals("Share of the training data against share of the people in use, by "+a, "Ratio", 1, "its share", by[a]))
		}
	}
	return figs, chart.NewTable("", []string{"Attribute", "Group", "#Rows", "#Yes", "#No label", "#Share, in use", "#Ratio", "#Interval", "Verdict", "#Weights of no, yes"}, rows)
}

func decimals(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
func share(x float64) string    { return strconv.FormatFloat(100*x, 'f', 1, 64) + " %" }
