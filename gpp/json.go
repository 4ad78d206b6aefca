package gpp

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// MarshalJSON writes the section's fields by their names, as the reference
// packages print them: sets as lists of ids, times in ISO 8601 with
// milliseconds, restrictions as key, type and ids. A section without published
// layout is {"raw": …}.
func (s *Section) MarshalJSON() ([]byte, error) { return s.appendJSON(nil), nil }

// MarshalJSON writes {"kind","header","sections","odd"}; header only for a GPP
// string, odd only where something was.
func (m *Message) MarshalJSON() ([]byte, error) {
	b := appendAny([]byte(`{"kind":`), m.kind)
	if m.kind == KindGPP {
		h := m.header
		h.SectionIDs = append([]int{}, h.SectionIDs...) // a list, even of none
		b = appendAny(append(b, `,"header":`...), h)
	}
	b = append(b, `,"sections":{`...)
	for i, s := range m.sections {
		b = s.appendJSON(appendKey(b, i, s.Name()))
	}
	b = append(b, '}')
	if odd := m.Odd(); len(odd) > 0 {
		b = appendAny(append(b, `,"odd":`...), odd)
	}
	return append(b, '}'), nil
}

// Text is the value as JSON prints it.
func (f Field) Text() string { return string(appendValue(nil, f.Value)) }

func (s *Section) appendJSON(b []byte) []byte {
	b = append(b, '{')
	if s.layout == nil {
		b = appendAny(appendKey(b, 0, "raw"), s.raw)
	}
	for i, f := range s.Fields() {
		b = appendValue(appendKey(b, i, f.Name), f.Value)
	}
	return append(b, '}')
}

func appendKey(b []byte, i int, name string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return append(strconv.AppendQuote(b, name), ':')
}

// appendValue writes a field's value. Sets are written id by id, without a list
// in between, for a range of few bits may stand for 65,535.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendAny(b, strings.TrimSpace(v)) // letters of a string that spells a space
	case time.Time:
		return v.UTC().AppendFormat(b, `"2006-01-02T15:04:05.000Z"`)
	case IDs:
		return appendIDs(b, v)
	case []Restriction:
		b = append(b, '[')
		for i, r := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(append(b, `{"key":`...), int64(r.Purpose), 10)
			b = strconv.AppendInt(append(b, `,"type":`...), int64(r.Type), 10)
			b = append(appendIDs(append(b, `,"ids":`...), r.Vendors), '}')
		}
		return append(b, ']')
	}
	return appendAny(b, v)
}

func appendIDs(b []byte, s IDs) []byte {
	b = append(b, '[')
	first := true
	for id := range s.All() {
		if !first {
			b = append(b, ',')
		}
		b, first = strconv.AppendInt(b, int64(id), 10), false
	}
	return append(b, ']')
}

// appendAny writes what can't fail to marshal: numbers, bools, strings, lists
// of them and this package's plain structs.
func appendAny(b []byte, v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, out...)
}
