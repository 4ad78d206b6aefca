package events

import (
	"encoding/json"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

var intakeNow = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// whole is a mapping under which every yes that is one could be taken.
var whole = Mapping{Source: "crm", Topics: map[string]Meaning{
	"Advertising": {Purpose: "offers", Channel: touch.Ads, Notice: "n1"},
	"11":          {Purpose: "newsletter", Channel: touch.Email, Notice: "n1"},
	"email":       {Purpose: "newsletter", Channel: touch.Email, Notice: "n1"},
	"push":        {Purpose: "newsletter", Channel: touch.Push, Notice: "n1"},
	"sms":         {Purpose: "newsletter", Channel: touch.SMS, Notice: "n1"},
	"topic_1":     {Purpose: "newsletter", Channel: touch.Email, Notice: "n1", OptIn: true},
	"topic_2":     {Purpose: "tips", Channel: touch.Email, Notice: "n1"},
}}

func take(t *testing.T, system, payload string, m Mapping) (yes, no []consent.Event, doubts []Doubt) {
	t.Helper()
	in, err := Read(system, []byte(payload), m, intakeNow)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in.People {
		if p.External == "" {
			t.Error("somebody without a name")
		}
		for _, e := range p.Events {
			if err := e.Validate(); err != nil {
				t.Errorf("an event that the ledger refuses: %v", err)
			}
			if e.Actor != consent.Import {
				t.Errorf("another system's word counts as an act of %s", e.Actor)
			}
			if e.State.Positive() {
				yes = append(yes, e)
			} else {
				no = append(no, e)
			}
		}
	}
	return yes, no, in.Doubts
}

// notConsent asserts that a payload brings no permission, but says why.
func notConsent(t *testing.T, system, payload string) {
	t.Helper()
	yes, _, doubts := take(t, system, payload, whole)
	if len(yes) > 0 {
		t.Errorf("became a permission: %+v", yes)
	}
	if len(doubts) == 0 {
		t.Error("was dropped without a word")
	}
}

func isConsent(t *testing.T, system, payload string) {
	t.Helper()
	yes, no, doubts := take(t, system, payload, whole)
	if len(yes) != 1 || len(no) > 0 {
		t.Errorf("%d yes, %d no, %v", len(yes), len(no), doubts)
	}
	bare := Mapping{Topics: map[string]Meaning{}}
	for k, v := range whole.Topics {
		v.Notice = ""
		bare.Topics[k] = v
	}
	if yes, _, _ := take(t, system, payload, bare); len(yes) > 0 {
		t.Error("a yes without the text that was shown was taken")
	}
}

func isRefusal(t *testing.T, system, payload string) {
	t.Helper()
	for _, m := range []Mapping{whole, {}} { // a no needs no mapping
		yes, no, doubts := take(t, system, payload, m)
		if len(yes) > 0 || len(no) == 0 {
			t.Errorf("%d yes, %d no, %v", len(yes), len(no), doubts)
		}
	}
}

// Segment.
func TestSegmentTheBannersStampOnEveryEventIsNotConsent(t *testing.T) {
	notConsent(t, "segment", `{"type":"identify","userId":"jane","timestamp":"2026-11-01T10:00:00Z","context":{"consent":{"categoryPreferences":{"Advertising":true}}}}`)
}

func TestSegmentAChoiceInTheBannerIs(t *testing.T) {
	isConsent(t, "segment", `{"type":"track","event":"Segment Consent Preference Updated","userId":"jane","timestamp":"2026-11-01T10:00:00Z","context":{"consent":{"categoryPreferences":{"Advertising":true}}}}`)
}

func TestSegmentAFalseIsARefusalOnAnyEvent(t *testing.T) {
	isRefusal(t, "segment", `[{"type":"page","userId":"jane","timestamp":"2026-11-01T10:00:00Z","context":{"consent":{"categoryPreferences":{"Advertising":false}}}}]`)
}

func TestSegmentNobodyIsNamedByAnAnonymousID(t *testing.T) {
	notConsent(t, "segment", `{"type":"track","event":"Segment Consent Preference Updated","anonymousId":"a","timestamp":"2026-11-01T10:00:00Z","context":{"consent":{"categoryPreferences":{"Advertising":true}}}}`)
}

func TestSegmentNullAndOtherWordsAreNotConsent(t *testing.T) {
	for _, v := range []string{"null", `"granted"`, "2", "[]", `"maybe"`} {
		notConsent(t, "segment", `{"type":"track","event":"Segment Consent Preference Updated","userId":"jane","timestamp":"2026-11-01T10:00:00Z","context":{"consent":{"categoryPreferences":{"Advertising":`+v+`}}}}`)
	}
}

// HubSpot.
func TestHubSpotNotHavingOptedOutIsNotConsent(t *testing.T) {
	for _, v := range []string{`""`, `"false"`, "false", "null"} {
		notConsent(t, "hubspot", `{"properties":{"email":"jane@example.com","hs_email_optout":`+v+`}}`)
	}
}

func TestHubSpotSubscribedByAnImportIsNotConsent(t *testing.T) {
	for _, basis := range []string{"", "LEGITIMATE_INTEREST_PQL", "LEGITIMATE_INTEREST_CLIENT", "PERFORMANCE_OF_CONTRACT", "NON_GDPR", "PROCESS_AND_STORE"} {
		notConsent(t, "hubspot", `{"subscriberIdString":"jane@example.com","subscriptionId":11,"status":"SUBSCRIBED","timestamp":"2026-11-01T10:00:00Z","legalBasis":"`+basis+`"}`)
	}
}

func TestHubSpotSubscribedByASettingOfTheAccountIsNotConsent(t *testing.T) {
	notConsent(t, "hubspot", `{"recipient":"jane@example.com","subscriptionStatuses":[{"id":"11","status":"SUBSCRIBED","sourceOfStatus":"PORTAL_WIDE_STATUS","legalBasis":"CONSENT_WITH_NOTICE"}]}`)
}

func TestHubSpotNotSpecifiedIsNotConsent(t *testing.T) {
	notConsent(t, "hubspot", `{"subscriberIdString":"jane@example.com","subscriptionId":11,"status":"NOT_SPECIFIED"}`)
}

func TestHubSpotConsentWithoutATimeIsNotTaken(t *testing.T) {
	notConsent(t, "hubspot", `{"recipient":"jane@example.com","subscriptionStatuses":[{"id":"11","status":"SUBSCRIBED","sourceOfStatus":"SUBSCRIPTION_STATUS","legalBasis":"CONSENT_WITH_NOTICE"}]}`)
}

func TestHubSpotConsentWithNoticeIs(t *testing.T) {
	isConsent(t, "hubspot", `{"results":[{"subscriberIdString":"jane@example.com","subscriptionId":11,"status":"SUBSCRIBED","timestamp":"2026-11-01T10:00:00Z","legalBasis":"CONSENT_WITH_NOTICE"}]}`)
}

func TestHubSpotOptOutsAreRefusals(t *testing.T) {
	isRefusal(t, "hubspot", `{"properties":{"email":"jane@example.com","hs_email_optout":"true"}}`)
	isRefusal(t, "hubspot", `{"recipient":"jane@example.com","subscriptionStatuses":[{"id":"11","status":"NOT_SUBSCRIBED"}]}`)
}

// Braze.
func TestBrazeSubscribedIsTheDefaultAndNotConsent(t *testing.T) {
	notConsent(t, "braze", `{"users":[{"external_id":"jane","email_subscribe":"subscribed","push_subscribe":"subscribed","email_opted_in_at":"2026-11-01T10:00:00Z"}]}`)
}

func TestBrazeOptedInIs(t *testing.T) {
	isConsent(t, "braze", `{"external_id":"jane","email_subscribe":"opted_in","email_opted_in_at":"2026-11-01T10:00:00.000Z"}`)
	isConsent(t, "braze", `{"external_user_id":"jane","time":1793527200,"properties":{"state":"Opted In","channel":"email"}}`)
}

func TestBrazeUnsubscribedIsARefusalAlsoWithoutATime(t *testing.T) {
	isRefusal(t, "braze", `{"external_id":"jane","email_subscribe":"unsubscribed"}`)
}

// Klaviyo.
func TestKlaviyoMayReceiveIsNotConsent(t *testing.T) {
	notConsent(t, "klaviyo", `{"data":[{"type":"profile","attributes":{"email":"jane@example.com","subscriptions":{"email":{"marketing":{"can_receive_email_marketing":true,"consent":"NEVER_SUBSCRIBED"}}}}}]}`)
}

func TestKlaviyoSubscribedByAnImportIsNotConsent(t *testing.T) {
	for _, method := range []string{"", "IMPORT", "API", "MANUAL_ADD", "BULK", "INTEGRATION"} {
		notConsent(t, "klaviyo", `{"attributes":{"email":"jane@example.com","subscriptions":{"email":{"marketing":{"consent":"SUBSCRIBED","consent_timestamp":"2026-11-01T10:00:00Z","method":"`+method+`","double_optin":false}}}}}`)
	}
}

func TestKlaviyoAFormOrADoubleOptInIs(t *testing.T) {
	isConsent(t, "klaviyo", `{"attributes":{"email":"jane@example.com","subscriptions":{"email":{"marketing":{"consent":"SUBSCRIBED","consent_timestamp":"2026-11-01T10:00:00Z","method":"FORM"}}}}}`)
	isConsent(t, "klaviyo", `{"attributes":{"email":"jane@example.com","subscriptions":{"sms":{"marketing":{"consent":"SUBSCRIBED","consent_timestamp":"2026-11-01T10:00:00Z","method":"API","double_optin":true}}}}}`)
}

func TestKlaviyoASuppressionIsARefusalWhateverConsentSays(t *testing.T) {
	payload := `{"attributes":{"email":"jane@example.com","subscriptions":{"email":{"marketing":{"consent":"NEVER_SUBSCRIBED","suppression":[{"reason":"USER_SUPPRESSED","timestamp":"2026-11-02T10:00:00Z"}]}}}}}`
	isRefusal(t, "klaviyo", payload)
}

// Customer.io.
func TestCustomerIONotUnsubscribedIsNotConsent(t *testing.T) {
	for _, v := range []string{"false", `"false"`, `""`, "null", "0"} {
		notConsent(t, "customerio", `{"customer":{"id":"jane","attributes":{"unsubscribed":`+v+`}}}`)
	}
}

func TestCustomerIOATopicThatIsOnByDefaultIsNotConsent(t *testing.T) {
	notConsent(t, "customerio", `{"event_type":"cio_subscription_preferences_changed","timestamp":1793527200,"data":{"customer_id":"jane","content":"{\"topics\":{\"topic_2\":true}}"}}`)
}

func TestCustomerIOATopicThatSomebodyTurnedOnIs(t *testing.T) {
	isConsent(t, "customerio", `{"event_type":"cio_subscription_preferences_changed","timestamp":1793527200,"data":{"customer_id":"jane","content":"{\"topics\":{\"topic_1\":true}}"}}`)
}

func TestCustomerIOTheTextTrueIsARefusalToo(t *testing.T) {
	for _, v := range []string{"true", `"true"`, "1"} {
		isRefusal(t, "customerio", `{"customer":{"id":"jane","attributes":{"unsubscribed":`+v+`}}}`)
	}
	isRefusal(t, "customerio", `{"event_type":"customer_unsubscribed","timestamp":1793527200,"data":{"customer_id":"jane"}}`)
	isRefusal(t, "customerio", `{"timestamp":1793527200,"data":{"customer_id":"jane","content":"{\"topics\":{\"topic_1\":false}}"}}`)
}

func TestCustomerIOResubscribedByTheStaffIsNotConsent(t *testing.T) {
	notConsent(t, "customerio", `{"event_type":"customer_subscribed","timestamp":1793527200,"data":{"customer_id":"jane"}}`)
}

// All of them.
func TestATopicThatNobodyMappedBringsNoPermission(t *testing.T) {
	yes, _, doubts := take(t, "braze", `{"external_id":"jane","email_subscribe":"opted_in","email_opted_in_at":"2026-11-01T10:00:00Z"}`, Mapping{})
	if len(yes) > 0 || len(doubts) != 1 {
		t.Fatal(yes, doubts)
	}
}

func TestAClockThatRunsAheadGainsNothing(t *testing.T) {
	yes, _, _ := take(t, "braze", `{"external_id":"jane","email_subscribe":"opted_in","email_opted_in_at":"2099-01-01T00:00:00Z"}`, whole)
	if len(yes) != 1 || yes[0].Effective().After(intakeNow) {
		t.Fatalf("%+v", yes)
	}
}

func TestSecondsAndMillisecondsAreToldApart(t *testing.T) {
	if a, b := when("1793527200"), when("1793527200000"); !a.Equal(b) || a.Year() != 2026 {
		t.Fatal(a, b)
	}
	for _, s := range []string{"", "yesterday", "-5", "0", "1e9"} {
		if got := when(s); !got.IsZero() {
			t.Errorf("%q is %s", s, got)
		}
	}
}

func TestALateImportNeverOverridesALaterWithdrawal(t *testing.T) {
	yes, _, _ := take(t, "braze", `{"external_id":"jane","email_subscribe":"opted_in","email_opted_in_at":"2026-11-01T10:00:00Z"}`, whole)
	p := &consent.Projection{}
	no := consent.Event{Scope: yes[0].Scope, State: consent.Withdrawn, Basis: consent.ByNone, Actor: consent.Self, OccurredAt: intakeNow.AddDate(0, 0, -1), ReceivedAt: intakeNow.AddDate(0, 0, -1)}
	p.Apply(&no)
	p.Apply(&yes[0])
	if r := consent.Evaluate([]consent.Member{{Projection: p}}, yes[0].Scope, intakeNow); r.Allowed {
		t.Fatal("an import turned a no into a yes")
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"users":[{"external_id":"j","email_subscribe":"opted_in","email_opted_in_at":"2026-11-01T10:00:00Z"}]}`, `[]`, `{"data":{"attributes":{"subscriptions":{}}}}`, `{"data":{"content":"{}"}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, sys := range Systems() {
			in, err := Read(sys, []byte(s), whole, intakeNow)
			if err != nil {
				continue
			}
			for _, p := range in.People {
				for _, e := range p.Events {
					if e.Validate() != nil || e.State.Positive() && e.Notice == "" {
						b, _ := json.Marshal(e)
						t.Fatalf("%s", b)
					}
				}
			}
		}
	})
}
