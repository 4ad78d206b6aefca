package audit_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// trainingOf counts training data and the people in use, both written as a line
// a row: "group,label" and "group,decision".
func trainingOf(t *testing.T, training, use []string) (audit.Training, audit.Report) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, head string, lines []string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(head+"\n"+strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("train.csv", "age,took", training)
	write("use.csv", "age,called", use)
	s, err := engine.ParseSpec([]byte("data: use.csv\nattributes: [age]\nprediction: called\ntraining: {file: train.csv, label: took}\n"))
	if err != nil {
		t.Fatal(err)
	}
	ts, err := s.ForTraining()
	if err != nil {
		t.Fatal(err)
	}
	files := engine.File{Working: dir}
	used, err := files.Count(context.Background(), engine.Compile(&s))
	if err != nil {
		t.Fatal(err)
	}
	counted, err := files.Count(context.Background(), engine.Compile(&ts))
	if err != nil {
		t.Fatal(err)
	}
	return audit.JudgeTraining(&ts, counted, audit.UsedOn(&s, used.Cells))
}

func times(n int, line string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = line
	}
	return out
}

func rows(parts ...[]string) (out []string) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func groupOf(t *testing.T, x audit.Training, name string) audit.TrainingGroup {
	t.Helper()
	for _, g := range x.Groups {
		if g.Group == name {
			return g
		}
	}
	t.Fatalf("no group %s in %+v", name, x.Groups)
	return audit.TrainingGroup{}
}

func TestTrainingDataThatLackAGroupFail(t *testing.T) {
	x, r := trainingOf(t,
		rows(times(900, "old,1"), times(900, "old,0"), times(50, "young,1"), times(50, "young,0"), times(100, "young,")),
		rows(times(500, "old,1"), times(490, "young,1"), times(10, "new,0")))
	young := groupOf(t, x, "young")
	if young.Verdict != fairness.Fail || r.Verdict != fairness.Fail {
		t.Errorf("a group at a tenth of the training data and half of the people in use: %s, %s", young.Verdict, r.Verdict)
	}
	if young.Rows != 200 || young.Unlabelled != 100 || young.Positive != 50 || young.Share != .1 || *young.UseShare != .49 {
		t.Errorf("counted %+v", young)
	}
	if old := groupOf(t, x, "old"); old.Verdict != fairness.Pass {
		t.Errorf("a group with more than its share is no fault: %+v", old)
	}
	if g := groupOf(t, x, "new"); !g.Absent || !g.Thin || g.Rows != 0 || g.Verdict != fairness.Inconclusive {
		t.Errorf("ten people of a group that training lacks: %+v", g)
	}
	if !strings.Contains(r.Headline, "young is 10.0 % of the training data and 49.0 % of the people") {
		t.Errorf("headline %q", r.Headline)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "1 groups have fewer than 30 labels") || !strings.Contains(notes, "100 rows have no label") {
		t.Errorf("notes %q", notes)
	}
}

// Kamiran and Calders 2012: P(group)·P(label)/P(group, label).
func TestTrainingWeightsHaveTheirClosedForm(t *testing.T) {
	x, _ := trainingOf(t, rows(times(60, "a,1"), times(40, "a,0"), times(40, "b,1"), times(60, "b,0")), rows(times(50, "a,1"), times(50, "b,0")))
	a := groupOf(t, x, "a")
	if math.Abs(*a.Weights[1]-100*100/(200.*60)) > 1e-12 || math.Abs(*a.Weights[0]-100*100/(200.*40)) > 1e-12 {
		t.Errorf("weights %v %v", *a.Weights[0], *a.Weights[1])
	}
}

func TestTrainingIsPartOfTheSpecification(t *testing.T) {
	for text, field := range map[string]string{
		"training: {label: took}": "data",
		"training: {file: t.csv}": "training.label",
		"training: {file: t.csv, label: took, attributes: [{column: height}]}":             "training.attributes",
		"training: {file: t.csv, table: x, label: took}":                                   "data",
		"training: {file: t.csv, label: took, attributes: [{column: age, bands: [3, 1]}]}": "attributes",
	} {
		_, err := engine.ParseSpec([]byte("data: use.csv\nattributes: [age]\nprediction: called\n" + text + "\n"))
		if e := touch.AsError(err); err == nil || e.Field != field {
			t.Errorf("%s: %v, at %q", text, err, touch.AsError(err).Field)
		}
	}
}

func TestGroupsOfOtherNamesAreNotCalledMissing(t *testing.T) {
	x, r := trainingOf(t, rows(times(500, "31,1"), times(500, "52,0")), rows(times(500, "30–39,1"), times(500, "50–59,0")))
	for _, g := range x.Groups {
		if g.Verdict != "" || g.Absent {
			t.Errorf("compared %+v", g)
		}
	}
	if len(x.Groups) != 2 || !strings.Contains(strings.Join(r.Notes, " "), "no group is named as among the people in use") {
		t.Errorf("%d groups; notes %q", len(x.Groups), r.Notes)
	}
}
