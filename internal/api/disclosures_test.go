package api_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/feed"
	"fairtouch/internal/disclose/marks"
	"fairtouch/touch"
)

// fakeOutputs knows what it is asked, and whom it was asked by.
type fakeOutputs struct{}

func (fakeOutputs) MarkImage(_ context.Context, p access.Principal, image []byte, spec disclose.OutputSpec) (disclose.Output, error) {
	return disclose.Output{Image: append([]byte("marked "), image...), Said: marks.Said{Format: "image/png", XMP: spec.Source, Claims: []marks.Claimed{{Holds: true}}},
		Known: disclose.Known{ID: "prn_" + string(p.Workspace), Receipt: "evt_1", Decision: spec.Decision}}, nil
}

func (fakeOutputs) RecogniseImage(_ context.Context, p access.Principal, _ []byte) (marks.Said, []disclose.Known, error) {
	return marks.Said{Format: "image/png"}, []disclose.Known{{ID: "prn_" + string(p.Workspace)}}, nil
}

func (fakeOutputs) RecogniseText(_ context.Context, p access.Principal, text string) ([]disclose.Known, error) {
	if text == "unknown" {
		return []disclose.Known{}, nil
	}
	return []disclose.Known{{ID: "prn_" + string(p.Workspace), How: "form"}}, nil
}

func (fakeOutputs) Render(_ context.Context, p access.Principal, id touch.DecisionID, text, _ string) (disclose.Sent, error) {
	return disclose.Sent{Rendered: disclose.Rendered{Text: "AI: " + text, Headers: map[string]string{"AI-Disclosure": "mode=ai-originated"}}, Known: disclose.Known{ID: "prn_" + string(p.Workspace), Decision: id}, Token: "tok"}, nil
}

func (fakeOutputs) Delivered(_ context.Context, p access.Principal, output string) (disclose.Known, error) {
	if output != "prn_"+string(p.Workspace) {
		return disclose.Known{}, touch.Errorf(touch.Unknown, "there is none")
	}
	return disclose.Known{ID: output}, nil
}

func (fakeOutputs) Shown(_ context.Context, token string) (disclose.Known, error) {
	if token != "tok" {
		return disclose.Known{}, touch.Errorf(touch.Unknown, "not valid")
	}
	return disclose.Known{ID: "prn_x", Shown: time.Unix(1, 0)}, nil
}

func (fakeOutputs) LintFeed(_ context.Context, _ access.Principal, r io.Reader) (feed.Report, error) {
	return feed.Lint(r, nil)
}

// Whoever holds a token learns when its output was shown, and nothing of whom.
func TestTheShownBeaconNeedsItsTokenAlone(t *testing.T) {
	w := newWorld(t)
	if rec := w.do("", "POST", "/v1/disclosures/shown", `{"token":"tok"}`); rec.Code != 200 || strings.Contains(rec.Body.String(), "prn_") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("", "POST", "/v1/disclosures/shown", `{"token":"other"}`); rec.Code != 404 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	key := w.key(acme, access.Decide)
	if rec := w.do(key, "POST", "/v1/disclosures/render", `{"decision":"dec_1","text":"Hi"}`); rec.Code != 200 || rec.Header().Get("AI-Disclosure") == "" || !strings.Contains(rec.Body.String(), `"text":"AI: Hi"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do(key, "POST", "/v1/disclosures/delivered", `{"output":"prn_rival"}`); rec.Code != 404 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestAnImageIsMarkedForTheKeysOwnWorkspace(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.Decide, access.RecordRead)
	out := read[struct {
		Image  []byte
		Source string `json:"digital_source_type"`
		Known  disclose.Known
	}](t, w.do(key, "POST", "/v1/disclosures/image", `{"image":"aW1hZ2U=","source":"composite","decision":"dec_1"}`).Body.Bytes())
	if string(out.Image) != "marked image" || out.Source != string(marks.Composite) || out.Known.ID != "prn_"+string(acme) || out.Known.Decision != touch.DecisionID("dec_1") {
		t.Errorf("%+v", out)
	}
	for body, want := range map[string]string{`{"image":"aW1hZ2U=","source":"by hand"}`: `"field":"source"`, `{}`: `"field":"image"`, `{"image":"not base64!"}`: `"code":"invalid"`} {
		if rec := w.do(key, "POST", "/v1/disclosures/image", body); rec.Code != 400 || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
}

func TestAnOutputIsRecognised(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.RecordRead)
	for body, want := range map[string]string{
		`{"text":"hello"}`:     `"how":"form"`,
		`{"image":"aW1hZ2U="}`: `"media":"image/png"`,
		`{"text":"unknown"}`:   `"known":[]`,
	} {
		if rec := w.do(key, "POST", "/v1/disclosures/recognise", body); rec.Code != 200 || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
	for _, body := range []string{`{}`, `{"image":"aW1hZ2U=","text":"both"}`} {
		if rec := w.do(key, "POST", "/v1/disclosures/recognise", body); rec.Code != 400 {
			t.Errorf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
	if rec := w.do(w.key(acme, access.Decide), "POST", "/v1/disclosures/recognise", `{"text":"hello"}`); rec.Code != 403 {
		t.Errorf("without the scope: %d", rec.Code)
	}
}
