package gpp

import (
	"bytes"
	"encoding/json"
	"time"
)

// MarshalJSON writes the section's fields by their names, as the reference
// packages print them: sets as lists of ids, times in ISO 8601 with
// milliseconds, restrictions as key, type and ids. A section without published
// layout is {"raw": …}.
func (s *Section) MarshalJSON() ([]byte, error) {
	if s.layout == nil {
		return json.Marshal(map[string]string{"raw": s.raw})
	}
	var b bytes.Buffer
	for i, f := range s.Fields() {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		if err := entry(&b, f.Name, plain(f.Value)); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Text is the value as JSON prints it.
func (f Field) Text() (string, error) {
	b, err := json.Marshal(plain(f.Value))
	return string(b), err
}

// MarshalJSON writes {"kind","header","sections","odd"}; header only for a GPP
// string, odd only where something was.
func (m *Message) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	if err := entry(&b, "kind", m.kind); err != nil {
		return nil, err
	}
	if m.kind == KindGPP {
		b.WriteByte(',')
		if err := entry(&b, "header", m.header); err != nil {
			return nil, err
		}
	}
	b.WriteString(`,"sections":{`)
	for i, s := range m.sections {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := entry(&b, s.Name(), s); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	if odd := m.Odd(); len(odd) > 0 {
		b.WriteByte(',')
		if err := entry(&b, "odd", odd); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func entry(b *bytes.Buffer, name string, v any) error {
	key, err := json.Marshal(name)
	if err != nil {
		return err
	}
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	b.Write(key)
	b.WriteByte(':')
	b.Write(value)
	return nil
}

// plain turns a value into what the reference packages print.
func plain(v any) any {
	type restriction struct {
		Key  int   `json:"key"`
		Type int   `json:"type"`
		IDs  []int `json:"ids"`
	}
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case IDs:
		return v.List()
	case []Restriction:
		out := make([]restriction, len(v))
		for i, r := range v {
			out[i] = restriction{r.Purpose, int(r.Type), r.Vendors.List()}
		}
		return out
	}
	return v
}
