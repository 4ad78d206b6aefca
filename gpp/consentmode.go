package gpp

// ConsentMode are the consent types of Google Consent Mode v2. The zero value
// denies everything, which is also the default that a page sets before any tag.
type ConsentMode struct {
	AdStorage              Storage `json:"ad_storage"`
	AdUserData             Storage `json:"ad_user_data"`
	AdPersonalization      Storage `json:"ad_personalization"`
	AnalyticsStorage       Storage `json:"analytics_storage"`
	FunctionalityStorage   Storage `json:"functionality_storage"`
	PersonalizationStorage Storage `json:"personalization_storage"`
	SecurityStorage        Storage `json:"security_storage"`
}

// Storage is granted or denied; the zero value is denied.
type Storage bool

// The two states.
const (
	Denied  Storage = false
	Granted Storage = true
)

// MarshalText writes "granted" or "denied".
func (s Storage) MarshalText() ([]byte, error) {
	if s {
		return []byte("granted"), nil
	}
	return []byte("denied"), nil
}

// GoogleVendor is Google Advertising Products' id in the global vendor list.
const GoogleVendor = 755

// Narrow takes away what the message doesn't allow; it never grants. A caller
// starts from what its own ledger says, or from the law's default for people
// who said nothing. gpc is the browser's signal, see [GPCSignal].
//
// A TCF section keeps ad_storage where purpose 1 is consented to for the vendor
// (usually [GoogleVendor]), ad_user_data where purposes 1 and 7 are, and
// ad_personalization where 3 and 4 are; the TCF says nothing of the others.
// Source: Google, "Implement IAB TCF support"
// (developers.google.com/tag-platform/security/guides/implement-TCF-strings).
// A refusal of sale, sharing or targeted advertising in a US section, and the
// GPC signal, deny ad_user_data and ad_personalization, for they are what such
// a refusal is about. An incomplete message denies all four of v2.
func (m *Message) Narrow(from ConsentMode, vendor int, gpc bool) ConsentMode {
	out := from
	if !m.Complete() {
		out.AdStorage, out.AdUserData, out.AdPersonalization, out.AnalyticsStorage = Denied, Denied, Denied, Denied
	}
	for _, s := range m.sections {
		if s.id == tcfEU.id {
			out = s.narrowTCF(out, vendor)
		}
	}
	refused := gpc
	for _, r := range m.Refusals() {
		refused = refused || r.forAds()
	}
	if refused {
		out.AdUserData, out.AdPersonalization = Denied, Denied
	}
	return out
}

func (s *Section) narrowTCF(c ConsentMode, vendor int) ConsentMode {
	t, err := s.TCFEU()
	if err != nil {
		c.AdStorage, c.AdUserData, c.AdPersonalization = Denied, Denied, Denied
		return c
	}
	yes := func(purpose int) Storage { return Storage(t.Basis(vendor, purpose).Consent) }
	c.AdStorage = c.AdStorage && yes(1)
	c.AdUserData = c.AdUserData && yes(1) && yes(7)
	c.AdPersonalization = c.AdPersonalization && yes(3) && yes(4)
	return c
}
