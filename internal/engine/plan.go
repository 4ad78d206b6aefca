package engine

import (
	"fmt"
	"strings"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Plan is what every engine runs: which columns to read, how to cut them into
// cells, and what to count.
type Plan struct {
	spec    *Spec
	texts   []string // columns read as text, each once
	numbers []string // columns read as numbers, each once
	attrs   []source
	pred    int // index into texts; -1 for none
	label   int
	score   int // index into numbers; -1 for none
	weight  int
	where   *node
	joined  map[string]bool // columns that come from the joined table
	person  func(Person)    // told of each row, by one worker only; nil usually
}

// source is where an attribute comes from.
type source struct {
	column int // index into texts, or into numbers for one with bands
	bands  []float64
	names  []string
}

// Compile makes a plan of a specification.
func Compile(s *Spec) *Plan {
	p := &Plan{spec: s, pred: -1, label: -1, score: -1, weight: -1, where: s.Where.root}
	for _, a := range s.Attributes {
		if len(a.Bands) > 0 {
			p.attrs = append(p.attrs, source{add(&p.numbers, a.Column), a.Bands, bandNames(a.Bands)})
		} else {
			p.attrs = append(p.attrs, source{column: add(&p.texts, a.Column)})
		}
	}
	if s.Prediction != "" {
		p.pred = add(&p.texts, s.Prediction)
	}
	if s.Label != "" {
		p.label = add(&p.texts, s.Label)
	}
	if s.Score.Column != "" {
		p.score = add(&p.numbers, s.Score.Column)
	}
	if s.Weight != "" {
		p.weight = add(&p.numbers, s.Weight)
	}
	p.where.columns(func(c string) { add(&p.texts, c) })
	return p
}

func add(list *[]string, name string) int {
	for i, n := range *list {
		if n == name {
			return i
		}
	}
	*list = append(*list, name)
	return len(*list) - 1
}

func bandNames(cuts []float64) []string {
	out := []string{"under " + FormatFloat(cuts[0])}
	for i := 1; i < len(cuts); i++ {
		out = append(out, FormatFloat(cuts[i-1])+" to under "+FormatFloat(cuts[i]))
	}
	return append(out, FormatFloat(cuts[len(cuts)-1])+" and over")
}

func (s *source) band(x float64) int {
	for i, c := range s.bands {
		if x < c {
			return i
		}
	}
	return len(s.bands)
}

// need lists the columns that the table must have, each once.
func (p *Plan) need() []string {
	var out []string
	for _, c := range p.texts {
		add(&out, c)
	}
	for _, c := range p.numbers {
		add(&out, c)
	}
	return out
}

// lacking names the columns that a table doesn't have.
func lacking(need, have []string) error {
	var missing []string
	for _, c := range need {
		found := false
		for _, h := range have {
			found = found || h == c
		}
		if !found {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		return &touch.Error{Code: touch.Invalid, Message: "the data lack columns that the specification names; they have " + brief(have), Missing: missing}
	}
	return nil
}

func brief(names []string) string {
	if len(names) > 20 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:20], ", "), len(names)-20)
	}
	return strings.Join(names, ", ")
}

// maxWeight bounds a weight, so that sums stay exact.
const maxWeight = 10_000

func (p *Plan) maxCells() int {
	if p.spec.Limits.Cells > 0 {
		return p.spec.Limits.Cells
	}
	return 20_000
}

func (p *Plan) tooManyCells() error {
	return touch.Fielderr("attributes", "make over %d groups; cut a column of numbers into bands, or name fewer attributes", p.maxCells())
}

// unit maps a score to [0, 1].
func (p *Plan) unit(x float64) (float64, bool) {
	s := &p.spec.Score
	return (x - s.Low) / (s.High - s.Low), x >= s.Low && x <= s.High
}

// count adds n people of one decision and label to a group.
func count(s *fairness.Stats, pred, label class, n int64) {
	s.Rows += n
	tally(&s.Counts, pred, label, n)
}

// tally adds n to the counts that a decision and a label belong to.
func tally(c *fairness.Counts, pred, label class, n int64) {
	if pred == unknown {
		return
	}
	c.N += n
	if pred == yes {
		c.Selected += n
	}
	switch {
	case label == unknown:
	case pred == yes && label == yes:
		c.TP += n
	case pred == yes:
		c.FP += n
	case label == yes:
		c.FN += n
	default:
		c.TN += n
	}
}

// Lacking lists the columns that the plan reads and a table doesn't have.
func (p *Plan) Lacking(have []string) []string {
	var out []string
	for _, c := range p.need() {
		if index(have, c) < 0 {
			out = append(out, c)
		}
	}
	return out
}
