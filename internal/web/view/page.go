package view

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"reflect"
	"strconv"
)

// Loader parses templates at start. Its first error is kept, so that a list of
// pages can be written without an error check on each line.
type Loader struct {
	files  fs.FS
	funcs  template.FuncMap
	shared []string
	err    error
}

// NewLoader makes a loader over a file system; shared files (layout, partials)
// are parsed with every page. The partials of this package come first.
func NewLoader(files fs.FS, funcs template.FuncMap, shared ...string) *Loader {
	return &Loader{files: files, funcs: funcs, shared: shared}
}

// Err is the first error of any Load; with one, no page may be served.
func (l *Loader) Err() error { return l.err }

// Page is one template and the type of the struct it is executed against.
type Page[D any] struct {
	name string
	t    *template.Template
}

// Load parses a page. The page's file defines the blocks that the layout names.
func Load[D any](l *Loader, name string) Page[D] {
	t := template.New("layout").Funcs(Funcs()).Funcs(l.funcs).Option("missingkey=error")
	t, err := t.ParseFS(partials, "templates/*.html")
	if err == nil {
		t, err = t.ParseFS(l.files, append(append([]string{}, l.shared...), name)...)
	}
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("template %s: %w", name, err)
	}
	return Page[D]{name: name, t: t}
}

// Name is the template's file name.
func (p Page[D]) Name() string { return p.name }

// Tree gives the parsed template, for tests that walk it.
func (p Page[D]) Tree() *template.Template { return p.t }

// Render executes the page into a buffer and only then writes it, so that a
// template that fails half way never reaches a person half written.
func (p Page[D]) Render(w http.ResponseWriter, status int, d D) error {
	b, err := p.bytes(d)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, err = w.Write(b)
	return err
}

func (p Page[D]) bytes(d D) ([]byte, error) {
	if p.t == nil {
		return nil, errors.New("template " + p.name + " was not loaded")
	}
	var b bytes.Buffer
	if err := p.t.ExecuteTemplate(&b, "layout", d); err != nil {
		return nil, fmt.Errorf("template %s: %w", p.name, err)
	}
	return b.Bytes(), nil
}

// Check executes the page against a zero and a full struct. A field that the
// struct lacks, in either branch of a condition, is an error.
func (p Page[D]) Check() error {
	var zero, full D
	Fill(reflect.ValueOf(&full).Elem(), 0)
	_, err1 := p.bytes(zero)
	_, err2 := p.bytes(full)
	return errors.Join(err1, err2)
}

// maxDepth bounds recursive types.
const maxDepth = 12

// Fill sets every settable field to something that isn't zero.
func Fill(v reflect.Value, depth int) {
	if depth > maxDepth || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(3)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		Fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			Fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		fillMap(v, depth)
	case reflect.Struct:
		fillStruct(v, depth)
	}
}

func fillMap(v reflect.Value, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
	Fill(k, depth+1)
	Fill(e, depth+1)
	v.SetMapIndex(k, e)
}

func fillStruct(v reflect.Value, depth int) {
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(sampleTime))
		return
	}
	for i := range v.NumField() {
		Fill(v.Field(i), depth+1)
	}
}
