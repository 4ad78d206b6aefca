package pii

import "bytes"

// worldSpecs are types of Asia, Africa, Australia and Latin America. Sources:
// ABR and ASIC (ABN, ACN), UIDAI, GSTN, MOIS (RRN), NVI (T.C. kimlik), ACRA
// (UEN), DHA, DOPA, NIMC, BIR, Receita Federal, RENAPO, GB 11643-1999.
func worldSpecs() []*spec {
	return []*spec{
		{typ: AUABN, check: abn, bare: true, words: "abn australian business", forms: []form{{"99 999 999 999", 0.1}, {"99999999999", 0.01}}},
		{typ: AUACN, check: acn, bare: true, words: "acn australian company", forms: []form{{"999 999 999", 0.1}, {"999999999", 0.01}}},
		{typ: AUTFN, check: tfn, bare: true, words: "tfn tax file", forms: []form{{"999 999 999", 0.1}, {"999999999", 0.01}}},
		{typ: AUMedicare, check: auMedicare, bare: true, words: "medicare", forms: []form{{"9999 99999 9", 0.1}, {"9999999999", 0.01}}},
		{typ: INAadhaar, check: aadhaar, bare: true, words: "aadhaar aadhar uidai uid", forms: []form{{"999999999999", 0.01}, {"9999~9999~9999", 0.01}, {"9999:9999:9999", 0.01}}},
		{typ: INGSTIN, check: gstin, parts: true, words: "gstin gst", forms: []form{{"99AAAAA9999A9AX", 0.4}, {"99AAAAA9999AAAX", 0.4}, {"99-AAAAA-9999-A9-AX", 0.4}, {"99 AAAAA 9999 A9 AX", 0.4}}},
		{typ: INPAN, check: pan, proved: 0.5, parts: true, words: "pan permanent account tax", forms: []form{{"AAAAA9999A", 0.1}}},
		{typ: INPassport, check: inPassport, proved: -1, words: "passport indian", forms: []form{{"A9999999", 0.1}, {"A99 99999", 0.1}}},
		{typ: INVoter, check: voter, proved: 0.4, words: "voter epic elector vote election", forms: []form{{"AAA9999999", 0.3}}},
		{typ: INVehicleRegistration, check: inPlate, parts: true, words: "rto vehicle plate registration reg", forms: []form{{"AA99AA9999", 0.5}, {"AA 99 AA 9999", 0.5}, {"AA-99-AA-9999", 0.5}, {"AA99A9999", 0.2}, {"AA9A9999", 0.2}, {"AA9AA9999", 0.3}, {"99AA9999AA", 0.3}, {"99AA9999A", 0.3}}},
		{typ: KRRRN, check: rrn('1', '4', 11), option: true, words: "rrn 주민등록번호 주민번호 resident korean", forms: []form{{"9999999999999", 0.5}, {"999999-9999999", 0.5}}},
		{typ: KRFRN, check: rrn('5', '8', 13), option: true, words: "frn 외국인등록번호 foreigner korean", forms: []form{{"9999999999999", 0.5}, {"999999-9999999", 0.5}}},
		{typ: KRBRN, check: brn, words: "brn 사업자등록번호 business korean", bare: true, forms: []form{{"999-99-99999", 0.5}, {"9999999999", 0.1}}},
		{typ: KRDriverLicense, check: krDriver, parts: true, words: "운전면허 운전면허번호 driver license", forms: []form{{"99-99-999999-99", 0.3}, {"999999999999", 0.05}}},
		{typ: KRPassport, check: krPassport, proved: 0.1, parts: true, words: "여권 여권번호 passport korean", forms: []form{{"A999A9999", 0.1}, {"A99999999", 0.05}}},
		{typ: TRNationalID, check: tckn, bare: true, words: "kimlik tckn tc türk turkish vatandaşlık", forms: []form{{"99999999999", 0.3}}},
		{typ: TRLicensePlate, check: trPlate, proved: -1, parts: true, words: "plaka plakası plate araç", forms: trPlates()},
		{typ: SGUEN, check: uen, words: "uen entity acra", forms: []form{{"99999999A", 0.3}, {"999999999A", 0.3}, {"A99AA9999A", 0.4}}},
		{typ: SGNRICFIN, check: fin, proved: 0.5, words: "nric fin identity singapore", forms: []form{{"A9999999A", 0.3}}},
		{typ: ZAIDNumber, check: zaID, bare: true, words: "rsa sa south african id identity", forms: []form{{"9999999999999", 0.4}, {"999999 9999 999", 0.4}}},
		{typ: THTNIN, check: tnin, bare: true, words: "thai เลขประจําตัวประชาชน tnin เลขบัตรประชาชน", forms: []form{{"9999999999999", 0.3}, {"9-9999-99999-99-9", 0.5}, {"9 9999 99999 99 9", 0.5}}},
		{typ: PHTIN, check: phTIN, proved: -1, bare: true, words: "tin taxpayer bir", forms: []form{{"999-999-999-999", 0.05}, {"999-999-999-99999", 0.05}, {"999-999-999", 0.05}, {"999999999", 0.01}, {"999999999999", 0.01}}},
		{typ: NGNIN, check: func(v []byte) verdict { return is(!sameDigits(v) && verhoeff(v)) }, bare: true, words: "nin nigerian nimc identification", forms: []form{{"99999999999", 0.01}}},
		{typ: NGVehicleRegistration, check: plainForm, proved: -1, words: "plate vehicle registration number", forms: []form{{"AAA-999AA", 0.5}, {"AAA 999AA", 0.2}, {"AAA-999-AA", 0.3}}},
		{typ: BRCPF, check: cpf, words: "cpf", bare: true, forms: []form{{"999.999.999-99", 0.6}, {"99999999999", 0.2}}},
		{typ: BRCNPJ, check: cnpj, words: "cnpj", forms: []form{{"99.999.999/9999-99", 0.7}, {"99999999999999", 0.2}}},
		{typ: MXCURP, check: curp, words: "curp", forms: []form{{"AAAA999999AAAAAAX9", 0.5}}},
		{typ: JPMynumber, check: myNumber, bare: true, words: "マイナンバー 個人番号 mynumber", forms: []form{{"999999999999", 0.2}, {"9999~9999~9999", 0.2}}},
		{typ: CNRIC, check: ric, words: "身份证 身份证号 resident identity", forms: []form{{"99999999999999999X", 0.5}}},
		{typ: ILID, check: func(v []byte) verdict { return is(!sameDigits(v) && luhn(v)) }, bare: true, words: "teudat zehut ת.ז זהות israeli", forms: []form{{"999999999", 0.1}}},
		{typ: CLRUT, check: rut, words: "rut run chile", forms: []form{{"99.999.999-X", 0.6}, {"9.999.999-X", 0.6}, {"99999999-X", 0.4}, {"9999999-X", 0.4}}},
		{typ: ARCUIT, check: cuit, words: "cuit cuil", bare: true, forms: []form{{"99-99999999-9", 0.5}, {"99999999999", 0.1}}},
	}
}

func abn(v []byte) verdict {
	return is(v[0] != '0' && (weigh(v, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0)
}

func acn(v []byte) verdict {
	return is((10-weigh(v, 8, 7, 6, 5, 4, 3, 2, 1)%10)%10 == int(v[8]-'0'))
}

func tfn(v []byte) verdict { return is(weigh(v, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0 && !sameDigits(v)) }

func auMedicare(v []byte) verdict {
	return is(v[0] >= '2' && v[0] <= '6' && weigh(v, 1, 3, 7, 9, 1, 3, 7, 9)%10 == int(v[8]-'0'))
}

// aadhaar: first digit 2 to 9, no palindrome, Verhoeff (UIDAI).
func aadhaar(v []byte) verdict {
	mirror := true
	for i := range 6 {
		mirror = mirror && v[i] == v[11-i]
	}
	return is(v[0] >= '2' && !mirror && verhoeff(v))
}

// gstin: state 01 to 37, PAN, entity, Z. The check character is not enforced:
// tables in use accept wrong ones.
func gstin(v []byte) verdict {
	s := two(v)
	return is(s >= 1 && s <= 37 && v[13] == 'Z' && v[12] != '0')
}

// pan: the fourth letter names the holder's kind.
func pan(v []byte) verdict {
	if bytes.IndexByte([]byte("ABCFGHLJPT"), v[3]) >= 0 && v[3] != 'S' && num(v[5:9]) > 0 {
		return valid
	}
	return plausible
}

func inPassport(v []byte) verdict {
	return may(v[0] != 'Q' && v[0] != 'X' && v[0] != 'Z' && v[1] != '0' && v[7] != '0')
}

func voter(v []byte) verdict {
	if bytes.IndexByte([]byte("ABCDGHJKMNPRSY"), v[1]) >= 0 {
		return valid
	}
	return plausible
}

const inStates = "AN AP AR AS BR BH CG CH DD DL DN GA GJ HR HP JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TN TR TS UK UP UA WB"

func inPlate(v []byte) verdict {
	if digitAt(v[0]) { // Bharat series and diplomatic
		return may(v[2] == 'B' && v[3] == 'H' || len(v) > 9)
	}
	if !bytes.Contains([]byte(inStates), v[:2]) {
		return refuted
	}
	if len(v) == 10 && two(v[2:]) >= 1 && two(v[2:]) < 99 {
		return valid
	}
	return plausible
}

// rrn: since October 2020 the check digit is random, so that it proves but
// doesn't refute.
func rrn(from, to byte, base int) func([]byte) verdict {
	return func(v []byte) verdict {
		if v[6] < from || v[6] > to || !yymmdd(v) {
			return refuted
		}
		if (base-weigh(v, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)%11)%10 == int(v[12]-'0') {
			return valid
		}
		return plausible
	}
}

func brn(v []byte) verdict {
	sum := weigh(v, 1, 3, 7, 1, 3, 7, 1, 3, 5) + int(v[8]-'0')*5/10
	return is((10-sum%10)%10 == int(v[9]-'0') && num(v[:3]) >= 101)
}

// krDriver: the first two digits are the region, 11 to 28.
func krDriver(v []byte) verdict { return is(two(v) >= 11 && two(v) <= 28) }

func krPassport(v []byte) verdict {
	if bytes.IndexByte([]byte("MSROD"), v[0]) < 0 {
		return refuted
	}
	if letterAt(v[4]) {
		return valid
	}
	return plausible
}

func tckn(v []byte) verdict {
	odd, even := weigh(v, 1, 0, 1, 0, 1, 0, 1, 0, 1), weigh(v, 0, 1, 0, 1, 0, 1, 0, 1)
	d10 := ((7*odd-even)%10 + 10) % 10
	return is(v[0] != '0' && d10 == int(v[9]-'0') && weigh(v, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)%10 == int(v[10]-'0'))
}

func trPlates() (out []form) {
	for _, l := range []string{"A", "AA", "AAA"} {
		for _, d := range []string{"99", "999", "9999", "99999"} {
			out = append(out, form{"99 " + l + " " + d, 0.5}, form{"99" + l + d, 0.2}, form{"99 " + l + d, 0.3})
		}
	}
	return out
}

func trPlate(v []byte) verdict { return may(two(v) >= 1 && two(v) <= 81) }
