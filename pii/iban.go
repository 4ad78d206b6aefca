package pii

import "strings"

// ibans is the IBAN registry (SWIFT, release 97): country, then the layout of
// the account part: n digits, a letters, c either.
const ibans = `AD4n4n12c AE3n16n AL8n16c AT5n11n AZ4a20c BA3n3n8n2n BE3n7n2n BG4a4n2n8c BH4a14c BI5n5n11n2n BR8n5n10n1a1c BY4c4n16c CH5n12c
CR4n14n CY3n5n16c CZ4n6n10n DE8n10n DJ5n5n11n2n DK4n9n1n DO4c20n EE2n2n11n1n EG4n4n17n ES4n4n1n1n10n FI3n11n FK2a12n FO4n9n1n FR5n5n11c2n
GB4a6n8n GE2a16n GI4a15c GL4n9n1n GR3n4n16c GT4c20c HN4a20n HR7n10n HU3n4n1n15n1n IE4a6n8n IL3n3n13n IQ4a3n12n IS4n2n6n10n IT1a5n5n12c
JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT5n11n LU3n13c LV4a13c LY3n3n15n MC5n5n11c2n MD2c18c ME3n13n2n MK3n10c2n MN4n12n MR5n5n11n2n
MT4a5n18c MU4a2n2n12n3n3a NI4a20n NL4a10n NO4n6n1n OM3n16c PK4a16c PL8n16n PS4a21c PT4n4n11n2n QA4a21c RO4a16c RS3n13n2n RU9n5n15c SA2n18c
SC4a2n2n16n3a SD2n12n SE3n16n1n SI5n8n2n SK4n6n10n SM1a5n5n12c SO4n3n12n ST4n4n11n2n SV4a20n TL3n14n2n TN2n3n13n2n TR5n1n16c UA6n19c VA3n15n VG4a16n XK4n10n2n YE4a4n18c`

// ibanLayout returns the layout of a country in capitals or small letters.
func ibanLayout(cc string) string {
	i := -1
	up := string([]byte{upper(cc[0]), upper(cc[1])})
	for from := 0; ; from = i + 1 {
		k := strings.Index(ibans[from:], up)
		if k < 0 {
			return ""
		}
		i = from + k
		if (i == 0 || ibans[i-1] == ' ' || ibans[i-1] == '\n') && i+2 < len(ibans) && digitAt(ibans[i+2]) {
			break
		}
	}
	rest := ibans[i+2:]
	if end := strings.IndexAny(rest, " \n"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// parts calls f for each part of a layout until it returns false.
func layoutParts(l string, f func(n int, kind byte) bool) bool {
	for len(l) > 0 {
		n, i := 0, 0
		for digitAt(l[i]) {
			n = n*10 + int(l[i]-'0')
			i++
		}
		if !f(n, l[i]) {
			return false
		}
		l = l[i+1:]
	}
	return true
}

// ibanLength is the whole length for a country, 0 if it has no IBAN.
func ibanLength(cc string) int {
	n := 0
	layoutParts(ibanLayout(cc), func(k int, _ byte) bool { n += k; return true })
	if n == 0 {
		return 0
	}
	return n + 4
}

// ibanBody checks letters and digits of the account part.
func ibanBody(v []byte) bool {
	i := 4
	return layoutParts(ibanLayout(string(v[:2])), func(n int, kind byte) bool {
		for ; n > 0; n-- {
			if kind == 'n' && !digitAt(v[i]) || kind == 'a' && !letterAt(v[i]) {
				return false
			}
			i++
		}
		return true
	})
}
