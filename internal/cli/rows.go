package cli

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"fairtouch/touch"
)

// rowReader reads a table a row at a time. Next returns io.EOF after the last
// row; any other error names the line.
type rowReader interface {
	Columns() []string // nil where each row has its own
	Next() (map[string]any, error)
	Close() error
}

// openRows opens a table by its file name's ending: .csv, .tsv, .jsonl,
// .ndjson, .parquet. Standard input is CSV, or JSON lines if it begins with {.
func (r *run) openRows(p string) (rowReader, error) {
	if p == "-" {
		br := bufio.NewReader(r.In)
		if b, _ := br.Peek(1); len(b) == 1 && b[0] == '{' {
			return newJSONRows(io.NopCloser(br)), nil
		}
		return newCSVRows(io.NopCloser(br), ',')
	}
	f, err := os.Open(r.path(p))
	if err != nil {
		return nil, fileErr(err, p)
	}
	switch strings.ToLower(filepath.Ext(p)) {
	case ".csv":
		return newCSVRows(f, ',')
	case ".tsv":
		return newCSVRows(f, '\t')
	case ".jsonl", ".ndjson":
		return newJSONRows(f), nil
	case ".parquet":
		return newParquetRows(f)
	}
	f.Close()
	return nil, touch.Fielderr(filepath.Base(p), "must end in .csv, .tsv, .jsonl or .parquet")
}

type csvRows struct {
	c    io.Closer
	r    *csv.Reader
	head []string
	line int
}

func newCSVRows(f io.ReadCloser, comma rune) (rowReader, error) {
	br := bufio.NewReaderSize(f, 1<<16)
	if b, _ := br.Peek(3); bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3)
	}
	line, _ := br.Peek(1 << 12)
	first, _, _ := bytes.Cut(line, []byte("\n"))
	if comma == ',' && bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		comma = ';'
	}
	rows := &csvRows{c: f, r: csv.NewReader(br)}
	rows.r.Comma, rows.r.ReuseRecord = comma, true
	head, err := rows.r.Read()
	if err != nil {
		f.Close()
		return nil, touch.Wrap(touch.Invalid, err, "the table has no header line")
	}
	seen := map[string]bool{}
	for _, h := range head {
		h = strings.TrimSpace(h)
		if seen[h] || h == "" {
			f.Close()
			return nil, touch.Errorf(touch.Invalid, "line 1: a column has no name, or one that another has")
		}
		seen[h] = true
		rows.head = append(rows.head, h)
	}
	rows.line = 1
	return rows, nil
}

func (c *csvRows) Columns() []string { return c.head }
func (c *csvRows) Close() error      { return c.c.Close() }

func (c *csvRows) Next() (map[string]any, error) {
	rec, err := c.r.Read()
	if err == io.EOF {
		return nil, err
	}
	c.line++
	var pe *csv.ParseError
	switch {
	case errors.As(err, &pe) && errors.Is(err, csv.ErrFieldCount):
		return nil, touch.Errorf(touch.Invalid, "line %d: has %d columns, not %d as the header", pe.Line, len(rec), len(c.head))
	case errors.As(err, &pe):
		return nil, touch.Wrap(touch.Invalid, err, "line %d: is not right CSV: %v", pe.Line, pe.Err)
	case err != nil:
		return nil, touch.Wrap(touch.Invalid, err, "line %d: can't be read", c.line)
	}
	m := make(map[string]any, len(rec))
	for i, v := range rec {
		if !utf8.ValidString(v) {
			return nil, touch.Errorf(touch.Invalid, "line %d: column %s is not UTF-8; save the file as UTF-8", c.line, c.head[i])
		}
		if v != "" {
			m[c.head[i]] = strings.Clone(v)
		}
	}
	return m, nil
}

type jsonRows struct {
	c    io.Closer
	s    *bufio.Scanner
	line int
}

func newJSONRows(f io.ReadCloser) rowReader {
	s := bufio.NewScanner(f)
	s.Buffer(make([]byte, 1<<16), 16<<20)
	return &jsonRows{c: f, s: s}
}

func (j *jsonRows) Columns() []string { return nil }
func (j *jsonRows) Close() error      { return j.c.Close() }

func (j *jsonRows) Next() (map[string]any, error) {
	for j.s.Scan() {
		j.line++
		if len(bytes.TrimSpace(j.s.Bytes())) == 0 {
			continue
		}
		var m map[string]any
		if err := touch.Decode(j.s.Bytes(), &m); err != nil || m == nil {
			return nil, touch.Wrap(touch.Invalid, errors.Join(err, errNotObject), "line %d: is not a JSON object, or has a key twice", j.line)
		}
		return m, nil
	}
	if err := j.s.Err(); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "line %d: is longer than 16 MB or can't be read", j.line+1)
	}
	return nil, io.EOF
}

var errNotObject = errors.New("not an object")

type parquetRows struct {
	f    *os.File
	r    *parquet.Reader
	cols []string
	line int
}

func newParquetRows(f *os.File) (rowReader, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, touch.Wrap(touch.Invalid, err, "the Parquet file can't be read")
	}
	pf, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		f.Close()
		return nil, touch.Wrap(touch.Invalid, err, "the Parquet file is damaged or none")
	}
	p := &parquetRows{f: f, r: parquet.NewReader(pf)}
	for _, c := range pf.Schema().Columns() {
		if len(c) != 1 {
			p.Close()
			return nil, touch.Errorf(touch.Invalid, "column %s is nested; a table has flat columns", strings.Join(c, "."))
		}
		p.cols = append(p.cols, c[0])
	}
	return p, nil
}

func (p *parquetRows) Columns() []string { return p.cols }
func (p *parquetRows) Close() error      { return errors.Join(p.r.Close(), p.f.Close()) }

func (p *parquetRows) Next() (map[string]any, error) {
	buf := make([]parquet.Row, 1)
	n, err := p.r.ReadRows(buf)
	if n == 0 {
		if err == nil || err == io.EOF {
			return nil, io.EOF
		}
		return nil, touch.Wrap(touch.Invalid, err, "row %d of the Parquet file can't be read", p.line+1)
	}
	p.line++
	m := make(map[string]any, len(p.cols))
	for _, v := range buf[0] {
		if !v.IsNull() {
			m[p.cols[v.Column()]] = plain(v)
		}
	}
	return m, nil
}

func plain(v parquet.Value) any {
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean()
	case parquet.Int32:
		return float64(v.Int32())
	case parquet.Int64:
		return float64(v.Int64())
	case parquet.Float:
		return float64(v.Float())
	case parquet.Double:
		return v.Double()
	}
	return string(v.ByteArray())
}

// rowWriter writes the columns of a result.
type rowWriter interface {
	Write(cells []string) error
	Close() error
}

// createRows opens the output by its ending; standard output is CSV.
func (r *run) createRows(p string, cols []string) (rowWriter, error) {
	ext := strings.ToLower(filepath.Ext(p))
	if p != "-" && ext != ".csv" && ext != ".jsonl" && ext != ".ndjson" && ext != ".parquet" {
		return nil, touch.Fielderr(filepath.Base(p), "must end in .csv, .jsonl or .parquet")
	}
	w, err := r.create(p)
	if err != nil {
		return nil, err
	}
	switch ext {
	case ".jsonl", ".ndjson":
		return &jsonWriter{w, bufio.NewWriterSize(w, 1<<16), cols}, nil
	case ".parquet":
		return newParquetWriter(w, cols), nil
	}
	c := &csvWriter{w, csv.NewWriter(bufio.NewWriterSize(w, 1<<16))}
	return c, c.w.Write(cols)
}

type csvWriter struct {
	c io.Closer
	w *csv.Writer
}

// Write neutralises what a spreadsheet would run as a formula.
func (c *csvWriter) Write(cells []string) error {
	for i, s := range cells {
		if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) && !isNumber(s) {
			cells[i] = "'" + s
		}
	}
	return c.w.Write(cells)
}

func isNumber(s string) bool {
	var f float64
	n, err := fmt.Sscanf(s, "%g", &f)
	return err == nil && n == 1
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return errors.Join(c.w.Error(), c.c.Close())
}

type jsonWriter struct {
	c    io.Closer
	w    *bufio.Writer
	cols []string
}

func (j *jsonWriter) Write(cells []string) error {
	m := make(map[string]string, len(cells))
	for i, s := range cells {
		if s != "" {
			m[j.cols[i]] = s
		}
	}
	b, err := json.Marshal(m)
	if err == nil {
		_, err = j.w.Write(append(b, '\n'))
	}
	return err
}

func (j *jsonWriter) Close() error { return errors.Join(j.w.Flush(), j.c.Close()) }

type parquetWriter struct {
	c     io.Closer
	w     *parquet.Writer
	order []int // cell of each parquet column
}

func newParquetWriter(w io.WriteCloser, cols []string) rowWriter {
	g := parquet.Group{}
	for _, c := range cols {
		g[c] = parquet.Optional(parquet.String())
	}
	schema := parquet.NewSchema("decisions", g)
	p := &parquetWriter{c: w, w: parquet.NewWriter(w, schema)}
	for _, c := range schema.Columns() {
		for i := range cols {
			if cols[i] == c[0] {
				p.order = append(p.order, i)
			}
		}
	}
	return p
}

func (p *parquetWriter) Write(cells []string) error {
	row := make(parquet.Row, len(p.order))
	for i, at := range p.order {
		if cells[at] == "" {
			row[i] = parquet.NullValue().Level(0, 0, i)
			continue
		}
		row[i] = parquet.ByteArrayValue([]byte(cells[at])).Level(0, 1, i)
	}
	_, err := p.w.WriteRows([]parquet.Row{row})
	return err
}

func (p *parquetWriter) Close() error { return errors.Join(p.w.Close(), p.c.Close()) }
