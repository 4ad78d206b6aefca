package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"fairtouch/pii"
	"fairtouch/touch"
)

type piiSpan struct {
	Type       pii.Type `json:"type"`
	EntityType pii.Type `json:"entity_type"`
	Start      int      `json:"start"`
	StartPos   int      `json:"start_position"`
	End        int      `json:"end"`
	EndPos     int      `json:"end_position"`
}

// span reads either spelling of a label; offsets are code points.
func (s piiSpan) span(as map[string]string) pii.Span {
	t := s.Type
	if t == "" {
		t = s.EntityType
	}
	if to, ok := as[string(t)]; ok {
		t = pii.Type(to)
	}
	return pii.Span{Type: t, Start: s.Start + s.StartPos, End: s.End + s.EndPos}
}

type piiEvalCmd struct {
	piiOptions
	File string            `arg:"" help:"JSON lines or an array of {text, spans:[{type,start,end}]}; - is standard input."`
	IoU  float64           `name:"iou" default:"0.9" help:"Least intersection over union of a match."`
	Map  map[string]string `help:"Other names of labels: DOMAIN_NAME=URL;STREET=ADDRESS. An empty name leaves the type out." placeholder:"A=B"`
}

type piiScore struct {
	Type      pii.Type `json:"type"`
	Labelled  int      `json:"labelled"`
	Found     int      `json:"found"`
	Precision float64  `json:"precision"`
	Recall    float64  `json:"recall"`
	F1        float64  `json:"f1"`
	F2        float64  `json:"f2"`
}

// Run prints one line a type, and ALL.
func (c *piiEvalCmd) Run(r *run) error {
	s, err := c.scanner(r)
	if err != nil {
		return err
	}
	if c.IoU <= 0 || c.IoU > 1 {
		return touch.Fielderr("iou", "is above 0 and at most 1")
	}
	sums := map[pii.Type]pii.Tally{}
	err = r.piiLines(c.File, func(l piiLine) error {
		var gold, found []pii.Span
		for _, x := range l.Spans {
			if sp := x.span(c.Map); sp.Type != "" {
				gold = append(gold, sp)
			}
		}
		fs, err := r.found(s, l.Text, pii.Context{Language: l.Lang})
		if err != nil {
			return err
		}
		for _, f := range fs {
			sp := piiSpan{Type: f.Type, Start: f.RuneFrom, End: f.RuneTo}.span(c.Map)
			if sp.Type != "" {
				found = append(found, sp)
			}
		}
		for t, x := range pii.Compare(gold, found, c.IoU) {
			y := sums[t]
			y.Add(x)
			sums[t] = y
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.report(r, sums)
}

func (c *piiEvalCmd) report(r *run, sums map[pii.Type]pii.Tally) error {
	var rows []piiScore
	var all pii.Tally
	row := func(t pii.Type, x pii.Tally) piiScore {
		return piiScore{t, x.Right + x.Missed, x.Right + x.Extra, x.Precision(), x.Recall(), x.F(1), x.F(2)}
	}
	for _, t := range slices.Sorted(maps.Keys(sums)) {
		rows = append(rows, row(t, sums[t]))
		all.Add(sums[t])
	}
	rows = append(rows, row("ALL", all))
	if r.opts.JSON {
		return r.print(rows)
	}
	w := tabwriter.NewWriter(r.Out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "type\tlabelled\tfound\tprecision\trecall\tF1\tF2\t")
	for _, x := range rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t\n", x.Type, x.Labelled, x.Found, x.Precision, x.Recall, x.F1, x.F2)
	}
	return w.Flush()
}

// piiReader opens a file or standard input.
func (r *run) piiReader(file string) (io.Reader, func(), error) {
	if file == "-" {
		return r.In, func() {}, nil
	}
	f, err := os.Open(r.path(file))
	if err != nil {
		return nil, nil, fileErr(err, file)
	}
	return f, func() { f.Close() }, nil
}
