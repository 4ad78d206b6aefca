package disclose

import (
	"strings"
	"unicode/utf16"

	"fairtouch/touch"
)

// SMSLength is what a text costs on the air (3GPP TS 23.038 and 23.040).
type SMSLength struct {
	Encoding string `json:"encoding"` // GSM-7 or UCS-2
	Units    int    `json:"units"`    // septets, or 16-bit units
	Segments int    `json:"segments"`
}

// The GSM 7-bit default alphabet, and its extension, whose signs cost two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtra = "\f^{}\\[~]|€"
)

// maxSegments is how many parts most networks join again.
const maxSegments = 10

// smsLength measures a text. One of more than ten parts is refused: a network
// may drop its end, and the way to a person stands there.
func smsLength(s string) (*SMSLength, error) {
	l := &SMSLength{Encoding: "GSM-7"}
	whole, joined := 160, 153
	for _, r := range s {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			l.Units++
		case strings.ContainsRune(gsmExtra, r):
			l.Units += 2
		default:
			l.Encoding = "UCS-2"
		}
	}
	if l.Encoding == "UCS-2" {
		whole, joined, l.Units = 70, 67, len(utf16.Encode([]rune(s)))
	}
	l.Segments = 1
	if l.Units > whole {
		l.Segments = (l.Units + joined - 1) / joined
	}
	if l.Segments > maxSegments {
		return nil, touch.Errorf(touch.Invalid, "with its label the message takes %d parts, and %d is the most that networks join again; shorten it", l.Segments, maxSegments)
	}
	return l, nil
}
