package engine_test

import (
	"testing"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
)

// TestShortFormsMeanTheLongOnes: what people write first should work.
func TestShortFormsMeanTheLongOnes(t *testing.T) {
	s, err := engine.ParseSpec([]byte("data: people.csv\nattributes: sex\nprediction: sent\nreference: male\nmin_n: 0\npositive: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	q := s.Question()
	if s.Data.File != "people.csv" || len(q.Attributes) != 1 || q.Reference["sex"] != (fairness.Value{Text: "male"}) || q.MinN != 1 || s.Positive.Label[0] != "1" {
		t.Errorf("%+v %+v", s, q)
	}
	for text, system := range map[string]string{"true": "", "lead-scorer": "lead-scorer", "{system: x}": "x", "{}": ""} {
		s, err := engine.ParseSpec([]byte("data: {decisions: " + text + "}\nattributes: [sex]\nprediction: allowed\nreference: overall\n"))
		if err != nil || s.Data.Decisions == nil || s.Data.Decisions.System != system || s.Reference.Against != fairness.Whole {
			t.Errorf("%s: %v %+v", text, err, s.Data.Decisions)
		}
	}
	if _, err := engine.ParseSpec([]byte("data: x.csv\nattributes: [a, b]\nprediction: p\nreference: male\n")); err == nil {
		t.Error("a group of which attribute?")
	}
}
