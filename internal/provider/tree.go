// Package provider holds model back ends: what stands behind the path's model
// step.
package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"sort"

	"fairtouch/internal/model"
	"fairtouch/internal/protect"
	"fairtouch/touch"
	"fairtouch/treeshap"
)

// Calibration turns a margin into a probability: 1/(1+exp(-(A+B·margin))).
// Fitted on people later than those the model was trained on.
type Calibration struct {
	Method string  `json:"method"` // logistic
	A      float64 `json:"a"`
	B      float64 `json:"b"` // above 0
}

// Band is a range of probabilities, from From up to the next band.
type Band struct {
	Name   string  `json:"name"`
	From   float64 `json:"from"`
	Action string  `json:"action"` // none: nothing happens
}

// Spec is what a tree model needs beside its file.
type Spec struct {
	Name        string            `json:"name"`
	Calibration Calibration       `json:"calibration"`
	Bands       []Band            `json:"bands"`
	Features    []protect.Feature `json:"features"` // in the order of the model's inputs
}

// Tree is a LightGBM or XGBoost model that runs in this process.
type Tree struct {
	model *treeshap.Model
	spec  Spec
	hash  string
}

// NewTree loads a model file for a spec. Errors name what doesn't fit.
func NewTree(file []byte, spec Spec) (*Tree, error) {
	m, err := treeshap.Load(file)
	if err != nil {
		return nil, touch.Wrap(touch.Unsupported, err, "the model can't be used: %v", err)
	}
	if m.Classes() != 1 {
		return nil, touch.Errorf(touch.Unsupported, "the model has %d classes; a score has one", m.Classes())
	}
	if err := spec.fit(m.Features()); err != nil {
		return nil, err
	}
	sort.Slice(spec.Bands, func(i, j int) bool { return spec.Bands[i].From < spec.Bands[j].From })
	h := sha256.Sum256(file)
	return &Tree{m, spec, hex.EncodeToString(h[:])}, nil
}

func (s *Spec) fit(features []string) error {
	if s.Calibration.Method != "logistic" || !(s.Calibration.B > 0) {
		return touch.Fielderr("calibration", "give method logistic, with a and b, b above 0")
	}
	if len(s.Bands) == 0 || s.Bands[0].Name == "" {
		return touch.Fielderr("bands", "name at least one band of scores, with what is done for it")
	}
	if len(s.Features) != len(features) {
		return touch.Fielderr("features", "the model has %d inputs, the spec describes %d", len(features), len(s.Features))
	}
	for i, f := range s.Features {
		if f.Name != features[i] {
			return touch.Fielderr("features."+f.Name, "the model's input %d is called %s", i+1, features[i])
		}
		if f.Kind != "numeric" && f.Kind != "category" {
			return touch.Fielderr("features."+f.Name, "its kind must be numeric or category")
		}
	}
	return nil
}

// Model is the loaded model, for its explanations.
func (t *Tree) Model() *treeshap.Model { return t.model }

// Hash is the sha256 of the model file.
func (t *Tree) Hash() string { return t.hash }

// Spec is what the tree was made with.
func (t *Tree) Spec() Spec { return t.spec }

// Call implements model.Provider.
func (t *Tree) Call(_ context.Context, safe protect.Safe) (model.Raw, error) {
	var dst [1]float64
	margin := t.model.Margin(dst[:0], safe.Row())[0]
	if math.IsNaN(margin) {
		return model.Raw{}, touch.Errorf(touch.Internal, "the model gave no number")
	}
	p := t.Probability(margin)
	i := t.band(p)
	b := t.spec.Bands[i]
	return model.Raw{Outcome: touch.Outcome{Score: &p, Band: b.Name, Action: b.Action}, Margin: margin, Line: t.line(i), Hash: t.hash}, nil
}

// Probability is the calibrated probability of a margin.
func (t *Tree) Probability(margin float64) float64 {
	return 1 / (1 + math.Exp(-(t.spec.Calibration.A + t.spec.Calibration.B*margin)))
}

func (t *Tree) band(p float64) int {
	i := 0
	for j := range t.spec.Bands {
		if p >= t.spec.Bands[j].From {
			i = j
		}
	}
	return i
}

// line is the margin at which something else would have happened: the lower
// end of a band with an action, else the lower end of the first such band.
func (t *Tree) line(i int) float64 {
	for j := i; j < len(t.spec.Bands); j++ {
		if b := t.spec.Bands[j]; b.Action != "none" && b.From > 0 && b.From < 1 {
			return (math.Log(b.From/(1-b.From)) - t.spec.Calibration.A) / t.spec.Calibration.B
		}
	}
	return -math.MaxFloat64 // nothing is ever done
}
