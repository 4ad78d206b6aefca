package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"

	"fairtouch/internal/tables"
	"fairtouch/touch"
	"fairtouch/treeshap"
)

type explainCmd struct {
	Model string `required:"" help:"LightGBM text, XGBoost JSON or UBJ." placeholder:"M"`
	Rows  string `required:"" help:"CSV whose header names the features; an empty cell is missing; categories as text or code." placeholder:"X.csv"`
	Out   string `short:"o" default:"-" help:"CSV; - is standard output."`
}

// Run writes row,class,margin,bias and one contribution a feature.
func (c *explainCmd) Run(r *run) error {
	b, err := r.read(c.Model)
	if err != nil {
		return err
	}
	m, err := treeshap.Load(b)
	if err != nil {
		return touch.Wrap(touch.Unsupported, err, "the model can't be explained: %s", strings.TrimPrefix(err.Error(), "treeshap: "))
	}
	in, err := r.openRows(c.Rows)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := sameColumns(m, in.Columns()); err != nil {
		return err
	}
	w, err := r.create(c.Out)
	if err != nil {
		return err
	}
	bw := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintln(bw, "row,class,margin,bias,"+strings.Join(quoteAll(m.Features()), ","))
	err = explainRows(r, m, in, bw)
	return errors.Join(err, bw.Flush(), w.Close())
}

func quoteAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		if strings.ContainsAny(n, ",\"\n") {
			n = `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
		}
		out[i] = n
	}
	return out
}

func sameColumns(m *treeshap.Model, cols []string) error {
	have := map[string]bool{}
	for _, c := range cols {
		have[c] = true
	}
	var missing []string
	for _, f := range m.Features() {
		if cols != nil && !have[f] {
			missing = append(missing, f)
		}
	}
	if len(missing) > 0 {
		return &touch.Error{Code: touch.Invalid, Message: "the rows lack columns that the model needs", Missing: missing}
	}
	return nil
}

func explainRows(r *run, m *treeshap.Model, in tables.Reader, w *bufio.Writer) error {
	n := 0
	for {
		var rows [][]float64
		for len(rows) < 2048 {
			rec, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			row, err := modelRow(m, rec, n+len(rows))
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		if len(rows) == 0 {
			return nil
		}
		contribs := make([][]float64, len(rows))
		for i := range contribs {
			contribs[i] = make([]float64, m.Classes()*(len(m.Features())+1))
		}
		if err := m.ExplainBatch(rows, contribs, runtime.GOMAXPROCS(0)); err != nil {
			return touch.Wrap(touch.Internal, err, "an explanation doesn't add up; nothing more is written")
		}
		for i := range rows {
			writeContribs(w, m, n+i, rows[i], contribs[i])
		}
		n += len(rows)
		if err := r.ctx.Err(); err != nil {
			return touch.Wrap(touch.Unavailable, err, "stopped after %d rows", n)
		}
	}
}

func writeContribs(w *bufio.Writer, m *treeshap.Model, n int, row, contribs []float64) {
	f := len(m.Features())
	for class, margin := range m.Margin(nil, row) {
		c := contribs[class*(f+1) : (class+1)*(f+1)]
		fmt.Fprintf(w, "%d,%d,%s,%s", n, class, full(margin), full(c[f]))
		for _, x := range c[:f] {
			w.WriteByte(',')
			w.WriteString(full(x))
		}
		w.WriteByte('\n')
	}
}

func full(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// modelRow turns a record into a row: numbers, category names by the model's
// own list, NaN where a cell is empty.
func modelRow(m *treeshap.Model, rec map[string]any, n int) ([]float64, error) {
	row := make([]float64, len(m.Features()))
	for i, name := range m.Features() {
		switch v := rec[name].(type) {
		case nil:
			row[i] = math.NaN()
		case float64:
			row[i] = v
		case bool:
			if v {
				row[i] = 1
			}
		case string:
			x, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil {
				code, ok := m.Category(i, v)
				if !ok {
					return nil, touch.Errorf(touch.Invalid, "row %d: column %s is neither a number nor a category that the model names", n+1, name)
				}
				x = code
			}
			row[i] = x
		}
	}
	return row, nil
}
