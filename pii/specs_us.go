package pii

import "bytes"

// usSpecs are the types of the United States and Canada. Sources: SSA POMS RM
// 10201.030 (SSN), IRS Pub. 1915 (ITIN), CMS NPI check digit and MBI format,
// ABA routing number policy, 21 CFR 1301 practice (DEA), Service Canada (SIN).
func usSpecs() []*spec {
	return []*spec{
		{typ: USSSN, check: ssn, proved: -1, parts: true, words: "ssn ssns social security socialsecurity ssid soc sec",
			forms: []form{{"999-99-9999", 0.5}, {"999 99 9999", 0.5}, {"999.99.9999", 0.5}, {"999-999999", 0.05}, {"99999-9999", 0.05}, {"999999999", 0.05}}},
		{typ: USITIN, check: itin, proved: -1, parts: true, words: "itin individual taxpayer tax tin taxid",
			forms: []form{{"999~99~9999", 0.5}, {"999-999999", 0.05}, {"99999-9999", 0.05}, {"999999999", 0.3}}},
		{typ: USPassport, check: usPassport, proved: -1, words: "passport passports travel document passport#",
			forms: []form{{"999999999", 0.05}, {"A99999999", 0.1}}},
		{typ: USDriverLicense, check: usDriver, proved: -1, words: "driver drivers driving license licence dl dlno permit lic cdl dmv",
			forms: usDriverForms()},
		{typ: USBankNumber, check: notSame, proved: -1, bare: true, words: "bank account accounts acct checking savings debit deposit withdrawal konto",
			forms: runs("9", 8, 17, 0.05)},
		{typ: USNPI, check: npi, bare: true, words: "npi provider prescriber physician taxonomy nppes",
			forms: []form{{"9999999999", 0.1}, {"9999~999~999", 0.4}}},
		{typ: USMBI, check: mbi, proved: -1, parts: true, words: "mbi medicare beneficiary cms",
			forms: []form{{"9XX9-XX9-XX99", 0.5}, {"9XX9XX9XX99", 0.3}}},
		{typ: ABARoutingNumber, check: aba, bare: true, words: "aba routing abarouting transit rtn bank wire ach",
			forms: []form{{"999999999", 0.05}, {"9999-9999-9", 0.3}}},
		{typ: MedicalLicense, check: dea, words: "medical certificate dea license licence registration",
			forms: []form{{"AX9999999", 0.4}}},
		{typ: CASIN, check: sin, proved: -1, bare: true, words: "sin nas social insurance assurance",
			forms: []form{{"999~999~999", 0.5}, {"999999999", 0.05}}},
		{typ: VIN, check: vin, words: "vin vehicle chassis fahrgestellnummer fin fahrzeugidentifizierungsnummer bastidor",
			forms: []form{{"XXXXXXXXXXXXXXXXX", 0.3}}},
		{typ: IMEI, check: imei, bare: true, words: "imei imeis handset device phone",
			forms: []form{{"999999999999999", 0.2}, {"99-999999-999999-9", 0.5}, {"99 999999 999999 9", 0.5}}},
	}
}

// runs makes one form for each length.
func runs(b string, from, to int, score float64) (out []form) {
	for n := from; n <= to; n++ {
		shape := bytes.Repeat([]byte(b), n)
		out = append(out, form{string(shape), score})
	}
	return out
}

func notSame(v []byte) verdict { return may(!sameDigits(v)) }

func ssn(v []byte) verdict {
	area, grp, serial := num(v[:3]), num(v[3:5]), num(v[5:])
	if sameDigits(v) || area == 0 || area == 666 || grp == 0 || serial == 0 {
		return refuted
	}
	s := string(v)
	return may(s != "123456789" && s[:8] != "98765432" && s != "078051120" && area < 900)
}

// itin: area 9xx; groups 50-65, 70-88, 90-92, 94-99.
func itin(v []byte) verdict {
	g := num(v[3:5])
	return may(v[0] == '9' && (g >= 50 && g <= 65 || g >= 70 && g <= 88 || g >= 90 && g != 93))
}

func usPassport(v []byte) verdict { return may(!sameDigits(v[1:])) }

// usDriverForms covers the letter-and-digit layouts of the states; digits alone
// say too little and stay far below any threshold without context.
func usDriverForms() []form {
	out := []form{{"A99999999", 0.3}, {"A9999999", 0.3}, {"AA9999999", 0.3}, {"A999999", 0.3}, {"A99999", 0.3}, {"AA999999", 0.3},
		{"A9999999999999", 0.3}, {"A999999999999", 0.3}, {"A999-9999-9999", 0.3}, {"A999-999-99-999-9", 0.3}, {"A99-99-9999", 0.3},
		{"99AAA99999", 0.3}, {"9AAA999999", 0.3}, {"A99999999999999", 0.3}, {"AAA999999", 0.2}, {"99AAA9999", 0.2}, {"AA99999", 0.2}, {"999AA9999", 0.3}, {"999999999A", 0.3}, {"99999999A", 0.3}, {"9999999A", 0.3}, {"A9999999999", 0.3}, {"AA999999A", 0.3}, {"99 999 999", 0.1}, {"99-999-9999", 0.05}, {"999-99-9999", 0.05}, {"999 999 999", 0.1}}
	return append(out, runs("9", 6, 14, 0.01)...)
}

func usDriver(v []byte) verdict { return may(!sameDigits(v)) }

// npi: Luhn over the prefix 80840 and the number (CMS).
func npi(v []byte) verdict {
	return is((v[0] == '1' || v[0] == '2') && !sameDigits(v[:9]) && luhn(append([]byte("80840"), v...)))
}

// mbi: eleven places; letters never S, L, O, I, B, Z.
func mbi(v []byte) verdict {
	for i, b := range v {
		l := letterAt(b)
		if l && bytes.IndexByte([]byte("SLOIBZ"), b) >= 0 {
			return refuted
		}
		switch i {
		case 0:
			if b < '1' || b > '9' {
				return refuted
			}
		case 1, 4, 7, 8:
			if !l {
				return refuted
			}
		case 3, 6, 9, 10:
			if l {
				return refuted
			}
		}
	}
	return plausible
}

func aba(v []byte) verdict {
	if bytes.IndexByte([]byte("0123678"), v[0]) < 0 || sameDigits(v) {
		return refuted
	}
	return is(weigh(v, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0)
}

// dea: first letter a registrant's class, second a letter or 9.
func dea(v []byte) verdict {
	if bytes.IndexByte([]byte("ABCDEFGHJKLMPRSTUX"), v[0]) < 0 || !letterAt(v[1]) && v[1] != '9' {
		return refuted
	}
	d := v[2:]
	return is((weigh(d, 1, 0, 1, 0, 1)+2*weigh(d, 0, 1, 0, 1, 0, 1))%10 == int(d[6]-'0'))
}

func sin(v []byte) verdict { return may(v[0] != '0' && v[0] != '8' && !sameDigits(v) && luhn(v)) }

// vin: 49 CFR 565.15, the ninth place is the check.
func vin(v []byte) verdict {
	const value = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"
	sum, letters := 0, 0
	for i, b := range v {
		k := bytes.IndexByte([]byte(value), b)
		if k < 0 || b == '.' {
			return refuted
		}
		if letterAt(b) {
			letters++
		}
		sum += k % 10 * [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}[i]
	}
	return is(letters >= 3 && v[8] == "0123456789X"[sum%11] && allDigits(v[13:]))
}

func imei(v []byte) verdict { return is(!sameDigits(v) && v[0] != '9' && luhn(v)) }
