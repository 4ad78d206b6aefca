// Package canon writes Go values as canonical JSON (RFC 8785) at once: members
// in order, numbers as ECMAScript writes them, nothing escaped that need not
// be. Writing JSON first and ordering it afterwards costs twice as much, for
// each decision.
package canon

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"fairtouch/touch"
)

// Append writes v behind b, as json.Marshal would read its tags, in canonical
// form. NaN, infinities, channels, functions, keys that are not text and
// embedded structs are errors; what implements json.Marshaler is asked.
func Append(b []byte, v any) ([]byte, error) {
	if v == nil {
		return append(b, "null"...), nil
	}
	return write(b, reflect.ValueOf(v))
}

// field is one member of a struct.
type field struct {
	name  string // quoted
	index int
	empty func(reflect.Value) bool // nil: always written
}

// types holds the members of each struct type in canonical order. It only
// grows, by the types of the program.
var types sync.Map // reflect.Type -> []field

var marshaler = reflect.TypeFor[json.Marshaler]()

func write(b []byte, v reflect.Value) ([]byte, error) {
	t := v.Type()
	if t.Implements(marshaler) && (t.Kind() != reflect.Pointer || !v.IsNil()) {
		return marshalled(b, v)
	}
	switch t.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return whole(b, float64(v.Int()), v.Int())
	case reflect.Float32, reflect.Float64:
		return number(b, v.Float())
	case reflect.String:
		return text(b, v.String())
	case reflect.Struct:
		return object(b, v)
	case reflect.Map:
		return dictionary(b, v)
	case reflect.Slice:
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return array(b, v)
	case reflect.Array:
		return array(b, v)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return write(b, v.Elem())
	}
	return nil, touch.Errorf(touch.Internal, "a value of type %s can't be written as JSON", t)
}

// marshalled asks the value itself, and orders what it says.
func marshalled(b []byte, v reflect.Value) ([]byte, error) {
	raw, err := v.Interface().(json.Marshaler).MarshalJSON()
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a value can't be written as JSON")
	}
	if len(raw) > 1 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 { // a time, an id
		return append(b, raw...), nil
	}
	c := jsontext.Value(bytes.Clone(raw))
	if err := c.Canonicalize(); err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a value can't be written as JSON")
	}
	return append(b, c...), nil
}

// whole writes an integer; beyond 2^53 it is what ECMAScript would make of it.
func whole(b []byte, f float64, i int64) ([]byte, error) {
	if i > 1<<53 || i < -1<<53 {
		return number(b, f)
	}
	return strconv.AppendInt(b, i, 10), nil
}

func number(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, touch.Errorf(touch.Internal, "a number that is none can't be written as JSON")
	}
	if f == 0 {
		return append(b, '0'), nil // -0 too
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64), nil
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	if n := len(b); b[n-2] == '0' && (b[n-3] == '-' || b[n-3] == '+') { // e-07
		b = append(b[:n-2], b[n-1])
	}
	return b, nil
}

const hex = "0123456789abcdef"

// text quotes a string. Text that is not UTF-8 is an error.
func text(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, touch.Errorf(touch.Invalid, "text must be UTF-8")
	}
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		if at := strings.IndexByte("\b\f\n\r\t\"\\", c); at >= 0 {
			b = append(b, '\\', "bfnrt\"\\"[at])
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[from:]...), '"'), nil
}

func array(b []byte, v reflect.Value) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = write(b, v.Index(i)); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func object(b []byte, v reflect.Value) ([]byte, error) {
	fields, err := fieldsOf(v.Type())
	if err != nil {
		return nil, err
	}
	b = append(b, '{')
	start := len(b)
	for i := range fields {
		f := &fields[i]
		x := v.Field(f.index)
		if f.empty != nil && f.empty(x) {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(append(b, f.name...), ':')
		if b, err = write(b, x); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func dictionary(b []byte, v reflect.Value) ([]byte, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, touch.Errorf(touch.Internal, "a map of type %s can't be written as JSON", v.Type())
	}
	if v.IsNil() {
		return append(b, "null"...), nil
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return order(x.String(), y.String()) })
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = text(b, k.String()); err == nil {
			b, err = write(append(b, ':'), v.MapIndex(k))
		}
		if err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// order compares by UTF-16 units, as the RFC asks.
func order(x, y string) int {
	if strings.IndexFunc(x+y, func(r rune) bool { return r > 0xD7FF }) < 0 {
		return cmp.Compare(x, y)
	}
	return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y)))
}

func fieldsOf(t reflect.Type) ([]field, error) {
	if f, ok := types.Load(t); ok {
		return f.([]field), nil
	}
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous {
			return nil, touch.Errorf(touch.Internal, "an embedded struct of %s can't be written as JSON", t)
		}
		tag, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if !sf.IsExported() || tag == "-" && options == "" {
			continue
		}
		f := field{name: cmp.Or(tag, sf.Name), index: i}
		switch options {
		case "omitzero":
			f.empty = zero(sf.Type)
		case "omitempty":
			f.empty = empty
		case "":
		default:
			return nil, touch.Errorf(touch.Internal, "the option %q of %s is not known", options, t)
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(x, y field) int { return order(x.name, y.name) })
	for i := range out {
		q, err := text(nil, out[i].name)
		if err != nil {
			return nil, err
		}
		out[i].name = string(q)
	}
	types.Store(t, out)
	return out, nil
}

func zero(t reflect.Type) func(reflect.Value) bool {
	if t.Implements(reflect.TypeFor[interface{ IsZero() bool }]()) && t.Kind() == reflect.Struct {
		return func(v reflect.Value) bool { return v.Interface().(interface{ IsZero() bool }).IsZero() }
	}
	return reflect.Value.IsZero
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
