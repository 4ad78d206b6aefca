// Package tables reads and writes CSV, JSON lines and Parquet a row at a time,
// in little memory, with errors that name the line and never a value.
package tables

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"fairtouch/touch"
)

// Reader reads a table a row at a time. Next returns io.EOF after the last
// row; any other error names the line.
type Reader interface {
	Columns() []string // nil where each row has its own
	Next() (map[string]any, error)
	Close() error
}

// Source is a file: Parquet is read at places, the others in order.
type Source interface {
	io.ReadCloser
	io.ReaderAt
	Size() int64
}

// Open opens a table by its file name's ending: .csv, .tsv, .jsonl, .ndjson or
// .parquet.
func Open(name string, f Source) (Reader, error) {
	r, err := open(name, f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func open(name string, f Source) (Reader, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return csvReader(f, ',')
	case ".tsv":
		return csvReader(f, '\t')
	case ".jsonl", ".ndjson":
		return jsonReader(f), nil
	case ".parquet":
		return parquetReader(f)
	}
	return nil, touch.Fielderr(filepath.Base(name), "must end in .csv, .tsv, .jsonl or .parquet")
}

// OpenStream reads what has no name: CSV, or JSON lines if it begins with {.
func OpenStream(r io.Reader) (Reader, error) {
	br := bufio.NewReader(r)
	if b, _ := br.Peek(1); len(b) == 1 && b[0] == '{' {
		return jsonReader(io.NopCloser(br)), nil
	}
	return csvReader(io.NopCloser(br), ',')
}

type csvRows struct {
	c    io.Closer
	r    *csv.Reader
	head []string
	line int
}

func csvReader(f io.ReadCloser, comma rune) (Reader, error) {
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
		return nil, touch.Wrap(touch.Invalid, err, "the table has no header line")
	}
	seen := map[string]bool{}
	for _, h := range head {
		h = strings.TrimSpace(h)
		if seen[h] || h == "" {
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

func jsonReader(f io.ReadCloser) Reader {
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
	f    Source
	r    *parquet.Reader
	cols []string
	line int
}

func parquetReader(f Source) (Reader, error) {
	pf, err := parquet.OpenFile(f, f.Size())
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the Parquet file is damaged or none")
	}
	p := &parquetRows{f: f, r: parquet.NewReader(pf)}
	for _, c := range pf.Schema().Columns() {
		if len(c) != 1 {
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
