package api_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/api"
	"fairtouch/touch"
)

type spec struct {
	OpenAPI    string `json:"openapi"`
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]struct {
			Type       any
			Enum       []string
			Required   []string
			Properties map[string]json.RawMessage
		}
	}
}

type operation struct {
	OperationID string `json:"operationId"`
	Summary     string
	Security    []map[string][]string
	Scope       string `json:"x-scope"`
	Parameters  []struct{ Name, In string }
	Responses   map[string]json.RawMessage
	RequestBody json.RawMessage
}

func document(t *testing.T) (spec, string) {
	t.Helper()
	w := newWorld(t)
	rec := w.do("", "GET", "/v1/openapi.json", "")
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
	return read[spec](t, rec.Body.Bytes()), rec.Body.String()
}

func TestTheDocumentHasEveryRouteAndItsScope(t *testing.T) {
	doc, _ := document(t)
	if doc.OpenAPI != "3.1.0" {
		t.Fatal(doc.OpenAPI)
	}
	ids, n := map[string]bool{}, 0
	for _, r := range api.Table() {
		op, ok := doc.Paths[strings.ReplaceAll(r.Path, "...}", "}")][strings.ToLower(r.Method)]
		if !ok || op.OperationID != r.ID || op.Summary == "" || ids[r.ID] || len(op.Responses) < 2 || (r.Body != "") != (op.RequestBody != nil) {
			t.Errorf("%s %s is wrong in the document: %+v", r.Method, r.Path, op)
		}
		if open := r.Scope == api.Open; open != (len(op.Security) == 0) || !open && op.Scope != string(r.Scope) {
			t.Errorf("%s %s: scope %q", r.Method, r.Path, op.Scope)
		}
		for _, q := range r.Query {
			if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == q && p.In == "query" }) {
				t.Errorf("%s lacks %s", r.Path, q)
			}
		}
		for _, s := range []string{"401", "403"} {
			if _, ok := op.Responses[s]; ok != (r.Scope != api.Open) {
				t.Errorf("%s %s: %s listed: %t", r.Method, r.Path, s, ok)
			}
		}
		ids[r.ID] = true
	}
	for _, p := range doc.Paths {
		n += len(p)
	}
	if n != len(ids) {
		t.Fatalf("the document has %d operations, the table %d", n, len(ids))
	}
}

func TestTheDocumentListsEveryCodeAndScope(t *testing.T) {
	doc, text := document(t)
	for _, c := range []touch.Code{touch.Invalid, touch.Unknown, touch.Forbidden, touch.Unauthenticated, touch.Conflict, touch.Missing, touch.TooLarge,
		touch.Unavailable, touch.Unsupported, touch.Tampered, touch.RateLimited, touch.Internal} {
		if !strings.Contains(text, `"`+string(c)+`"`) {
			t.Errorf("code %s is not listed", c)
		}
	}
	if got := doc.Components.Schemas["KeyScope"].Enum; len(got) != len(access.Scopes()) {
		t.Errorf("scopes: %v", got)
	}
	for _, part := range strings.Split(text, `"$ref": "#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if _, ok := doc.Components.Schemas[name]; !ok {
			t.Errorf("schema %q is referred to and absent", name)
		}
	}
}

// fields lists a type's JSON names, those of embedded structs included.
func fields(v reflect.Type) []string {
	var out []string
	for i := range v.NumField() {
		f := v.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fields(f.Type)...)
		case name != "" && name != "-":
			out = append(out, name)
		}
	}
	return out
}

func TestWhatIsSentIsWhatTheDocumentSays(t *testing.T) {
	doc, _ := document(t)
	shapes := api.Shapes()
	for name, v := range map[string]any{"Touch": touch.Touch{}, "Decision": touch.Decision{}, "Check": touch.Check{}, "Explanation": touch.Explanation{},
		"Disclosure": touch.Disclosure{}, "Receipt": touch.Receipt{}, "Versions": touch.Versions{}, "Jurisdiction": touch.Jurisdiction{}} {
		shapes[name] = v
	}
	for name, v := range shapes {
		s, ok := doc.Components.Schemas[name]
		if !ok {
			t.Errorf("%s has no schema", name)
			continue
		}
		got := fields(reflect.TypeOf(v))
		for _, f := range got {
			if _, ok := s.Properties[f]; !ok {
				t.Errorf("%s.%s is not in the document", name, f)
			}
		}
		for p := range s.Properties {
			if !slices.Contains(got, p) {
				t.Errorf("%s.%s is in the document alone", name, p)
			}
		}
	}
}
