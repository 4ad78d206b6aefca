package app

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/fairness"
	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/tables"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// trainingOf is where an upload of training data belongs, beside those of campaigns.
func trainingOf(plan string) touch.CampaignID { return touch.CampaignID("training/" + plan) }

// Plan implements console.TrainingData.
func (s staff) Plan(ctx context.Context, p access.Principal, id string) (audit.Plan, error) {
	return s.DB.Plan(ctx, p.Workspace, id)
}

// TrainingUpload implements console.TrainingData.
func (s staff) TrainingUpload(ctx context.Context, p access.Principal, plan, name string, body io.Reader) (string, error) {
	if _, err := s.DB.Plan(ctx, p.Workspace, plan); err != nil {
		return "", err
	}
	return s.takeIn(ctx, p, trainingOf(plan), name, body)
}

// TrainingTable implements console.TrainingData.
func (s staff) TrainingTable(ctx context.Context, p access.Principal, plan, file string) (console.TrainingTable, error) {
	var out console.TrainingTable
	var err error
	if out.Plan, err = s.DB.Plan(ctx, p.Workspace, plan); err != nil {
		return out, err
	}
	spec, err := engine.ParseSpec([]byte(out.Plan.Spec))
	if err != nil {
		return out, err
	}
	for _, a := range spec.Attributes {
		out.Attributes = append(out.Attributes, a.Name)
	}
	u, in, err := s.upload(ctx, p.Workspace, trainingOf(plan), file)
	if err != nil {
		return out, err
	}
	defer in.Close()
	out.Uploaded, err = firstRows(u, in)
	return out, err
}

// CheckTraining implements console.TrainingData.
func (s staff) CheckTraining(ctx context.Context, p access.Principal, plan, file string, f console.TrainingForm) error {
	t, err := s.TrainingTable(ctx, p, plan, file)
	if err != nil {
		return err
	}
	spec, err := trainingSpec(&t, &f)
	if err != nil {
		return err
	}
	run, ok := s.runs.start("audit/"+string(p.Workspace)+"/"+plan, rehearsalNone)
	if !ok {
		return touch.Fielderr("label", "An audit of this plan is running; try again when it is done")
	}
	s.runs.wg.Go(func() {
		defer run.set(rehearsalNone, true)
		defer s.dropSpool(p.Workspace, file)
		if err := s.checkTraining(s.runs.ctx, p, t.Plan, file, spec); err != nil {
			s.Log.Warn("training data", "plan", plan, "code", touch.CodeOf(err), "cause", causeOf(err))
			_ = s.Post(s.runs.ctx, p.Workspace, Message{To: p.User, Subject: "The training data could not be checked", Text: sentence(touch.AsError(err))})
		}
	})
	return nil
}

// trainingSpec is the plan's specification with what the person said of the table.
func trainingSpec(t *console.TrainingTable, f *console.TrainingForm) (engine.Spec, error) {
	spec, err := engine.ParseSpec([]byte(t.Plan.Spec))
	if err != nil {
		return spec, err
	}
	if !slices.Contains(t.Columns, f.Label) {
		return spec, touch.Fielderr("label", "Choose the column that the model learns")
	}
	spec.Training = &engine.Training{File: t.Name, Label: f.Label, Positive: []string{"true", "yes", "1"}}
	if f.Positive != "" {
		spec.Training.Positive = []string{f.Positive}
	}
	for i, a := range t.Attributes {
		n := strconv.Itoa(i)
		if !slices.Contains(t.Columns, f.Column[a]) {
			return spec, touch.Fielderr("column-"+n, "Choose the column that holds %s", a)
		}
		cuts, err := rising(f.Cuts[a])
		if err != nil {
			return spec, touch.Fielderr("cuts-"+n, "Write rising numbers by comma, such as 30, 40, 50")
		}
		spec.Training.Attributes = append(spec.Training.Attributes, engine.Attribute{Name: a, Column: f.Column[a], Bands: cuts})
	}
	return spec, nil
}

var errNotRising = errors.New("the numbers don't rise")

func rising(text string) (out []float64, err error) {
	for _, part := range list(text) {
		x, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return nil, err
		}
		if len(out) > 0 && !(x > out[len(out)-1]) {
			return nil, errNotRising
		}
		out = append(out, x)
	}
	return out, nil
}

func (s staff) checkTraining(ctx context.Context, p access.Principal, plan audit.Plan, file string, spec engine.Spec) error {
	u, in, err := s.upload(ctx, p.Workspace, trainingOf(plan.ID), file)
	if err != nil {
		return err
	}
	defer in.Close()
	cols := in.Columns()
	t, err := spec.ForTraining()
	if err != nil {
		return err
	}
	if cols == nil { // JSON lines: what a row lacks is not known
		cols = engine.Compile(&t).Lacking(nil)
	}
	return s.keepTraining(ctx, p, plan, &spec, &t, engine.Stream{Name: "upload", Source: u.Name, Snapshot: u.Hash, Columns: cols, Rows: rowsOf(in)})
}

// keepTraining runs the check against the people of the plan's decisions.
func (s staff) keepTraining(ctx context.Context, p access.Principal, plan audit.Plan, spec, t *engine.Spec, e engine.Engine) error {
	use, err := s.usedOn(ctx, p.Workspace, &plan, *spec)
	if err != nil {
		return err
	}
	b, err := yaml.Marshal(map[string]any{"training": spec.Training})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the specification can't be written")
	}
	plan.Spec += string(b)
	plan.Name += ": training data"
	t.Suppress = max(t.Suppress, spec.Suppress)
	_, err = s.Auditor().RunTraining(ctx, p.Workspace, plan, t, e, use, p.User)
	return err
}

// rowsOf hands out a table's rows as an audit reads them.
func rowsOf(in tables.Reader) func(context.Context, func(func(string) fairness.Value) error) error {
	return func(ctx context.Context, yield func(func(string) fairness.Value) error) error {
		for {
			row, err := in.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			err = yield(func(col string) fairness.Value {
				v, ok := row[col]
				if !ok || v == nil {
					return fairness.Value{Null: true}
				}
				said := strings.TrimSpace(text(v))
				return fairness.Value{Text: said, Null: said == ""}
			})
			if err != nil {
				return err
			}
		}
	}
}

// usedOn counts the people of the plan's decisions, under the plan's permission.
func (s staff) usedOn(ctx context.Context, ws touch.Workspace, plan *audit.Plan, spec engine.Spec) (audit.Used, error) {
	own, err := s.OwnAudits().Engine(ws, &spec, plan.Permission)
	if err != nil {
		return nil, err
	}
	counted, err := own.Count(ctx, engine.Compile(&spec))
	if err != nil {
		return nil, err
	}
	return audit.UsedOn(&spec, counted.Cells), nil
}
