package govern_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/disclose"
	"fairtouch/internal/explain"
	"fairtouch/internal/model"
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
	"fairtouch/internal/protect"
)

func TestSkippingAStepDoesNotCompile(t *testing.T) {
	dirs, err := os.ReadDir("testdata/skips")
	if err != nil || len(dirs) < 7 {
		t.Fatalf("%d snippets, %v", len(dirs), err)
	}
	for _, d := range dirs {
		out, err := exec.Command("go", "vet", "./testdata/skips/"+d.Name()).CombinedOutput()
		if d.Name() == "fine" {
			if err != nil {
				t.Errorf("the control doesn't compile, so the others prove nothing: %s", out)
			}
			continue
		}
		said := string(out)
		if err == nil || !strings.Contains(said, "cannot use") && !strings.Contains(said, "unknown field") && !strings.Contains(said, "unexported") {
			t.Errorf("%s: want a type error, got %v: %s", d.Name(), err, out)
		}
	}
}

func TestAZeroValueGoesNowhere(t *testing.T) {
	ctx := context.Background()
	if _, err := consent.Ask(pilot.Placement{}, consent.Question{}, nil, nil, time.Now()); err == nil {
		t.Error("consent was asked for a touch without a placement")
	}
	if _, _, err := policy.Decide(consent.Standing{}, policy.Input{}, nil); err == nil {
		t.Error("policy answered without consent")
	}
	if _, _, err := protect.Minimise(policy.Permit{}, protect.Plan{}, nil); err == nil {
		t.Error("data were handed over without a permit")
	}
	if _, err := model.Call(ctx, nil, protect.Safe{}, time.Now); err == nil {
		t.Error("a model was called without a payload")
	}
	if _, err := (&explain.Kit{}).Answer(model.Answer{}, "en", nil); err == nil {
		t.Error("an answer that doesn't exist was explained")
	}
	if _, err := explain.Bare(model.Answer{}, "en", "x"); err == nil {
		t.Error("an answer that doesn't exist was explained")
	}
	if _, err := disclose.Answer(explain.Explained{}, disclose.Duty{}, "", disclose.Links{Human: "x"}); err == nil {
		t.Error("an answer that doesn't exist was disclosed")
	}
}
