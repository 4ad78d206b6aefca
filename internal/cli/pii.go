package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"slices"
	"strings"

	"fairtouch/internal/app"
	"fairtouch/pii"
	"fairtouch/touch"
)

type piiCmd struct {
	Scan    piiScanCmd    `cmd:"" help:"What is personal in a text: JSON lines."`
	Protect piiProtectCmd `cmd:"" help:"Replace it: by tokens that restore undoes, or for good."`
	Restore piiRestoreCmd `cmd:"" help:"Put the values back where tokens stand."`
	Eval    piiEvalCmd    `cmd:"" help:"Precision, recall and F2 against labelled texts."`
}

// piiOptions are shared by the commands that scan.
type piiOptions struct {
	Types     []string `help:"Only these types; numbers with a weak checksum are then reported without context." placeholder:"A,B"`
	Threshold float64  `default:"0.4" help:"Least score, 0 to 1."`
	Allow     []string `help:"Values that are never reported." placeholder:"V"`
	Model     []string `help:"Directory of an ONNX token-classification model (config.json, tokenizer.json, model.onnx) whose names join the others; LANG=DIR for one language." placeholder:"DIR"`
	NoNames   bool     `help:"Structured types only: faster."`
	Overlaps  bool     `help:"Keep findings of different types over the same characters."`
}

func (o *piiOptions) scanner(r *run) (*pii.Scanner, error) {
	// A text is held whole with its findings: the limit that suits a server would
	// make the collector run without end over a large file.
	debug.SetMemoryLimit(math.MaxInt64)
	known := pii.Types()
	opts := pii.Options{Threshold: o.Threshold, Allow: o.Allow, NoNames: o.NoNames, Overlaps: o.Overlaps}
	if o.Threshold == 0 {
		opts.Threshold = -1
	}
	if err := o.model(r, &opts); err != nil {
		return nil, err
	}
	for _, t := range o.Types {
		t := pii.Type(strings.ToUpper(t))
		if !slices.Contains(known, t) {
			return nil, touch.Fielderr("types", "%q is no type that is known here; the names are Presidio's, such as EMAIL_ADDRESS", string(t))
		}
		opts.Types = append(opts.Types, t)
	}
	s, err := pii.New(opts)
	if err != nil {
		return nil, touch.Fielderr("threshold", "is between 0 and 1")
	}
	return s, nil
}

// model reads the models that are asked for.
func (o *piiOptions) model(r *run, opts *pii.Options) error {
	switch {
	case len(o.Model) == 0:
		return nil
	case o.NoNames:
		return touch.Fielderr("model", "finds names, and --no-names asks for none; leave one of the two out")
	}
	specs := make([]string, len(o.Model))
	for i, s := range o.Model {
		language, dir, ok := strings.Cut(s, "=")
		if !ok {
			specs[i] = r.path(s)
			continue
		}
		specs[i] = language + "=" + r.path(dir)
	}
	m, err := app.OpenNames(specs)
	opts.Model = m
	return err
}

// found scans a text; a model that does not answer ends the command.
func (r *run) found(s *pii.Scanner, text string, in pii.Context) ([]pii.Finding, error) {
	fs, err := s.Find(r.ctx, text, in)
	return fs, touch.Wrap(touch.Unavailable, err, "the model of names did not answer; what was written before is whole")
}

type piiScanCmd struct {
	piiOptions
	File     string `arg:"" optional:"" default:"-" help:"A text; - is standard input."`
	JSONL    bool   `name:"jsonl" help:"Read a {\"id\",\"text\"} a line, write a {\"id\",\"findings\"} a line."`
	Bytes    bool   `help:"Offsets in bytes instead of code points."`
	Language string `help:"The text's language, such as de: which --model reads it. Unknown: all of them." placeholder:"LANG"`
	Column   string `help:"The column's header or the field's label that the text stands under." placeholder:"NAME"`
}

// piiFinding is one finding as it is written.
type piiFinding struct {
	Type     pii.Type `json:"type"`
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Score    float64  `json:"score"`
	Detector string   `json:"detector"`
	Text     string   `json:"text"`
	Evidence string   `json:"evidence"`
}

func (c *piiScanCmd) view(text string, f pii.Finding) piiFinding {
	v := piiFinding{f.Type, f.RuneFrom, f.RuneTo, round4(f.Score), f.Detector, f.Text(text), f.Evidence()}
	if c.Bytes {
		v.Start, v.End = f.Start, f.End
	}
	return v
}

func round4(x float64) float64 { return float64(int(x*1e4+0.5)) / 1e4 }

// Run writes what it finds; it writes nothing else.
func (c *piiScanCmd) Run(r *run) error {
	s, err := c.scanner(r)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(r.Out, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	in := pii.Context{Column: c.Column, Language: c.Language}
	if !c.JSONL {
		b, err := r.read(c.File)
		if err != nil {
			return err
		}
		text := string(b)
		fs, err := r.found(s, text, in)
		if err != nil {
			return err
		}
		for _, f := range fs {
			if err := enc.Encode(c.view(text, f)); err != nil {
				return err
			}
		}
		return w.Flush()
	}
	err = r.piiLines(c.File, func(l piiLine) error {
		out := struct {
			ID       json.RawMessage `json:"id"`
			Findings []piiFinding    `json:"findings"`
		}{l.ID, []piiFinding{}}
		at := in
		if l.Column != "" {
			at.Column = l.Column
		}
		if l.Lang != "" {
			at.Language = l.Lang
		}
		fs, err := r.found(s, l.Text, at)
		if err != nil {
			return err
		}
		for _, f := range fs {
			out.Findings = append(out.Findings, c.view(l.Text, f))
		}
		return enc.Encode(out)
	})
	return errors.Join(err, w.Flush())
}

// piiLine is one line of input. Spans are labels, for eval.
type piiLine struct {
	ID       json.RawMessage `json:"id"`
	Text     string          `json:"text"`
	FullText string          `json:"full_text"`
	Column   string          `json:"column"`
	Lang     string          `json:"lang"`
	Spans    []piiSpan       `json:"spans"`
}

// piiLines reads JSON lines, or one JSON array, and calls f for each.
func (r *run) piiLines(file string, f func(piiLine) error) error {
	rd, done, err := r.piiReader(file)
	if err != nil {
		return err
	}
	defer done()
	br := bufio.NewReaderSize(rd, 1<<16)
	dec := json.NewDecoder(br)
	if b, _ := br.Peek(1); len(b) == 1 && b[0] == '[' {
		if _, err := dec.Token(); err != nil {
			return touch.Errorf(touch.Invalid, "the input is no JSON")
		}
	}
	for n := 1; dec.More(); n++ {
		var l piiLine
		if err := dec.Decode(&l); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return touch.Errorf(touch.Invalid, "record %d is no JSON object with a text; write {\"id\":…,\"text\":…} a line", n)
		}
		if l.Text == "" {
			l.Text = l.FullText
		}
		if l.ID == nil {
			l.ID = json.RawMessage(fmt.Sprint(n))
		}
		if err := f(l); err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return touch.Wrap(touch.Unavailable, err, "stopped after %d records", n)
		}
	}
	return nil
}
