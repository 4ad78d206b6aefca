package consent

import (
	"slices"
	"strings"
	"time"

	"fairtouch/touch"
)

// Profiles of a consent record and of a receipt, as DPV's implementation of
// ISO/IEC TS 27560:2023 names them.
const (
	ProfileRecord  = "dpv-27560:record-eu-gdpr"
	ProfileReceipt = "dpv-27560:receipt-eu-gdpr"
)

// Party is somebody that a record names.
type Party struct {
	ID      string `json:"party_id"`
	Address string `json:"party_address"`
	Name    string `json:"party_name"`
	Contact string `json:"party_contact"`
	Type    string `json:"party_type"` // as in DPV: dpv:DataController
	Role    string `json:"party_role"`
}

// Held is what a record says beside the event itself, from the company's own
// settings and register. Nothing of it is guessed: what isn't known is said so.
type Held struct {
	Controller  Party
	Notice      *Notice  // the text that was shown; nil where none is on record
	PII         []string // categories of data that the purpose's systems may use
	Recipients  []string
	Storage     string
	Retention   string
	Withdraw    string // where and how
	Place       string // jurisdiction, and how it was found
	Authority   string
	RecordedIn  string // the record's receipt
	Transferred string
}

// Record27560 is one event of a person as ISO/IEC TS 27560:2023 asks for: its 25
// mandatory fields and those that its GDPR profile adds, with the terms of the
// W3C Data Privacy Vocabulary, as JSON-LD.
type Record27560 struct {
	Context    map[string]string `json:"@context"`
	Type       string            `json:"@type"`
	Schema     string            `json:"schema_version"`
	RecordID   string            `json:"record_id"`
	ReceiptID  string            `json:"receipt_id"`
	Principal  string            `json:"pii_principal_id"`
	Processing []Processing27560 `json:"pii_processing"`
	Parties    []Party           `json:"party_identification"`
	Events     []Event27560      `json:"event"`
}

// Processing27560 is what the person was told.
type Processing27560 struct {
	Notice       string         `json:"privacy_notice"`
	NoticeText   string         `json:"privacy_notice_text"`
	Language     string         `json:"language"`
	Purpose      string         `json:"purpose"`
	PurposeType  string         `json:"purpose_type"`
	LawfulBasis  string         `json:"lawful_basis"`
	PII          []PII27560     `json:"pii_information"`
	Controllers  []string       `json:"pii_controllers"`
	Collection   string         `json:"collection_method"`
	Method       string         `json:"processing_method"`
	Storage      string         `json:"storage_locations"`
	Retention    string         `json:"retention_period"`
	Locations    string         `json:"processing_locations"`
	Transfers    string         `json:"geographic_restrictions"`
	Jurisdiction string         `json:"jurisdiction"`
	Recipients   []string       `json:"recipient_third_parties"`
	Withdrawal   string         `json:"withdrawal_method"`
	Rights       []string       `json:"privacy_rights"`
	Authority    string         `json:"authority"`
	System       touch.SystemID `json:"ai_system"` // ours: which AI; "" for messages without AI
	Channel      touch.Channel  `json:"channel"`
}

// PII27560 is one category of data.
type PII27560 struct {
	Type      string `json:"pii_type"`
	Special   string `json:"special_category"`
	Necessity string `json:"necessity"`
}

// Event27560 is what was said.
type Event27560 struct {
	Time     time.Time `json:"event_time"`
	Validity string    `json:"validity_duration"`
	Entity   string    `json:"entity_id"`
	Type     string    `json:"event_type"`
	State    string    `json:"event_state"`
}

// Record makes the record, or with a receipt's id the receipt, of one event.
func Record(profile string, subject touch.SubjectID, e *Event, h Held) Record27560 {
	r := Record27560{
		Context: map[string]string{"dpv": "https://w3id.org/dpv#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#", "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#"},
		Type:    profile, Schema: "ISO/IEC TS 27560:2023", RecordID: string(e.ID), ReceiptID: h.RecordedIn, Principal: string(subject), Parties: []Party{h.Controller},
	}
	p := Processing27560{Notice: e.Notice, Language: e.Locale, Purpose: e.Scope.Purpose, PurposeType: "dpv:Marketing", LawfulBasis: basisTerm(e.Basis), Controllers: []string{h.Controller.ID},
		Collection: orElse(e.Method, "not on record"), Method: "dpv:Use", Storage: h.Storage, Retention: h.Retention, Locations: h.Storage, Transfers: orElse(h.Transferred, "none declared"),
		Jurisdiction: h.Place, Recipients: h.Recipients, Withdrawal: h.Withdraw, Authority: h.Authority, System: e.Scope.System, Channel: e.Scope.Channel,
		Rights: []string{"eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A16", "eu-gdpr:A17", "eu-gdpr:A18", "eu-gdpr:A20", "eu-gdpr:A21", "eu-gdpr:A22", "eu-gdpr:A77"}}
	if e.Scope.System != "" {
		p.PurposeType, p.Method = "dpv:PersonalisedAdvertising", "dpv:Profiling"
	}
	if h.Notice != nil {
		p.Notice, p.NoticeText, p.Language = h.Notice.Hash, h.Notice.Text, h.Notice.Locale
	}
	for _, x := range h.PII {
		special := "no"
		if slices.Contains([]string{"health", "religion", "ethnicity", "biometric", "sexual-orientation", "political", "trade-union", "genetic"}, x) {
			special = "yes"
		}
		p.PII = append(p.PII, PII27560{Type: x, Special: special, Necessity: "dpv:Optional"})
	}
	if p.PII == nil {
		p.PII = []PII27560{{Type: "contact", Special: "no", Necessity: "dpv:Required"}}
	}
	if p.Recipients == nil {
		p.Recipients = []string{"none"}
	}
	p.Language = orElse(p.Language, "not on record")
	p.Notice = orElse(p.Notice, "not on record")
	r.Processing = []Processing27560{p}
	r.Events = []Event27560{{Time: e.Effective().UTC(), Validity: validity(e), Entity: entity(e.Actor, subject, h.Controller.ID), Type: eventType(e), State: "dpv:" + string(e.State)}}
	return r
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}

func validity(e *Event) string {
	if e.ValidUntil.IsZero() {
		return "until withdrawn"
	}
	return "until " + e.ValidUntil.UTC().Format(time.RFC3339)
}

func entity(a Actor, subject touch.SubjectID, controller string) string {
	if a == Self {
		return string(subject)
	}
	return controller
}

// eventType is explicit where the person acted on the exact text.
func eventType(e *Event) string {
	switch {
	case e.State.Positive() && e.Actor.Affirmative() && e.Notice != "":
		return "dpv:ExplicitlyExpressedConsent"
	case e.State.Positive():
		return "dpv:ExpressedConsent"
	}
	return "dpv:" + string(e.State)
}

func basisTerm(b Basis) string {
	switch b {
	case ByConsent:
		return "eu-gdpr:A6-1-a"
	case ByContract:
		return "eu-gdpr:A6-1-b"
	case ByLegitimateInterest:
		return "eu-gdpr:A6-1-f"
	}
	return orElse(string(b), "none")
}
