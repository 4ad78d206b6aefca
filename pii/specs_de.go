package pii

// deSpecs are Germany's types. Sources: BZSt (tax id, ISO 7064), ELSTER
// (tax number), § 139b AO, VKVV (pension number), GKV-Spitzenverband (KVNR),
// KBV (LANR, BSNR), BMI and ICAO Doc 9303 (passport, identity card).
func deSpecs() []*spec {
	return []*spec{
		{typ: DETaxID, check: deTaxID, bare: true, words: "steuer steuerid steueridentifikationsnummer identifikationsnummer idnr tin tax steuernummer",
			forms: []form{{"99999999999", 0.3}, {"99 999 999 999", 0.4}}},
		{typ: DETaxNumber, check: deTaxNumber, proved: -1, words: "steuernummer steuernr stnr steuer finanzamt st",
			forms: []form{{"9999999999999", 0.2}, {"99/999/9999", 0.4}, {"99/999/99999", 0.4}, {"999/999/99999", 0.4}, {"999/9999/9999", 0.4}, {"999 999 99999", 0.2}}},
		{typ: DEPassport, check: dePassport, words: "reisepass pass passport passnummer passnr reisepassnummer", forms: []form{{"XXXXXXXXX", 0.4}}},
		{typ: DEIDCard, check: deIDCard, words: "ausweis personalausweis ausweisnummer perso identitätskarte personalausweisnummer", forms: []form{{"XXXXXXXXX", 0.4}, {"A99999999", 0.5}, {"XXXXXXXXXX", 0.2}}},
		{typ: DESocialSecurity, check: deSocial, words: "rentenversicherung sozialversicherung rvnr sv svnr versicherungsnummer rentenversicherungsnummer sozialversicherungsnummer sozialversicherungsausweis",
			forms: []form{{"99999999A999", 0.5}, {"99 999999 A 999", 0.5}, {"99 999999 A999", 0.5}}},
		{typ: DEHealthInsurance, check: deHealth, words: "krankenkasse krankenversicherung kvnr versichertennummer krankenversichertennummer gesundheitskarte",
			forms: []form{{"A999999999", 0.4}}},
		{typ: DELANR, check: deLANR, bare: true, words: "lanr arzt arztnummer betriebsstätte vertragsarzt", forms: []form{{"999999999", 0.3}}},
		{typ: DEBSNR, check: deBSNR, proved: -1, bare: true, words: "bsnr betriebsstättennummer betriebsstätte praxis", forms: []form{{"999999999", 0.2}}},
		{typ: DEVATID, check: deVAT, option: true, words: "ust ustid ustidnr vat umsatzsteuer umsatzsteueridentifikationsnummer mwst uid",
			forms: []form{{"AA999999999", 0.5}, {"AA 999 999 999", 0.5}, {"AA.999.999.999", 0.5}, {"AA 999999999", 0.5}, {"AA-999999999", 0.5}, {"AA-999-999-999", 0.5}}},
		{typ: DEHandelsregister, check: deRegister, proved: -1, words: "handelsregister amtsgericht handelsregisternummer registergericht",
			forms: hrForms()},
		{typ: DEPLZ, check: dePLZ, proved: -1, bare: true, words: "plz postleitzahl ort wohnort", forms: []form{{"99999", 0.05}}},
		{typ: DEFuehrerschein, check: func(v []byte) verdict { return may(!sameDigits(v[2:10])) }, proved: -1, words: "führerschein führerscheinnummer fahrerlaubnis fahrerlaubnisnummer",
			forms: []form{{"AA99999999A", 0.3}}},
	}
}

func hrForms() (out []form) {
	for _, digits := range runs("9", 3, 6, 0.5) {
		for _, pre := range []string{"AAA", "AAA "} {
			out = append(out, form{pre + digits.shape, 0.5})
		}
	}
	return out
}

func deRegister(v []byte) verdict {
	return may(v[0] == 'H' && v[1] == 'R' && (v[2] == 'A' || v[2] == 'B'))
}

// deTaxID: no leading zero, no digit more than three times among the first
// ten, not all alike; ISO 7064 mod 11,10.
func deTaxID(v []byte) verdict {
	var seen [10]int
	for _, b := range v[:10] {
		seen[b-'0']++
		if seen[b-'0'] > 3 {
			return refuted
		}
	}
	return is(v[0] != '0' && mod1110(v))
}

// deTaxNumber: in the 13-digit form of ELSTER the first two are the state.
func deTaxNumber(v []byte) verdict {
	if len(v) == 13 {
		return may(two(v) >= 1 && two(v) <= 16)
	}
	return may(!sameDigits(v))
}

const deSerial = "0123456789CFGHJKLMNPRTVWXYZ"

// documentSerial checks nine places of a passport or identity card.
func documentSerial(v []byte) bool {
	for _, b := range v {
		ok := false
		for i := range len(deSerial) {
			ok = ok || deSerial[i] == b
		}
		if !ok {
			return false
		}
	}
	return len(v) == 9 && letterAt(v[0]) && digitAt(v[8])
}

func dePassport(v []byte) verdict {
	return is(documentSerial(v) && icao731(v[:8]) == int(v[8]-'0'))
}

// deIDCard: cards of before November 2010 are T and eight digits, whose check
// stood apart.
func deIDCard(v []byte) verdict {
	if len(v) == 10 { // as printed on the back, with the check of the whole number
		return is(letterAt(v[0]) && digitAt(v[9]) && documentSerial(append(append([]byte{}, v[:8]...), '0')) && icao731(v[:9]) == int(v[9]-'0') && !allDigits(v[1:]))
	}
	if len(v) == 9 && v[0] == 'T' && allDigits(v[1:]) {
		return plausible
	}
	return dePassport(v)
}

// deSocial: area, day of birth (50 may be added), initial, serial, check.
func deSocial(v []byte) verdict {
	d, m := two(v[2:]), two(v[4:])
	if d > 50 {
		d -= 50
	}
	if !monthDay(m, d) || two(v) < 2 {
		return refuted
	}
	n := append(append([]byte{}, v[:8]...), '0'+(v[8]-'A'+1)/10, '0'+(v[8]-'A'+1)%10)
	n = append(n, v[9:11]...)
	return is(cross(n, 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)%10 == int(v[11]-'0'))
}

func deHealth(v []byte) verdict {
	n := append([]byte{'0' + (v[0]-'A'+1)/10, '0' + (v[0]-'A'+1)%10}, v[1:9]...)
	return is(cross(n, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2)%10 == int(v[9]-'0'))
}

func deLANR(v []byte) verdict {
	return is((10-weigh(v, 4, 9, 4, 9, 4, 9)%10)%10 == int(v[6]-'0') && v[0] != '0')
}

// deBSNR has no check digit; regions outside the list exist too.
func deBSNR(v []byte) verdict { return may(!sameDigits(v) || v[0] != '0') }

// deVAT: a wrong check digit lowers nothing, since old ids were issued before
// the rule; strict checks are the caller's.
func deVAT(v []byte) verdict {
	if v[0] != 'D' || v[1] != 'E' || v[2] == '0' {
		return refuted
	}
	if mod1110(v[2:]) {
		return valid
	}
	return plausible
}

func dePLZ(v []byte) verdict { return may(num(v) >= 1001 && num(v) <= 99998) }
