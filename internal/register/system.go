package register

import (
	"slices"

	"fairtouch/touch"
)

// Modes of a system. Every page says which.
const (
	Enforced   = "enforced"   // Fairtouch calls the model
	Advised    = "advised"    // a vendor's AI: people are cleared before, results are imported
	Registered = "registered" // known, and used for nothing yet
)

// System is one registered AI system. Pointers are facts that may be unknown;
// an unknown fact is a gap where a rule needs it.
type System struct {
	ID       touch.SystemID  `json:"id" yaml:"id"`
	Name     string          `json:"name" yaml:"name"`
	Kind     touch.Kind      `json:"kind" yaml:"kind"`
	Mode     string          `json:"mode" yaml:"mode"`
	State    string          `json:"state" yaml:"state"` // active, retired
	Version  int             `json:"version" yaml:"version"`
	Owner    touch.UserID    `json:"owner" yaml:"owner"`
	Vendor   string          `json:"vendor,omitzero" yaml:"vendor"`     // a party; "" is ourselves
	Supplier *SupplierChange `json:"supplier_change,omitzero" yaml:"-"` // the last one; nil: never
	Asset    string          `json:"asset" yaml:"asset"`                // the tool at the head of its ownership chain
	Purposes []string        `json:"purposes" yaml:"purposes"`
	Channels []touch.Channel `json:"channels" yaml:"channels"`
	Markets  []string        `json:"markets" yaml:"markets"`
	Domain   string          `json:"domain" yaml:"domain"` // marketing, employment, credit, insurance, housing, health, education

	FacesPerson     bool     `json:"faces_person" yaml:"faces_person"`
	NoSubject       bool     `json:"no_subject,omitzero" yaml:"no_subject"`     // concerns no person; a touch may leave the subject out
	DataCategories  []string `json:"data_categories" yaml:"data_categories"`    // what may reach the model
	FeaturesIn      []string `json:"features_in,omitzero" yaml:"features_in"`   // inputs, by name
	FeaturesOut     []string `json:"features_out,omitzero" yaml:"features_out"` // held and never an input
	ModelHash       string   `json:"model_hash,omitzero" yaml:"model_hash"`     // sha256 of the model file
	Template        string   `json:"template,omitzero" yaml:"template"`         // registered from
	PromptTemplates []string `json:"prompt_templates,omitzero" yaml:"prompt_templates"`

	Alternative     *touch.Alternative `json:"alternative,omitzero" yaml:"alternative"` // for people whom AI must not touch
	HumanRoute      string             `json:"human_route,omitzero" yaml:"human_route"` // how a person reaches a human
	OptOutRoute     string             `json:"opt_out_route,omitzero" yaml:"opt_out_route"`
	ScaledUnpiloted bool               `json:"scaled_unpiloted,omitzero" yaml:"scaled_unpiloted"` // explicitly in full use without a pilot
	RequireLiteracy bool               `json:"requires_literacy" yaml:"requires_literacy"`

	PlacedOnMarket      Date `json:"placed_on_market,omitzero" yaml:"placed_on_market"`
	PutIntoService      Date `json:"put_into_service,omitzero" yaml:"put_into_service"`
	SignificantChangeOn Date `json:"significant_change_on,omitzero" yaml:"significant_change_on"` // none: never changed
	DPIAOn              Date `json:"dpia_on,omitzero" yaml:"dpia_on"`                             // none: not done
	FRIAOn              Date `json:"fria_on,omitzero" yaml:"fria_on"`
	RiskAssessmentOn    Date `json:"risk_assessment_on,omitzero" yaml:"risk_assessment_on"`

	Profiling              *bool `json:"profiling,omitzero" yaml:"profiling"`
	SpecialCategories      *bool `json:"special_categories,omitzero" yaml:"special_categories"`
	BiometricCategories    *bool `json:"biometric_categories,omitzero" yaml:"biometric_categories"`
	OwnNameProvider        *bool `json:"own_name_provider,omitzero" yaml:"own_name_provider"`
	ProhibitedScreened     *bool `json:"prohibited_screened,omitzero" yaml:"prohibited_screened"`
	VendorContract         *bool `json:"vendor_contract,omitzero" yaml:"vendor_contract"`
	SubstantiallyReplaces  *bool `json:"substantially_replaces_human,omitzero" yaml:"substantially_replaces_human"`
	HighRiskDeclared       *bool `json:"high_risk_declared,omitzero" yaml:"high_risk_declared"`
	Companion              *bool `json:"companion,omitzero" yaml:"companion"`
	UnlawfulImageryBlocked *bool `json:"unlawful_imagery_blocked,omitzero" yaml:"unlawful_imagery_blocked"`
}

var domains = [...]string{"marketing", "employment", "credit", "insurance", "housing", "health", "education"}

// Validate returns an Invalid error that names the first field at fault.
func (s *System) Validate() error {
	switch {
	case s.ID == "" || !plain(string(s.ID)):
		return touch.Fielderr("id", "an id has lower-case letters, digits and hyphens")
	case s.Name == "":
		return touch.Fielderr("name", "a system needs a name that people recognise")
	case !slices.Contains(touch.Kinds(), s.Kind):
		return touch.Fielderr("kind", "%.40q isn't a kind of system; use one of %v", string(s.Kind), touch.Kinds())
	case s.Owner == "":
		return touch.Fielderr("owner", "a named person must own the system")
	case len(s.Purposes) == 0:
		return touch.Fielderr("purposes", "say what it is for")
	case len(s.Channels) == 0:
		return touch.Fielderr("channels", "name the channels that it may use")
	case s.State == "active" && s.Mode != Registered && s.Alternative == nil:
		return touch.Fielderr("alternative", "declare what people get whom AI must not touch; without it the system can't launch")
	case s.Alternative != nil && (s.Alternative.ID == "" || s.Alternative.Text == ""):
		return touch.Fielderr("alternative", "the alternative needs an id and a text")
	case s.Mode == Advised && s.Vendor == "":
		return touch.Fielderr("vendor", "an advised system is a vendor's; name it")
	}
	for _, c := range s.Channels {
		if !slices.Contains(touch.Channels(), c) {
			return touch.Fielderr("channels", "%.40q isn't a channel; use some of %v", string(c), touch.Channels())
		}
	}
	return firstErr(
		oneOf("mode", s.Mode, Enforced, Advised, Registered), oneOf("state", s.State, "active", "retired"),
		oneOf("domain", s.Domain, domains[:]...),
		s.PlacedOnMarket.check("placed_on_market"), s.PutIntoService.check("put_into_service"),
		s.SignificantChangeOn.check("significant_change_on"), s.DPIAOn.check("dpia_on"),
		s.FRIAOn.check("fria_on"), s.RiskAssessmentOn.check("risk_assessment_on"),
	)
}

func plain(s string) bool {
	for _, c := range s {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(s) <= 80
}

// Use is the system's question to the ownership graph.
func (s *System) Use(purpose string, channel touch.Channel, territory string) Use {
	return Use{System: s.ID, Tool: s.Asset, Purpose: purpose, Channel: string(channel), Territory: territory,
		Commercial: true, Publishes: s.Kind.Generates()}
}
