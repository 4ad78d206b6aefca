package consent_test

import (
	"encoding/json"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// Every mandatory field is there and says something, also where hardly anything
// is known: an empty field would read as an answer.
func TestRecordLeavesNoFieldEmpty(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	sparse := &consent.Event{ID: "ev_1", OccurredAt: at, ReceivedAt: at, State: "ConsentWithdrawn", Actor: consent.Self, Scope: consent.Scope{Purpose: "marketing", Channel: "email"}}
	held := consent.Held{Controller: consent.Party{ID: "ws", Name: "Bank", Address: "Street 1", Contact: "dpo@example.org", Type: "dpv:DataController", Role: "controller"},
		Storage: "own installation", Retention: "until erased", Withdraw: "the preference centre", Place: "DE", Authority: "BfDI", RecordedIn: "ev_1"}
	r := consent.Record(consent.ProfileRecord, "sub_1", sparse, held)
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	// Without a notice on record its text is unknown; a channel without AI names
	// no system.
	empty := map[string]bool{"privacy_notice_text": true, "ai_system": true}
	fields := 0
	var walk func(path, name string, v any)
	walk = func(path, name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(path+"."+k, k, x)
			}
		case []any:
			if len(v) == 0 {
				t.Errorf("%s: an empty list", path)
			}
			for _, x := range v {
				walk(path, name, x)
			}
		default:
			fields++
			if (v == nil || v == "") && !empty[name] {
				t.Errorf("%s is empty", path)
			}
		}
	}
	walk("", "", tree)
	if fields < 25 {
		t.Fatalf("%d fields", fields)
	}
	p := r.Processing[0]
	if p.LawfulBasis != "none" || p.Notice != "not on record" || r.Events[0].Type != "dpv:ConsentWithdrawn" || r.Events[0].Entity != "sub_1" || p.Method != "dpv:Use" {
		t.Errorf("%+v %+v", p, r.Events[0])
	}
}

// A yes to profiling on a notice's exact text is explicit and says whom it is for;
// one that somebody else entered is not.
func TestRecordOfAYes(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	yes := consent.Event{ID: "ev_2", OccurredAt: at, ReceivedAt: at, State: "ConsentGiven", Basis: consent.ByConsent, Actor: consent.Self, Notice: "abc",
		Scope: consent.Scope{Purpose: "marketing", Channel: "email", System: "lead"}, ValidUntil: at.AddDate(2, 0, 0)}
	held := consent.Held{Controller: consent.Party{ID: "ws"}, Notice: &consent.Notice{Hash: "abc", Text: "May we?", Locale: "en"}, PII: []string{"contact", "health"}}
	r := consent.Record(consent.ProfileReceipt, "sub_1", &yes, held)
	p := r.Processing[0]
	if r.Type != consent.ProfileReceipt || r.Events[0].Type != "dpv:ExplicitlyExpressedConsent" || r.Events[0].Validity != "until 2028-03-01T09:00:00Z" ||
		p.LawfulBasis != "eu-gdpr:A6-1-a" || p.Method != "dpv:Profiling" || p.NoticeText != "May we?" || p.System != touch.SystemID("lead") || p.PII[1].Special != "yes" {
		t.Errorf("%+v %+v", p, r.Events[0])
	}
	yes.Actor = consent.Import
	if r := consent.Record(consent.ProfileReceipt, "sub_1", &yes, held); r.Events[0].Type != "dpv:ExpressedConsent" || r.Events[0].Entity != "ws" {
		t.Errorf("%+v", r.Events[0])
	}
}
