package api_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/pii"
	"fairtouch/touch"
)

// echoTokens is a vault that knows nothing.
type echoTokens struct{}

func (echoTokens) Protect(_ context.Context, _ touch.Workspace, _ pii.Scope, text string, fs []pii.Finding) (string, error) {
	s, err := pii.NewSession([]byte("sixteen bytes or"))
	if err != nil {
		return "", err
	}
	out, _, err := s.Protect(text, fs)
	return out, err
}

func (echoTokens) Restore(_ context.Context, _ touch.Workspace, _ access.Principal, _ pii.Scope, text string) (string, int, error) {
	return text, 0, nil
}

func piiCall(t *testing.T, path, body string, status int) string {
	t.Helper()
	w := newWorld(t)
	rec := w.do(w.key(acme, access.Decide), "POST", path, body, "Content-Type", "application/json")
	if rec.Code != status {
		t.Fatalf("%s %s: %d %s", path, body, rec.Code, rec.Body)
	}
	if strings.Contains(w.log.String(), "bob@") {
		t.Fatalf("a value is in the log: %s", w.log)
	}
	return rec.Body.String()
}

func TestAPresidioClientGetsPresidiosAnswers(t *testing.T) {
	out := piiCall(t, "/presidio/analyze", `{"text":"mail bob@shop.com","language":"en","entities":["EMAIL_ADDRESS"],"return_decision_process":true}`, 200)
	var rs []struct {
		Entity     string `json:"entity_type"`
		Start, End int
		Score      float64
		Why        *struct {
			Original float64 `json:"original_score"`
		} `json:"analysis_explanation"`
	}
	if err := json.Unmarshal([]byte(out), &rs); err != nil || len(rs) != 1 || rs[0].Entity != "EMAIL_ADDRESS" || rs[0].Start != 5 || rs[0].End != 17 || rs[0].Why == nil {
		t.Fatal(out)
	}
	if out := piiCall(t, "/presidio/analyze", `{"text":["a","bob@shop.com"],"language":"en"}`, 200); !strings.HasPrefix(out, "[[],[{") {
		t.Fatal(out)
	}
	for body, want := range map[string]string{`{"language":"en"}`: "No text provided", `{"text":"x"}`: "No language provided"} {
		if out := piiCall(t, "/presidio/analyze", body, 500); !strings.Contains(out, `"error":"`+want) {
			t.Fatal(out)
		}
	}
	adhoc := `{"text":"zip 10023 here","language":"en","entities":["ZIP"],"ad_hoc_recognizers":[{"name":"Zip","supported_language":"en","supported_entity":"ZIP","patterns":[{"name":"zip","regex":"\\b\\d{5}\\b","score":0.01}],"context":["zip"]}]}`
	if out := piiCall(t, "/presidio/analyze", adhoc, 200); !strings.Contains(out, `"entity_type":"ZIP"`) || !strings.Contains(out, `"score":0.4`) {
		t.Fatal(out)
	}
}

func TestAnonymizingAndUndoingIsAsPresidioDoesIt(t *testing.T) {
	in := `{"text":"hello world, my name is Jane Doe. My number is: 034453334","anonymizers":{"DEFAULT":{"type":"replace","new_value":"ANONYMIZED"},"PHONE_NUMBER":{"type":"mask","masking_char":"*","chars_to_mask":4,"from_end":true}},
	"analyzer_results":[{"start":24,"end":32,"score":0.8,"entity_type":"NAME"},{"start":24,"end":28,"score":0.8,"entity_type":"FIRST_NAME"},{"start":29,"end":32,"score":0.6,"entity_type":"LAST_NAME"},{"start":48,"end":57,"score":0.95,"entity_type":"PHONE_NUMBER"}]}`
	want := `{"items":[{"end":59,"entity_type":"PHONE_NUMBER","operator":"mask","start":50,"text":"03445****"},{"end":34,"entity_type":"NAME","operator":"replace","start":24,"text":"ANONYMIZED"}],"text":"hello world, my name is ANONYMIZED. My number is: 03445****"}`
	var a, b any
	out := piiCall(t, "/presidio/anonymize", in, 200)
	if json.Unmarshal([]byte(out), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		t.Fatal(out)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Fatalf("%s\n%s", x, y)
	}
	piiCall(t, "/presidio/anonymize", `{"text":"bob@shop.com","analyzer_results":[{"start":0,"end":12,"score":1,"entity_type":"E"}],"anonymizers":{"DEFAULT":{"type":"hash","salt":"short"}}}`, 422)
	piiCall(t, "/presidio/anonymize", `{"text":"bob","analyzer_results":[{"start":0,"end":12,"score":1,"entity_type":"E"}]}`, 422)
	enc := piiCall(t, "/presidio/anonymize", `{"text":"ü bob","analyzer_results":[{"start":2,"end":5,"score":1,"entity_type":"NAME"}],"anonymizers":{"NAME":{"type":"encrypt","key":"WmZq4t7w!z%C&F)J"}}}`, 200)
	var made struct {
		Text  string
		Items json.RawMessage
	}
	if json.Unmarshal([]byte(enc), &made) != nil || strings.Contains(made.Text, "bob") {
		t.Fatal(enc)
	}
	back, _ := json.Marshal(map[string]any{"text": made.Text, "anonymizer_results": made.Items, "deanonymizers": map[string]any{"NAME": map[string]string{"type": "decrypt", "key": "WmZq4t7w!z%C&F)J"}}})
	if out := piiCall(t, "/presidio/deanonymize", string(back), 200); !strings.Contains(out, `"text":"ü bob"`) {
		t.Fatal(out)
	}
}

func TestScanningAndProtectingOverTheAPI(t *testing.T) {
	if out := piiCall(t, "/v1/pii/scan", `{"text":"ü bob@shop.com"}`, 200); !strings.Contains(out, `"byte_start":3`) || !strings.Contains(out, `"start":2`) {
		t.Fatal(out)
	}
	if out := piiCall(t, "/v1/pii/protect", `{"text":"mail bob@shop.com"}`, 200); strings.Contains(out, "bob@") || !strings.Contains(out, "EMAIL_") {
		t.Fatal(out)
	}
	for _, op := range []string{"replace", "redact", "mask", "hash", "surrogate"} {
		if out := piiCall(t, "/v1/pii/protect", `{"text":"mail bob@shop.com","operator":"`+op+`"}`, 200); strings.Contains(out, "bob@") {
			t.Fatal(op, out)
		}
	}
	piiCall(t, "/v1/pii/protect", `{"text":"x","operator":"burn"}`, 400)
	piiCall(t, "/v1/pii/scan", `{"text":"x","types":["NOPE"]}`, 400)
}
