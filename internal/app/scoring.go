package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fairtouch/internal/protect"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// ScorePlan turns rows of a table into touches of one system.
type ScorePlan struct {
	System  touch.SystemID
	Purpose string
	Channel touch.Channel
	Inputs  []protect.Feature
	Vendor  bool     // the system's answers come with the table: columns score, band, action
	Held    []string // held about people and not an input; named on the reasons page
}

// Scoring prepares to score a table with a registered system.
func (a *App) Scoring(ctx context.Context, ws touch.Workspace, id touch.SystemID, purpose string, ch touch.Channel) (*ScorePlan, error) {
	w, err := a.Worlds.Load(ctx, ws)
	if err != nil {
		return nil, err
	}
	b, ok := w.Systems[id]
	if !ok {
		return nil, touch.Fielderr("system", "no system of this id is registered here; `fairtouch register check` lists them")
	}
	if purpose == "" {
		if len(b.System.Purposes) != 1 {
			return nil, touch.Fielderr("purpose", "the system has several purposes; name one of %s", strings.Join(b.System.Purposes, ", "))
		}
		purpose = b.System.Purposes[0]
	}
	if ch == "" && len(b.System.Channels) > 0 {
		ch = b.System.Channels[0]
	}
	return &ScorePlan{System: id, Purpose: purpose, Channel: ch, Inputs: b.Plan.Features, Vendor: b.System.Mode == register.Advised, Held: b.System.FeaturesOut}, nil
}

// Touch makes a row's touch. Cells of text tables are read as the system
// declares its inputs; an error names the column, never the value.
func (p *ScorePlan) Touch(row map[string]any, idColumn string) (touch.Touch, error) {
	t := touch.Touch{System: p.System, Purpose: p.Purpose, Channel: p.Channel, Features: make(map[string]any, len(p.Inputs)+2), Facts: map[string]any{}}
	id := text(row[idColumn])
	if id == "" {
		return t, touch.Fielderr(idColumn, "is empty; every row names its person")
	}
	t.Subject = &touch.SubjectRef{ExternalID: id}
	t.Locale = text(row["locale"])
	for _, f := range p.Inputs {
		v, err := cell(f, row[f.Name])
		if err != nil {
			return t, err
		}
		if v != nil {
			t.Features[f.Name] = v
		}
	}
	if p.Vendor {
		var err error
		if t.Result, err = vendorResult(row); err != nil {
			return t, err
		}
	}
	for _, h := range p.Held {
		if v, ok := row[h]; ok {
			t.Features[h] = v
		}
	}
	for k, v := range row {
		if isFact(k) {
			t.Facts[k] = fact(v)
		}
	}
	return t, nil
}

// vendorResult reads what a vendor's AI said of a row's person.
func vendorResult(row map[string]any) (*touch.Outcome, error) {
	r := touch.Outcome{Band: text(row["band"]), Action: text(row["action"])}
	if v, ok := row["score"]; ok {
		x, err := cell(protect.Feature{Name: "score", Kind: "numeric"}, v)
		if err != nil {
			return nil, touch.Fielderr("score", "must be a number between 0 and 1")
		}
		if f, ok := x.(float64); ok {
			r.Score = &f
		}
	}
	return &r, nil
}

func isFact(k string) bool {
	return slices.Contains([]string{"country", "region", "minor", "business", "first_contact", "market"}, k) ||
		strings.HasPrefix(k, "subject.") || strings.HasPrefix(k, "use.") || strings.HasPrefix(k, "content.")
}

func fact(v any) any {
	switch text(v) {
	case "true":
		return true
	case "false":
		return false
	}
	return v
}

func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

func cell(f protect.Feature, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if f.Kind == "category" {
		return text(v), nil
	}
	s, ok := v.(string)
	if !ok {
		return v, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || x != x || x > 1e300 || x < -1e300 {
		return nil, touch.Fielderr("features."+f.Name, "must be a finite number")
	}
	return x, nil
}
