package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// mailbox confirms nothing; a yes to the text "ask" has to be confirmed.
type mailbox struct{}

func (mailbox) MustConfirm(_ context.Context, _ touch.Workspace, e *consent.Event) (bool, error) {
	return e.Notice == "ask", nil
}

func (mailbox) AskConfirmation(context.Context, touch.Workspace, string, string, string) error {
	return nil
}

func (mailbox) MarkBorn(context.Context, touch.Workspace, string, string, string) (time.Time, string, error) {
	return time.Unix(1, 0), "", nil
}

// A client can't say yes for a person to a text that asks for a confirmation,
// unless it says that it confirmed it itself.
func TestAnUnconfirmedYesIsRefused(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.ConsentWrite)
	yes := `{"external_id":"joe","events":[{"scope":{"purpose":"news","system":"","channel":"email"},"state":"ConsentGiven","basis":"consent","notice":"ask","actor":"self"ASSURED}]}`
	for assured, want := range map[string]int{"": http.StatusUnprocessableEntity, `,"assurance":"device"`: http.StatusUnprocessableEntity, `,"assurance":"double_opt_in"`: http.StatusCreated} {
		rec := w.do(key, "POST", "/v1/consents", strings.Replace(yes, "ASSURED", assured, 1))
		if rec.Code != want && !(want == http.StatusUnprocessableEntity && rec.Code == http.StatusBadRequest) {
			t.Errorf("%q: %d %s", assured, rec.Code, rec.Body)
		}
	}
	rec := w.do(key, "POST", "/v1/consents", strings.NewReplacer("ASSURED", "", `"ask"`, `"other"`).Replace(yes))
	if rec.Code != http.StatusCreated {
		t.Errorf("a text that asks for none: %d %s", rec.Code, rec.Body)
	}
	if rec := w.do(key, "POST", "/v1/consents/confirmations", `{"external_id":"joe","notice":"ask","email":"joe@example.com"}`); rec.Code != http.StatusAccepted || !strings.Contains(rec.Body.String(), "ConsentRequested") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
