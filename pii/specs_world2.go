package pii

import "bytes"

// uen: ACRA's three layouts, each with a check letter.
func uen(v []byte) verdict {
	n := len(v)
	switch {
	case n == 9:
		return is(v[8] == "XMKECAWLJDB"[weigh(v, 10, 4, 9, 3, 8, 2, 7, 1)%11])
	case digitAt(v[0]):
		return is(v[9] == "ZKCMDNERGWH"[weigh(v, 10, 8, 6, 4, 9, 7, 5, 3, 1)%11])
	}
	const abc = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
	sum := 0
	for i, w := range [9]int{4, 3, 5, 3, 10, 2, 2, 5, 7} {
		k := bytes.IndexByte([]byte(abc), v[i])
		if k < 0 {
			return refuted
		}
		sum += k * w
	}
	return is(v[9] == abc[((sum-5)%11+11)%11] && bytes.IndexByte([]byte("RST"), v[0]) >= 0)
}

// fin: the first letter names the series. The check letter isn't enforced.
func fin(v []byte) verdict {
	if bytes.IndexByte([]byte("STFGM"), v[0]) >= 0 {
		return valid
	}
	return plausible
}

// zaID: birth, serial, citizenship 0 to 2, 8 or 9, Luhn.
func zaID(v []byte) verdict {
	return is(yymmdd(v) && v[10] <= '2' && (v[11] == '8' || v[11] == '9') && luhn(v))
}

// tnin: person kind 1 to 8, then a province, then mod 11.
func tnin(v []byte) verdict {
	p := two(v[1:])
	ok := p >= 10 && p <= 27 || p >= 31 && p <= 49 || p >= 50 && p <= 58 || p >= 60 && p <= 67 || p >= 70 && p <= 77 || p >= 80 && p <= 86 || p >= 90 && p <= 96
	if v[0] < '1' || v[0] > '8' || !ok || sameDigits(v) {
		return refuted
	}
	return is((11-weigh(v, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == int(v[12]-'0'))
}

func phTIN(v []byte) verdict {
	return may(num(v[:9]) > 0 && weigh(v, 9, 8, 7, 6, 5, 4, 3, 2)%11 == int(v[8]-'0'))
}

func cpf(v []byte) verdict {
	c1 := weigh(v, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
	c2 := weigh(v, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
	return is(!sameDigits(v) && c1 == int(v[9]-'0') && c2 == int(v[10]-'0'))
}

func cnpj(v []byte) verdict {
	c1 := 11 - weigh(v, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)%11
	c2 := 11 - weigh(v, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return is(!sameDigits(v) && c1%11%10 == int(v[12]-'0') && c2%11%10 == int(v[13]-'0'))
}

// curp: letters of the name, birth, sex, state, consonants; mod 10 over the
// places of "0…9A…NÑO…Z" with weights 18 to 2.
func curp(v []byte) verdict {
	if bytes.IndexByte([]byte("HMX"), v[10]) < 0 || !yymmdd(v[4:]) {
		return refuted
	}
	sum := 0
	for i, b := range v[:17] {
		k := int(b - '0')
		if letterAt(b) {
			k = int(b-'A') + 10
			if b > 'N' {
				k++
			}
		}
		sum += k * (18 - i)
	}
	return is((10-sum%10)%10 == int(v[17]-'0'))
}

func myNumber(v []byte) verdict {
	r := weigh(v, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	c := 0
	if r > 1 {
		c = 11 - r
	}
	return is(!sameDigits(v) && c == int(v[11]-'0'))
}

// ric: area, birth, serial; ISO 7064 mod 11-2.
func ric(v []byte) verdict {
	y := num(v[6:10])
	if v[0] < '1' || v[0] > '8' || y < 1900 || y > 2099 || !day(y, two(v[10:]), two(v[12:])) {
		return refuted
	}
	return is(v[17] == "10X98765432"[weigh(v, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11])
}

func rut(v []byte) verdict {
	n := len(v) - 1
	sum, w := 0, 2
	for i := n - 1; i >= 0; i-- {
		sum += int(v[i]-'0') * w
		if w++; w > 7 {
			w = 2
		}
	}
	return is(v[n] == "0K987654321"[sum%11] && !sameDigits(v[:n]))
}

func cuit(v []byte) verdict {
	c := 11 - weigh(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11
	p := two(v)
	return is(c%11 == int(v[10]-'0') && c != 10 && (p == 20 || p == 23 || p == 24 || p == 27 || p >= 30 && p <= 34))
}
