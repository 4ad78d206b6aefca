package models_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"math"
	"testing"

	"fairtouch/demo"
	"fairtouch/demo/models"
)

func card(t *testing.T) models.Card {
	t.Helper()
	c, err := models.ReadCard()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheCardSpeaksOfTheModelsThatAreHere(t *testing.T) {
	c := card(t)
	for id, b := range map[string][]byte{models.LightGBMID: models.LightGBM(), models.XGBoostID: models.XGBoost()} {
		m := c.Model(id)
		if m == nil {
			t.Fatalf("%s has no card", id)
		}
		h := sha256.Sum256(b)
		if hex.EncodeToString(h[:]) != m.SHA256 || len(b) == 0 {
			t.Errorf("%s is another file than the one that was measured", id)
		}
		for _, name := range []string{m.File, m.Reliability.File, m.AuditFile} {
			if _, err := fs.Stat(models.FS(), name); err != nil {
				t.Error(err)
			}
		}
	}
	if len(models.CardText()) == 0 || c.Model("another") != nil {
		t.Error("a card is missing or invented")
	}
}

func TestTheTestSliceComesAfterWhateverTheModelsLearnt(t *testing.T) {
	c := card(t)
	s := c.Split
	if s.Fit.From != 0 || s.Fit.To != s.Calibrate.From || s.Calibrate.To != s.Test.From || s.Test.To != c.Data.Rows {
		t.Fatalf("the slices are not in the order of time: %+v", s)
	}
	for _, m := range c.Models {
		if m.Metrics.TestAfter.N != s.Test.To-s.Test.From {
			t.Errorf("%s was measured on other rows", m.ID)
		}
		if m.Metrics.TestAfter.LogLoss >= m.Metrics.TestBefore.LogLoss || math.Abs(m.Metrics.CalibrateAfter.InTheLarge) > 1e-3 {
			t.Errorf("%s: calibration made it worse", m.ID)
		}
	}
}

func TestNobodyIsScoredOnWhatWasPromisedNotToCount(t *testing.T) {
	for _, m := range card(t).Models {
		for _, f := range m.Features {
			for _, no := range []string{"age", "marital", "duration", "y"} {
				if f.Name == no {
					t.Errorf("%s uses %s", m.ID, no)
				}
			}
			switch f.Category {
			case "contact_history", "account", "profile", "campaign":
			default:
				t.Errorf("%s is of no category of data", f.Name)
			}
			if f.Kind == "numeric" && (f.Min == nil || f.Max == nil || *f.Min >= *f.Max) || f.Kind == "category" && len(f.Values) < 2 {
				t.Errorf("%s has no range", f.Name)
			}
		}
	}
}

func TestBandsLeaveNobodyOut(t *testing.T) {
	for _, m := range card(t).Models {
		for i, b := range m.Bands {
			if i > 0 && b.AtLeast >= m.Bands[i-1].AtLeast {
				t.Errorf("%s: band %s is not below the one before", m.ID, b.Name)
			}
			if got := m.Band(b.AtLeast); got != b {
				t.Errorf("%s: the border of %s belongs to %s", m.ID, b.Name, got.Name)
			}
		}
		if m.Bands[len(m.Bands)-1].AtLeast != 0 || m.Band(0).Action != "none" || m.Band(1).Action != "call" {
			t.Errorf("%s: bands %+v", m.ID, m.Bands)
		}
		p := m.Bands[0].AtLeast
		if got := m.Calibration.Probability(m.Calibration.Margin(p)); math.Abs(got-p) > 1e-12 {
			t.Errorf("%s: the border's margin gives %g, not %g", m.ID, got, p)
		}
	}
}

func TestTheDemoKnowsWhichCallsWereFitted(t *testing.T) {
	c := card(t)
	if c.Split.Fit.From != 0 || c.Split.Fit.To != demo.Fitted {
		t.Errorf("fitted on %d to %d, the demo says the first %d", c.Split.Fit.From, c.Split.Fit.To, demo.Fitted)
	}
}
