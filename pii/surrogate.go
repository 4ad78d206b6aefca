package pii

import (
	"strconv"
	"strings"
	"time"
)

// Surrogate replaces a value by an invented one of the same layout: the same
// key gives the same stand-in for every spelling. Reserved ranges are used where
// a type has one (example.com, 555-01xx, SSN area 9xx); checksums of cards and
// IBANs hold; dates of one key are all shifted by the same days, so that
// intervals stay. Names come from a list of their own.
func Surrogate(key []byte, t Type, v string) string {
	sum := mac32(key, "surrogate", string(t), Canonical(t, v))
	switch t {
	case EmailAddress:
		return "user-" + strings.ToLower(base32Text.EncodeToString(sum[:5])) + "@example.com"
	case PhoneNumber, TRPhoneNumber, PHMobileNumber:
		if len(onlyDigits(v)) == 10 || len(onlyDigits(v)) == 11 && strings.HasPrefix(onlyDigits(v), "1") {
			return fillDigits(v, "555"+"01"+string([]byte{'0' + sum[0]%10, '0' + sum[1]%10}))
		}
	case Person:
		return surrogateName(sum, v)
	case URL:
		return "https://example.com/" + strings.ToLower(base32Text.EncodeToString(sum[:5]))
	case IPAddress:
		if !strings.Contains(v, ":") {
			return "192.0.2." + strconv.Itoa(int(sum[0]))
		}
		return "2001:db8::" + strconv.FormatInt(int64(sum[0])<<8|int64(sum[1]), 16)
	case DateTime, DateOfBirth:
		return shiftDate(key, v)
	}
	out := shuffle(sum, v)
	switch t {
	case CreditCard:
		return fixLuhn(v, out)
	case IBANCode:
		return fixIBAN(v, out)
	case USSSN:
		return "9" + out[1:]
	}
	return out
}

// shuffle exchanges digits for digits and letters for letters.
func shuffle(sum []byte, v string) string {
	b := []byte(v)
	k := 0
	next := func(n byte) byte {
		if k == len(sum) {
			sum, k = mac32(sum, "more"), 0
		}
		k++
		return sum[k-1] % n
	}
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			b[i] = '0' + next(10)
		case c >= 'a' && c <= 'z':
			b[i] = 'a' + next(26)
		case c >= 'A' && c <= 'Z':
			b[i] = 'A' + next(26)
		}
	}
	return string(b)
}

// fillDigits overwrites the last digits of v.
func fillDigits(v, d string) string {
	b := []byte(v)
	for i, k := len(b)-1, len(d)-1; i >= 0 && k >= 0; i-- {
		if digitAt(b[i]) {
			b[i] = d[k]
			k--
		}
	}
	return string(b)
}

// fixLuhn keeps the issuer's first digit and sets the last one.
func fixLuhn(v, out string) string {
	b := []byte(out)
	for i := range b {
		if digitAt(b[i]) {
			b[i] = v[i]
			break
		}
	}
	last := strings.LastIndexAny(out, "0123456789")
	for d := byte('0'); d <= '9' && last >= 0; d++ {
		b[last] = d
		if luhn([]byte(onlyDigits(string(b)))) {
			break
		}
	}
	return string(b)
}

// fixIBAN keeps the country and sets the check digits (ISO 7064 mod 97-10).
func fixIBAN(v, out string) string {
	b := []byte(v[:2] + "00" + out[4:])
	c := []byte(Compact(string(b)))
	check := 98 - mod97(append(append([]byte{}, c[4:]...), c[:4]...))
	b[2], b[3] = '0'+byte(check/10), '0'+byte(check%10)
	return string(b)
}

// shiftDate moves a date by the key's number of days, 1 to 365, in the layouts
// that leave no doubt; others keep their year alone.
func shiftDate(key []byte, v string) string {
	sum := mac32(key, "date shift")
	days := 1 + (int(sum[0])<<8|int(sum[1]))%365
	for _, layout := range []string{"2006-01-02", "02.01.2006", "1/2/2006", "01/02/2006", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05", "January 2, 2006", "2 January 2006"} {
		if d, err := time.Parse(layout, v); err == nil {
			return d.AddDate(0, 0, -days).Format(layout)
		}
	}
	return shuffle(sum, v)
}

func surrogateName(sum []byte, v string) string {
	given := strings.Fields("Alex Robin Sam Kim Chris Jo Noa Luca Mika Sasha Toni Charlie Jamie Nico Andrea Dominique")
	family := strings.Fields("Example Muster Sample Exemple Ejemplo Esempio Voorbeeld Exemplo Testa Probe Modelo Specimen Prova Norma Vorlage Figura")
	words := strings.Fields(v)
	out := make([]string, 0, len(words))
	for i := range words {
		if i > 0 && i == len(words)-1 {
			out = append(out, family[sum[i%32]%16])
		} else {
			out = append(out, given[sum[i%32]%16])
		}
	}
	return strings.Join(out, " ")
}
