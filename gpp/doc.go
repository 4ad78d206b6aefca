// Package gpp reads and writes the strings in which the advertising industry
// carries people's choices: the IAB Europe TCF string (v2, with its disclosed
// vendors, allowed vendors and publisher segments), the Global Privacy Platform
// string with every published section, and the older US privacy string. It
// also evaluates the Global Privacy Control signal and narrows Google Consent
// Mode.
//
// Reading is lenient and says what was odd; writing is strict. A string that
// was read keeps its original bytes, for whoever passes it on must not change
// it. Whatever is missing is reported as missing: a cut string never reads as
// "not applicable", and no signal is ever taken for consent.
//
//	m, err := gpp.Decode(s)        // error only where nothing could be read
//	usnat, ok := m.Section("usnat")
//	v, ok := usnat.Get("SaleOptOut")
//	us, err := usnat.US()          // the same, typed
//	s, err := m.Canonical()        // as the reference encoders write it
//
// Sources: IAB Tech Lab, Global Privacy Platform string specification and its
// section specifications (CC BY 3.0), and the TCF "Consent string and vendor
// list formats" v2.3. Where text and deployed encoders differ, both readings
// are accepted; see docs/design/gpp.md.
//
// The package stands alone: it imports nothing of the product, reads no clock,
// no network and no global randomness, and allocates in proportion to its
// input, whatever lengths the input claims.
package gpp
