package app

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"fairtouch/pii"
)

// silent is a model that never answers.
type silent struct{}

func (silent) Name() string { return "silent" }
func (silent) Find(context.Context, string, string) ([]pii.Named, error) {
	return nil, errors.New("Zorblax is not for logs")
}

const tinyModel = "../../pii/onnx/testdata/older"

func TestTheConfiguredModelsNamesAreReplacedBeforeTheyLeave(t *testing.T) {
	a := demoApp(t, 50)
	a.Config.PIIModel, a.Config.PIIModelTime = tinyModel, 30
	a.Names = namesOf(a.Config)
	if err := a.LoadNames(); err != nil {
		t.Fatal(err)
	}
	d := openDoor(t, a, DemoCopywriter)
	resp, body := d.post("/openai/v1/chat/completions", `{"model":"sandbox","messages":[{"role":"user","content":"Please call zorblax vandermoo about the order"}]}`)
	if resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	tried, err := a.seen(t.Context(), "Please call zorblax vandermoo about the order")
	if err != nil || tried.Sent != "Please call <PERSON> about the order" {
		t.Errorf("the page shows %q, %v", tried.Sent, err)
	}
	_, doc := d.post("/v1/pii/scan", `{"text":"Please call zorblax vandermoo","language":"de"}`)
	var out struct {
		Findings []struct{ Type, Detector, Evidence string }
	}
	if json.Unmarshal([]byte(doc), &out) != nil || len(out.Findings) != 1 || out.Findings[0].Detector != "onnx" || !strings.Contains(out.Findings[0].Evidence, "the model older reads PER") {
		t.Errorf("the interface answers %s", doc)
	}
	if _, doc = d.post("/presidio/analyze", `{"text":"Please call zorblax vandermoo","language":"de"}`); !strings.Contains(doc, `"PERSON"`) {
		t.Errorf("Presidio's interface answers %s", doc)
	}
}

func TestATextThatTheModelDidNotReadLeavesNowhere(t *testing.T) {
	a := demoApp(t, 50)
	a.Names = silent{}
	d := openDoor(t, a, DemoCopywriter)
	for path, body := range map[string]string{
		"/openai/v1/chat/completions": `{"model":"sandbox","messages":[{"role":"user","content":"call Zorblax"}]}`,
		"/v1/pii/scan":                `{"text":"call Zorblax"}`,
		"/v1/pii/protect":             `{"text":"call Zorblax","operator":"redact"}`,
		"/presidio/analyze":           `{"text":"call Zorblax","language":"en"}`,
	} {
		resp, got := d.post(path, body)
		if resp.StatusCode < 500 || !strings.Contains(got, "he model of names did not answer") || strings.Contains(got, "Zorblax") {
			t.Errorf("%s answered %d %s", path, resp.StatusCode, got)
		}
	}
	if resp, got := d.post("/v1/pii/scan", `{"text":"mail z@example.org","names":false}`); resp.StatusCode != 200 {
		t.Errorf("structured types alone need no model: %d %s", resp.StatusCode, got)
	}
}

func TestAWrongModelIsToldAtTheStart(t *testing.T) {
	for spec, says := range map[string]string{
		t.TempDir():                      "there is no config.json",
		"de=" + t.TempDir():              "there is no config.json",
		tinyModel + "," + tinyModel:      "once for each language",
		"de=" + tinyModel + ",DE=" + "x": "once for each language",
		tinyModel + ",":                  "once for each language",
	} {
		a := &App{Names: namesOf(Config{PIIModel: spec, PIIModelTime: 1})}
		if err := a.LoadNames(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", spec, err)
		}
	}
	if (&App{Names: namesOf(Config{})}).LoadNames() != nil {
		t.Error("no model is configured, and it can't be read")
	}
}
