package gpp

// layout is the published layout of a section.
type layout struct {
	id       int
	name     string
	segments []segmentLayout
	plain    bool // TCF strings: any order of segments, told apart by their type
	pad      padding
	legacy   *segmentLayout // usnat: the first segment as it was in version 1
}

// segmentLayout is one segment: its fields, and the bits that tell its type.
type segmentLayout struct {
	name   string
	flag   string // the virtual field that says whether the segment is there
	kind   int    // segment type
	fields []field
}

// Segment names.
const (
	SegmentCore      = "core"
	SegmentDisclosed = "disclosed" // vendors that were shown to the person
	SegmentAllowed   = "allowed"   // obsolete
	SegmentPublisher = "publisher" // the publisher's own purposes
	SegmentGPC       = "gpc"
	SegmentSensitive = "sensitive" // sensitive data, in, ky, ri
)

// layouts are all published sections, in the order of their ids.
var layouts = append([]layout{tcfEU, tcfCA, usPrivacy}, usLayouts()...)

func layoutByID(id int) *layout {
	for i := range layouts {
		if layouts[i].id == id {
			return &layouts[i]
		}
	}
	return nil
}

func layoutByName(name string) *layout {
	for i := range layouts {
		if layouts[i].name == name {
			return &layouts[i]
		}
	}
	return nil
}

func number(name string, width int) field { return field{name: name, kind: kindInt, width: width} }
func flag(name string) field              { return field{name: name, kind: kindBool, width: 1} }
func bitsOf(name string, n int) field     { return field{name: name, kind: kindBits, count: n} }
func set(name string) field               { return field{name: name, kind: kindSet} }
func fixed(name string, width, v int) field {
	return field{name: name, kind: kindInt, width: width, least: v, limit: v, initial: v}
}

// tcfEU is section 2, and the TCF string when it stands alone. Source: TCF
// v2.3, "Core segment" and following; field names: @iabgpp/cmpapi.
var tcfEU = layout{id: 2, name: "tcfeuv2", plain: true, pad: padQuantum, segments: []segmentLayout{
	{name: SegmentCore, fields: []field{
		fixed("Version", 6, 2),
		{name: "Created", kind: kindTime}, {name: "LastUpdated", kind: kindTime},
		number("CmpId", 12), number("CmpVersion", 12), number("ConsentScreen", 6),
		{name: "ConsentLanguage", kind: kindLetters},
		number("VendorListVersion", 12), number("PolicyVersion", 6),
		flag("IsServiceSpecific"), flag("UseNonStandardStacks"),
		bitsOf("SpecialFeatureOptins", 12), bitsOf("PurposeConsents", 24), bitsOf("PurposeLegitimateInterests", 24),
		flag("PurposeOneTreatment"), {name: "PublisherCountryCode", kind: kindLetters},
		set("VendorConsents"), set("VendorLegitimateInterests"),
		{name: "PublisherRestrictions", kind: kindRestrictions},
	}},
	{name: SegmentDisclosed, kind: 1, fields: []field{fixed("VendorsDisclosedSegmentType", 3, 1), set("VendorsDisclosed")}},
	{name: SegmentAllowed, kind: 2, fields: []field{fixed("VendorsAllowedSegmentType", 3, 2), set("VendorsAllowed")}},
	{name: SegmentPublisher, kind: 3, fields: []field{
		fixed("PublisherPurposesSegmentType", 3, 3),
		bitsOf("PublisherConsents", 24), bitsOf("PublisherLegitimateInterests", 24),
		number(numCustom, 6),
		{name: "PublisherCustomConsents", kind: kindCustom}, {name: "PublisherCustomLegitimateInterests", kind: kindCustom},
	}},
}}

const numCustom = "NumCustomPurposes"

// tcfCA is section 5. Newer encoders write its sets with Fibonacci ranges,
// older ones with 16-bit ranges.
var tcfCA = layout{id: 5, name: "tcfcav1", plain: true, segments: []segmentLayout{
	{name: SegmentCore, fields: []field{
		fixed("Version", 6, 1),
		{name: "Created", kind: kindTime}, {name: "LastUpdated", kind: kindTime},
		number("CmpId", 12), number("CmpVersion", 12), number("ConsentScreen", 6),
		{name: "ConsentLanguage", kind: kindLetters},
		number("VendorListVersion", 12), number("TcfPolicyVersion", 6), flag("UseNonStandardStacks"),
		bitsOf("SpecialFeatureExpressConsent", 12), bitsOf("PurposesExpressConsent", 24), bitsOf("PurposesImpliedConsent", 24),
		set("VendorExpressConsent"), set("VendorImpliedConsent"),
		{name: "PubRestrictions", kind: kindRestrictions},
	}},
	{name: SegmentPublisher, kind: 3, fields: []field{
		fixed("PubPurposesSegmentType", 3, 3),
		bitsOf("PubPurposesExpressConsent", 24), bitsOf("PubPurposesImpliedConsent", 24),
		number(numCustom, 6),
		{name: "CustomPurposesExpressConsent", kind: kindCustom}, {name: "CustomPurposesImpliedConsent", kind: kindCustom},
	}},
	{name: SegmentDisclosed, kind: 1, fields: []field{fixed("DisclosedVendorsSegmentType", 3, 1), set("DisclosedVendors")}},
}}
