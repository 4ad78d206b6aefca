package api

import (
	"fairtouch/internal/access"
	"fairtouch/internal/rights"
)

// Route is a row of the table, for the tests that walk it.
type Route struct {
	Method, Path, ID, Body string
	Scope                  access.Scope
	Query                  []string
	Required               string // of the query, as name=value
}

// Open is the mark of a route that needs no key.
const Open = open

// Table lists the routes.
func Table() []Route {
	var out []Route
	for _, r := range routes() {
		x := Route{Method: r.method, Path: r.path, ID: r.id, Body: r.body, Scope: r.scope}
		for _, q := range r.query {
			x.Query = append(x.Query, q.name)
			if q.required {
				x.Required = q.name + "=x"
			}
		}
		out = append(out, x)
	}
	return out
}

// Shapes are the answers' and requests' Go types by the name of their schema.
func Shapes() map[string]any {
	return map[string]any{"DecisionRow": row{}, "DecisionList": decisionList{}, "ExplanationView": explanationView{}, "ReceiptView": receiptView{},
		"PilotAct": pilotAct{}, "PilotMoved": pilotMoved{}, "RuleList": ruleList{}, "Scope": scopeDoc{}, "ConsentEvent": eventDoc{},
		"Consents": consentsView{}, "Key": keyView{}, "KeyMade": keyMade{},
		"Right": RightCase{}, "RightRow": RightRow{}, "RightList": rightList{}, "RightAsk": rightAsk{}, "RightCall": RightCall{}, "RightMail": RightMail{}, "RightRun": RightRun{},
		"RightNames": rightNames{}, "RightStep": rights.Step{}, "RightMandate": rights.Mandate{}}
}
