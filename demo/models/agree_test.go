package models_test

import (
	"math"
	"testing"

	"fairtouch/demo/models"
	"fairtouch/treeshap"
)

func TestGoScoresAndExplainsAsTheTrainerDid(t *testing.T) {
	card, err := models.ReadCard()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id    string
		file  []byte
		close float64
	}{{models.LightGBMID, models.LightGBM(), 1e-9}, {models.XGBoostID, models.XGBoost(), 1e-5}} {
		m, err := treeshap.Load(c.file)
		if err != nil {
			t.Fatal(c.id, err)
		}
		s, mc := m.NewScratch(), card.Model(c.id)
		n := len(m.Features())
		worst := 0.0
		for _, r := range golden(t, c.id) {
			row, want := r[1:1+n], r[3+n:]
			got := make([]float64, n+1)
			if err := m.Explain(s, row, got); err != nil {
				t.Fatal(err)
			}
			margin := s.Margins()[0]
			worst = max(worst, math.Abs(margin-r[1+n]), math.Abs(mc.Calibration.Probability(margin)-r[2+n]))
			for i := range got {
				worst = max(worst, math.Abs(got[i]-want[i]))
			}
		}
		t.Logf("%s: furthest apart %.2g", c.id, worst)
		if worst > c.close {
			t.Errorf("%s: %g apart, more than %g", c.id, worst, c.close)
		}
	}
}
