package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Attributes are the columns of groups.
type Attributes []Attribute

// UnmarshalYAML reads a list, or one column alone.
func (a *Attributes) UnmarshalYAML(b []byte) error {
	var many []Attribute
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return err
	}
	if _, list := v.([]any); list {
		err := yaml.UnmarshalWithOptions(b, &many, yaml.Strict())
		*a = many
		return err
	}
	var one Attribute
	err := one.UnmarshalYAML(b)
	*a = Attributes{one}
	return err
}

// UnmarshalYAML reads a file's name, or a mapping.
func (d *Data) UnmarshalYAML(b []byte) error {
	type plain Data
	return eitherText(b, &d.File, (*plain)(d))
}

// UnmarshalYAML reads true for all decisions, a system's id, or a mapping.
func (d *Decisions) UnmarshalYAML(b []byte) error {
	type plain Decisions
	err := eitherText(b, &d.System, (*plain)(d))
	if d.System == "true" || d.System == "all" {
		d.System = ""
	}
	return err
}

// UnmarshalYAML reads a column's name, or a mapping.
func (a *Attribute) UnmarshalYAML(b []byte) error {
	type plain Attribute
	return eitherText(b, &a.Column, (*plain)(a))
}

// UnmarshalYAML reads a column's name, or a mapping with the range.
func (s *Score) UnmarshalYAML(b []byte) error {
	type plain Score
	s.High = 1
	if err := eitherText(b, &s.Column, (*plain)(s)); err != nil {
		return err
	}
	if !(s.Low < s.High) || math.IsInf(s.High-s.Low, 0) {
		return touch.Fielderr("score", "low must be below high")
	}
	return nil
}

func eitherText(b []byte, text *string, whole any) error {
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return err
	}
	if _, ok := v.(map[string]any); ok {
		return yaml.UnmarshalWithOptions(b, whole, yaml.Strict())
	}
	t, ok := scalar(v)
	*text = t
	if !ok {
		return touch.Errorf(touch.Invalid, "a column or file is one name, or a mapping")
	}
	return nil
}

// UnmarshalYAML reads one value, a list, or {prediction: …, label: …}.
func (p *Positive) UnmarshalYAML(b []byte) (err error) {
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return err
	}
	if m, ok := v.(map[string]any); ok {
		for k := range m {
			if k != "prediction" && k != "label" {
				return touch.Fielderr("positive", "is a value, a list, or prediction: and label:")
			}
		}
		if p.Prediction, err = texts(m["prediction"]); err == nil {
			p.Label, err = texts(m["label"])
		}
		return err
	}
	p.Prediction, err = texts(v)
	p.Label = p.Prediction
	return err
}

func texts(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		list = []any{v}
	}
	var out []string
	for _, x := range list {
		t, ok := scalar(x)
		if !ok {
			return nil, touch.Fielderr("positive", "each value is a text, a number or true or false")
		}
		out = append(out, t)
	}
	return out, nil
}

func scalar(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case bool:
		return strconv.FormatBool(x), true
	case int64, uint64, int:
		return fmt.Sprint(x), true
	case float64:
		return FormatFloat(x), true
	}
	return "", false
}

// UnmarshalYAML reads "overall", "largest", a value (where there is one
// attribute), or a value for each attribute.
func (r *Reference) UnmarshalYAML(b []byte) error {
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return err
	}
	m, ok := v.(map[string]any)
	if !ok {
		t, ok := scalar(v)
		switch {
		case !ok:
			return touch.Fielderr("reference", "is overall, largest, or a group for each attribute such as sex: male")
		case t == fairness.Whole || t == fairness.Largest:
			r.Against = t
		default:
			r.only = t
		}
		return nil
	}
	r.Groups = map[string]fairness.Value{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		t, ok := scalar(m[k])
		if !ok && m[k] != nil {
			return touch.Fielderr("reference", "the group of %s must be one value", k)
		}
		r.Groups[k] = fairness.Value{Text: t, Null: m[k] == nil}
	}
	return nil
}

// UnmarshalYAML reads "all", one name, or a list of names.
func (m *Metrics) UnmarshalYAML(b []byte) error {
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return err
	}
	if v == "all" {
		*m = fairness.All()
		return nil
	}
	names, err := texts(v)
	if err != nil {
		return touch.Fielderr("metrics", "is all, or a list of names")
	}
	for _, n := range names {
		x, ok := fairness.ParseMetric(n)
		if !ok {
			return touch.Fielderr("metrics", "%q is none; there are %s", n, metricNames())
		}
		*m = append(*m, x)
	}
	return nil
}

func metricNames() string {
	var out []string
	for _, m := range fairness.All() {
		out = append(out, string(m))
	}
	return strings.Join(out, ", ")
}
