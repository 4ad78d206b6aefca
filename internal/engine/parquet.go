package engine

import (
	"errors"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"

	"fairtouch/touch"
)

// parquetTask is a range of rows within one row group.
type parquetTask struct {
	group    parquet.RowGroup
	from, to int64
}

// rangeRows is about how many rows a task has.
const rangeRows = 1 << 19

func parquetTasks(f *parquet.File) []parquetTask {
	var out []parquetTask
	for _, g := range f.RowGroups() {
		for at := int64(0); at < g.NumRows(); at += rangeRows {
			out = append(out, parquetTask{g, at, min(at+rangeRows, g.NumRows())})
		}
	}
	return out
}

// parquetWorker reads columns page by page into batches.
type parquetWorker struct {
	p      *Plan
	acc    *accumulator
	b      *batch
	leaf   map[string]int // column's position in the file
	joined *joiner
}

func flatColumns(f *parquet.File) (names []string, leaf map[string]int) {
	leaf = map[string]int{}
	for _, path := range f.Schema().Columns() {
		if len(path) == 1 {
			l, _ := f.Schema().Lookup(path...)
			names, leaf[path[0]] = append(names, path[0]), l.ColumnIndex
		}
	}
	return names, leaf
}

func (w *parquetWorker) run(t parquetTask) (err error) {
	texts, nums := make([]*pageReader, len(w.p.texts)), make([]*pageReader, len(w.p.numbers))
	open := func(name string, text bool) (*pageReader, error) {
		at, ok := w.leaf[name]
		if !ok { // it comes from the joined table
			return nil, nil
		}
		r := &pageReader{pages: t.group.ColumnChunks()[at].Pages(), text: text, name: name}
		return r, r.pages.SeekToRow(t.from)
	}
	defer func() {
		for _, r := range append(texts, nums...) {
			if r != nil {
				err = errors.Join(err, r.close())
			}
		}
	}()
	for i, c := range w.p.texts {
		if texts[i], err = open(c, true); err != nil {
			return err
		}
		if texts[i] != nil {
			texts[i].dict = w.acc.dicts[i]
		}
	}
	for i, c := range w.p.numbers {
		if nums[i], err = open(c, false); err != nil {
			return err
		}
	}
	return w.batches(texts, nums, t.to-t.from)
}

func (w *parquetWorker) batches(texts, nums []*pageReader, rows int64) error {
	for rows > 0 {
		n := int(min(rows, batchRows))
		for i, r := range texts {
			if r == nil {
				continue
			}
			if err := r.fillCodes(w.b.codes[i][:n]); err != nil {
				return err
			}
		}
		for i, r := range nums {
			if r == nil {
				continue
			}
			if err := r.fillNumbers(w.b.nums[i][:n], w.b.state[i][:n]); err != nil {
				return err
			}
		}
		w.b.n = n
		if w.joined != nil {
			w.joined.fill(w.acc, w.b)
		}
		if w.acc.add(w.b); w.acc.err != nil {
			return w.acc.err
		}
		rows -= int64(n)
	}
	return nil
}

// pageReader turns one column's pages into codes or numbers.
type pageReader struct {
	pages parquet.Pages
	page  parquet.Page
	name  string
	text  bool
	dict  *dictionary

	from  parquet.Dictionary // whose values table holds
	table []uint32           // codes of a page dictionary's values
	numt  []float64
	numst []uint8

	codes []uint32 // of the present page
	nums  []float64
	state []uint8
	at    int
}

func (r *pageReader) close() error {
	if r.page != nil {
		parquet.Release(r.page)
	}
	return r.pages.Close()
}

func (r *pageReader) fillCodes(into []uint32) error {
	for len(into) > 0 {
		if r.at == len(r.codes) {
			if err := r.next(); err != nil {
				return err
			}
			continue
		}
		n := copy(into, r.codes[r.at:])
		r.at, into = r.at+n, into[n:]
	}
	return nil
}

func (r *pageReader) fillNumbers(into []float64, state []uint8) error {
	for len(into) > 0 {
		if r.at == len(r.nums) {
			if err := r.next(); err != nil {
				return err
			}
			continue
		}
		n := copy(into, r.nums[r.at:])
		copy(state, r.state[r.at:r.at+n])
		r.at, into, state = r.at+n, into[n:], state[n:]
	}
	return nil
}

func (r *pageReader) next() error {
	if r.page != nil {
		parquet.Release(r.page)
		r.page = nil
	}
	page, err := r.pages.ReadPage()
	if err != nil {
		if err == io.EOF {
			return touch.Errorf(touch.Invalid, "column %s of the Parquet file ends too early: the file is damaged", r.name)
		}
		return touch.Wrap(touch.Invalid, err, "column %s of the Parquet file can't be read", r.name)
	}
	r.page, r.at = page, 0
	if r.text {
		return r.readCodes()
	}
	return r.readNumbers()
}

func (r *pageReader) readCodes() error {
	n := int(r.page.NumValues())
	r.codes = resize(r.codes, n)
	if d := r.page.Dictionary(); d != nil {
		if r.from != d {
			r.from, r.table = d, r.table[:0]
			for i := range d.Len() {
				r.table = append(r.table, r.dict.code([]byte(textOf(d.Type(), d.Index(int32(i))))))
			}
		}
		data := r.page.Data()
		return spread(r.page, data.Int32(), r.codes, func(i int32) (uint32, bool) {
			if i < 0 || int(i) >= len(r.table) {
				return 0, false
			}
			return r.table[i], true
		}, 0)
	}
	return r.each(func(i int, v parquet.Value) {
		r.codes[i] = 0
		if !v.IsNull() {
			r.codes[i] = r.dict.code([]byte(textOf(r.page.Type(), v)))
		}
	})
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

var errDamaged = touch.Errorf(touch.Invalid, "the Parquet file is damaged: a page points beyond its dictionary")

// spread puts a page's dense values where its definition levels say that there
// is one.
func spread[T, V any](page parquet.Page, dense []T, into []V, value func(T) (V, bool), null V) error {
	levels := page.DefinitionLevels()
	if len(levels) == 0 {
		if len(dense) != len(into) {
			return errDamaged
		}
		for i, d := range dense {
			v, ok := value(d)
			if !ok {
				return errDamaged
			}
			into[i] = v
		}
		return nil
	}
	k := 0
	for i := range into {
		if i >= len(levels) || levels[i] == 0 {
			into[i] = null
			continue
		}
		if k >= len(dense) {
			return errDamaged
		}
		v, ok := value(dense[k])
		if !ok {
			return errDamaged
		}
		into[i], k = v, k+1
	}
	return nil
}

func (r *pageReader) each(put func(i int, v parquet.Value)) error {
	values := r.page.Values()
	var buf [512]parquet.Value
	for i := 0; ; {
		n, err := values.ReadValues(buf[:])
		for _, v := range buf[:n] {
			put(i, v)
			i++
		}
		if err == io.EOF || n == 0 {
			return nil
		}
		if err != nil {
			return touch.Wrap(touch.Invalid, err, "column %s of the Parquet file can't be read", r.name)
		}
	}
}

func (r *pageReader) readNumbers() error {
	n := int(r.page.NumValues())
	r.nums, r.state = resize(r.nums, n), resize(r.state, n)
	if r.page.Dictionary() == nil && r.page.Type().Kind() == parquet.Double {
		return r.doubles()
	}
	return r.each(func(i int, v parquet.Value) {
		if v.IsNull() {
			r.nums[i], r.state[i] = 0, isNull
			return
		}
		r.nums[i], r.state[i] = numberOf(r.page.Type(), v)
	})
}

func (r *pageReader) doubles() error {
	data := r.page.Data()
	err := spread(r.page, data.Double(), r.nums, func(x float64) (float64, bool) { return x, true }, math.Inf(1))
	for i, x := range r.nums {
		r.state[i] = isNumber
		if x != x {
			r.state[i] = isNaN
		} else if math.IsInf(x, 0) {
			r.state[i] = isNull
		}
	}
	if levels := r.page.DefinitionLevels(); err == nil {
		for i, x := range r.nums { // an infinity that is there is no null
			if math.IsInf(x, 0) && (len(levels) == 0 || levels[i] != 0) {
				r.state[i] = isText
			}
		}
	}
	return err
}
