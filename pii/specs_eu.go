package pii

import "bytes"

// euSpecs are types of European countries but Germany. Sources: NHS Data
// Dictionary, HMRC NIM39110 (NINO), DVLA formats; ministries of the interior
// (NIF, NIE); D.M. 12 March 1974 (codice fiscale); Skatteverket; DVV (HETU);
// INSEE (NIR); Logius (BSN, eleven test); Rijksregister; ZAS (AHV, EAN-13);
// Skatteetaten (fødselsnummer); CPR-kontoret; AADE (AFM).
func euSpecs() []*spec {
	return []*spec{
		{typ: UKNHS, check: nhs, bare: true, words: "nhs health service patient nhsno", forms: []form{{"999~999~9999", 0.5}, {"9999999999", 0.5}}},
		{typ: UKNINO, check: nino, proved: -1, parts: true, words: "nino national insurance ni nin", forms: []form{{"AA999999A", 0.5}, {"AA 99 99 99 A", 0.5}, {"AA-99-99-99-A", 0.5}, {"AA 999999 A", 0.5}, {"AA999999 A", 0.5}}},
		{typ: UKPassport, check: plainForm, proved: -1, words: "passport travel document", forms: []form{{"AA9999999", 0.1}}},
		{typ: UKPostcode, check: postcode, proved: -1, parts: true, words: "postcode post code address zip postal", forms: []form{{"A9 9AA", 0.1}, {"A99 9AA", 0.1}, {"A9A 9AA", 0.1}, {"AA9 9AA", 0.1}, {"AA99 9AA", 0.1}, {"AA9A 9AA", 0.1}, {"AAA 9AA", 0.1}, {"A99AA", 0.1}, {"A999AA", 0.1}, {"A9A9AA", 0.1}, {"AA99AA", 0.1}, {"AA999AA", 0.1}, {"AA9A9AA", 0.1}}},
		{typ: UKDrivingLicence, check: ukDriver, proved: -1, parts: true, words: "driving licence driver license dvla", forms: []form{{"XXXXX999999XXXAA", 0.5}}},
		{typ: UKVehicleRegistration, check: ukPlate, parts: true, words: "vehicle registration plate car reg vrm dvla", forms: []form{{"AA99AAA", 0.3}, {"AA99~AAA", 0.3}, {"A999AAA", 0.2}, {"A999~AAA", 0.2}, {"A99~AAA", 0.2}, {"A9~AAA", 0.2}, {"AAA999A", 0.15}, {"AAA~999A", 0.15}, {"AAA~99A", 0.15}, {"AAA~9A", 0.15}}},
		{typ: ITFiscalCode, check: fiscal, option: true, words: "codice fiscale cf fiscal", forms: []form{{"AAAAAAXXAXXAXXXA", 0.3}}},
		{typ: ITVATCode, check: itVAT, bare: true, words: "piva partita iva vat p.iva", forms: []form{{"99999999999", 0.1}}},
		{typ: ITPassport, check: plainForm, proved: -1, words: "passaporto passport italiano", forms: []form{{"AA9999999", 0.01}}},
		{typ: ITIdentityCard, check: plainForm, proved: -1, words: "carta identità cie identity", forms: []form{{"AA9999999", 0.01}, {"AA 9999999", 0.01}, {"9999999AA", 0.01}, {"AA99999AA", 0.01}}},
		{typ: ITDriverLicense, check: itDriver, proved: -1, words: "patente guida license licenza", forms: []form{{"AA9999999A", 0.2}, {"AXXXXXXXXA", 0.2}}},
		{typ: ESNIF, check: nif, words: "nif dni documento identidad identificación nacional", forms: []form{{"99999999A", 0.5}, {"99999999-A", 0.5}, {"9999999A", 0.5}, {"9999999-A", 0.5}, {"99.999.999-A", 0.5}}},
		{typ: ESNIE, check: nie, words: "nie extranjero identificación número", forms: []form{{"A9999999A", 0.5}, {"A9999999-A", 0.5}, {"A-9999999-A", 0.5}}},
		{typ: ESPassport, check: plainForm, proved: -1, words: "pasaporte passport", forms: []form{{"AAA999999", 0.05}}},
		{typ: SEPersonnummer, check: sePerson, bare: true, loose: true, words: "personnummer personal samordningsnummer svensk swedish pnr", forms: []form{{"9999999999", 0.3}, {"999999999999", 0.5}, {"999999-9999", 0.5}, {"99999999-9999", 0.5}, {"999999+9999", 0.5}, {"99999999+9999", 0.5}}},
		{typ: SEOrganisationsnummer, check: seOrg, bare: true, words: "organisationsnummer orgnummer orgnr organization företag bolag", forms: []form{{"9999999999", 0.3}, {"999999-9999", 0.5}, {"999999999999", 0.3}, {"99999999-9999", 0.3}}},
		{typ: PLPESEL, check: pesel, bare: true, words: "pesel", forms: []form{{"99999999999", 0.4}}},
		{typ: FRNIR, check: nir, words: "nir insee sécurité sociale sécu numéro secu securite immatriculation", forms: []form{{"999999999999999", 0.4}, {"9 99 99 99 999 999 99", 0.6}, {"9 99 99 9A 999 999 99", 0.6}, {"999999A99999999", 0.6}, {"9999999999999 99", 0.5}}},
		{typ: NLBSN, check: bsn, bare: true, words: "bsn burgerservicenummer sofinummer sofi burger", forms: []form{{"999999999", 0.1}, {"9999.99.999", 0.4}, {"9999 99 999", 0.3}, {"999 999 999", 0.2}}},
		{typ: BENRN, check: nrn, words: "rijksregisternummer insz niss national rijksregister registre nrn", forms: []form{{"99999999999", 0.3}, {"99.99.99-999.99", 0.7}, {"99.99.99-999-99", 0.6}}},
		{typ: ATSVNR, check: svnr, bare: true, words: "svnr sozialversicherungsnummer versicherungsnummer svnummer sv vsnr", forms: []form{{"9999999999", 0.2}, {"9999 999999", 0.4}, {"9999-999999", 0.4}}},
		{typ: CHAHV, check: ahv, words: "ahv avs ahvn13 navs sozialversicherungsnummer oasi", forms: []form{{"9999999999999", 0.4}, {"999.9999.9999.99", 0.8}}},
		{typ: PTNIF, check: ptNIF, bare: true, words: "nif contribuinte fiscal nipc", forms: []form{{"999999999", 0.1}, {"999 999 999", 0.2}, {"AA999999999", 0.4}}},
		{typ: IEPPS, check: pps, words: "pps ppsn public service", forms: []form{{"9999999A", 0.3}, {"9999999AA", 0.4}}},
		{typ: DKCPR, check: cpr, option: true, proved: 0.9, bare: true, words: "cpr personnummer cprnr cprnummer", forms: []form{{"9999999999", 0.1}, {"999999-9999", 0.4}}},
		{typ: NOFNR, check: fnr, bare: true, words: "fødselsnummer personnummer fnr dnummer nin", forms: []form{{"99999999999", 0.2}, {"999999 99999", 0.4}}},
		{typ: CZRC, check: rc, bare: true, words: "rodné rodne číslo cislo rč birth", forms: []form{{"999999/9999", 0.6}, {"999999/999", 0.3}, {"9999999999", 0.1}}},
		{typ: ROCNP, check: cnp, bare: true, words: "cnp cod numeric personal", forms: []form{{"9999999999999", 0.3}}},
		{typ: GRAFM, check: afm, bare: true, words: "afm αφμ ΑΦΜ α.φ.μ tax", forms: []form{{"999999999", 0.1}, {"AA999999999", 0.4}}},
		{typ: BGEGN, check: egn, bare: true, words: "егн ЕГН egn", forms: []form{{"9999999999", 0.2}}},
		{typ: HROIB, check: func(v []byte) verdict { return is(!sameDigits(v) && mod1110(v)) }, bare: true, words: "oib osobni", forms: []form{{"99999999999", 0.2}}},
		{typ: EEIK, check: isikukood, bare: true, words: "isikukood asmens kodas ik", forms: []form{{"99999999999", 0.3}}},
		{typ: SIEMSO, check: emso, bare: true, words: "emšo emso jmbg matični", forms: []form{{"9999999999999", 0.3}}},
	}
}

func plainForm([]byte) verdict { return plausible }

func nhs(v []byte) verdict {
	c := (11 - weigh(v, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11) % 11
	return is(c != 10 && c == int(v[9]-'0') && !sameDigits(v))
}

func nino(v []byte) verdict {
	p := string(v[:2])
	switch p {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return refuted
	}
	return may(bytes.IndexByte([]byte("DFIQUV"), v[0]) < 0 && bytes.IndexByte([]byte("DFIQUVO"), v[1]) < 0 && v[8] >= 'A' && v[8] <= 'D')
}

// postcode: BS 7666; the inward letters never C, I, K, M, O, V.
func postcode(v []byte) verdict {
	n := len(v)
	if string(v) == "GIR0AA" {
		return plausible
	}
	if !digitAt(v[1]) && !digitAt(v[2]) {
		return refuted
	}
	for _, b := range v[n-2:] {
		if bytes.IndexByte([]byte("CIKMOV"), b) >= 0 {
			return refuted
		}
	}
	return may(bytes.IndexByte([]byte("QVX"), v[0]) < 0 && (digitAt(v[1]) || bytes.IndexByte([]byte("IJZ"), v[1]) < 0))
}

// ukDriver: five of the surname (9 fills up), decade, month (50 is added for
// women), day, year, initials.
func ukDriver(v []byte) verdict {
	filled := false
	for _, b := range v[:5] {
		if digitAt(b) && b != '9' || filled && b != '9' {
			return refuted
		}
		filled = filled || b == '9'
	}
	m := two(v[6:])
	if m > 50 {
		m -= 50
	}
	for _, b := range v[11:13] {
		if digitAt(b) && b != '9' {
			return refuted
		}
	}
	return may(v[0] != '9' && monthDay(m, two(v[8:])))
}

// ukPlate: since 2001 two letters, an age identifier, three letters; before,
// a letter for the year in front or behind.
func ukPlate(v []byte) verdict {
	n := len(v)
	switch {
	case letterAt(v[0]) && letterAt(v[1]) && digitAt(v[2]): // current
		age := two(v[2:])
		ok := age >= 2 && age <= 29 || age >= 51 && age <= 79
		for _, b := range v[4:] {
			ok = ok && b != 'I' && b != 'Q'
		}
		return is(ok && bytes.IndexByte([]byte("IQZ"), v[0]) < 0 && bytes.IndexByte([]byte("IQZ"), v[1]) < 0)
	case digitAt(v[1]): // prefix
		return may(bytes.IndexByte([]byte("IOQUZ"), v[0]) < 0)
	}
	return may(bytes.IndexByte([]byte("IOQUZ"), v[n-1]) < 0)
}

func fiscal(v []byte) verdict {
	const odd = "BAKPLCQDREVOSFTGUHMINJWZYX" // place = value of odd positions
	const omo = "LMNPQRSTUV"
	sum := 0
	for i, b := range v {
		k := int(b - 'A')
		if digitAt(b) {
			k = int(b - '0')
		}
		if (i == 6 || i == 7 || i == 9 || i == 10 || i >= 12 && i <= 14) && letterAt(b) && bytes.IndexByte([]byte(omo), b) < 0 {
			return refuted
		}
		if i == 15 {
			if bytes.IndexByte([]byte("ABCDEHLMPRST"), v[8]) < 0 {
				return refuted
			}
			if int(b-'A') == sum%26 {
				return valid
			}
			return plausible
		}
		if i%2 == 0 {
			sum += bytes.IndexByte([]byte(odd), byte('A'+k))
		} else {
			sum += k
		}
	}
	return refuted
}

func itVAT(v []byte) verdict { return is(!sameDigits(v) && num(v[:7]) != 0 && luhn(v)) }

// itDriver: old documents are two letters, seven digits, a letter; new ones
// begin with U1.
func itDriver(v []byte) verdict {
	if v[0] == 'U' && v[1] == '1' {
		for _, b := range v[2:9] {
			if bytes.IndexByte([]byte("AEIOQ"), b) >= 0 {
				return refuted
			}
		}
		return plausible
	}
	return may(letterAt(v[1]) && allDigits(v[2:9]))
}

const nifLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

func nif(v []byte) verdict {
	n := len(v) - 1
	return is(v[n] == nifLetters[num(v[:n])%23])
}

func nie(v []byte) verdict {
	if v[0] < 'X' || v[0] > 'Z' {
		return refuted
	}
	n := int(v[0]-'X')*10000000 + num(v[1:8])
	return is(v[8] == nifLetters[n%23])
}
