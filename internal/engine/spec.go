package engine

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Spec is an audit's specification as people write it.
type Spec struct {
	Name       string             `yaml:"name"`
	Data       Data               `yaml:"data"`
	Attributes Attributes         `yaml:"attributes"`
	Prediction string             `yaml:"prediction"` // column of the decision
	Label      string             `yaml:"label"`      // column of what came true; optional
	Score      Score              `yaml:"score"`      // optional
	Positive   Positive           `yaml:"positive"`   // which values mean yes
	Weight     string             `yaml:"weight"`     // column of weights in [0, 10000]; optional
	Where      Where              `yaml:"where"`      // which rows; optional
	Reference  Reference          `yaml:"reference"`
	Metrics    Metrics            `yaml:"metrics"`
	Alpha      float64            `yaml:"alpha"`     // default 0.05
	MinN       *int64             `yaml:"min_n"`     // a rate of fewer people isn't judged; default 30
	Ways       int                `yaml:"ways"`      // 1: attributes alone; 2 (default): pairs too; up to 4
	Gap        float64            `yaml:"gap"`       // tolerated difference; default 0.1
	Ratio      float64            `yaml:"ratio"`     // tolerated ratio; default 0.8
	Tolerance  map[string]float64 `yaml:"tolerance"` // by metric
	Suppress   int64              `yaml:"suppress"`  // cells of fewer people are hidden, with one more; default 0, and at least 5 over people on record
	Limits     Limits             `yaml:"limits"`
	Seed       uint64             `yaml:"seed"` // of the bootstrap
	Purpose    string             `yaml:"purpose"`
	Training   *Training          `yaml:"training"` // what the model learns from; optional

	Dir string `yaml:"-"` // where the specification lies; files are looked for there first
}

// Data says where the rows are: one of File, Decisions, or Database and Table.
type Data struct {
	File      string     `yaml:"file"`
	Decisions *Decisions `yaml:"decisions"`
	Database  string     `yaml:"database"` // URL, or $NAME of an environment variable
	Table     string     `yaml:"table"`    // name or schema.name
	Join      *Join      `yaml:"join"`
}

// Join brings attributes from another table, one row a person.
type Join struct {
	File  string `yaml:"file"`
	Table string `yaml:"table"`
	On    string `yaml:"on"` // the column that names the person in both
}

// Decisions picks Fairtouch's own decisions.
type Decisions struct {
	System string `yaml:"system"`
	From   string `yaml:"from"` // day or instant, included
	Until  string `yaml:"until"`
}

// Limits bound what a run may use.
type Limits struct {
	Seconds float64 `yaml:"seconds"` // default 600
	Rows    int64   `yaml:"rows"`    // 0: any
	Bytes   int64   `yaml:"bytes"`   // of a file or of a table, as the database estimates it; 0: any
	Cells   int     `yaml:"cells"`   // default 20000
}

// Attribute is a column of groups. Bands cut a number into groups at rising
// points: [30, 60] makes under 30, 30 to under 60, 60 and over.
type Attribute struct {
	Column string    `yaml:"column"`
	Name   string    `yaml:"name"` // default: the column
	Bands  []float64 `yaml:"bands"`
}

// Score is a column of numbers from Low to High; the default is 0 to 1.
type Score struct {
	Column string  `yaml:"column"`
	Low    float64 `yaml:"low"`
	High   float64 `yaml:"high"`
}

// Positive lists the values that mean yes, for the decision and the label. None
// means the words 1, true, yes, t, y against 0, false, no, f, n.
type Positive struct{ Prediction, Label []string }

// Reference names a group for some attributes, or for all others how to choose.
type Reference struct {
	Groups  map[string]fairness.Value
	Against string // fairness.Largest or fairness.Whole
	only    string // the group of the one attribute there is
}

// Metrics are the metrics that are asked; none are the usual ones.
type Metrics []fairness.Metric

// maxDepth bounds how deep a specification nests; the parser recurses.
const maxDepth = 20

// ParseSpec reads a specification; unknown keys are refused.
func ParseSpec(b []byte) (s Spec, err error) {
	defer func() {
		if recover() != nil { // the parser panics on some malformed tags
			err = touch.Errorf(touch.Invalid, "the specification isn't well-formed YAML")
		}
	}()
	if tooDeep(b) {
		return s, touch.Errorf(touch.Invalid, "the specification nests deeper than %d levels", maxDepth)
	}
	if err := yaml.UnmarshalWithOptions(b, &s, yaml.Strict()); err != nil {
		if touch.CodeOf(err) == touch.Invalid {
			return s, touch.AsError(err)
		}
		return s, touch.Wrap(touch.Invalid, err, "the specification can't be read: %s", reason(err))
	}
	return s, s.validate()
}

func tooDeep(b []byte) bool {
	depth := 0
	for line := range bytes.Lines(b) {
		if len(line)-len(bytes.TrimLeft(line, " -?:\t")) > 4*maxDepth {
			return true
		}
		for _, c := range line {
			if c == '[' || c == '{' {
				depth++
			} else if c == ']' || c == '}' {
				depth = max(0, depth-1)
			}
			if depth > maxDepth {
				return true
			}
		}
	}
	return false
}

func reason(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if r := []rune(line); len(r) > 120 {
		line = string(r[:120]) + "…"
	}
	return line
}

func (s *Spec) validate() error {
	sources := 0
	for _, has := range []bool{s.Data.File != "", s.Data.Decisions != nil, s.Data.Database != "" || s.Data.Table != ""} {
		if has {
			sources++
		}
	}
	switch {
	case sources != 1:
		return touch.Fielderr("data", "name one source: file, decisions, or database and table")
	case s.Data.Table == "" && s.Data.Database != "":
		return touch.Fielderr("data.table", "name the table, such as schema.table")
	case len(s.Attributes) == 0:
		return touch.Fielderr("attributes", "name at least one column whose groups are compared")
	case len(s.Attributes) > 8:
		return touch.Fielderr("attributes", "at most 8")
	case s.Prediction == "" && s.Score.Column == "":
		return touch.Fielderr("prediction", "name the column of the decision, or a score")
	case s.Alpha != 0 && !(s.Alpha > 0 && s.Alpha < .5):
		return touch.Fielderr("alpha", "lies between 0 and 0.5; the usual is 0.05")
	case s.MinN != nil && *s.MinN < 0 || s.Suppress < 0:
		return touch.Fielderr("min_n", "isn't negative")
	case s.Gap != 0 && !(s.Gap > 0 && s.Gap < 1):
		return touch.Fielderr("gap", "lies between 0 and 1; the usual is 0.1")
	case s.Ratio != 0 && !(s.Ratio > 0 && s.Ratio < 1):
		return touch.Fielderr("ratio", "lies between 0 and 1; the usual is 0.8")
	case s.Ways < 0 || s.Ways > 4:
		return touch.Fielderr("ways", "lies between 1 and 4")
	case s.Weight != "" && s.Score.Column != "" && s.Prediction == "":
		return touch.Fielderr("weight", "scores are not weighted; leave the weight out")
	}
	return s.validateParts()
}

func (s *Spec) validateParts() error {
	seen := map[string]bool{}
	for i := range s.Attributes {
		a := &s.Attributes[i]
		if a.Name == "" {
			a.Name = a.Column
		}
		if a.Column == "" || seen[a.Name] {
			return touch.Fielderr("attributes", "each needs a column, and no two the same name")
		}
		seen[a.Name] = true
		if !slices.IsSorted(a.Bands) || len(slices.Compact(slices.Clone(a.Bands))) != len(a.Bands) {
			return touch.Fielderr("attributes", "the bands of %s must rise", a.Name)
		}
	}
	if r := &s.Reference; r.only != "" {
		if len(s.Attributes) != 1 {
			return touch.Fielderr("reference", "is overall, largest, or a group for each attribute such as sex: male")
		}
		r.Groups, r.only = map[string]fairness.Value{s.Attributes[0].Name: {Text: r.only}}, ""
	}
	for name := range s.Reference.Groups {
		if !seen[name] {
			return touch.Fielderr("reference", "%s is not among the attributes", name)
		}
	}
	for name, t := range s.Tolerance {
		if _, ok := fairness.ParseMetric(name); !ok || !(t > 0 && t <= 1) {
			return touch.Fielderr("tolerance", "each is a metric's name with a number above 0 and at most 1")
		}
	}
	if s.Training != nil {
		if _, err := s.ForTraining(); err != nil {
			return err
		}
	}
	if j := s.Data.Join; j != nil && (j.On == "" || (j.File == "") == (s.Data.File != "") || (j.Table == "") == (s.Data.Table != "")) {
		return touch.Fielderr("data.join", "needs the column it joins on, and a file beside a file or a table beside a table")
	}
	return nil
}

// Question is what the specification asks of the cells.
func (s *Spec) Question() fairness.Question {
	q := fairness.Question{Metrics: s.Metrics, Reference: s.Reference.Groups, Against: s.Reference.Against, Ways: s.Ways,
		Alpha: s.Alpha, Gap: s.Gap, FourFifths: s.Ratio, Seed: s.Seed,
		HasLabel: s.Label != "", HasScore: s.Score.Column != "", NoDecision: s.Prediction == ""}
	if s.MinN != nil {
		q.MinN = max(1, *s.MinN)
	}
	for _, a := range s.Attributes {
		q.Attributes = append(q.Attributes, a.Name)
	}
	for name, t := range s.Tolerance {
		if q.Gaps == nil {
			q.Gaps = map[fairness.Metric]float64{}
		}
		m, _ := fairness.ParseMetric(name)
		q.Gaps[m] = t
	}
	return q
}

// Path finds a file that the specification names: beside the specification,
// else in the working directory.
func (s *Spec) Path(name, working string) string {
	if filepath.IsAbs(name) {
		return name
	}
	if beside := filepath.Join(s.Dir, name); s.Dir != "" {
		if _, err := os.Stat(beside); err == nil {
			return beside
		}
	}
	return filepath.Join(working, name)
}
