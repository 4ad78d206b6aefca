package engine

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"fairtouch/touch"
)

// jsonWorker parses blocks of JSON lines into batches. A key that is absent is
// null, as one with null is.
type jsonWorker struct {
	p      *Plan
	acc    *accumulator
	b      *batch
	joined *joiner
	seen   map[string]bool
}

func (w *jsonWorker) parse(block []byte, line int64) error {
	dec := jsontext.NewDecoder(bytes.NewReader(nil))
	for len(block) > 0 {
		var row []byte
		row, block, _ = bytes.Cut(block, []byte{'\n'})
		line++
		if len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		dec.Reset(bytes.NewReader(row))
		if err := w.row(dec); err != nil {
			var ours *touch.Error
			if errors.As(err, &ours) {
				return touch.Errorf(ours.Code, "line %d: %s", line, ours.Message)
			}
			return touch.Wrap(touch.Invalid, err, "line %d: is not a JSON object, or has a key twice", line)
		}
		if w.b.n++; w.b.n == batchRows {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return w.flush()
}

func (w *jsonWorker) flush() error {
	if w.joined != nil {
		w.joined.fill(w.acc, w.b)
	}
	w.acc.add(w.b)
	w.b.n = 0
	return w.acc.err
}

var errShape = errors.New("not one object")

func (w *jsonWorker) row(dec *jsontext.Decoder) error {
	r := w.b.n
	for _, c := range w.b.codes {
		c[r] = 0
	}
	for _, s := range w.b.state {
		s[r] = isNull
	}
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return errors.Join(err, errShape)
	}
	for dec.PeekKind() != '}' {
		t, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := w.member(dec, t.String(), r); err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return errShape
	}
	return nil
}

func (w *jsonWorker) member(dec *jsontext.Decoder, name string, r int) error {
	ti, ni := index(w.p.texts, name), index(w.p.numbers, name)
	if ti < 0 && ni < 0 {
		return dec.SkipValue()
	}
	w.seen[name] = true
	if k := dec.PeekKind(); k == '{' || k == '[' {
		return touch.Errorf(touch.Invalid, "column %s holds a list or an object; a table has flat columns", name)
	}
	t, err := dec.ReadToken()
	if err != nil {
		return err
	}
	text, null := t.String(), t.Kind() == 'n'
	if t.Kind() == '0' {
		text = jsonNumber(text)
	}
	if ti >= 0 && !null {
		code := w.acc.dicts[ti].code([]byte(text))
		if code > maxDistinct {
			return touch.Errorf(touch.Invalid, "column %s has too many different values to be a group or a condition", name)
		}
		w.b.codes[ti][r] = code
	}
	if ni >= 0 {
		w.b.nums[ni][r], w.b.state[ni][r] = readNumber([]byte(text), null)
	}
	return nil
}

// jsonNumber writes a number as its column would read elsewhere: whole ones as
// they stand, others in the form of FormatFloat.
func jsonNumber(text string) string {
	for i := range len(text) {
		if c := text[i]; c == '.' || c == 'e' || c == 'E' {
			if x, ok := number(text); ok {
				return FormatFloat(x)
			}
		}
	}
	return text
}
