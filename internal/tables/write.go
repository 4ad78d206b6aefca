package tables

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/parquet-go/parquet-go"

	"fairtouch/touch"
)

// Writer writes the columns of a result.
type Writer interface {
	Write(cells []string) error
	Close() error
}

// Writable reports whether a file name's ending is one that Create knows.
func Writable(name string) error {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".jsonl", ".ndjson", ".parquet":
		return nil
	}
	return touch.Fielderr(filepath.Base(name), "must end in .csv, .jsonl or .parquet")
}

// Create writes a table as its name's ending says; what has none is CSV. The
// Writer closes w.
func Create(name string, w io.WriteCloser, cols []string) (Writer, error) {
	switch strings.ToLower(filepath.Ext(name)) {
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

func newParquetWriter(w io.WriteCloser, cols []string) Writer {
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
