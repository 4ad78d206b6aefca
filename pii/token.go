package pii

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// MaxAlias is the most bytes that an alias has.
const MaxAlias = 24

// tokenChars is how many base32 characters a vault token carries: 19 of them
// (95 bits) link the spellings of one value, the last tells them apart.
const tokenChars = 20

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// Label is the short name of a type inside tokens: at most 14 capital letters,
// digits and underscores.
func Label(t Type) string {
	switch t {
	case EmailAddress:
		return "EMAIL"
	case PhoneNumber, TRPhoneNumber, PHMobileNumber:
		return "PHONE"
	case CreditCard:
		return "CARD"
	case IBANCode:
		return "IBAN"
	case IPAddress:
		return "IP"
	case MACAddress:
		return "MAC"
	case DateTime:
		return "DATE"
	case DateOfBirth:
		return "BIRTHDATE"
	case Organization:
		return "ORG"
	}
	b := []byte(t)
	if len(b) > 14 {
		b = b[:14]
	}
	for i, c := range b {
		if c = upper(c); !isAlnum(c) {
			c = '_'
		}
		b[i] = c
	}
	s := strings.Trim(string(b), "_")
	if s == "" {
		return "DATA"
	}
	return s
}

// tokenByte reports whether b can stand between the brackets of a token.
func tokenByte(b byte) bool { return b >= 'A' && b <= 'Z' || digitAt(b) || b == '_' }

// mac32 is HMAC-SHA-256 over length-prefixed parts, so that no two lists of
// parts are the same input.
func mac32(key []byte, parts ...string) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		n := len(p)
		m.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		m.Write([]byte(p))
	}
	return m.Sum(nil)
}

// Canonical is the form under which spellings of one value are linked: letters
// small for addresses and names, digits and capitals alone for numbers, a
// leading + kept.
func Canonical(t Type, v string) string {
	switch t {
	case EmailAddress, URL, Person, Location, Organization, NRP, Title, Address:
		return strings.ToLower(strings.Join(strings.Fields(v), " "))
	case PhoneNumber, TRPhoneNumber, PHMobileNumber:
		d := onlyDigits(v)
		if strings.HasPrefix(v, "+") || strings.HasPrefix(v, "00") {
			d = "+" + strings.TrimLeft(d, "0")
		}
		return d
	case DateTime, DateOfBirth:
		return v
	}
	if c := Compact(v); c != "" {
		return c
	}
	return v
}

// tokenAt returns the token-like text that begins with the "<" at i: its end,
// and whether it is whole. An open one may still become a token; the rest of
// the text can't decide.
func tokenAt(s string, i, most int) (end int, whole, open bool) {
	for k := i + 1; k < len(s) && k-i < most; k++ {
		if s[k] == '>' {
			return k + 1, k-i > 3, false
		}
		if !tokenByte(s[k]) {
			return 0, false, false
		}
	}
	return 0, false, len(s)-i < most
}

// tokensIn lists everything in s that looks like a token.
func tokensIn(s string, most int) (out []string) {
	for i := strings.IndexByte(s, '<'); i >= 0; {
		if end, whole, _ := tokenAt(s, i, most); whole {
			out = append(out, s[i:end])
			i = end - 1
		}
		k := strings.IndexByte(s[i+1:], '<')
		if k < 0 {
			break
		}
		i += 1 + k
	}
	return out
}
