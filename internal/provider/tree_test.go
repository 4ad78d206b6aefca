package provider_test

import (
	"strings"
	"testing"
	"time"

	"fairtouch/demo/models"
	"fairtouch/internal/model"
	"fairtouch/internal/protect"
	"fairtouch/internal/provider"
	"fairtouch/touch"
)

func spec(t *testing.T) provider.Spec {
	t.Helper()
	card, err := models.ReadCard()
	if err != nil {
		t.Fatal(err)
	}
	m := card.Model(models.LightGBMID)
	s := provider.Spec{Name: m.ID, Calibration: provider.Calibration{Method: m.Calibration.Method, A: m.Calibration.A, B: m.Calibration.B}}
	for _, b := range m.Bands {
		s.Bands = append(s.Bands, provider.Band{Name: b.Name, From: b.AtLeast, Action: b.Action})
	}
	for _, f := range m.Features {
		s.Features = append(s.Features, protect.Feature{Name: f.Name, Category: f.Category, Kind: f.Kind, Values: f.Values})
	}
	return s
}

func TestModelThatDoesntFitItsSpecIsRefused(t *testing.T) {
	if _, err := provider.NewTree(models.LightGBM(), spec(t)); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*provider.Spec){
		"calibration":   func(s *provider.Spec) { s.Calibration.Method = "isotonic" },
		"bands":         func(s *provider.Spec) { s.Bands = nil },
		"features":      func(s *provider.Spec) { s.Features = s.Features[1:] },
		"features.wage": func(s *provider.Spec) { s.Features[0].Name = "wage" },
		"features.job":  func(s *provider.Spec) { s.Features[0].Kind = "text" },
	} {
		s := spec(t)
		spoil(&s)
		_, err := provider.NewTree(models.LightGBM(), s)
		if touch.CodeOf(err) != touch.Invalid || !strings.Contains(err.Error(), "field "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := provider.NewTree([]byte("no model"), spec(t))
	if touch.CodeOf(err) != touch.Unsupported {
		t.Errorf("a file that is no model: %v", err)
	}
}

func TestModelIsNeverAskedWithoutAProtectedPayload(t *testing.T) {
	tree, err := provider.NewTree(models.LightGBM(), spec(t))
	if err != nil {
		t.Fatal(err)
	}
	a, err := model.Call(t.Context(), tree, protect.Safe{}, time.Now)
	if touch.CodeOf(err) != touch.Internal || a.Decision() != "" {
		t.Errorf("%+v %v", a, err)
	}
}

func TestALineBelongsToTheActionOfTheHighestScores(t *testing.T) {
	tree, err := provider.NewTree(models.LightGBM(), spec(t))
	if err != nil {
		t.Fatal(err)
	}
	if from, ok := tree.Line("call"); !ok || from != 0.157 {
		t.Errorf("call from %v, %v", from, ok)
	}
	for _, a := range []string{"email", "none", "visit", ""} {
		if _, ok := tree.Line(a); ok {
			t.Errorf("%q has a line of its own", a)
		}
	}
}
