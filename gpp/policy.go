package gpp

import "time"

// consentOnly are the purposes that never rest on legitimate interest. Source:
// TCF policies v4 (2.2) and later, purposes 1 and 3 to 6.
func consentOnly(purpose int) bool { return purpose == 1 || purpose >= 3 && purpose <= 6 }

// policyOddities checks what the TCF's policies ask beyond each field: a
// service-specific string, no legitimate interest where only consent will do,
// since policy 4 (2.2) one date for creation and update, a whole day, and since
// policy 5 (2.3) the segment of disclosed vendors.
func (s *Section) policyOddities() []Oddity {
	if s.id != tcfEU.id || len(s.Missing()) > 0 || s.broken {
		return nil
	}
	odd := &notes{section: s.layout.name}
	core := func(name string) any {
		g := s.segment(SegmentCore)
		return g.values[s.index(g.layout, name)]
	}
	say := func(field string, code Code, detail string) {
		odd.field = field
		odd.add(code, detail)
	}
	policy := core("PolicyVersion").(int)
	if !core("IsServiceSpecific").(bool) {
		say("IsServiceSpecific", OddValue, "strings of global scope are no longer valid")
	}
	for i, on := range core("PurposeLegitimateInterests").([]bool) {
		if on && consentOnly(i+1) && policy >= 4 {
			say("PurposeLegitimateInterests", OddValue, "purposes 1 and 3 to 6 never rest on legitimate interest")
		}
	}
	created, updated := core("Created").(time.Time), core("LastUpdated").(time.Time)
	if policy >= 4 && (!created.Equal(updated) || !created.Equal(created.Truncate(24*time.Hour))) {
		say("LastUpdated", OddValue, "since policy 4 it equals Created and is a whole day in UTC")
	}
	for _, r := range core("PublisherRestrictions").([]Restriction) {
		if r.Purpose == 0 || r.Purpose > 24 || r.Type > RequireLegitimateInterest || r.Type == RequireLegitimateInterest && consentOnly(r.Purpose) {
			say("PublisherRestrictions", OddValue, "a purpose or type that the policies don't have")
		}
	}
	if policy >= 5 && !s.Has(SegmentDisclosed) {
		say("VendorsDisclosed", OddMissing, "since policy 5 the segment is mandatory: no vendor counts as disclosed")
	}
	return odd.list
}

// Basis is what a TCF string allows one vendor for one purpose.
type Basis struct {
	Consent            bool
	LegitimateInterest bool
}

// Basis reads what the string allows: the person's choice for the purpose and
// for the vendor, the publisher's restrictions, and since policy 5 that the
// vendor was disclosed. What the vendor declares for itself isn't in the string:
// the caller intersects with the global vendor list. A purpose beyond 24 and a
// vendor beyond every list have nothing.
func (t TCFEU) Basis(vendor, purpose int) Basis {
	if purpose < 1 || purpose > len(t.PurposeConsents) || purpose > len(t.PurposeLegitimateInterests) || !t.IsServiceSpecific {
		return Basis{}
	}
	if t.PolicyVersion >= 5 && (!t.HasDisclosed || !t.VendorsDisclosed.Has(vendor)) {
		return Basis{}
	}
	b := Basis{
		Consent: t.PurposeConsents[purpose-1] && t.VendorConsents.Has(vendor),
		LegitimateInterest: !consentOnly(purpose) && t.PurposeLegitimateInterests[purpose-1] &&
			t.VendorLegitimateInterests.Has(vendor),
	}
	for _, r := range t.PublisherRestrictions {
		if r.Purpose != purpose || !r.Vendors.Has(vendor) {
			continue
		}
		switch r.Type {
		case RequireConsent:
			b.LegitimateInterest = false
		case RequireLegitimateInterest:
			b.Consent = false
		default:
			return Basis{}
		}
	}
	return b
}
