package gpp

import (
	"fmt"
	"reflect"
	"time"
)

// TCFEU is section "tcfeuv2" with types. Lists of purposes are counted from 1:
// index 0 is purpose 1. The lists have the lengths of the specification.
type TCFEU struct {
	Version                    int // 2
	Created, LastUpdated       time.Time
	CMPID                      int `gpp:"CmpId"`
	CMPVersion                 int `gpp:"CmpVersion"`
	ConsentScreen              int
	ConsentLanguage            string // two capital letters
	VendorListVersion          int
	PolicyVersion              int
	IsServiceSpecific          bool
	UseNonStandardStacks       bool
	SpecialFeatureOptins       []bool // 12
	PurposeConsents            []bool // 24
	PurposeLegitimateInterests []bool // 24
	PurposeOneTreatment        bool
	PublisherCountryCode       string
	VendorConsents             IDs
	VendorLegitimateInterests  IDs
	PublisherRestrictions      []Restriction

	HasDisclosed     bool `gpp:"?disclosed"`
	VendorsDisclosed IDs
	HasAllowed       bool `gpp:"?allowed"`
	VendorsAllowed   IDs

	HasPublisher                       bool   `gpp:"?publisher"`
	PublisherConsents                  []bool // 24
	PublisherLegitimateInterests       []bool // 24
	NumCustomPurposes                  int    // at most 63
	PublisherCustomConsents            []bool
	PublisherCustomLegitimateInterests []bool
}

// TCFCA is section "tcfcav1" with types.
type TCFCA struct {
	Version                      int // 1
	Created, LastUpdated         time.Time
	CMPID                        int `gpp:"CmpId"`
	CMPVersion                   int `gpp:"CmpVersion"`
	ConsentScreen                int
	ConsentLanguage              string
	VendorListVersion            int
	PolicyVersion                int `gpp:"TcfPolicyVersion"`
	UseNonStandardStacks         bool
	SpecialFeatureExpressConsent []bool // 12
	PurposesExpressConsent       []bool // 24
	PurposesImpliedConsent       []bool // 24
	VendorExpressConsent         IDs
	VendorImpliedConsent         IDs
	PubRestrictions              []Restriction

	HasDisclosed     bool `gpp:"?disclosed"`
	DisclosedVendors IDs

	HasPublisher                 bool   `gpp:"?publisher"`
	PubPurposesExpressConsent    []bool // 24
	PubPurposesImpliedConsent    []bool // 24
	NumCustomPurposes            int
	CustomPurposesExpressConsent []bool
	CustomPurposesImpliedConsent []bool
}

// USPrivacy is section "uspv1" with types: each of the three is Y, N or -.
type USPrivacy struct {
	Version     int // 1
	Notice      string
	OptOutSale  string
	LSPACovered string `gpp:"LspaCovered"`
}

// US is any of the sections 7 to 27 with types. A field that the section
// doesn't have is zero and must stay so. Every number is 0, 1 or 2, see
// [Choice].
type US struct {
	Section                             string `gpp:"-"` // "usnat", "usca", …
	Version                             int
	MSPAVersion                         int `gpp:"MspaVersion"`
	SharingNotice                       int
	ProcessingNotice                    int
	SaleOptOutNotice                    int
	SharingOptOutNotice                 int
	TargetedAdvertisingOptOutNotice     int
	SensitiveDataProcessingOptOutNotice int
	SensitiveDataOptOutNotice           int
	SensitiveDataLimitUseNotice         int
	SaleOptOut                          int
	SharingOptOut                       int
	TargetedAdvertisingOptOut           int
	KnownChildSensitiveDataConsents     []int // one or more
	PersonalDataConsents                int
	AdditionalDataProcessingConsent     int
	MSPACoveredTransaction              int `gpp:"MspaCoveredTransaction"`
	MSPAMode                            int `gpp:"MspaMode"`
	MSPAOptOutOptionMode                int `gpp:"MspaOptOutOptionMode"`
	MSPAServiceProviderMode             int `gpp:"MspaServiceProviderMode"`

	HasGPC bool `gpp:"?gpc"`
	GPC    bool `gpp:"Gpc"`

	HasSensitive            bool `gpp:"?sensitive"` // in, ky, ri: there the list is optional
	SensitiveDataProcessing []int
}

// TCFEU returns the section typed. [ErrSection] if it is another one,
// [ErrIncomplete] if fields are missing.
func (s *Section) TCFEU() (TCFEU, error) {
	var t TCFEU
	return t, s.into(&t, s.id == tcfEU.id)
}

// TCFCA returns the section typed; errors as of TCFEU.
func (s *Section) TCFCA() (TCFCA, error) {
	var t TCFCA
	return t, s.into(&t, s.id == tcfCA.id)
}

// USPrivacy returns the section typed; errors as of TCFEU.
func (s *Section) USPrivacy() (USPrivacy, error) {
	var t USPrivacy
	return t, s.into(&t, s.id == usPrivacy.id)
}

// US returns a section of 7 to 27 typed; errors as of TCFEU.
func (s *Section) US() (US, error) {
	t := US{Section: s.Name()}
	return t, s.into(&t, s.layout != nil && s.id > usPrivacy.id)
}

// Build makes the section; errors say which value can't be.
func (t TCFEU) Build() (*Section, error) { return from(tcfEU.name, t) }

// Build makes the section; errors say which value can't be.
func (t TCFCA) Build() (*Section, error) { return from(tcfCA.name, t) }

// Build makes the section; errors say which value can't be.
func (t USPrivacy) Build() (*Section, error) { return from(usPrivacy.name, t) }

// Build makes the section that t.Section names; errors say which value can't be.
func (t US) Build() (*Section, error) {
	if l := layoutByName(t.Section); l == nil || l.id <= usPrivacy.id {
		return nil, fmt.Errorf("%w: %q", ErrSection, t.Section)
	}
	return from(t.Section, t)
}

// binding is a struct's field and what it stands for: a field, or a segment.
func binding(f reflect.StructField) (name string, segment bool) {
	tag := f.Tag.Get("gpp")
	switch {
	case tag == "":
		return f.Name, false
	case tag[0] == '?':
		return tag[1:], true
	}
	return tag, false
}

// into fills a typed struct by the names of its fields.
func (s *Section) into(dst any, right bool) error {
	if !right {
		return fmt.Errorf("%w: this is %s", ErrSection, s.Name())
	}
	if !s.Complete() {
		return fmt.Errorf("%w: %s", ErrIncomplete, s.Name())
	}
	v := reflect.ValueOf(dst).Elem()
	for i := range v.NumField() {
		name, segment := binding(v.Type().Field(i))
		if segment {
			v.Field(i).SetBool(s.Has(name))
			continue
		}
		value, ok := s.Get(name)
		if !ok {
			continue
		}
		if n, single := value.(int); single && v.Field(i).Kind() == reflect.Slice {
			value = []int{n}
		}
		v.Field(i).Set(reflect.ValueOf(value))
	}
	return nil
}

// from builds a section of a typed struct.
func from(name string, src any) (*Section, error) {
	s, err := NewSection(name)
	if err != nil {
		return nil, err
	}
	v := reflect.ValueOf(src)
	for i := range v.NumField() {
		if seg, is := binding(v.Type().Field(i)); is && v.Field(i).Bool() {
			if err := s.Include(seg, true); err != nil {
				return nil, err
			}
		}
	}
	for i := range v.NumField() {
		field, segment := binding(v.Type().Field(i))
		if segment || field == "-" {
			continue
		}
		if err := s.put(field, v.Field(i)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// put sets a field from a struct. An empty value of a field or segment that
// isn't there says nothing; any other is a mistake.
func (s *Section) put(name string, v reflect.Value) error {
	have, known := s.Get(name)
	if !known || !s.present(name) {
		if v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0 || known && reflect.DeepEqual(v.Interface(), have) {
			return nil
		}
		return fmt.Errorf("%w: %s has no %s, or its segment isn't included", ErrField, s.Name(), name)
	}
	value := v.Interface()
	if list, ok := value.([]int); ok {
		if _, single := have.(int); single {
			if len(list) != 1 {
				return fmt.Errorf("%w: %s wants one number", ErrValue, name)
			}
			value = list[0]
		}
	}
	return s.Set(name, value)
}

// present reports whether the field's segment is there.
func (s *Section) present(name string) bool {
	for i := range s.layout.segments {
		l := &s.layout.segments[i]
		if s.index(l, name) >= 0 && s.Has(l.name) {
			return true
		}
	}
	return false
}
