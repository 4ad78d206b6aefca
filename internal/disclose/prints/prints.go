// Package prints takes fingerprints of what AI made, so that an output whose
// marks were stripped on its way can still be recognised and its receipt found.
package prints

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/jpeg" // what can be decoded
	_ "image/png"
	"math/bits"
	"strings"

	"github.com/corona10/goimagehash"
	_ "golang.org/x/image/webp"
	"golang.org/x/text/unicode/norm"

	"fairtouch/touch"
)

// Print is a fingerprint. Exact finds the same bytes; Form finds a text whose
// letters are the same though they are encoded otherwise; Picture finds an image
// that was resized or saved anew.
type Print struct {
	Exact   string // hex SHA-256 of the bytes
	Form    string // hex SHA-256 of the text in NFC, with \n for line ends and no blanks around it; "" for images
	Picture uint64 // perceptual hash (DCT, 64 bits); 0 for none
}

// Near is how many bits of two pictures' hashes may differ, of 64, for them to
// be called similar. Unrelated pictures differ in 32 on average.
const Near = 8

// maxPixels bounds what is decoded.
const maxPixels = 64 << 20

// OfText takes a text's fingerprint.
func OfText(s string) Print {
	form := strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(s, "\r\n", "\n")))
	return Print{Exact: sum([]byte(s)), Form: sum([]byte(form))}
}

// OfImage takes an image's fingerprint. Picture stays 0 for what can't be
// decoded (SVG, damaged files), and for pictures so even that their hash would fit any other.
func OfImage(b []byte) (Print, error) {
	p := Print{Exact: sum(b)}
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return p, nil // no raster
	}
	if c.Width < 1 || c.Height < 1 || c.Width > maxPixels/c.Height {
		return p, touch.Errorf(touch.Invalid, "the image has more than 64 million pixels; make it smaller")
	}
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return p, nil // damaged; its bytes can still be known
	}
	h, err := goimagehash.PerceptionHash(m)
	if err != nil {
		return p, touch.Wrap(touch.Internal, err, "the image's fingerprint can't be taken")
	}
	if n := bits.OnesCount64(h.GetHash()); n >= 12 && n <= 52 {
		p.Picture = h.GetHash()
	}
	return p, nil
}

// Distance is in how many of 64 bits two pictures' hashes differ.
func Distance(a, b uint64) int { return bits.OnesCount64(a ^ b) }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
