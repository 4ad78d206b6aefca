package engine

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"fairtouch/touch"
)

// blockSize is how much of a text file a worker gets at once.
const blockSize = 1 << 20

// maxRecord bounds one row of a text file.
const maxRecord = 16 << 20

// blocks cuts a text file at the ends of rows. In CSV a line end within quotes
// is none: quotes come in pairs, so a row ends where their number is even.
type blocks struct {
	r      io.Reader
	quotes bool
	left   []byte
	line   int64 // lines handed out so far
	done   bool
}

// next returns whole rows and the number of lines before them.
func (b *blocks) next() (block []byte, line int64, err error) {
	buf := append(make([]byte, 0, blockSize+len(b.left)), b.left...)
	for !b.done {
		start := len(buf)
		buf = append(buf, make([]byte, cap(buf)-start)...)
		n, err := io.ReadFull(b.r, buf[start:])
		buf = buf[:start+n]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			b.done = true
			break
		}
		if err != nil {
			return nil, 0, touch.Wrap(touch.Unavailable, err, "the file can't be read to its end")
		}
		if cut := b.cut(buf); cut > 0 {
			b.left = append(b.left[:0], buf[cut:]...)
			return b.out(buf[:cut])
		}
		if len(buf) > maxRecord {
			return nil, 0, touch.Errorf(touch.Invalid, "line %d: a row is longer than 16 MB; is a quote not closed?", b.line+1)
		}
		buf = append(make([]byte, 0, 2*cap(buf)), buf...)
	}
	b.left = nil
	if len(buf) == 0 {
		return nil, 0, io.EOF
	}
	return b.out(buf)
}

func (b *blocks) out(block []byte) ([]byte, int64, error) {
	line := b.line
	b.line += int64(bytes.Count(block, []byte{'\n'}))
	return block, line, nil
}

// cut finds the end of the last row. buf begins at a row.
func (b *blocks) cut(buf []byte) int {
	cut := bytes.LastIndexByte(buf, '\n') + 1
	if !b.quotes {
		return cut
	}
	odd := bytes.Count(buf[:cut], []byte{'"'})%2 == 1
	for cut > 0 && odd {
		before := bytes.LastIndexByte(buf[:cut-1], '\n') + 1
		odd = odd != (bytes.Count(buf[before:cut], []byte{'"'})%2 == 1)
		cut = before
	}
	return cut
}

// csvShape is what the header line says.
type csvShape struct {
	comma  byte
	width  int
	texts  []int // for each field: index of the text column, or -1
	nums   []int
	twice  bool // some column is read both as text and as number
	header []string
}

// csvHeader reads the header line. It returns the rest of the first block.
func csvHeader(first []byte, comma byte, p *Plan) (csvShape, []byte, error) {
	first = bytes.TrimPrefix(first, []byte("\xef\xbb\xbf"))
	line, _, _ := bytes.Cut(first, []byte{'\n'})
	if comma == ',' && bytes.Count(line, []byte{';'}) > bytes.Count(line, []byte{','}) {
		comma = ';'
	}
	r := csv.NewReader(bytes.NewReader(first))
	r.Comma = rune(comma)
	head, err := r.Read()
	if err != nil {
		return csvShape{}, nil, touch.Wrap(touch.Invalid, err, "the table has no header line")
	}
	s := csvShape{comma: comma, width: len(head), header: head}
	seen := map[string]bool{}
	for i, h := range head {
		h = string(bytes.TrimSpace([]byte(h)))
		if head[i] = h; seen[h] && h != "" {
			return s, nil, touch.Errorf(touch.Invalid, "line 1: two columns have the same name")
		}
		seen[h] = true
		s.texts, s.nums = append(s.texts, index(p.texts, h)), append(s.nums, index(p.numbers, h))
	}
	return s, first[r.InputOffset():], nil
}

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// csvWorker parses blocks into batches.
type csvWorker struct {
	shape   csvShape
	acc     *accumulator
	b       *batch
	scratch []byte
	joined  *joiner
}

// parse counts the rows of a block that begins after line lines.
func (w *csvWorker) parse(block []byte, line int64) error {
	for len(block) > 0 {
		next, err := w.row(block)
		if err != "" {
			return touch.Errorf(touch.Invalid, "line %d: %s", line+1, err)
		}
		line += int64(bytes.Count(block[:next], []byte{'\n'}))
		block = block[next:]
		if w.b.n == batchRows {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return w.flush()
}

func (w *csvWorker) flush() error {
	if w.joined != nil {
		w.joined.fill(w.acc, w.b)
	}
	w.acc.add(w.b)
	w.b.n = 0
	return w.acc.err
}

// row parses one row into the batch and returns where the next one begins. An
// empty line is no row.
func (w *csvWorker) row(b []byte) (next int, problem string) {
	if b[0] == '\n' {
		return 1, ""
	}
	if b[0] == '\r' && (len(b) == 1 || b[1] == '\n') {
		return min(2, len(b)), ""
	}
	at, field := 0, 0
	for {
		val, null, end, ok := w.field(b, at)
		if !ok {
			return 0, "is not right CSV: a quote stands where none may"
		}
		if field >= w.shape.width {
			return 0, "has more columns than the header"
		}
		if problem := w.put(field, val, null); problem != "" {
			return 0, problem
		}
		field++
		if end < len(b) && b[end] == w.shape.comma {
			at = end + 1
			continue
		}
		if field != w.shape.width {
			return 0, "has " + strconv.Itoa(field) + " columns, not " + strconv.Itoa(w.shape.width) + " as the header"
		}
		w.b.n++
		return min(end+1, len(b)), ""
	}
}

// field reads the field at a position. end is at the comma, the line end or
// the block's end. Nothing between two commas is null; "" is the empty text.
func (w *csvWorker) field(b []byte, at int) (val []byte, null bool, end int, ok bool) {
	if at < len(b) && b[at] == '"' {
		return w.quoted(b, at+1)
	}
	comma := w.shape.comma
	for i := at; i < len(b); i++ {
		switch c := b[i]; {
		case c == comma || c == '\n':
			val = b[at:i]
			if c == '\n' && i > at && b[i-1] == '\r' {
				val = b[at : i-1]
			}
			return val, len(val) == 0, i, true
		case c == '"':
			return nil, false, 0, false
		}
	}
	val = bytes.TrimSuffix(b[at:], []byte{'\r'})
	return val, len(val) == 0, len(b), true
}

func (w *csvWorker) quoted(b []byte, at int) (val []byte, null bool, end int, ok bool) {
	w.scratch = w.scratch[:0]
	for {
		i := bytes.IndexByte(b[at:], '"')
		if i < 0 {
			return nil, false, 0, false
		}
		w.scratch = append(w.scratch, b[at:at+i]...)
		at += i + 1
		if at < len(b) && b[at] == '"' {
			w.scratch = append(w.scratch, '"')
			at++
			continue
		}
		if at < len(b) && b[at] == '\r' && (at+1 == len(b) || b[at+1] == '\n') {
			at++
		}
		return w.scratch, false, at, at >= len(b) || b[at] == '\n' || b[at] == w.shape.comma
	}
}

func (w *csvWorker) put(field int, val []byte, null bool) (problem string) {
	r := w.b.n
	if t := w.shape.texts[field]; t >= 0 {
		code := uint32(0)
		if !null {
			d := w.acc.dicts[t]
			before := len(d.texts)
			code = d.code(val)
			if len(d.texts) > before && !utf8.Valid(val) {
				return "column " + w.shape.header[field] + " is not UTF-8; save the file as UTF-8"
			}
			if code > maxDistinct {
				return "column " + w.shape.header[field] + " has too many different values to be a group or a condition"
			}
		}
		w.b.codes[t][r] = code
	}
	if n := w.shape.nums[field]; n >= 0 {
		w.b.nums[n][r], w.b.state[n][r] = readNumber(val, null)
	}
	return ""
}

// readNumber parses a number as strconv does; short decimals without a call,
// which is exact, since both parts are.
func readNumber(b []byte, null bool) (float64, uint8) {
	if null {
		return 0, isNull
	}
	if len(b) == 0 {
		return 0, isEmpty
	}
	var m uint64
	dot, i := -1, 0
	neg := b[0] == '-'
	if neg {
		i = 1
	}
	digits := len(b) - i
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c >= '0' && c <= '9':
			m = m*10 + uint64(c-'0')
		case c == '.' && dot < 0:
			dot = i
			digits--
		default:
			return slowNumber(b)
		}
	}
	if digits == 0 || digits > 15 {
		return slowNumber(b)
	}
	x := float64(m)
	if dot >= 0 {
		x /= powersOfTen[len(b)-1-dot]
	}
	if neg {
		x = -x
	}
	return x, isNumber
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

func slowNumber(b []byte) (float64, uint8) {
	if x, ok := number(string(b)); ok {
		return x, isNumber
	}
	if isNothing(string(b)) {
		return math.NaN(), isNaN
	}
	return 0, isText
}
