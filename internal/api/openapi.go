package api

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

// schemas are the shapes of what goes in and out; a test holds them against
// the Go types.
//
//go:embed schemas.json
var schemas []byte

func (c *call) describe() error {
	c.raw(http.StatusOK, "application/json", c.s.openapi)
	return nil
}

type object = map[string]any

func ref(schema string) object { return object{"$ref": "#/components/schemas/" + schema} }

func content(kind string, schema object) object { return object{kind: object{"schema": schema}} }

// document makes the OpenAPI 3.1 document from the table. Its keys are sorted,
// so that it is the same for the same API.
func document(table []route) []byte {
	paths := map[string]object{}
	for i := range table {
		p := strings.ReplaceAll(table[i].path, "...}", "}")
		if paths[p] == nil {
			paths[p] = object{}
		}
		paths[p][strings.ToLower(table[i].method)] = table[i].operation()
	}
	var shapes object
	if err := json.Unmarshal(schemas, &shapes); err != nil {
		panic("api: the embedded schemas are not JSON: " + err.Error()) // the build is broken; a test holds it
	}
	shapes["KeyScope"] = object{"type": "string", "enum": access.Scopes()}
	shapes["Error"] = errorShape()
	b, err := json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{"title": "Fairtouch", "version": "1",
			"description": "Take a touch: one use of one AI system toward one person, with consent, law, explanation, disclosure and a record. A key sees its own workspace alone."},
		"paths": paths,
		"components": object{"schemas": shapes,
			"securitySchemes": object{"key": object{"type": "http", "scheme": "bearer", "description": "A key made by `fairtouch keys create`."}}},
	}, "", " ")
	if err != nil {
		panic("api: the OpenAPI document can't be written: " + err.Error())
	}
	return b
}

func errorShape() object {
	all := make([]touch.Code, len(codes))
	for i, c := range codes {
		all[i] = c.code
	}
	return object{"type": "object", "required": []string{"error"}, "properties": object{
		"error": object{"type": "object", "required": []string{"code", "message", "field", "missing"}, "properties": object{
			"code": object{"type": "string", "enum": all}, "message": object{"type": "string"},
			"field": object{"type": "string"}, "missing": ref("Strings")}},
		"decision": ref("Decision"),
	}}
}

func (rt *route) operation() object {
	op := object{"operationId": rt.id, "summary": rt.summary, "responses": rt.responses()}
	if rt.scope != open {
		op["security"] = []object{{"key": []string{}}}
		op["x-scope"] = rt.scope
	} else {
		op["security"] = []object{}
	}
	if ps := rt.parameters(); len(ps) > 0 {
		op["parameters"] = ps
	}
	if rt.body != "" {
		op["requestBody"] = object{"required": true, "content": content("application/json", ref(rt.body))}
	}
	return op
}

func (rt *route) parameters() []object {
	var out []object
	for _, name := range partsOf(rt.path) {
		out = append(out, object{"name": name, "in": "path", "required": true, "schema": ref("Id")})
	}
	for _, q := range rt.query {
		out = append(out, object{"name": q.name, "in": "query", "required": q.required, "description": q.about, "schema": ref(q.schema)})
	}
	if about := map[string]string{"decide": "The same decision on a retry with the same key.", "openRight": "The same request on a retry with the same key."}[rt.id]; about != "" {
		out = append(out, object{"name": "Idempotency-Key", "in": "header", "required": false, "description": about, "schema": ref("Id")})
	}
	return out
}

// responses lists the usual answer and every error that the route can give,
// with the codes under each status.
func (rt *route) responses() object {
	out := object{}
	usual := object{"description": "Done."}
	switch {
	case rt.answer != "":
		usual["content"] = content("application/json", ref(rt.answer))
	case rt.status != http.StatusNoContent:
		usual["content"] = content("text/plain", object{"type": "string"})
	}
	out[strconv.Itoa(rt.status)] = usual
	for _, c := range codes {
		if !rt.gives(c.code) {
			continue
		}
		key := strconv.Itoa(c.status)
		about := string(c.code)
		if old, ok := out[key].(object); ok {
			about = old["description"].(string) + ", " + about
		}
		out[key] = object{"description": about, "content": content("application/json", ref("Error"))}
	}
	for status, about := range rt.special() {
		out[status] = object{"description": about, "content": content("application/json", ref("Error"))}
	}
	return out
}

func (rt *route) gives(c touch.Code) bool {
	switch {
	case c == touch.Internal || c == touch.Unavailable || c == touch.Invalid:
		return true
	case rt.scope == open:
		return false
	case rt.body == "" && rt.method == http.MethodPost && c == touch.Conflict:
		return true
	case rt.body == "":
		return !slices.Contains([]touch.Code{touch.TooLarge, touch.Missing, touch.Conflict, touch.Unsupported}, c)
	}
	return true
}

// special are statuses that a code alone doesn't give.
func (rt *route) special() map[string]string {
	out := map[string]string{}
	if !rt.probe {
		out["421"] = "invalid: unknown host"
	}
	if rt.body != "" {
		out["415"] = "invalid: not application/json"
	}
	switch rt.id {
	case "getDecision", "explainDecision":
		out["410"] = "not_found: the person's data was erased"
	case "getProof":
		out["202"] = "not in a checkpoint yet; see Retry-After"
	}
	return out
}
