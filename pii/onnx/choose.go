package onnx

import (
	"context"
	"maps"
	"slices"
	"strings"

	"fairtouch/pii"
)

// Choice is a model for each language. A text whose language isn't said, or that
// no model is meant for, is read by every one of them: better too many readers
// than none.
type Choice struct {
	Default pii.Model            // for the languages that have none of their own; may be nil
	By      map[string]pii.Model // by primary language subtag, such as "de"
}

var _ pii.Model = Choice{}

// Name implements pii.Model.
func (c Choice) Name() string {
	var all []string
	for _, m := range c.readers("") {
		all = append(all, m.Name())
	}
	return strings.Join(all, ", ")
}

// readers are the models that read a text of a language.
func (c Choice) readers(language string) []pii.Model {
	tag, _, _ := strings.Cut(strings.ToLower(language), "-")
	if m, ok := c.By[tag]; ok {
		return []pii.Model{m}
	}
	if language != "" && c.Default != nil {
		return []pii.Model{c.Default}
	}
	var all []pii.Model
	if c.Default != nil {
		all = append(all, c.Default)
	}
	for _, k := range slices.Sorted(maps.Keys(c.By)) {
		all = append(all, c.By[k])
	}
	return all
}

// Find implements pii.Model. Any model that fails fails the text.
func (c Choice) Find(ctx context.Context, text, language string) ([]pii.Named, error) {
	var out []pii.Named
	for _, m := range c.readers(language) {
		got, err := m.Find(ctx, text, language)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}
